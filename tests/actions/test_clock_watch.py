"""A server whose clock was moved says so in the device list and to the duty manager, until it is right."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hall import setup
from hall.actions import alerts
from hall.app import create_app
from hall.clock_watch import ClockWatch
from hall.config_model import Config
from hall.screens.devices import device_list
from tests.builders import settings

NOON = datetime(2026, 1, 5, 4, 0, tzinfo=UTC)


def test_a_moved_clock_is_listed_and_warned_of_and_well_again_once_it_is_right(tmp_path: Path):
    house = create_app(Config.model_validate(settings()), tmp_path, lambda: NOON)
    setup.prepare(house.server)
    database, books = house.server.database, house.server.books
    watch = ClockWatch(house.server)

    def seen(passed: float, moved: timedelta = timedelta(0)) -> tuple[Any, list[Any]]:
        watch.look(NOON + timedelta(seconds=passed) + moved, passed)
        with database.read() as connection:
            books.id_of(connection, "test")  # as any request of the hall does
            book = books.of(connection, "test")
        house.server.beats.write(database)
        with database.read() as connection:
            others = device_list(connection, book, NOON)["others"]
            found = alerts.measure(connection, book, NOON)
        listed = next(one for one in others if one["source"] == "clock")
        return listed, [one for one in found if one.scope == "clock"]

    listed, warned = seen(0.0)
    assert (listed["state"], listed["status"], warned) == ("there", {"clock": "steady"}, [])
    listed, warned = seen(5.0, timedelta(hours=1))
    assert (listed["state"], listed["troubles"]) == ("trouble", ["device.trouble.clock"])
    assert listed["status"]["by_minutes"] == 60
    assert [(one.indicator, one.detail["trouble"]) for one in warned] == [
        ("device_trouble", "device.trouble.clock")
    ]
    listed, warned = seen(10.0)
    assert (listed["state"], warned) == ("there", [])
