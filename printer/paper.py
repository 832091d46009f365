"""What a ticket's paper says (handbook 8), before anyone thinks of lines or printers.

`papers.py` makes a `TicketPaper` when its print job's turn has come; `to_payload(paper)` goes to the print
worker, which reads it back with `from_payload`. Everything on the paper is in the payload: the worker knows
neither the hall nor its database.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from printer.errors import PaperInvalid

Tag = Literal["elderly", "green_channel", "appointment", "reprint"]
Language = Literal["zh", "en"]

# Generous: a long name is wrapped and cut by the layout. The bounds only keep a runaway row off the paper.
Name = Annotated[str, Field(min_length=1, max_length=300)]
Note = Annotated[str, Field(max_length=3000)]
Minutes = Annotated[int, Field(ge=0, le=1440)]


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketPaper:
    """One ticket on paper. Names arrive in the ticket's language; times in the hall's own zone."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid", strict=True)

    hall_name: Name
    label: Annotated[str, Field(min_length=1, max_length=16)]
    business: Name
    issued_at_local: datetime
    hall_name_en: Note | None = None
    ahead: Annotated[int, Field(ge=0)] | None = None
    """How many are served before this one; None when nobody can say."""
    wait_low_minutes: Minutes | None = None
    wait_high_minutes: Minutes | None = None
    """Whole minutes: only the low one is "at least", only the high one "usually up to"; neither: nobody can
    say."""
    where_to_wait: Note = ""
    """Windows or zone, as printed under 请到这里等候: "A区 3、4、5号窗口"."""
    status_url: Annotated[str, Field(max_length=500, pattern=r"^https?://[!-~]+$")] | None = None
    """The visitor's own page, behind the QR."""
    tags: tuple[Tag, ...] = ()
    missed_return: Literal["behind", "new_number"] = "behind"
    missed_return_behind: Annotated[int, Field(ge=0, le=999)] = 3
    missed_return_times: Annotated[int, Field(ge=1, le=9)] = 1
    missed_return_within_minutes: Annotated[int, Field(ge=1)] | None = None
    materials_hint: Note | None = None
    id_last4: Annotated[str, Field(pattern=r"^[0-9Xx]{1,4}$")] | None = None
    """Never more than the last four; by default none (handbook 13)."""
    language: Language = "zh"

    @model_validator(mode="after")
    def _wait_is_a_range(self) -> Self:
        low, high = self.wait_low_minutes, self.wait_high_minutes
        if low is not None and high is not None and low > high:
            raise ValueError("wait_low_minutes is above wait_high_minutes")
        return self


_PAPER: TypeAdapter[TicketPaper] = TypeAdapter(TicketPaper)


def to_payload(paper: TicketPaper) -> dict[str, Any]:
    """The paper as plain JSON values, checked: a wrong field fails here, not at the printer."""
    payload: dict[str, Any] = _PAPER.dump_python(paper, mode="json", warnings=False)
    from_payload(payload)
    return payload


def from_payload(payload: Mapping[str, Any]) -> TicketPaper:
    """The paper of a payload. Raises PaperInvalid naming every field that is wrong."""
    try:
        return _PAPER.validate_json(json.dumps(dict(payload)))
    except ValidationError as error:
        faults = [
            f"{'.'.join(map(str, fault['loc'])) or 'ticket'}: {fault['msg']}" for fault in error.errors()
        ]
        raise PaperInvalid("; ".join(faults)) from error
    except (TypeError, ValueError) as error:
        raise PaperInvalid(f"not a JSON object: {error}") from error


def as_reprint(paper: TicketPaper) -> TicketPaper:
    """The same ticket, marked 补打 once, however often it is printed again."""
    return paper if "reprint" in paper.tags else replace(paper, tags=(*paper.tags, "reprint"))
