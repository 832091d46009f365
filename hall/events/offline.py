"""Of numbers and calls that came into being while the server was away."""

from dataclasses import dataclass
from datetime import datetime

from hall.events.base import Event
from hall.events.windows import WindowEvent


@dataclass(frozen=True)
class PaperCallKept(WindowEvent):
    """A call made on paper is kept beside the line: its number is not known yet, or something else became of
    it. `why` is the code of the refusal.
    """

    ticket: str
    outcome: str
    why: str
    happened_at: datetime


@dataclass(frozen=True)
class NumbersLeased(Event):
    """A kiosk got blocks of numbers ("A011-A020") to give out while the server is away."""

    device: str
    numbers: list[str]


@dataclass(frozen=True)
class LeaseClosed(Event):
    """A lease ended; the `unused` of its numbers are never given out by anybody."""

    device: str
    numbers: str
    unused: int
    why: str


@dataclass(frozen=True)
class HandInRefused(Event):
    """A kiosk gave out a number by itself that the hall cannot take in. `why` is the code of the refusal."""

    device: str
    ticket: str
    why: str
    happened_at: datetime
