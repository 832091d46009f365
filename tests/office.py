"""A hall's records and actions without a server, on real SQLite and real PostgreSQL, with a clock that the
test sets; a plug-in that tests/conftest.py loads.

`office` runs a test once on each database. Every test gets a hall of its own in one database per worker.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from hall.actions import call, configure, issue, serve, transfer, windows
from hall.config_model import HallConfig
from hall.events import Recorded
from hall.records import journal, migrate, visits
from hall.records.book import Book, Books
from hall.records.database import Database, Tx
from hall.records.tables import accounts, metadata
from hall.rules.tickets import VisitorClass
from tests.builders import small_hall
from tests.services import fresh_database

MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""Nine o'clock on a Monday in Shanghai."""

SECRET = b"a secret for tests"
HALLS_OWN = [one for one in metadata.sorted_tables if "hall_id" in one.c]
Dump = dict[str, list[tuple[Any, ...]]]


class Office:
    """One hall. Verbs are done in the name of an account; `now` stands still until `later` moves it."""

    def __init__(self, database: Database, now: datetime = MORNING, **changes: Any) -> None:
        self.database, self.now = database, now
        database.clock = lambda: self.now
        self.settings = small_hall(**{"id": f"hall-{uuid4().hex[:12]}", **changes})
        self.hall_id = 0
        self._books, self._accounts = Books(), dict[str, int]()
        self.apply(self.settings)

    def apply(self, hall: dict[str, Any]) -> None:
        config = HallConfig.model_validate(hall)
        self.hall_id = self.database.write(self.hall_id, lambda tx: configure.apply(tx, config), alone=True)
        self.settings = hall

    def differences(self, hall: dict[str, Any]) -> list[configure.Difference]:
        with self.database.read() as connection:
            return configure.differences(connection, HallConfig.model_validate(hall))

    def book(self) -> Book:
        with self.database.read() as connection:
            return self._books.of(connection, self.settings["id"])

    def later(self, **time: float) -> "Office":
        self.now += timedelta(**time)
        return self

    # ---- people ----

    def account(self, username: str) -> int:
        if username not in self._accounts:
            with self.database.read() as connection:
                wanted = select(accounts.c.id).where(
                    accounts.c.hall_id == self.hall_id, accounts.c.username == username
                )
                self._accounts[username] = connection.execute(wanted).scalar_one()
        return self._accounts[username]

    def does(self, who: str, action: Callable[..., Any], *words: Any, **more: Any) -> Any:
        """One action `(tx, book, *words)` by an account, or by nobody in particular when `who` is empty."""

        def run(tx: Tx) -> Any:
            book = self._books.of_version(tx.connection, self.settings["id"], tx.settings_version)
            return action(tx, book, *words, **more)

        if not who:
            return self.database.write(self.hall_id, run, "anyone")
        return self.database.write(self.hall_id, run, "account", self.account(who))

    def takes(self, business: str = "social", **wish: Any) -> issue.Issued:
        """A visitor takes a number; half a second passes, so that no two arrive at the same moment."""
        book = self.book()
        wish["items"] = [book.item(code) for code in wish.get("items", ())]
        if "visitor_class" in wish:
            wish["visitor_class"] = VisitorClass(wish["visitor_class"])
        wanted = issue.Wish(business=book.business(business), **wish)
        issued = self.does("", issue.issue, wanted, SECRET)
        self.later(seconds=0.5)
        return issued

    def sits(self, clerk: int, window: int, open_it: bool = True) -> str:
        """The clerk's username, signed in at that window."""
        name = f"clerk{clerk}"
        self.does(name, windows.sign_in, window, f"窗口人员{clerk}", f"{clerk:03d}")
        if open_it:
            self.does(name, windows.open_window, window)
        return name

    def calls(self, clerk: str, window: int, ticket: int | None = None) -> str | None:
        """The label of the ticket called, None when nobody waits."""
        called = self.does(clerk, call.call_next, window, ticket).ticket
        return None if called is None else self.step(called.id).label

    def serves(self, clerk: str, window: int) -> str | None:
        label = self.calls(clerk, window)
        if label is not None:
            self.does(clerk, serve.start, window)
            self.does(clerk, serve.finish, window)
        return label

    def sends(self, clerk: str, window_number: int, /, **destination: Any) -> int:
        book = self.book()
        if "business" in destination:
            destination["business"] = book.business(destination["business"])
        if "window" in destination:
            destination["window"] = book.window(destination["window"])
        return self.does(
            clerk, transfer.transfer_from_window, window_number, transfer.Destination(**destination)
        )

    # ---- looking ----

    def step(self, ticket: int) -> Any:
        """The step a ticket is in."""
        with self.database.read() as connection:
            found = visits.current_step(connection, self.hall_id, ticket)
        assert found is not None
        return found

    def ticket_named(self, label: str) -> int:
        """The id of today's ticket by its label."""
        with self.database.read() as connection:
            day = self._books.of(connection, self.settings["id"]).day(self.now)
            found = visits.ticket_by_label(connection, self.hall_id, day, label)
        assert found is not None
        return found.id

    def state(self, ticket: int) -> str:
        return self.step(ticket).state

    def ticket(self, ticket: int) -> Any:
        with self.database.read() as connection:
            return visits.ticket(connection, self.hall_id, ticket)

    def journal(self) -> list[Recorded]:
        with self.database.read() as connection:
            return journal.after(connection, self.hall_id, 0, 100_000)

    def told(self) -> list[str]:
        """The types of all events, in order."""
        return [one.type for one in self.journal()]

    def dump(self) -> Dump:
        """Everything that the database knows of this hall."""
        rows: Dump = {}
        with self.database.read() as connection:
            for table in metadata.sorted_tables:
                wanted = select(table).order_by(*table.primary_key.columns)
                if table in HALLS_OWN:
                    wanted = wanted.where(table.c.hall_id == self.hall_id)
                elif table.name == "halls":
                    wanted = wanted.where(table.c.id == self.hall_id)
                rows[table.name] = [tuple(row) for row in connection.execute(wanted)]
        return rows


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Database]]:
    """Migrated databases by kind, each made when it is first asked for."""
    with ExitStack() as stack:
        made: dict[str, Database] = {}

        def ask(kind: str) -> Database:
            if kind not in made:
                if kind == "sqlite":
                    url = f"sqlite:///{(tmp_path_factory.mktemp('office') / 'hall.db').as_posix()}"
                else:
                    url = stack.enter_context(fresh_database())
                database = Database(url)
                stack.callback(database.engine.dispose)
                migrate.upgrade(database.engine)
                made[kind] = database
            return made[kind]

        yield ask


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, databases: Callable[[str], Database]) -> Database:
    """A real database, once SQLite and once PostgreSQL; other tests use it too."""
    return databases(request.param)


@pytest.fixture
def office(database: Database) -> Iterator[Office]:
    """The small hall of tests/builders.py on each database."""
    one = Office(database)
    yield one
    assert_gapless(one)


def assert_gapless(office: Office) -> None:
    """The journal of a hall counts 1, 2, 3 … without a gap."""
    numbers = [one.seq for one in office.journal()]
    assert numbers == list(range(1, len(numbers) + 1))
