"""How a route does something: one transaction, once per Idempotency-Key, in the name of the asker; and how
it looks at something.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

from flask import Response, jsonify, request
from sqlalchemy import Connection

from hall.actions.once import once
from hall.records.book import Book
from hall.records.database import Tx
from hall.rules.errors import BadKey
from hall.web.access import who
from hall.web.server import the_server

LONGEST_KEY = 80


@contextmanager
def look(hall: str) -> Iterator[tuple[Connection, Book]]:
    """One consistent picture of a hall. Raises UnknownHall."""
    server = the_server()
    with server.database.read() as connection:
        yield connection, server.books.of(connection, hall)


def do(hall: str, action: Callable[[Tx, Book], Any], status: int = 200) -> Response:
    """Runs `action` in a transaction and answers with its JSON; a repeated Idempotency-Key gets the first
    answer.

    Raises what the action raises, UnknownHall, BadKey and KeyUsedForOther.
    """
    server, asker = the_server(), who()
    key = request.headers.get("Idempotency-Key")
    if key is not None and not (0 < len(key) <= LONGEST_KEY):
        raise BadKey(longest=LONGEST_KEY)
    asked = sha256(f"{request.path}\n".encode() + request.get_data(cache=True)).hexdigest() if key else ""

    def run(tx: Tx) -> tuple[int, Any]:
        book = server.books.of(tx.connection, hall)
        return once(tx, asker.asker, key, asked, lambda: (status, action(tx, book)))

    code, answer = server.database.write(hall_id(hall), run, asker.kind, asker.id)
    response = jsonify(answer)
    response.status_code = code
    return response


def hall_id(hall: str) -> int:
    """The id of a hall by its code; raises UnknownHall."""
    server = the_server()
    known = server.books.known_id(hall)
    if known is not None:
        return known
    with server.database.read() as connection:
        return server.books.id_of(connection, hall)
