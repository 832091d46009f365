"""Applying a plan that was tried: one transaction.

A plan is held against the hall of that very transaction (hall/twin/planned.py, `check`), and against what has
happened to its windows since it was worked out: the second of two managers is told what the first has done.
What is done are moves like those of the advisor (hall/actions/moves.py): after the ticket, until their end,
back by themselves, listed and undone with them, by whichever manager. What can only be tried is left.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

from sqlalchemy import bindparam, select

from hall.actions import moves
from hall.events import PlanApplied, iso
from hall.records.book import Book, read_book
from hall.records.database import Tx
from hall.records.tables import accounts, events
from hall.rules.errors import PlanEmpty, PlanOnlyTried, PlanOutdated
from hall.rules.staffing import Kind, Move
from hall.rules.what_if import Change, Do
from hall.twin.plan import PlannedChange, understood
from hall.twin.planned import check, in_one_part
from hall.twin.planned_live import Floor, floor

TOLD = 20
AT_ITS_WINDOWS = (
    "window_signed_in",
    "window_signed_out",
    "window_opened",
    "window_paused",
    "window_closed",
    "window_businesses_changed",
)
"""What makes a plan outdated when it happens to one of its windows."""
ANYWHERE = (
    "window_businesses_changed",
    "window_closed",
    "adjustment_applied",
    "plan_applied",
    "hall_configured",
)
"""What makes any plan outdated: a manager has moved something."""

_SINCE = (
    select(events.c.type, events.c.at, events.c.data, accounts.c.name, accounts.c.name_en)
    .outerjoin(accounts, accounts.c.id == events.c.actor_id)
    .where(
        events.c.hall_id == bindparam("hall"),
        events.c.seq > bindparam("basis"),
        events.c.type.in_(sorted({*AT_ITS_WINDOWS, *ANYWHERE})),
    )
    .order_by(events.c.seq)
)


@dataclass(frozen=True)
class Applied:
    """What was done, as adjustments by their ids, and which changes (from 0) were left because they can only
    be tried.
    """

    adjustments: tuple[int, ...]
    left: tuple[int, ...]


def apply_plan(tx: Tx, book: Book, planned: Sequence[PlannedChange], basis: int) -> Applied:
    """Does what of a plan can be done now. `basis`: the newest event that was known when it was worked out.

    Raises PlanEmpty, PlanOutdated, PlanOnlyTried, WindowBusy (a window to be paused has a ticket), and what
    `understood` and `check` raise. Then nothing of it is done.
    """
    if not planned:
        raise PlanEmpty()
    here = floor(tx.connection, book, tx.now)
    changes = understood(planned, book, here.now, here.accounts)
    _must_be_fresh(tx, book, changes, basis)
    check(book, in_one_part(here.hall), changes, here.staff, here.now)
    left = tuple(place for place, one in enumerate(changes) if _only_tried(one, here))
    chosen = [one for place, one in enumerate(changes) if place not in left]
    if not chosen:
        raise PlanOnlyTried()
    numbers = [book.windows[one.window_id].number for one in chosen]
    adjustments = _move(tx, book, chosen, here)
    tx.record(PlanApplied(sorted(numbers), list(adjustments), tx.actor_id or 0))
    return Applied(adjustments, left)


def _only_tried(one: Change, here: Floor) -> bool:
    """More visitors, another kind of window, something later, a clerk nobody has named."""
    unnamed = one.do is Do.OPEN and not one.clerk_id and one.window_id not in here.staff.at
    return one.do is Do.VISITORS or bool(one.kind) or one.since > here.now or unnamed


def _move(tx: Tx, book: Book, chosen: Sequence[Change], here: Floor) -> tuple[int, ...]:
    """Moves the windows, those with the same end together; the adjustments' ids."""
    together: dict[float, list[Move]] = {}
    for one in chosen:
        move = _move_of(book, one, here)
        if move is not None:
            together.setdefault(one.until, []).append(move)
    made = []
    for until, those in sorted(together.items(), key=lambda one: one[0]):
        ends = here.hall.moment(until) if until < inf else None
        made.append(moves.begin(tx, book, those, ends))
        book = read_book(tx.connection, book.code)
    return tuple(made)


def _move_of(book: Book, one: Change, here: Floor) -> Move | None:
    """None: the window is so already."""
    window, there = here.hall.windows[one.window_id], one.window_id in here.staff.at
    clerk_id = here.staff.at.get(one.window_id, one.clerk_id)
    serves = one.businesses or book.windows[one.window_id].serves
    if one.do is Do.OPEN and not there:
        return Move(Kind.OPEN, one.window_id, clerk_id, frozenset(), serves)
    if one.do is Do.OPEN and one.window_id in here.staff.paused:
        return Move(Kind.RESUME, one.window_id, clerk_id, window.calls, serves)
    if one.do is Do.SWITCH or (one.do is Do.OPEN and one.businesses):
        return Move(Kind.SWITCH, one.window_id, clerk_id, window.calls, one.businesses)
    if one.do in (Do.CLOSE, Do.PAUSE):
        return Move(Kind(one.do.value), one.window_id, clerk_id, window.calls, frozenset())
    return None


def _must_be_fresh(tx: Tx, book: Book, changes: Sequence[Change], basis: int) -> None:
    """Raises PlanOutdated with what has happened since."""
    mine = {book.windows[one.window_id].number for one in changes if one.window_id}
    rows = tx.connection.execute(_SINCE, {"hall": book.id, "basis": basis})
    happened = [row for row in rows if row.type in ANYWHERE or row.data.get("window") in mine]
    if not happened:
        return
    touched = dict.fromkeys(number for row in happened for number in _windows_of(row))
    refusal = PlanOutdated(windows="、".join(map(str, touched)) or "–")
    refusal.more["changed"] = [
        {
            "type": row.type,
            "at": iso(row.at),
            "windows": _windows_of(row),
            "businesses": row.data.get("businesses", []),
            "name": row.name or "",
            "name_en": row.name_en or "",
        }
        for row in happened[-TOLD:]
    ]
    raise refusal


def _windows_of(row: Any) -> list[int]:
    return list(row.data.get("windows", [])) or ([row.data["window"]] if "window" in row.data else [])
