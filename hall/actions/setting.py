"""What a window serves and whether it is open, as it is written: the changes that windows.py, after_ticket.py
and moves.py make.
"""

from collections.abc import Iterable

from sqlalchemy import update

from hall.events import WindowBusinessesChanged
from hall.records.book import Book, read_book
from hall.records.database import Tx
from hall.records.tables import halls, window_businesses, windows


def set_serves(tx: Tx, book: Book, number: int, serves: Iterable[int]) -> None:
    """Sets what window `number` serves, as business ids. Holds once `renewed`."""
    window, chosen = book.window(number), frozenset(serves)
    links = window_businesses.c
    tx.connection.execute(
        update(window_businesses)
        .where(links.window_id == window.id)
        .values(serves=links.business_id.in_(sorted(chosen)))
    )
    codes = [one.code for one in book.businesses.values() if one.id in chosen]
    tx.record(WindowBusinessesChanged(number, codes))


def renewed(tx: Tx, book: Book) -> Book:
    """The book after windows were set: what every process has read of the hall is old from this commit on."""
    tx.connection.execute(
        update(halls).where(halls.c.id == book.id).values(settings_version=halls.c.settings_version + 1)
    )
    return read_book(tx.connection, book.code)


def open_or_pause(tx: Tx, window_id: int, state: str, reason: str | None) -> None:
    """The window calls ("open"), or does not for a while ("paused", with a reason)."""
    changes = {"state": state, "state_since": tx.now, "ready_since": None, "pause_reason": reason}
    tx.connection.execute(update(windows).where(windows.c.id == window_id).values(**changes))


def close(tx: Tx, window_id: int) -> None:
    """Nobody sits there any more."""
    changes = {
        "state": "closed",
        "state_since": tx.now,
        "ready_since": None,
        "pause_reason": None,
        "clerk_id": None,
    }
    tx.connection.execute(update(windows).where(windows.c.id == window_id).values(**changes))
