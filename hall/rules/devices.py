"""How a device is, judged by what it last said of itself and when. Pure values: the device list
(hall/screens/devices.py) and the alerts (hall/records/readings.py) judge by the same rule, so that no page
calls well what an alert calls lost.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

SILENT_AFTER = timedelta(minutes=3)
"""Devices report every minute: after two beats that did not come and a moment, nobody is there."""
QUIET_DRIVERS = frozenset({"file", "dummy"})
"""Printers that never say how they are."""
REPORTING = frozenset({"kiosk", "board", "pad", "printer", "idreader"})
"""Kinds of device that say every minute or so that they are there."""


class Health(Enum):
    """How a device is, in one word; each has a sentence `device.state.<value>`."""

    TROUBLE = "trouble"
    SILENT = "silent"
    THERE = "there"
    QUIET = "quiet"
    UNSEEN = "unseen"
    UNPAIRED = "unpaired"


class Grade(Enum):
    """How much a trouble costs: the device still does its work, somebody must come, it does nothing."""

    MINOR = 1
    FAULT = 2
    OUT = 3


@dataclass(frozen=True)
class Trouble:
    """What is wrong, as the key of the sentence that says what to do."""

    words: str
    grade: Grade


def troubles(status: Mapping[str, Any]) -> list[Trouble]:
    """What a device says is wrong with it, the worst first. Fields that are not known mean nothing."""
    found = []
    error = status.get("error")
    if status.get("paper") == "out":
        found.append(Trouble(error or "device.trouble.paper_out", Grade.OUT))
    elif error or status.get("cover_open") or status.get("online") is False:
        found.append(Trouble(error or "device.trouble.printer", Grade.FAULT))
    if status.get("paper") == "low":
        found.append(Trouble("device.trouble.paper_low", Grade.MINOR))
    if status.get("sound") in ("locked", "broken"):
        grade = Grade.OUT if status["sound"] == "broken" else Grade.FAULT
        found.append(Trouble(f"device.trouble.sound_{status['sound']}", grade))
    if status.get("voice") == "unavailable":
        found.append(Trouble(f"display.no_voice.{status.get('reason')}", Grade.OUT))
    if status.get("connection") == "lost":
        found.append(Trouble("device.trouble.connection", Grade.FAULT))
    if status.get("not_taken_in"):
        found.append(Trouble("device.trouble.not_taken_in", Grade.FAULT))
    if status.get("backup") == "failed":
        found.append(Trouble("device.trouble.backup", Grade.FAULT))
    if status.get("clock") == "moved":
        found.append(Trouble("device.trouble.clock", Grade.FAULT))
    if status.get("reader") == "away":
        found.append(Trouble("device.trouble.reader", Grade.MINOR))
    return sorted(found, key=lambda one: -one.grade.value)


def health_of(
    kind: str,
    driver: str | None,
    paired: bool,
    seen_at: datetime | None,
    status: Mapping[str, Any],
    now: datetime,
) -> Health:
    """`paired`: false for a device whose page needs a token and has none. A device that has gone is not
    believed its last words, except a printer, of which the hall itself finds out.
    """
    silent = seen_at is not None and now - seen_at > SILENT_AFTER
    if silent and kind != "printer":
        return Health.SILENT
    if troubles(status):
        return Health.TROUBLE
    if driver in QUIET_DRIVERS:
        return Health.QUIET
    if silent:
        return Health.SILENT
    if seen_at is not None:
        return Health.THERE
    return Health.UNSEEN if paired else Health.UNPAIRED
