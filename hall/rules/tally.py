"""Counts the journal: each event adds to the hour, business, window and clerk that it concerns, and the time
between events to the windows that stood open.

hall/records/summing.py reads the journal, looks up what an event does not say (whose ticket, which wait) and
stores the sums; evidence for a standard is counted by the same code. What belongs to a ticket is counted on
the ticket's own business day, whenever it happened; taken, abandoned and second visits in the hour of
arrival, ratings in the hour of the service, everything else in the hour it happened. A rectification counts
when it is done, or as the day it was due for ends without that; a mystery visit when it was made.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hall.rules.figures import Figures
from hall.rules.tickets import State, VisitorClass

Key = tuple[date, str, int, bool]
"""Business day, cut (hour | business | window | clerk), subject (an hour or an id), whether a busy hour."""

NEGATIVE = 2
"""Grades up to this are negative (handbook 9)."""


@dataclass(frozen=True)
class Happening:
    """An event of the journal with what it does not say itself. `waited_seconds`: of a first call, or of
    somebody who left the line uncalled; None for every other. `belongs_at`: when a rated service ended, a
    mystery visit was made, or an overdue rectification was due. `score`: of a mystery visit.
    """

    at: datetime
    type: str
    data: Mapping[str, Any]
    business_day: date | None = None
    arrived_at: datetime | None = None
    business_id: int | None = None
    window_id: int | None = None
    clerk_id: int | None = None
    visitor_class: str = VisitorClass.ORDINARY.value
    waited_seconds: float | None = None
    promise_seconds: float = 0.0
    known: bool = False
    second_visit: bool = False
    belongs_at: datetime | None = None
    score: int = 0


@dataclass(frozen=True)
class Fact:
    """One thing that was counted, for whoever asks which tickets stand behind a figure. `at` decides the hour
    it is counted in; `seconds` waited or served, where that is the matter.
    """

    name: str
    at: datetime
    ticket_id: int
    label: str
    business_id: int | None
    window_id: int | None
    clerk_id: int | None
    visitor_class: str
    seconds: float | None
    promise_seconds: float


@dataclass(frozen=True)
class Hall:
    """What counting needs to know of a hall: its clock, its hours, its windows' ids and its limits."""

    zone: ZoneInfo
    open_spans: Callable[[date], Sequence[tuple[datetime, datetime]]]
    windows: Sequence[int]
    busy_hours: frozenset[int]
    overtime_seconds: float


@dataclass
class Desk:
    """A window while counting: who stands there, whether it is open, and until when that is counted."""

    clerk_id: int | None
    open: bool
    since: datetime


@dataclass
class Tally:
    """Sums of the events told so far. `serving` holds, per ticket, when the present service began (None while
    held) and the seconds of it before; `day` is the day whose time is being counted, until `due_until`.
    `notice` hears every single fact.
    """

    hall: Hall
    desks: dict[int, Desk] = field(default_factory=dict)
    serving: dict[int, tuple[datetime | None, float]] = field(default_factory=dict)
    day: date | None = None
    due_until: datetime | None = None
    sums: dict[Key, Figures] = field(default_factory=dict)
    notice: Callable[[Fact], None] | None = None

    def tell(self, one: Happening) -> None:
        """Counts one event; those that say nothing to a report change nothing."""
        self._begin(one.at.astimezone(self.hall.zone).date())
        count = getattr(self, f"_{one.type}", None)
        if count is not None:
            count(one)

    def settle(self, until: datetime) -> None:
        """Counts the time of open windows up to a moment, never beyond the day of the latest event."""
        if self.day is None or self.due_until is None:
            return
        until = min(until, self._midnight(self.day + timedelta(days=1)))
        for window_id, desk in self.desks.items():
            self._stand(window_id, desk, until)
        for window_id in self.hall.windows if until > self.due_until else ():
            for day, hour, begin, end in self._hours(self.due_until, until):
                for sums in self._parts(day, hour, None, window_id, None):
                    sums.due_seconds += self._within(day, begin, end)
        self.due_until = max(until, self.due_until)

    # ---- tickets ----

    def _ticket_issued(self, one: Happening) -> None:
        for sums in self._came(one):
            sums.taken += 1
            sums.known += one.known
            sums.second_visits += one.second_visit
        if one.second_visit:
            self._note("second_visits", one, one.arrived_at, came=True)

    def _ticket_called(self, one: Happening) -> None:
        if one.waited_seconds is None:
            return
        for sums in self._here(one):
            sums.wait(one.waited_seconds)
        self._asked(one, self._here(one), one.at)

    def _ticket_started(self, one: Happening) -> None:
        _, before = self.serving.get(one.data["ticket_id"], (None, 0.0))
        self.serving[one.data["ticket_id"]] = (one.at, before)

    def _ticket_finished(self, one: Happening) -> None:
        for sums in self._here(one):
            sums.served += 1
            sums.visits += bool(one.data["visit_over"])
        if one.data["visit_over"]:
            self._note("visits", one, one.at)
        self._end_service(one)

    def _ticket_missed(self, one: Happening) -> None:
        self._count(one, "missed")

    def _ticket_held(self, one: Happening) -> None:
        self._count(one, "held")
        began, before = self.serving.get(one.data["ticket_id"], (None, 0.0))
        if began is not None:
            self.serving[one.data["ticket_id"]] = (None, before + self._serve(one, began))

    def _ticket_transferred(self, one: Happening) -> None:
        self._count(one, "transferred")
        if one.data["from_state"] == State.SERVING:
            self._end_service(one)
        self.serving.pop(one.data["ticket_id"], None)

    def _ticket_cancelled(self, one: Happening) -> None:
        self._leave(one)

    def _ticket_expired(self, one: Happening) -> None:
        if one.data["from_state"] != State.PLANNED:
            self._leave(one)

    def _ticket_rated(self, one: Happening) -> None:
        if one.belongs_at is None:
            return
        negative = one.data["grade"] <= NEGATIVE
        for sums in self._parts_at(one, one.belongs_at):
            sums.rated += 1
            sums.grades += one.data["grade"]
            sums.negative += negative
        self._note("rated", one, one.belongs_at)
        if negative:
            self._note("negative", one, one.belongs_at)

    def _leave(self, one: Happening) -> None:
        self.serving.pop(one.data["ticket_id"], None)
        for sums in self._came(one):
            sums.abandoned += 1
        self._note("abandoned", one, one.arrived_at, one.waited_seconds, came=True)
        if one.waited_seconds is not None:
            self._asked(one, self._came(one), one.arrived_at, came=True)

    def _asked(
        self, one: Happening, parts: Sequence[Figures], at: datetime | None, came: bool = False
    ) -> None:
        late = (one.waited_seconds or 0.0) > one.promise_seconds
        elderly = one.visitor_class == VisitorClass.ELDERLY
        for sums in parts:
            sums.asked += 1
            sums.late += late
            sums.elderly_asked += elderly
            sums.elderly_late += late and elderly
        if late:
            self._note("late", one, at, one.waited_seconds, came)
            if elderly:
                self._note("elderly_late", one, at, one.waited_seconds, came)

    def _count(self, one: Happening, name: str) -> None:
        for sums in self._here(one):
            setattr(sums, name, getattr(sums, name) + 1)
        self._note(name, one, one.at)

    def _serve(self, one: Happening, began: datetime) -> float:
        seconds = max(0.0, (one.at - began).total_seconds())
        for sums in self._here(one):
            sums.service_seconds += seconds
        return seconds

    def _end_service(self, one: Happening) -> None:
        began, seconds = self.serving.pop(one.data["ticket_id"], (None, 0.0))
        if began is None:
            return  # begun before the journal that is being read
        seconds += self._serve(one, began)
        overtime = seconds > self.hall.overtime_seconds
        for sums in self._here(one):
            sums.services += 1
            sums.overtime += overtime
        if overtime:
            self._note("overtime", one, one.at, seconds)

    def _note(
        self,
        name: str,
        one: Happening,
        at: datetime | None,
        seconds: float | None = None,
        came: bool = False,
    ) -> None:
        """`came`: counted where the visitor arrived, so no window and no clerk has to do with it."""
        if self.notice is not None:
            where = (one.business_id, None if came else one.window_id, None if came else one.clerk_id)
            ticket = (one.data["ticket_id"], one.data["ticket"])
            fact = Fact(name, at or one.at, *ticket, *where, one.visitor_class, seconds, one.promise_seconds)
            self.notice(fact)

    # ---- rectifications and mystery visits ----

    def _rectification_done(self, one: Happening) -> None:
        if one.data["in_time"]:  # one that comes late was counted when it fell overdue
            for sums in self._here(one):
                sums.rectified += 1

    def _rectification_overdue(self, one: Happening) -> None:
        for sums in self._parts_at(one, one.belongs_at or one.at):
            sums.unrectified += 1

    def _mystery_visited(self, one: Happening) -> None:
        for sums in self._parts_at(one, one.belongs_at or one.at):
            sums.mystery_visits += 1
            sums.mystery_scores += one.score

    # ---- windows ----

    def _window_signed_in(self, one: Happening) -> None:
        self._set_desk(one, one.clerk_id, False)

    def _window_opened(self, one: Happening) -> None:
        desk = self.desks.get(one.window_id or 0)
        self._set_desk(one, desk.clerk_id if desk else one.clerk_id, True)

    def _window_paused(self, one: Happening) -> None:
        desk = self.desks.get(one.window_id or 0)
        self._set_desk(one, desk.clerk_id if desk else None, False)

    def _window_signed_out(self, one: Happening) -> None:
        self._set_desk(one, None, False)

    def _window_closed(self, one: Happening) -> None:
        self._set_desk(one, None, False)

    def _set_desk(self, one: Happening, clerk_id: int | None, is_open: bool) -> None:
        if one.window_id is None:
            return
        desk = self.desks.get(one.window_id)
        if desk is not None:
            self._stand(one.window_id, desk, one.at)
        self.desks[one.window_id] = Desk(clerk_id, is_open, one.at)

    def _stand(self, window_id: int, desk: Desk, until: datetime) -> None:
        """Counts a window's time from where it was counted last."""
        if desk.open:
            for day, hour, begin, end in self._hours(desk.since, until):
                seconds = (end - begin).total_seconds()
                within = self._within(day, begin, end)
                for sums in self._parts(day, hour, None, window_id, desk.clerk_id):
                    sums.open_seconds += seconds
                    sums.open_due_seconds += within
        desk.since = max(desk.since, until)

    # ---- days, hours and parts ----

    def _begin(self, day: date) -> None:
        """Another day has come: the old one's time is counted to its end, the days between not at all."""
        if self.day is not None and day <= self.day:
            return
        if self.day is not None:
            self.settle(self._midnight(self.day + timedelta(days=1)))
        self.day, self.due_until = day, self._midnight(day)
        for desk in self.desks.values():
            desk.since = max(desk.since, self.due_until)

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.hall.zone).astimezone(UTC)

    def _hours(self, begin: datetime, end: datetime) -> Iterator[tuple[date, int, datetime, datetime]]:
        """The stretch cut at the full hours of the hall's clock: day, hour, from, until."""
        while begin < end:
            here = begin.astimezone(self.hall.zone)
            into = timedelta(minutes=here.minute, seconds=here.second, microseconds=here.microsecond)
            until = min(end, begin + timedelta(hours=1) - into)
            yield here.date(), here.hour, begin, until
            begin = until

    def _within(self, day: date, begin: datetime, end: datetime) -> float:
        """How much of the stretch lies in the hall's hours."""
        overlaps = (min(end, closes) - max(begin, opens) for opens, closes in self.hall.open_spans(day))
        return sum(max(0.0, one.total_seconds()) for one in overlaps)

    def _came(self, one: Happening) -> list[Figures]:
        """Where a ticket's arrival is counted; no window and no clerk has to do with it."""
        here = (one.arrived_at or one.at).astimezone(self.hall.zone)
        return self._parts(one.business_day or here.date(), here.hour, one.business_id, None, None)

    def _here(self, one: Happening) -> list[Figures]:
        return self._parts_at(one, one.at)

    def _parts_at(self, one: Happening, at: datetime) -> list[Figures]:
        here = at.astimezone(self.hall.zone)
        day = one.business_day or here.date()
        return self._parts(day, here.hour, one.business_id, one.window_id, one.clerk_id)

    def _parts(
        self, day: date, hour: int, business_id: int | None, window_id: int | None, clerk_id: int | None
    ) -> list[Figures]:
        busy = hour in self.hall.busy_hours
        subjects = (("hour", hour), ("business", business_id), ("window", window_id), ("clerk", clerk_id))
        return [
            self.sums.setdefault((day, cut, subject, busy), Figures())
            for cut, subject in subjects
            if subject is not None
        ]
