"""Moving windows: a manager makes moves, takes them back, gives them another end; a clerk who is asked to
open a window, or to come back to one, comes or does not; what is over ends by itself. One transaction each.

A set of moves made together is an adjustment. It is held against the rules of staffing
(hall/rules/staffing.py, `faults`) in the state of that very transaction: what was planned for a hall that has
changed since is refused with the reason. Nobody is moved while serving (hall/actions/after_ticket.py). An
adjustment ends when it is undone, or by itself at its `until` (`go_on`, called by hall/rounds.py), and every
window is then as it was before, or as somebody set it since; to one that was closed or paused its clerk is
asked back.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from hall.actions.after_ticket import (
    ASKED_FOR,
    carry_out,
    earlier_move,
    end_where_nothing_is_left,
    make,
    numbers_of,
    revert,
    set_state,
    wait_for_ticket,
)
from hall.actions.call import call_waiting
from hall.actions.setting import renewed, set_serves
from hall.actions.windows import open_window, sign_in
from hall.events import (
    AdjustmentApplied,
    AdjustmentProlonged,
    AdjustmentUndone,
    MoveAccepted,
    MoveDeclined,
    MoveRequested,
    MoveWaits,
)
from hall.records import desks, moves
from hall.records.book import Book
from hall.records.database import Tx
from hall.records.posts import certified, live_minimum, present_situation
from hall.records.tables import accounts, adjustments, window_moves
from hall.rules import errors
from hall.rules.errors import (
    AdjustmentOver,
    EndsBeforeItStarts,
    RequestOver,
    StaffingRefused,
    UnknownAdjustment,
    UnknownMove,
    WindowBusy,
)
from hall.rules.staffing import Fault, Kind, Move, faults

REFUSALS: dict[Fault, type[StaffingRefused]] = {
    Fault.UNKNOWN: errors.ClerkNotThere,
    Fault.CHANGED: errors.WindowChangedSince,
    Fault.HELD: errors.WindowJustMoved,
    Fault.SKILL: errors.ClerkNotCertified,
    Fault.ABSENT: errors.ClerkGoneBy,
    Fault.MUST_STAY_OPEN: errors.ClerkWithoutWindow,
    Fault.WINDOW_TWICE: errors.WindowTwice,
    Fault.CLERK_TWICE: errors.ClerkTwice,
    Fault.NO_WINDOW: errors.NoWindowLeft,
    Fault.NO_ELDERLY: errors.NoElderlyWindow,
}


def check(tx: Tx, book: Book, chosen: Sequence[Move]) -> None:
    """Refuses moves that the rules of staffing do not allow in the hall as it stands now, with the first
    reason. Raises the refusals of `REFUSALS`.
    """
    known = moves.known(tx.connection, book, tx.now)
    situation = present_situation(tx.connection, book, known, live_minimum(book, tx.now), tx.now)
    found = faults(situation, chosen)
    if not found:
        return
    fault, about = found[0]
    if fault is Fault.CHANGED and about not in {one.window_id for one in situation.posts if one.open}:
        fault = Fault.UNKNOWN  # the clerk has left: nothing is served there
    raise _refusal(book, fault, about, {one.window_id: one for one in moves.live(tx.connection, book.id)})


def _refusal(book: Book, fault: Fault, about: int, moved: dict[int, Row[Any]]) -> StaffingRefused:
    """A fault as a sentence can say it; where somebody else has moved the window, with who and when."""
    window = book.windows.get(about)
    business = book.businesses.get(about)
    if fault in (Fault.CHANGED, Fault.HELD) and window is not None and (row := moved.get(about)):
        at = row.applied_at.astimezone(book.zone)
        return errors.WindowMovedBy(window=window.number, name=row.by_name, at=f"{at:%H:%M}")
    if fault is Fault.NO_WINDOW:
        return REFUSALS[fault](business=business.name if business else about)
    return REFUSALS[fault](window=window.number if window else about)


def apply(
    tx: Tx, book: Book, chosen: Sequence[Move], until: datetime | None, suggestion_id: int | None = None
) -> int:
    """Makes moves until a moment (None: until somebody undoes them); returns the adjustment's id. A window
    that is to be opened is one its clerk is asked to come to; one with a ticket changes after it.

    Raises EndsBeforeItStarts, and what `check` raises.
    """
    _must_be_ahead(tx, book, until)
    check(tx, book, chosen)
    return begin(tx, book, chosen, until, suggestion_id)


def begin(
    tx: Tx, book: Book, chosen: Sequence[Move], until: datetime | None, suggestion_id: int | None = None
) -> int:
    """Makes moves that the caller has held against the hall of this transaction, as `apply` says."""
    adjustment = {
        "hall_id": book.id,
        "suggestion_id": suggestion_id,
        "applied_at": tx.now,
        "applied_by_id": tx.actor_id,
        "until": until,
    }
    made = insert(adjustments).returning(adjustments.c.id)
    adjustment_id = tx.connection.execute(made, adjustment).scalar_one()
    numbers = [book.windows[one.window_id].number for one in chosen]
    tx.record(AdjustmentApplied(adjustment_id, numbers, tx.actor_id or 0, suggestion_id, until))
    for one in chosen:
        _begin(tx, book, adjustment_id, one)
    _call_at(tx, renewed(tx, book), [one.window_id for one in chosen])
    return adjustment_id


def undo(tx: Tx, book: Book, adjustment_id: int) -> None:
    """Takes an adjustment back: every window is as it was right before. Raises UnknownAdjustment,
    AdjustmentOver.
    """
    _still(tx, book, adjustment_id)
    undone = {"undone_at": tx.now, "undone_by_id": tx.actor_id}
    tx.connection.execute(update(adjustments).where(adjustments.c.id == adjustment_id).values(**undone))
    rows = moves.of_adjustment(tx.connection, adjustment_id)
    tx.record(AdjustmentUndone(adjustment_id, numbers_of(book, rows), tx.actor_id or 0))
    _take_back(tx, book, rows)
    end_where_nothing_is_left(tx, book, adjustment_id)


def prolong(tx: Tx, book: Book, adjustment_id: int, until: datetime | None) -> None:
    """Gives an adjustment another end. Raises UnknownAdjustment, AdjustmentOver, EndsBeforeItStarts."""
    _must_be_ahead(tx, book, until)
    _still(tx, book, adjustment_id)
    tx.connection.execute(update(adjustments).where(adjustments.c.id == adjustment_id).values(until=until))
    numbers = numbers_of(book, moves.of_adjustment(tx.connection, adjustment_id))
    tx.record(AdjustmentProlonged(adjustment_id, numbers, tx.actor_id or 0, until))


def accept(tx: Tx, book: Book, move_id: int) -> int:
    """The clerk who was asked opens the window with one tap: signed in, set as asked, open. Returns its
    number. Raises UnknownMove, RequestOver, WindowTaken, ClerkElsewhere.
    """
    move = _request(tx, book, move_id)
    window = book.windows[move.window_id]
    clerk = _account(tx, move.clerk_id)
    if not frozenset(move.sets) & certified(book, clerk.skills):
        raise errors.ClerkNotCertified(window=window.number)
    if desks.desk(tx.connection, window.id).clerk_id != tx.actor_id:
        sign_in(tx, book, window.number, clerk.name, clerk.badge)
    if not moves.is_asked_back(move):
        set_state(tx, move.id, moves.DONE, expires_at=None)
    tx.record(MoveAccepted(window.number, move.clerk_id))
    if window.serves != frozenset(move.sets):
        set_serves(tx, book, window.number, move.sets)
        book = renewed(tx, book)
    open_window(tx, book, window.number)
    return window.number


def decline(tx: Tx, book: Book, move_id: int) -> None:
    """The clerk who was asked does not come. Raises UnknownMove, RequestOver."""
    move = _request(tx, book, move_id)
    _let_go(tx, book, move, "declined")
    end_where_nothing_is_left(tx, book, move.adjustment_id)


def go_on(tx: Tx, book: Book) -> None:
    """What time does: requests run out, adjustments end at their `until`, windows whose ticket is done
    change.
    """
    rows = moves.live(tx.connection, book.id)
    over = [row for row in rows if row.until is not None and row.until <= tx.now]
    over = [row for row in over if not moves.is_asked_back(row)]
    for row in rows:
        if row.state == moves.ASKED and row not in over and row.expires_at <= tx.now:
            _let_go(tx, book, row, "expired")
    book = _take_back(tx, book, over)
    for row in moves.live(tx.connection, book.id):
        if row.state in (moves.WAITING, moves.REVERTING) and not _has_ticket(tx, row.window_id):
            book = carry_out(tx, book, row.window_id)
            _call_at(tx, book, [row.window_id])
    for adjustment_id in moves.unended(tx.connection, book.id):
        end_where_nothing_is_left(tx, book, adjustment_id)


def _begin(tx: Tx, book: Book, adjustment_id: int, move: Move) -> None:
    """One move of an adjustment: the clerk is asked, the window waits for its ticket, or it changes now."""
    window = book.windows[move.window_id]
    before = moves.live_at(tx.connection, window.id)
    if before is not None:
        set_state(tx, before.id, moves.REPLACED)
    row = {
        "hall_id": book.id,
        "adjustment_id": adjustment_id,
        "window_id": window.id,
        "clerk_id": move.clerk_id,
        "kind": move.kind.value,
        "state": moves.ASKED if move.kind is Kind.OPEN else moves.WAITING,
        "served": sorted(window.serves),
        "sets": sorted(_sets(tx, book, move)),
        "back_to": sorted(window.serves) if before is None else before.back_to,
        "replaces_id": None if before is None else before.id,
        "expires_at": tx.now + ASKED_FOR if move.kind is Kind.OPEN else None,
        "changed_at": tx.now,
    }
    made = insert(window_moves).values(**row).returning(window_moves.c.id)
    move_id = tx.connection.execute(made).scalar_one()
    if move.kind is Kind.OPEN:
        tx.record(MoveRequested(window.number, move.clerk_id))
    elif move.kind is Kind.PAUSE and (step := desks.standing(tx.connection, window.id).step) is not None:
        raise WindowBusy(window=window.number, label=step.label)
    elif _has_ticket(tx, window.id):
        wait_for_ticket(tx, window.id, True)
        tx.record(MoveWaits(window.number))
    else:
        make(tx, book, _one(tx, book, move_id))


def _sets(tx: Tx, book: Book, move: Move) -> frozenset[int]:
    """All that the window serves with the move. What its clerk could not call anyway stays: another clerk may
    sit there later.
    """
    serves = book.windows[move.window_id].serves
    if move.kind in moves.AWAY:
        return serves
    if move.kind is Kind.OPEN:
        return move.after
    return move.after | (serves - certified(book, _account(tx, move.clerk_id).skills))


def _take_back(tx: Tx, book: Book, rows: Sequence[Row[Any]]) -> Book:
    """Ends moves: at once where no ticket is at the window, else after it. Returns the book as it is then."""
    changed = []
    for row in sorted(
        rows, key=lambda one: one.kind in moves.AWAY
    ):  # who was moved is free then to come back
        if moves.is_asked_back(row):
            continue
        if row.state in (moves.ASKED, moves.WAITING):
            set_state(tx, row.id, moves.WITHDRAWN)
            wait_for_ticket(tx, row.window_id, False)
            earlier = earlier_move(tx, row)
            if earlier is not None:
                set_state(tx, earlier.id, moves.DONE)
        elif row.state == moves.DONE and row.kind not in moves.AWAY and _has_ticket(tx, row.window_id):
            set_state(tx, row.id, moves.REVERTING)
            wait_for_ticket(tx, row.window_id, True)
            if row.window_id in book.windows:
                tx.record(MoveWaits(book.windows[row.window_id].number))
        elif row.state == moves.DONE:
            revert(tx, book, row)
            changed.append(row.window_id)
    if not changed:
        return book
    book = renewed(tx, book)
    _call_at(tx, book, changed)
    return book


def _let_go(tx: Tx, book: Book, move: Row[Any], reason: str) -> None:
    """A request that led to nothing."""
    earlier = earlier_move(tx, move)
    set_state(tx, move.id, reason)
    if earlier is not None:
        set_state(tx, earlier.id, moves.DONE)
    if move.window_id in book.windows:
        tx.record(MoveDeclined(book.windows[move.window_id].number, move.clerk_id, reason))


def _must_be_ahead(tx: Tx, book: Book, until: datetime | None) -> None:
    if until is not None and until <= tx.now:
        times = {"until": until.astimezone(book.zone), "now": tx.now.astimezone(book.zone)}
        raise EndsBeforeItStarts(**{name: f"{at:%H:%M}" for name, at in times.items()})


def _still(tx: Tx, book: Book, adjustment_id: int) -> None:
    """Makes sure that an adjustment is in force."""
    mine = (adjustments.c.id == adjustment_id) & (adjustments.c.hall_id == book.id)
    row = tx.connection.execute(select(adjustments).where(mine)).first()
    if row is None:
        raise UnknownAdjustment(adjustment=adjustment_id)
    ended = row.undone_at or row.ended_at
    if ended is not None:
        raise AdjustmentOver(at=f"{ended.astimezone(book.zone):%H:%M}")


def _request(tx: Tx, book: Book, move_id: int) -> Row[Any]:
    """The request to the clerk of this transaction. Raises UnknownMove, RequestOver."""
    move = moves.one(tx.connection, book.id, move_id)
    if move is None or move.clerk_id != tx.actor_id or move.window_id not in book.windows:
        raise UnknownMove(move=move_id)
    if move.state != moves.ASKED or move.expires_at <= tx.now:
        raise RequestOver(window=book.windows[move.window_id].number)
    return move


def _one(tx: Tx, book: Book, move_id: int) -> Row[Any]:
    move = moves.one(tx.connection, book.id, move_id)
    if move is None:
        raise UnknownMove(move=move_id)
    return move


def _account(tx: Tx, account_id: int) -> Row[Any]:
    return tx.connection.execute(select(accounts).where(accounts.c.id == account_id)).one()


def _has_ticket(tx: Tx, window_id: int) -> bool:
    return desks.standing(tx.connection, window_id).step is not None


def _call_at(tx: Tx, book: Book, window_ids: Iterable[int]) -> None:
    """Whoever waits for these windows by now, and stands before one that is ready, is called."""
    for window_id in window_ids:
        if window_id in book.windows:
            call_waiting(tx, book, book.windows[window_id].number)
