"""Things worth remembering for a moment, so that a rush does not ask the database the same question a hundred
times.
"""

import time
from collections import OrderedDict
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")

MOST = 4096


class Brief(Generic[Value]):
    """A small dictionary whose entries are forgotten after `seconds`, the oldest first when there are too
    many.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._entries: OrderedDict[Any, tuple[float, Value]] = OrderedDict()

    def get(self, key: Any) -> Value | None:
        entry = self._entries.get(key)
        if entry is None or entry[0] < time.monotonic():
            return None
        return entry[1]

    def __setitem__(self, key: Any, value: Value) -> None:
        self._entries[key] = (time.monotonic() + self.seconds, value)
        self._entries.move_to_end(key)
        if len(self._entries) > MOST:
            self._entries.popitem(last=False)

    def clear(self) -> None:
        self._entries.clear()
