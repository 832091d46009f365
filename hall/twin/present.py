"""The scene of a live hall: who waits, who is at which window and since when, who stepped aside or was missed
and may be back, and who sits where.

Read from the database in one consistent look by the worker (hall/twin/foresee.py), for
hall/twin/lookahead.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select

from hall.records import desks
from hall.records.book import Book
from hall.records.posts import LONG_PAUSE
from hall.records.tables import steps
from hall.rules.errors import ReturnTooLate
from hall.rules.tickets import AT_A_WINDOW, State, VisitorClass, check_return
from hall.twin.halls import hall_of_book, staff
from hall.twin.lookahead import Scene
from hall.twin.model import AtWindow, Away, Clerk, Desk, Hall, Held, Phase, Present, Span, Visitor, Waiting

PAUSES_SECONDS = {"signed_in": 120.0, "meal": 1800.0, "meeting": 1800.0}
"""How much longer such pauses are thought to last; others PAUSE_SECONDS."""
AFTER_HOURS_SECONDS = 4 * 3600.0
"""How long a window that is open outside the hall's hours is thought to stay."""

_STEPS = (
    select(
        steps.c.id,
        steps.c.ticket_id,
        steps.c.business_id,
        steps.c.visitor_class,
        steps.c.state,
        steps.c.queued_at,
        steps.c.rank,
        steps.c.entered_at,
        steps.c.pinned_window_id,
        steps.c.window_id,
        steps.c.latest_call_at,
        steps.c.started_at,
        steps.c.returns,
    )
    .where(
        steps.c.hall_id == bindparam("hall"),
        steps.c.business_day == bindparam("day"),
        steps.c.state.in_([one.value for one in (State.WAITING, *AT_A_WINDOW, State.HELD, State.MISSED)]),
    )
    .order_by(steps.c.id)
)


@dataclass(frozen=True)
class Staffed:
    """The hall's windows with who is there. `standing`: their rows; `clerks`: window id → the clerk who sits
    there (None: nobody).
    """

    hall: Hall
    standing: Sequence[Any]
    clerks: Mapping[int, Clerk | None]


def staffed(connection: Connection, book: Book, now: datetime) -> Staffed:
    """The windows as they stand at `now`, and nobody who waits."""
    bare = hall_of_book(book, book.day(now))
    standing = [one for one in desks.desks(connection, book.id) if one.id in book.windows]
    spans = _from_now(bare.open_spans, bare.seconds(now))
    clerks = {one.id: _clerk(book, one, spans, now) for one in standing}
    return Staffed(staff(bare, clerks), standing, clerks)


def scene(connection: Connection, book: Book, now: datetime) -> Scene:
    """The hall as it stands at `now`."""
    day = book.day(now)
    here = staffed(connection, book, now)
    hall, standing, clerks = here.hall, here.standing, here.clerks
    at_seconds = hall.seconds(now)
    rows = [
        row
        for row in connection.execute(_STEPS, {"hall": book.id, "day": day})
        if row.business_id in book.businesses
    ]
    at_windows = {row.window_id: row for row in rows if row.state in AT_A_WINDOW}
    held: dict[int, list[Any]] = {}
    for row in rows:
        if row.state == State.HELD.value:
            held.setdefault(row.window_id, []).append(row)
    return Scene(
        hall=hall,
        present=Present(
            at_seconds=at_seconds,
            waiting=tuple(_waiting(hall, row) for row in rows if row.state == State.WAITING.value),
            desks={
                one.id: _desk(hall, one, at_windows.get(one.id), held.get(one.id, ()))
                for one in standing
                if clerks[one.id] is not None
            },
            away=tuple(_away(hall, row) for row in rows if _may_return(book, row, now)),
            next_step_id=max((row.id for row in rows), default=0) + 1,
        ),
        clerks={one.id: one.clerk_id for one in standing if clerks[one.id] is not None},
        started_at={
            window_id: hall.seconds(row.started_at)
            for window_id, row in at_windows.items()
            if row.started_at is not None
        },
        pauses={
            one.id: PAUSES_SECONDS[one.pause_reason]
            for one in standing
            if one.state == "paused" and one.pause_reason in PAUSES_SECONDS
        },
        businesses=frozenset(
            business_id
            for one in standing
            if one.state == "open"
            for business_id in desks.callable_businesses(book, one.id, one.skills)
        ),
    )


def _from_now(open_spans: Sequence[Span], now: float) -> tuple[Span, ...]:
    """When a clerk who is there now is thought to be there: the hall's hours, and from now on outside
    them.
    """
    left = tuple(span for span in open_spans if span[1] > now)
    if left and left[0][0] <= now:
        return left
    until = left[0][0] if left else now + AFTER_HOURS_SECONDS
    return ((now - 1.0, until), *left)


def _clerk(book: Book, desk: Any, spans: tuple[Span, ...], now: datetime) -> Clerk | None:
    if desk.clerk_id is None or desk.state == "closed":
        return None
    if desk.state == "paused" and now - desk.state_since > LONG_PAUSE:
        return None
    return Clerk(spans, skills=certified(book, desk.skills))


def certified(book: Book, skills: str | Sequence[str] | None) -> frozenset[int]:
    """What an account's skills are certified for."""
    if skills == "all" or skills is None:
        return frozenset(book.businesses)
    known = book.businesses_by_code
    return frozenset(known[code].id for code in skills if code in known)


def _desk(hall: Hall, desk: Any, row: Any, held: Sequence[Any]) -> Desk:
    ticket = None
    if row is not None:
        serving = row.state == State.SERVING.value
        called_at = hall.seconds(row.latest_call_at)
        phase = Phase.SERVING if serving else Phase.CALLED
        ticket = AtWindow(_waiting(hall, row), phase, called_at, called_at)
    ready = desk.state == "open" and ticket is None and desk.ready_since is not None
    return Desk(
        state=desk.state,
        ready_since=hall.seconds(desk.ready_since) if ready else None,
        ticket=ticket,
        held=tuple(_held(hall, one) for one in held),
    )


def _held(hall: Hall, row: Any) -> Held:
    """Somebody who stepped aside; when they are back, and how much is left to do then, is drawn."""
    called_at = hall.seconds(row.latest_call_at)
    return Held(_waiting(hall, row), called_at, 0.0, called_at)


def _away(hall: Hall, row: Any) -> Away:
    """Somebody missed; whether and when they are back is drawn."""
    return Away(_waiting(hall, row), hall.seconds(row.latest_call_at))


def _may_return(book: Book, row: Any, now: datetime) -> bool:
    """Whether somebody missed would be taken back into the line, as hall/actions/serve.py does."""
    rules = book.rules
    if row.state != State.MISSED.value or rules.missed_return != "behind":
        return False
    if row.returns >= rules.missed_return_times:
        return False
    try:
        check_return(now, row.latest_call_at, rules.missed_return_within_minutes)
    except ReturnTooLate:
        return False
    return True


def _waiting(hall: Hall, row: Any) -> Waiting:
    """A step; what its visitor is going to do is not known, and drawn for every run."""
    visitor_class = VisitorClass(row.visitor_class)
    visitor = Visitor(row.ticket_id, hall.seconds(row.entered_at), row.business_id, visitor_class, 0.0)
    return Waiting(
        visitor,
        row.id,
        row.business_id,
        visitor_class,
        hall.seconds(row.queued_at),
        row.rank,
        row.pinned_window_id,
        hall.seconds(row.entered_at),
        row.returns,
    )
