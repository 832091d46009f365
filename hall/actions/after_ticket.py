"""What a window's move does to it: at once, or when the ticket at the window is done. Nobody is moved while
serving (handbook 11).

hall/actions/moves.py decides moves; call.py asks `carry_out` before the next call, so that none is made under
what the window served before; hall/rounds.py does it for windows where nobody presses.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, update

from hall.actions.setting import close, renewed, set_serves
from hall.events import AdjustmentEnded, WindowClosed
from hall.records import desks, moves
from hall.records.book import Book
from hall.records.database import Tx
from hall.records.tables import adjustments, window_moves, windows
from hall.rules.staffing import Kind


def carry_out(tx: Tx, book: Book, window_id: int) -> Book:
    """Does at a window without a ticket what waited for it; returns the book as it is then."""
    move = moves.live_at(tx.connection, window_id)
    wait_for_ticket(tx, window_id, False)
    if move is None or window_id not in book.windows:
        return book
    if move.state == moves.WAITING:
        make(tx, book, move)
    elif move.state == moves.REVERTING:
        revert(tx, book, move)
        end_where_nothing_is_left(tx, book, move.adjustment_id)
    return renewed(tx, book)


def make(tx: Tx, book: Book, move: Row[Any]) -> None:
    """The window is as the move says. Holds once `renewed`."""
    set_state(tx, move.id, moves.DONE)
    number = book.windows[move.window_id].number
    if move.kind == Kind.CLOSE:
        close(tx, move.window_id)
        tx.record(WindowClosed(number))
    else:
        set_serves(tx, book, number, move.sets)


def revert(tx: Tx, book: Book, move: Row[Any]) -> None:
    """The window is where it belongs again; taken back, it is as it was right before, and an earlier move of
    it is in force again. One that somebody else has set since stays so. A window that was opened closes when
    its clerk still sits there; one that was closed stays closed until a clerk comes. Holds once `renewed`.
    """
    window = book.windows.get(move.window_id)
    if window is None or window.serves != frozenset(move.sets) or move.kind == Kind.CLOSE:
        set_state(tx, move.id, moves.LEFT)
        return
    earlier = earlier_move(tx, move) if move.undone_at is not None else None
    if earlier is not None and earlier.until is not None and earlier.until <= tx.now:
        earlier = None
    set_state(tx, move.id, moves.REVERTED)
    if earlier is not None:
        set_state(tx, earlier.id, moves.DONE)
    if move.kind == Kind.OPEN and desks.desk(tx.connection, window.id).clerk_id == move.clerk_id:
        close(tx, window.id)
        tx.record(WindowClosed(window.number))
    back_to = frozenset(move.back_to if earlier is None else move.served)
    if window.serves != back_to:
        set_serves(tx, book, window.number, back_to)


def earlier_move(tx: Tx, move: Row[Any]) -> Row[Any] | None:
    """The move of the window that this one took the place of, when its adjustment still holds."""
    if move.replaces_id is None:
        return None
    earlier = moves.one(tx.connection, move.hall_id, move.replaces_id)
    if earlier is None or earlier.undone_at is not None or earlier.ended_at is not None:
        return None
    return earlier


def set_state(tx: Tx, move_id: int, state: str, **more: Any) -> None:
    """Where a move stands from now on."""
    changes = {"state": state, "changed_at": tx.now, **more}
    tx.connection.execute(update(window_moves).where(window_moves.c.id == move_id).values(**changes))


def wait_for_ticket(tx: Tx, window_id: int, waits: bool) -> None:
    """Whether the window's next call is preceded by a move."""
    tx.connection.execute(update(windows).where(windows.c.id == window_id).values(move_waits=waits))


def end_where_nothing_is_left(tx: Tx, book: Book, adjustment_id: int) -> None:
    """Writes down that an adjustment has ended, once no window of it is moved any more."""
    if moves.is_in_force(tx.connection, adjustment_id):
        return
    standing = (adjustments.c.id == adjustment_id) & adjustments.c.ended_at.is_(None)
    if tx.connection.execute(update(adjustments).where(standing).values(ended_at=tx.now)).rowcount:
        rows = moves.of_adjustment(tx.connection, adjustment_id)
        tx.record(AdjustmentEnded(adjustment_id, numbers_of(book, rows)))


def numbers_of(book: Book, rows: Iterable[Row[Any]]) -> list[int]:
    """The windows of moves, by their numbers."""
    return [book.windows[row.window_id].number for row in rows if row.window_id in book.windows]
