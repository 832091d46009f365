"""Looks every few seconds whether this server's clock was moved; the device list and the alerts hear of it as
of the voice. Started by hall/app.py. Numbers, places in line and papers bear such a clock anyhow
(docs/faults.md); what people read on screens and paper is wrong until somebody sets it right.
"""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from hall.records.heartbeats import CLOCK, Source
from hall.rules.steady_clock import SteadyClock
from hall.web.server import Server

LOOK_SECONDS = 5.0


class ClockWatch:
    """`keep_looking` as a task of its own."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._clock = SteadyClock()
        server.beats.own.append(self._beats)

    def keep_looking(self) -> None:
        """Forever."""
        while True:
            self.look(datetime.now(UTC), time.monotonic())
            time.sleep(LOOK_SECONDS)

    def look(self, shown: datetime, passed_seconds: float) -> None:
        """Tells at once when the clock was moved, or is right again."""
        before = self._clock.moved_by
        self._clock.look(shown, passed_seconds)
        if self._clock.moved_by != before:
            self._server.beats.have_news()

    def _beats(self) -> Iterator[tuple[int, Source, dict[str, Any]]]:
        moved = self._clock.moved_by
        said: dict[str, Any] = {"clock": "steady" if moved is None else "moved"}
        if moved is not None:
            said["by_minutes"] = round(moved.total_seconds() / 60)
        return self._server.in_every_hall(CLOCK, said)
