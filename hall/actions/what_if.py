"""Applying a plan that was tried, and taking it back: one transaction each.

A plan is held against the hall of that very transaction (hall/twin/planned.py, `check`), and against what has
happened to its windows since it was worked out: the second of two managers is told what the first has done.
Switches, openings with a named clerk and closings are moves like those of the advisor
(hall/actions/moves.py): after the ticket, until their end, back by themselves. Pauses, and openings where the
clerk is signed in, are the manager's own verbs (hall/actions/windows.py). What can only be tried is left.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

from sqlalchemy import bindparam, select

from hall.actions import moves, windows
from hall.events import PlanApplied, PlanUndone, iso
from hall.records import desks
from hall.records.book import Book, read_book
from hall.records.database import Tx
from hall.records.tables import accounts, events
from hall.rules.errors import AdjustmentOver, PlanEmpty, PlanOnlyTried, PlanOutdated, PlanOver
from hall.rules.staffing import Kind, Move
from hall.rules.what_if import Change, Do
from hall.twin.plan import PlannedChange, understood
from hall.twin.planned import check, in_one_part
from hall.twin.planned_live import Floor, floor

PAUSED_BY = "manager"
"""The reason a window is paused for by a plan; only such a pause is taken back with it."""
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
    """What was done: `adjustments` by their ids, windows `paused` and `opened` by their numbers, and which
    changes (from 0) were left because they can only be tried.
    """

    adjustments: tuple[int, ...]
    paused: tuple[int, ...]
    opened: tuple[int, ...]
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
    paused, opened = _manage(tx, book, chosen, here)
    adjustments = _move(tx, book, chosen, here)
    tx.record(PlanApplied(sorted(numbers), list(adjustments), tx.actor_id or 0))
    return Applied(adjustments, paused, opened, left)


def undo_plan(
    tx: Tx, book: Book, adjustments: Sequence[int], paused: Sequence[int], opened: Sequence[int]
) -> list[int]:
    """Takes an applied plan back, as far as nobody has changed it since; returns the windows that are as
    somebody set them meanwhile.

    Raises PlanOver when there is nothing left of it, UnknownAdjustment, UnknownWindow, WindowBusy.
    """
    undone: list[int] = []
    for one in adjustments:
        try:
            moves.undo(tx, read_book(tx.connection, book.code), one)
        except AdjustmentOver:
            continue
        undone.append(one)
    book = read_book(tx.connection, book.code)
    back, left = [], []
    for number, action in (*((one, "open") for one in paused), *((one, "pause") for one in opened)):
        desk = desks.desk(tx.connection, book.window(number).id)
        ours = desk.state == "open" if action == "pause" else desk.pause_reason == PAUSED_BY
        if ours and desk.clerk_id is not None:
            windows.manage(tx, book, number, action, PAUSED_BY if action == "pause" else None)
            back.append(number)
        else:
            left.append(number)
    if not undone and not back:
        raise PlanOver()
    tx.record(PlanUndone(sorted(back), undone, tx.actor_id or 0))
    return left


def _only_tried(one: Change, here: Floor) -> bool:
    """More visitors, another kind of window, something later, a clerk nobody has named."""
    unnamed = one.do is Do.OPEN and not one.clerk_id and one.window_id not in here.staff.at
    return one.do is Do.VISITORS or bool(one.kind) or one.since > here.now or unnamed


def _manage(
    tx: Tx, book: Book, chosen: Sequence[Change], here: Floor
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Pauses, and opens where the clerk is there; the numbers of both."""
    paused, opened = [], []
    for one in chosen:
        number = book.windows[one.window_id].number
        if one.do is Do.PAUSE:
            windows.manage(tx, book, number, "pause", PAUSED_BY)
            paused.append(number)
        elif one.do is Do.OPEN and one.window_id in here.staff.at:
            windows.manage(tx, book, number, "open", None)
            opened.append(number)
    return tuple(paused), tuple(opened)


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
    window = here.hall.windows[one.window_id]
    clerk_id = here.staff.at.get(one.window_id, one.clerk_id)
    if one.do is Do.SWITCH or (one.do is Do.OPEN and one.window_id in here.staff.at and one.businesses):
        return Move(Kind.SWITCH, one.window_id, clerk_id, window.calls, one.businesses)
    if one.do is Do.OPEN and one.window_id not in here.staff.at:
        serves = one.businesses or book.windows[one.window_id].serves
        return Move(Kind.OPEN, one.window_id, clerk_id, frozenset(), serves)
    if one.do is Do.CLOSE:
        return Move(Kind.CLOSE, one.window_id, clerk_id, window.calls, frozenset())
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
