"""The advisor of a running server: when advice is due, that one process brings it, and what becomes of it
when the planning process is away. On real databases, with the real process.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from hall import rounds
from hall.actions import advice, moves
from hall.advising import Advising
from hall.config_model import Config
from hall.planning.keeper import Planning
from hall.records import advice as records
from hall.records.book import Books
from hall.rules.staffing import Kind, Move
from hall.web.server import Server
from tests.builders import settings
from tests.office import Office


@pytest.fixture
def server(office: Office, tmp_path: Path) -> Server:
    config = Config.model_validate(settings(office.settings))
    return Server(config, tmp_path, office.database, Books(), b"a secret for tests")


@pytest.fixture
def planning(office: Office) -> Iterator[Planning]:
    keeper = Planning(office.database.engine.url.render_as_string(hide_password=False))
    yield keeper
    keeper.stop()


def newest(office: Office) -> tuple[str, str]:
    with office.database.read() as connection:
        row = records.newest(connection, office.hall_id)
    assert row is not None
    return row.cause, row.state


def test_advice_comes_every_15_minutes_while_the_hall_works_and_at_once_when_asked(
    office: Office, server: Server, planning: Planning
):
    hall, advising = office.settings["id"], Advising(server, planning)
    assert not advising.look(hall), "nobody works"
    office.sits(1, 1)
    assert not advising.look(hall), "nothing is known of the day yet"
    office.later(minutes=14)
    assert not advising.look(hall)
    office.later(minutes=1)
    assert advising.look(hall)
    assert newest(office) == ("time", "ready")
    assert not advising.look(hall)
    office.later(minutes=2).does("manager", advice.want, "asked")
    assert advising.look(hall)
    assert newest(office) == ("asked", "ready")
    assert not Advising(server, planning).look(hall), "another process of this hall has nothing left to do"
    assert advising.progress(hall) is None


def test_where_the_planning_process_is_away_the_advice_has_failed_and_the_next_one_comes(
    office: Office, server: Server, planning: Planning
):
    hall = office.settings["id"]
    office.sits(1, 1)
    office.does("manager", advice.want, "asked")
    gone = Planning("nothing://at/all")
    gone.stop()
    assert not Advising(server, gone).look(hall)
    assert newest(office) == ("asked", "failed")
    office.does("manager", advice.want, "asked")
    assert Advising(server, planning).look(hall)


def test_a_servers_round_ends_what_is_over(office: Office, server: Server):
    office.sits(2, 3)
    book = office.book()
    both = frozenset({book.business("social").id, book.business("employment").id})
    third = book.windows_by_number[3]
    chosen = Move(Kind.SWITCH, third.id, office.account("clerk2"), third.serves, both)
    office.does("manager", moves.apply, [chosen], office.now + timedelta(minutes=30))
    rounds.go_on_with_moves(server, office.settings["id"])
    assert office.book().windows_by_number[3].serves == both
    office.later(minutes=30)
    rounds.go_on_with_moves(server, office.settings["id"])
    assert office.book().windows_by_number[3].serves == third.serves
