"""What every plan starts from: one consistent look at a hall, with what has been learnt of it.

Made once by hall/planning/worker.py. What is learnt (hall/twin/learning.py) stays in memory and goes on from
look to look; the first look at a hall reads its past days.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from hall.records.book import Book, Books
from hall.records.database import Database
from hall.twin import present
from hall.twin.knowledge import Knowledge
from hall.twin.learning import Learner
from hall.twin.lookahead import Scene


@dataclass(frozen=True)
class Look:
    """A hall at `now`; `connection` sees it as it was then until the look ends."""

    connection: Connection
    book: Book
    now: datetime
    scene: Scene
    knowledge: Knowledge


class Planner:
    """Looks at the halls of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._books = Books()
        self._learners: dict[str, Learner] = {}
        self.kept: dict[tuple[str, str], Any] = {}
        """What an ask keeps of a hall from one question to the next: (ask, hall) → whatever it likes."""

    @contextmanager
    def read(self, hall: str) -> Iterator[tuple[Connection, Book, datetime]]:
        """The database as it stands now, for what needs no picture of the moment. Raises UnknownHall,
        DatabaseBusy.
        """
        now = self._database.clock()
        with self._database.read() as connection:
            yield connection, self._books.of(connection, hall), now

    @contextmanager
    def look(self, hall: str, now: datetime | None = None) -> Iterator[Look]:
        """The hall as it stands now, by the asking server's clock where that is given. Leave it before
        thinking for long. Raises UnknownHall, DatabaseBusy.
        """
        now = now or self._database.clock()
        with self._database.read() as connection:
            book = self._books.of(connection, hall)
            learner = self._learners.get(hall)
            if learner is None:
                learner = self._learners[hall] = Learner.of(book)
            learner.catch_up(connection, book, now)
            scene = present.scene(connection, book, now)
            yield Look(connection, book, now, scene, learner.knowledge)
