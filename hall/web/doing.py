"""How a route does something: one transaction, once per Idempotency-Key, in the name of the asker; and how it
looks at something.
"""

import hmac
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

from flask import Response, jsonify, request
from sqlalchemy import Connection

from hall.records.book import Book
from hall.records.database import Tx
from hall.records.once import Key
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


def do(hall: str, action: Callable[[Tx, Book], Any], status: int = 200, alone: bool = False) -> Response:
    """Runs `action` in a transaction and answers with its JSON; a repeated Idempotency-Key gets the first
    answer.

    `alone` is for actions that change the hall's settings. Raises what the action raises, UnknownHall, BadKey
    and KeyUsedForOther.
    """
    server, asker = the_server(), who()
    code, answer = server.database.write(
        hall_id(hall),
        lambda tx: (status, action(tx, server.books.of_version(tx.connection, hall, tx.settings_version))),
        asker.kind,
        asker.id,
        key_of(asker.asker),
        alone,
    )
    response = jsonify(answer)
    response.status_code = code
    return response


def key_of(asker: str) -> Key | None:
    """The request's Idempotency-Key with a digest of what it asks for. Raises BadKey."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not 0 < len(key) <= LONGEST_KEY:
        raise BadKey(longest=LONGEST_KEY)
    # Keyed, because a wish may hold an identity number, which could be guessed from a bare digest.
    asked = f"{request.path}\n".encode() + request.get_data(cache=True)
    return Key(asker, key, hmac.new(the_server().secret, asked, sha256).hexdigest())


def hall_id(hall: str) -> int:
    """The id of a hall by its code; raises UnknownHall."""
    server = the_server()
    known = server.books.known_id(hall)
    if known is not None:
        return known
    with server.database.read() as connection:
        return server.books.id_of(connection, hall)
