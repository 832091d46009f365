"""How a device is, by what it last said and when."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hall.rules.devices import health_of, troubles

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "driver", "paired", "ago", "status", "health"),
    [
        ("kiosk", None, True, 1, {}, "there"),
        ("kiosk", None, True, 3, {}, "there"),
        ("kiosk", None, True, 4, {}, "silent"),
        ("kiosk", None, True, -60, {}, "there"),  # the server's clock was put back by an hour
        ("kiosk", None, True, None, {}, "unseen"),
        ("kiosk", None, False, None, {}, "unpaired"),
        ("kiosk", None, True, 1, {"reader": "away"}, "trouble"),
        ("kiosk", None, True, 4, {"reader": "away"}, "silent"),  # its last words are old
        ("board", None, True, 1, {"sound": "ready", "connection": "live"}, "there"),
        ("board", None, True, 1, {"sound": "broken"}, "trouble"),
        ("printer", "network", True, 1, {"paper": "ok", "online": True}, "there"),
        (
            "printer",
            "network",
            True,
            None,
            {"online": False, "error": "printer.error.unreachable"},
            "trouble",
        ),
        ("printer", "network", True, 9, {"online": False, "error": "printer.error.unreachable"}, "trouble"),
        ("printer", "network", True, 9, {"online": None}, "silent"),
        ("printer", "dummy", True, None, {}, "quiet"),
    ],
)
def test_a_device_is_as_it_last_said_unless_it_fell_silent(
    kind: str, driver: str | None, paired: bool, ago: float | None, status: dict[str, Any], health: str
):
    seen_at = None if ago is None else NOW - timedelta(minutes=ago)
    assert health_of(kind, driver, paired, seen_at, status, NOW).value == health


@pytest.mark.parametrize(
    ("status", "words", "grade"),
    [
        (
            {"paper": "out", "error": "printer.error.out_of_paper", "online": False},
            "printer.error.out_of_paper",
            3,
        ),
        ({"paper": "out"}, "device.trouble.paper_out", 3),
        ({"cover_open": True, "paper": "low"}, "device.trouble.printer", 2),
        ({"paper": "low", "online": True}, "device.trouble.paper_low", 1),
        ({"sound": "broken", "connection": "lost"}, "device.trouble.sound_broken", 3),
        ({"sound": "locked"}, "device.trouble.sound_locked", 2),
        ({"voice": "unavailable", "reason": "engine_hangs"}, "display.no_voice.engine_hangs", 3),
        ({"connection": "lost"}, "device.trouble.connection", 2),
        ({"reader": "away", "page": "kiosk"}, "device.trouble.reader", 1),
    ],
)
def test_the_worst_trouble_is_told_first(status: dict[str, Any], words: str, grade: int):
    worst = troubles(status)[0]
    assert (worst.words, worst.grade.value) == (words, grade)


def test_what_nobody_knows_is_no_trouble():
    assert troubles({"page": "pad", "paper": True, "sound": 7, "voice": "ready"}) == []
