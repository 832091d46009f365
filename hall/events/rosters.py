"""Of the roster and absences."""

from dataclasses import dataclass

from hall.events.base import Event


@dataclass(frozen=True)
class RosterChanged(Event):
    """Shifts of one day were taken out and put in; each is [clerk's account, window or null, begins, ends] in
    minutes after midnight. `edition`: how often the day was changed.
    """

    day: str
    edition: int
    removed: list[list[int | None]]
    added: list[list[int | None]]


@dataclass(frozen=True)
class RosterReplaced(Event):
    """A day's whole roster was replaced: copied from another day, or `plan`, a drawn week, was applied."""

    day: str
    edition: int
    shifts: int
    copied_from: str | None = None
    plan: int | None = None


@dataclass(frozen=True)
class RosterPlanAsked(Event):
    """A week is to be drawn."""

    plan: int
    day: str


@dataclass(frozen=True)
class AbsenceMarked(Event):
    """A clerk is absent on these days."""

    absence: int
    account_id: int
    first_day: str
    last_day: str
    note: str | None = None


@dataclass(frozen=True)
class AbsenceEnded(Event):
    """An absence was taken back, or the clerk came after all."""

    absence: int
    account_id: int


@dataclass(frozen=True)
class ShiftTakenOver(Event):
    """Somebody stands in for an absent clerk."""

    day: str
    edition: int
    window: int
    account_id: int
    stand_in_id: int
