"""What if, asked of the real process about a real hall."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from hall.planning.keeper import Planning
from hall.rules.errors import PlanNobodyThere
from tests.office import Office


@pytest.fixture
def planning(office: Office) -> Iterator[Planning]:
    keeper = Planning(office.database.engine.url.render_as_string(hide_password=False))
    yield keeper
    keeper.stop()


def asks(office: Office, planning: Planning, *changes: dict[str, Any], **words: Any) -> dict[str, Any]:
    words = {"minutes": 90, "seconds": 0.2, **words}
    return planning.ask("what_if", office.settings["id"], changes=list(changes), **words)


def test_the_process_plays_both_futures_of_the_hall_as_it_is_and_refuses_what_cannot_be(
    office: Office, planning: Planning
):
    office.now = datetime.now(UTC)  # the process goes by its own clock
    office.sits(1, 1)
    for _ in range(12):
        office.takes("social")
    said = asks(office, planning, {"do": "open", "window": 2, "clerk": "clerk2"})
    assert len(said["times"]) == 19
    assert said["futures"] >= said["least_futures"]
    (social,) = [one for one in said["businesses"] if one["code"] == "social"]
    assert social["waiting"]["before"]["middle"][0] == social["waiting"]["after"]["middle"][0] + 1
    assert social["figures"]["mean_wait"]["sign"] == -1
    again = asks(office, planning, {"do": "open", "window": 2, "clerk": "clerk2"})
    assert (again["at"], again["basis"]) == (said["at"], said["basis"])
    assert again["futures"] > said["futures"] or said["complete"]
    nothing = asks(office, planning, minutes=None)
    assert nothing["hall"]["waiting"]["before"] == nothing["hall"]["waiting"]["after"]
    with pytest.raises(PlanNobodyThere) as refused:
        asks(office, planning, {"do": "close", "window": 3})
    assert (refused.value.params, refused.value.more) == ({"change": 1, "window": 3}, {"change": 1})
    office.sits(2, 2)
    later = asks(office, planning, {"do": "pause", "window": 2})
    assert later["basis"] > said["basis"], "somebody came to a window: the kept moment is over"
