"""How many rows PostgreSQL reads of a hall with years behind it, when it last counted its tables at night: it
then believes that nobody waits and that today has nothing, and chooses its ways by that.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from hall.actions import closing
from hall.bench.fill import fill
from hall.bench.past import fill_past
from hall.records import lists, migrate, queue, summaries
from hall.records.book import Book
from hall.records.connections import begin_writing
from hall.records.database import Database, Tx
from hall.rules.figures import Figures
from hall.rules.tickets import VisitorClass
from tests.office import Office, assert_gapless
from tests.services import fresh_database

pytestmark = pytest.mark.postgres
WAITING = 300
EACH_EXPIRES = 8
"""Its step and its ticket, found, changed and noted."""


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    """A PostgreSQL database in which no other hall's people wait."""
    with fresh_database() as url:
        made = Database(url)
        migrate.upgrade(made.engine)
        yield made
        made.engine.dispose()


@pytest.fixture
def office(database: Database) -> Iterator[Office]:
    """The small hall with 3,000 tickets of earlier days. PostgreSQL counts; then 300 people come, who are
    gone in the evening.
    """
    one = Office(database)
    fill_past(database, one.book(), days=30, tickets_a_day=100)
    fill(database, one.book(), WAITING, 0)
    yield one
    one.does("", closing.close_day, one.book().day(one.now))
    assert_gapless(one)


@contextmanager
def reads_at_most(connection: Connection, rows: float) -> Iterator[None]:
    """PostgreSQL looks at no more rows inside the block, whether it then takes them or not."""
    counted = text("SELECT sum(seq_tup_read + idx_tup_fetch) FROM pg_stat_xact_user_tables")
    before = connection.execute(counted).scalar_one()
    yield
    read = connection.execute(counted).scalar_one() - before
    assert read <= rows, f"{read} rows were read, {rows:.0f} would do"


def test_who_is_first_in_each_line_is_found_without_reading_those_behind(office: Office):
    book = office.book()
    window = book.window(1)
    with office.database.read() as connection:
        lines = len(window.serves) * len(VisitorClass)
        with reads_at_most(connection, 2 * lines):
            found = queue.heads(connection, window.id, window.serves, book.day(office.now))
    assert {one.business_id for one in found} == window.serves


def test_the_tickets_of_those_who_are_not_shown_at_a_desk_are_not_looked_up(office: Office):
    book = office.book()
    window, day = book.window(1), book.day(office.now)
    with office.database.read() as connection, reads_at_most(connection, 1.2 * WAITING):
        found = lists.next_waiting(connection, office.hall_id, window.id, day, window.serves, 8)
    assert [one.queued_at for one in found] == sorted(one.queued_at for one in found)
    assert len(found) == 8


def test_what_earlier_days_left_open_is_found_without_reading_what_they_finished(office: Office):
    office.later(days=1)

    def expire(tx: Tx, book: Book) -> int:
        with reads_at_most(tx.connection, EACH_EXPIRES * WAITING):
            return closing.expire_past_days(tx, book, book.day(office.now))

    assert office.does("", expire) == WAITING


def test_more_of_today_is_added_by_the_key_of_the_sums_and_not_by_looking_through_other_days(office: Office):
    book = office.book()
    today = book.day(office.now)
    key = (today, "hour", 9, True)
    plans: list[str] = []

    def explain(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("SELECT summar"):
            cursor.execute("EXPLAIN " + statement, parameters)
            plans.append(" ".join(row[0] for row in cursor.fetchall()))

    with begin_writing(office.database.engine) as connection:
        summaries.add(connection, book.id, {key: Figures(taken=1)})
        event.listen(connection, "before_cursor_execute", explain)
        summaries.add(connection, book.id, {key: Figures(taken=2)})
        event.remove(connection, "before_cursor_execute", explain)
        found = summaries.totals(connection, book.id, "hour", today, today, "", None)
    assert found[None].taken == 3
    assert len(plans) == 2
    for plan in plans:
        assert re.search(r"Index Cond: .*hall_id = .*cut\S* = .*business_day = ", plan), plan
