"""Staffing advice for tests of what is shown and done: a hall is given the suggestion that the test wants, as
the planning process would have brought it. Nobody is told that it came.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, insert, select

from hall.records import advice as records
from hall.records.book import Book, read_book
from hall.records.connections import begin_writing
from hall.records.tables import accounts
from hall.records.tables import advice as rows
from hall.records.tables import suggestions as kept
from hall.rules.staffing import Kind, Move
from tests.hall_server import HallServer

Suggested = tuple[int, str, Sequence[str], Sequence[str]]
"""The window's number, its clerk's username, what it serves before and after."""


def band(low: float, middle: float, high: float) -> dict[str, int]:
    """Minutes as the seconds that are stored."""
    return {"low": int(60 * low), "middle": int(60 * middle), "high": int(60 * high)}


def shorter(business: int, people: float = 12.0) -> dict[str, Any]:
    """A wait of half an hour that would become ten minutes."""
    return {
        "business_id": business,
        "before": band(22, 31, 44),
        "after": band(7, 11, 18),
        "difference": band(-28, -20, -14),
        "people": people,
        "sign": -1,
    }


def hardly(business: int) -> dict[str, Any]:
    """A wait that hardly changes."""
    return {
        "business_id": business,
        "before": band(3, 5, 8),
        "after": band(3, 6, 9),
        "difference": band(-1, 0, 2),
        "people": 7.0,
        "sign": 0,
    }


def suggest(
    server: HallServer, *suggestions: Sequence[Suggested], made: timedelta = timedelta(0)
) -> list[int]:
    """The hall's newest advice has these suggestions, made so long ago; returns their ids."""
    database = server.database()
    with database.read() as connection:
        book = read_book(connection, server.hall)
    now = database.clock() - made
    ready = {
        "hall_id": book.id,
        "cause": "time",
        "state": records.READY,
        "wanted_at": now,
        "made_at": now,
        "source": "programme",
        "took_seconds": 0.2,
    }
    found = []
    with begin_writing(database.engine) as connection:
        wanted = connection.execute(insert(rows).values(**ready).returning(rows.c.id)).scalar_one()
        for position, one in enumerate(suggestions):
            row = {"hall_id": book.id, "advice_id": wanted, "position": position}
            row |= _suggestion(connection, book, one)
            found.append(connection.execute(insert(kept).values(**row).returning(kept.c.id)).scalar_one())
    database.engine.dispose()
    return found


def _suggestion(connection: Connection, book: Book, windows: Sequence[Suggested]) -> dict[str, Any]:
    moves = []
    touched: set[int] = set()
    for number, username, before, after in windows:
        was, will = (frozenset(book.business(code).id for code in codes) for codes in (before, after))
        wanted = select(accounts.c.id).where(accounts.c.hall_id == book.id, accounts.c.username == username)
        clerk = connection.execute(wanted).scalar_one()
        kind = Kind.SWITCH if before else Kind.OPEN
        moves.append(Move(kind, book.windows_by_number[number].id, clerk, was, will))
        touched |= was | will
    effects = [
        shorter(one) if one in moves[0].after - moves[0].before else hardly(one) for one in sorted(touched)
    ]
    return {
        "moves": records.moves_as_json(moves),
        "effect": {
            "together": {k: v for k, v in effects[0].items() if k != "business_id"},
            "businesses": effects,
        },
    }
