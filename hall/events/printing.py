"""Of print jobs."""

from dataclasses import dataclass

from hall.events.base import Event


@dataclass(frozen=True)
class PrintJobRetried(Event):
    """A print job is tried again."""

    job: int


@dataclass(frozen=True)
class PrintJobPrinted(Event):
    """A ticket's paper came out after all; one that came out without trouble leaves no event."""

    job: int
    ticket_id: int
    ticket: str
    printer: str


@dataclass(frozen=True)
class PrintJobFailed(Event):
    """The hall stopped trying; `error` is the catalogue key of the sentence that says what to do."""

    job: int
    ticket_id: int
    ticket: str
    printer: str
    error: str
