"""The kinds of refusal, which hall/web/problems.py turns into HTTP status codes; nothing of the hall."""

from typing import ClassVar


class Refusal(Exception):
    """Something the hall will not do. `params` fill the sentence of `error.<code>`."""

    code: ClassVar[str] = "refused"

    def __init__(self, **params: object) -> None:
        super().__init__(self.code, params)
        self.params = params
        self.more: dict[str, object] = {}
        """What a program may want to know besides, in the answer as it is."""


class Invalid(Refusal):
    """The request itself is wrong; asking again the same way cannot help (422)."""

    code = "invalid"


class NotKnown(Refusal):
    """What the request names does not exist (404)."""

    code = "not_known"


class Forbidden(Refusal):
    """The asker may not do this (403)."""

    code = "forbidden"


class Conflict(Refusal):
    """The hall's present state does not allow it; looking again shows why (409)."""

    code = "conflict"


class Unavailable(Refusal):
    """The hall cannot do it at the moment; the same request may be sent again (503)."""

    code = "unavailable"
