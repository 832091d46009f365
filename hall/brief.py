"""Things worth remembering for a moment, so that a rush does not ask the database the same question a hundred
times: not while it is known, and not when it has to be asked again.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")

MOST = 4096
RENEWAL_SECONDS = 0.5
"""How long the one who asks again may take before others ask too; and how lately something must have been
known for that.
"""


@dataclass
class _Entry(Generic[Value]):
    value: Value
    until: float
    being_renewed: bool = False


class Brief(Generic[Value]):
    """A small dictionary whose entries are forgotten after `seconds`, the oldest first when there are too
    many. Whoever first asks for one that is over finds nothing and looks again; the others still find it
    meanwhile, for twice RENEWAL_SECONDS at most.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.seconds, self._clock = seconds, clock
        self._entries: OrderedDict[Any, _Entry[Value]] = OrderedDict()

    def get(self, key: Any) -> Value | None:
        entry = self._entries.get(key)
        now = self._clock()
        if entry is None:
            return None
        if now < entry.until:
            return entry.value
        if not entry.being_renewed and now < entry.until + RENEWAL_SECONDS:
            entry.until, entry.being_renewed = now + RENEWAL_SECONDS, True
        return None

    def __setitem__(self, key: Any, value: Value) -> None:
        self._entries[key] = _Entry(value, self._clock() + self.seconds)
        self._entries.move_to_end(key)
        if len(self._entries) > MOST:
            self._entries.popitem(last=False)

    def clear(self) -> None:
        self._entries.clear()
