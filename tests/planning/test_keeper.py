"""The planning processes as the server keeps them: the real process, asked about a real hall."""

from collections.abc import Iterator

import psutil
import pytest

from hall.planning.keeper import Planning
from hall.rules.errors import UnknownHall
from hall.twin.gentle import NICENESS
from tests.office import Office


@pytest.fixture
def planning(office: Office) -> Iterator[Planning]:
    keeper = Planning(office.database.engine.url.render_as_string(hide_password=False))
    yield keeper
    keeper.stop()


def test_the_process_sees_the_hall_as_the_database_has_it_and_thinks_behind_everybody(
    office: Office, planning: Planning
):
    office.sits(1, 1)
    for _ in range(3):
        office.takes()
    assert planning.pid("ready") is None
    told: list[float] = []
    seen = planning.ask("ready", office.settings["id"], told.append)
    assert (seen["windows"], told) == (1, [0.5])
    pid = planning.pid("ready")
    assert psutil.Process(pid).nice() >= NICENESS
    with pytest.raises(UnknownHall):
        planning.ask("ready", "nowhere")
    assert planning.pid("ready") == pid
