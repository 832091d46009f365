"""What a window's move does to it: at once, or when the ticket at the window is done. Nobody is moved while
serving (handbook 11).

hall/actions/moves.py decides moves; call.py asks `carry_out` before the next call, so that none is made under
what the window served before; hall/rounds.py does it for windows where nobody presses.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, update

from hall.actions.setting import close, open_or_pause, renewed, set_serves
from hall.events import AdjustmentEnded, MoveAskedBack, WindowClosed, WindowOpened, WindowPaused
from hall.records import desks, moves
from hall.records.book import Book, Window
from hall.records.database import Tx
from hall.records.tables import adjustments, window_moves, windows
from hall.rules.staffing import Kind

ASKED_FOR = timedelta(minutes=10)
"""How long a clerk may take to come to a window."""
PAUSED_BY = "manager"
"""The reason of a pause that a move makes; taken back, only such a one ends."""


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
    window = book.windows[move.window_id]
    paused = desks.desk(tx.connection, window.id).state == "paused"
    if move.kind == Kind.CLOSE:
        close(tx, window.id)
        tx.record(WindowClosed(window.number))
    elif move.kind == Kind.PAUSE and not paused:
        _pause(tx, window)
    elif move.kind == Kind.RESUME and paused:
        _open(tx, window)
    if window.serves != frozenset(move.sets):
        set_serves(tx, book, window.number, move.sets)


def revert(tx: Tx, book: Book, move: Row[Any]) -> None:
    """The window is where it belongs again; taken back, it is as it was right before, and an earlier move of
    it is in force again. One that somebody else has set since stays so. A window that was opened closes when
    its clerk still sits there; to one that was closed or paused its clerk is asked back. Holds once
    `renewed`.
    """
    window = book.windows.get(move.window_id)
    set_since = window is not None and window.serves != frozenset(move.sets)
    if window is None or (set_since and move.kind not in moves.AWAY):
        set_state(tx, move.id, moves.LEFT)
        return
    back_to = frozenset(move.back_to if _earlier(tx, move) is None else move.served)
    if window.serves != back_to and not set_since:
        set_serves(tx, book, window.number, back_to)
    if move.kind in moves.AWAY:
        _ask_back(tx, book, move, window.serves if set_since else back_to)
        return
    settle(tx, move, moves.REVERTED)
    desk = desks.desk(tx.connection, window.id)
    if move.kind == Kind.OPEN and desk.clerk_id == move.clerk_id:
        close(tx, window.id)
        tx.record(WindowClosed(window.number))
    elif move.kind == Kind.RESUME and desk.clerk_id == move.clerk_id and desk.state == "open":
        _pause(tx, window)


def _ask_back(tx: Tx, book: Book, move: Row[Any], serves: frozenset[int]) -> None:
    """Asks the clerk who was sent away to open the window again, unless that is over anyway: somebody is
    there, the clerk works elsewhere, the hall is closed. A pause that is taken back simply ends.
    """
    window = book.windows[move.window_id]
    desk = desks.desk(tx.connection, window.id)
    gone = "closed" if move.kind == Kind.CLOSE else "paused"
    still = desk.state == gone and desk.clerk_id in (None, move.clerk_id)
    if still and move.kind == Kind.PAUSE and move.undone_at is not None:
        if desk.pause_reason == PAUSED_BY:
            _open(tx, window)
        settle(tx, move, moves.REVERTED)
    elif still and _could_come(tx, book, move, serves):
        set_state(tx, move.id, moves.ASKED, sets=sorted(serves), expires_at=tx.now + ASKED_FOR)
        tx.record(MoveAskedBack(window.number, move.clerk_id))
    else:
        settle(tx, move, moves.LEFT)


def _could_come(tx: Tx, book: Book, move: Row[Any], serves: frozenset[int]) -> bool:
    if book.day(move.applied_at) != book.day(tx.now):
        return False
    elsewhere = desks.desk_of_clerk(tx.connection, move.clerk_id)
    if elsewhere is not None and elsewhere.id != move.window_id:
        return False
    return any(
        book.opening(tx.now, book.businesses[one]).open_now for one in serves if one in book.businesses
    )


def came_back(tx: Tx, book: Book, window_id: int) -> None:
    """A window is open: nobody needs to be asked back to it any more."""
    move = moves.live_at(tx.connection, window_id)
    if move is not None and moves.is_asked_back(move):
        settle(tx, move, moves.REVERTED)
        end_where_nothing_is_left(tx, book, move.adjustment_id)


def settle(tx: Tx, move: Row[Any], state: str) -> None:
    """A move is over. Where it was taken back, or only kept the window from working, the move it took the
    place of is in force again.
    """
    earlier = _earlier(tx, move)
    set_state(tx, move.id, state)
    if earlier is not None:
        set_state(tx, earlier.id, moves.DONE)


def _earlier(tx: Tx, move: Row[Any]) -> Row[Any] | None:
    """The move that is in force again when this one is over."""
    if move.undone_at is None and move.kind not in moves.AWAY:
        return None
    earlier = earlier_move(tx, move)
    over = earlier is not None and earlier.until is not None and earlier.until <= tx.now
    return None if over else earlier


def _open(tx: Tx, window: Window) -> None:
    open_or_pause(tx, window.id, "open", None)
    tx.record(WindowOpened(window.number))


def _pause(tx: Tx, window: Window) -> None:
    open_or_pause(tx, window.id, "paused", PAUSED_BY)
    tx.record(WindowPaused(window.number, PAUSED_BY))


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
    tx.remembered.forget()  # not each time it is an event


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
