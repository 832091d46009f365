"""Learns one live hall from its steps: the past days once, today a little further each time.

Kept in memory by the worker (hall/twin/foresee.py): the steps are the truth, and a restarted worker reads
them again.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, or_, select

from hall.records.book import Book
from hall.records.tables import steps
from hall.rules.demand import DAYS_KEPT
from hall.rules.service_times import Case, Prior, ServiceTimes
from hall.rules.tickets import State, VisitorClass
from hall.twin.knowledge import Knowledge

LONGEST_PAUSE = timedelta(minutes=10)
"""Between two visitors; more was no turn-over."""
BEFORE = datetime(1970, 1, 1, tzinfo=UTC)

_COLUMNS = (
    steps.c.id,
    steps.c.business_id,
    steps.c.visitor_class,
    steps.c.window_id,
    steps.c.clerk_id,
    steps.c.state,
    steps.c.queued_at,
    steps.c.entered_at,
    steps.c.called_at,
    steps.c.started_at,
    steps.c.ended_at,
    steps.c.returns,
)
_NEW = select(*_COLUMNS).where(
    steps.c.hall_id == bindparam("hall"),
    steps.c.business_day == bindparam("day"),
    steps.c.state != State.PLANNED.value,
    or_(
        steps.c.entered_at > bindparam("after", type_=steps.c.entered_at.type),
        steps.c.ended_at > bindparam("after", type_=steps.c.ended_at.type),
    ),
    or_(
        steps.c.entered_at <= bindparam("until", type_=steps.c.entered_at.type),
        steps.c.ended_at <= bindparam("until", type_=steps.c.ended_at.type),
    ),
)
_DAYS = (
    select(steps.c.business_day)
    .where(steps.c.hall_id == bindparam("hall"), steps.c.business_day < bindparam("day"))
    .distinct()
    .order_by(steps.c.business_day.desc())
    .limit(DAYS_KEPT)
)


@dataclass
class Learner:
    """What is known of one hall, and until when today's steps have been looked at."""

    knowledge: Knowledge
    _day: date | None = None
    _until: datetime = BEFORE
    _last_ended: dict[int, datetime] = field(default_factory=dict)

    @classmethod
    def of(cls, book: Book) -> "Learner":
        """Somebody who knows the configuration and nothing else."""
        return cls(Knowledge(ServiceTimes(_priors(book))))

    def catch_up(self, connection: Connection, book: Book, now: datetime) -> None:
        """Learns what has happened until `now`."""
        self.knowledge.service.priors = _priors(book)
        day = book.day(now)
        if self._day is None:
            days = connection.execute(_DAYS, {"hall": book.id, "day": day}).scalars()
            for past in reversed(list(days)):
                self._learn(connection, book, past, BEFORE, now)
        elif day != self._day:
            self._learn(connection, book, self._day, self._until, now)
        if day != self._day:
            self._day, self._until = day, BEFORE
            self._last_ended.clear()
        self._learn(connection, book, day, self._until, now)
        self._until = now

    def _learn(self, connection: Connection, book: Book, day: date, after: datetime, until: datetime) -> None:
        midnight = datetime.combine(day, time(), book.zone)
        values = {"hall": book.id, "day": day, "after": after, "until": until}
        happened: list[tuple[datetime, int, Any]] = []
        for row in connection.execute(_NEW, values):
            if after < row.entered_at <= until:
                happened.append((row.entered_at, row.id, row))
            if row.ended_at is not None and after < row.ended_at <= until:
                happened.append((row.ended_at, -row.id, row))
        for at, came, row in sorted(happened, key=lambda one: one[:2]):
            if came > 0:
                self.knowledge.came(
                    day,
                    (at - midnight).total_seconds(),
                    row.business_id,
                    VisitorClass(row.visitor_class),
                )
            else:
                self._over(day, row)

    def _over(self, day: date, step: Any) -> None:
        """A step has ended, one way or another."""
        if step.called_at is None:
            return
        for _ in range(step.returns):
            self.knowledge.missed(came_back=True)
        if step.started_at is None:
            # Called, and over without ever beginning: missed, unless it was sent elsewhere from there.
            if step.state == State.EXPIRED.value:
                self.knowledge.called(answered=False)
                self.knowledge.missed(came_back=False)
            return
        self.knowledge.called(answered=True, walk_seconds=(step.started_at - step.called_at).total_seconds())
        if step.state in (State.FINISHED.value, State.TRANSFERRED.value):
            seconds = (step.ended_at - step.started_at).total_seconds()
            visitor_class = VisitorClass(step.visitor_class)
            self.knowledge.served(Case(step.business_id, visitor_class, step.clerk_id, day, seconds))
        before = self._last_ended.get(step.window_id)
        if before is not None and step.queued_at < before <= step.called_at <= before + LONGEST_PAUSE:
            self.knowledge.turned_over((step.called_at - before).total_seconds())
        self._last_ended[step.window_id] = step.ended_at


def _priors(book: Book) -> dict[int, Prior]:
    return {one.id: Prior(one.service_seconds, one.service_cv) for one in book.businesses.values()}
