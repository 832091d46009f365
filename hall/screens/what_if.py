"""The hall as the what-if page lays it out: what each window serves and may be switched to, who could open
one.

`hall/web/api/what_if.py` sends it. Sets of businesses stand in `sets` once, and windows and clerks name them
by place: in a hall of 288 windows most may serve the same.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select

from hall.events import iso
from hall.records import desks, journal, queue
from hall.records.book import Book
from hall.records.tables import accounts, windows
from hall.screens.desk import clerk_card
from hall.screens.tickets import business_card
from hall.twin.present import certified

_CLERKS = (
    select(accounts, windows.c.number)
    .outerjoin(windows, windows.c.clerk_id == accounts.c.id)
    .where(accounts.c.hall_id == bindparam("hall"), accounts.c.role == "clerk", accounts.c.retired.is_(False))
    .order_by(accounts.c.username)
)


class _Sets:
    """Sets of businesses, each kept once."""

    def __init__(self, book: Book) -> None:
        self._codes = {one.id: one.code for one in book.businesses.values()}
        self._places: dict[frozenset[int], int] = {}

    def place(self, those: Iterable[int]) -> int:
        return self._places.setdefault(frozenset(those), len(self._places))

    def told(self) -> list[list[str]]:
        """In the configured order."""
        return [[code for one, code in self._codes.items() if one in those] for those in self._places]


def picture(connection: Connection, book: Book, now: datetime) -> dict[str, Any]:
    """The hall at `now`."""
    sets = _Sets(book)
    waiting: dict[int, int] = {}
    for line in queue.counts(connection, book.id, book.day(now)):
        waiting[line.business_id] = waiting.get(line.business_id, 0) + line.waiting
    standing = [one for one in desks.desks(connection, book.id) if one.id in book.windows]
    return {
        "seq": journal.latest(connection, book.id),
        "now": iso(now),
        "timezone": book.zone.key,
        "zones": [
            {"code": one.code, "name": one.name, "name_en": one.name_en} for one in book.zones.values()
        ],
        "windows": [_window(book, one, sets) for one in standing],
        "businesses": [
            {
                **business_card(one),
                "department": book.departments[one.department_id].code,
                "department_name": book.departments[one.department_id].name,
                "department_name_en": book.departments[one.department_id].name_en,
                "waiting": waiting.get(one.id, 0),
            }
            for one in book.businesses.values()
        ],
        "clerks": [
            {
                "username": row.username,
                "name": row.name,
                "name_en": row.name_en,
                "badge": row.badge,
                "window": row.number,
                "skills": sets.place(certified(book, row.skills)),
            }
            for row in connection.execute(_CLERKS, {"hall": book.id})
        ],
        "sets": sets.told(),
    }


def _window(book: Book, desk: Any, sets: _Sets) -> dict[str, Any]:
    window = book.windows[desk.id]
    return {
        "number": window.number,
        "label": window.label,
        "label_en": window.label_en,
        "kind": window.kind,
        "zone": book.zones[window.zone_id].code,
        "state": desk.state,
        "clerk": clerk_card(desk),
        "serves": sets.place(window.serves),
        "may": sets.place(window.may),
        "can": sets.place(window.may if desk.clerk_id is None else window.may & certified(book, desk.skills)),
    }
