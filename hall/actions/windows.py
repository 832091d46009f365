"""Windows and who stands at them: sign in, open, pause, sign out; and what a duty manager does with a window.

One clerk per window and one window per clerk (a unique index on the signed-in clerk keeps it); sign-in starts
paused; no pause while serving.
"""

from collections.abc import Sequence

from sqlalchemy.exc import IntegrityError

from hall.actions.after_ticket import came_back
from hall.actions.call import call_waiting
from hall.actions.setting import close, open_or_pause, renewed, set_serves
from hall.actions.standing import stand_at
from hall.events import (
    WindowClosed,
    WindowOpened,
    WindowPaused,
    WindowSignedIn,
    WindowSignedOut,
)
from hall.records import desks
from hall.records.book import Book, Business
from hall.records.database import Tx
from hall.rules.errors import (
    CannotServe,
    ClerkElsewhere,
    NobodySignedIn,
    ReasonNeeded,
    WindowBusy,
    WindowTaken,
)


def sign_in(tx: Tx, book: Book, number: int, clerk_name: str, badge: str) -> None:
    """The clerk of this transaction takes a free window; it starts paused. Raises WindowTaken,
    ClerkElsewhere.
    """
    window = book.window(number)
    desk = desks.desk(tx.connection, window.id)
    if desk.clerk_id is not None:
        raise WindowTaken(window=number, clerk=desk.clerk_name)
    taken = desks.desk_of_clerk(tx.connection, tx.actor_id or 0)
    if taken is not None:
        raise ClerkElsewhere(window=taken.number)
    changes = {
        "clerk_id": tx.actor_id,
        "state": "paused",
        "state_since": tx.now,
        "ready_since": None,
        "pause_reason": "signed_in",
    }
    try:
        claimed = desks.claim(tx.connection, window.id, {"clerk_id": None}, changes)
    except IntegrityError as error:
        raise ClerkElsewhere(window="") from error
    if not claimed:
        raise WindowTaken(window=number, clerk="")
    tx.record(WindowSignedIn(number, clerk_name, badge))


def sign_out(tx: Tx, book: Book, number: int) -> None:
    """The clerk leaves. Raises WindowBusy while a ticket is open at the window."""
    standing = stand_at(tx, book, number)
    _must_be_free(standing.step, number)
    close(tx, standing.desk.id)
    tx.record(WindowSignedOut(number))


def open_window(tx: Tx, book: Book, number: int) -> None:
    """The clerk begins, or goes on, calling. Opening an open window changes nothing."""
    standing = stand_at(tx, book, number)
    if standing.desk.state != "open":
        open_or_pause(tx, standing.desk.id, "open", None)
        tx.record(WindowOpened(number))
        came_back(tx, book, standing.desk.id)


def pause(tx: Tx, book: Book, number: int, reason: str) -> None:
    """The clerk pauses, with a reason. Raises WindowBusy while a ticket is open at the window."""
    standing = stand_at(tx, book, number)
    _must_be_free(standing.step, number)
    if not reason.strip():
        raise ReasonNeeded()
    open_or_pause(tx, standing.desk.id, "paused", reason.strip())
    tx.record(WindowPaused(number, reason.strip()))


def manage(tx: Tx, book: Book, number: int, action: str, reason: str | None) -> None:
    """A duty manager pauses, opens or closes a window (closing signs its clerk out). Raises WindowBusy,
    NobodySignedIn.
    """
    window = book.window(number)
    standing = desks.standing(tx.connection, window.id)
    desk = standing.desk
    if action != "close" and desk.clerk_id is None:
        raise NobodySignedIn(window=number)
    if action != "open":
        _must_be_free(standing.step, number)
    if action == "open" and desk.state != "open":
        open_or_pause(tx, window.id, "open", None)
        tx.record(WindowOpened(number))
        came_back(tx, book, window.id)
    elif action == "pause" and desk.state != "paused":
        open_or_pause(tx, window.id, "paused", reason or "manager")
        tx.record(WindowPaused(number, reason))
    elif action == "close" and desk.state != "closed":
        close(tx, window.id)
        tx.record(WindowClosed(number))


def switch_businesses(tx: Tx, book: Book, number: int, chosen: Sequence[Business]) -> None:
    """A duty manager changes what a window serves now, among what it may. Raises CannotServe."""
    window = book.window(number)
    for business in chosen:
        if business.id not in window.may:
            raise CannotServe(window=number, business=business.name)
    now_serves = {business.id for business in chosen}
    if not now_serves:
        raise CannotServe(window=number, business="")
    set_serves(tx, book, number, now_serves)
    call_waiting(tx, renewed(tx, book), number)


def _must_be_free(step: object, number: int) -> None:
    if step is not None:
        raise WindowBusy(window=number, label=getattr(step, "label", ""))
