"""What devices say of themselves, kept for a moment and written together.

A beat is heard in memory, so that three hundred screens cost no transaction each; `keep_writing` stores them
per hall, every WRITE_SECONDS, or a moment after one that says something new, so that a trouble is seen soon.
A beat that is lost with the process comes again within a minute. Who may beat, and for what, the routes say;
a source is a device's id or the name of something else: "voice", "board", "zone:east", "window:3".
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Any

from hall.records import heartbeats
from hall.records.database import Database
from hall.records.heartbeats import Beat, Source
from hall.rules.errors import Refusal

log = logging.getLogger(__name__)

WRITE_SECONDS = 30.0
NEWS_SECONDS = 1.0
"""So long after one that said something new others may join it."""

Own = Callable[[], Iterable[tuple[int, Source, dict[str, Any]]]]


class Beats:
    """The newest beat of each source. `own` are asked before each write for what the server itself knows."""

    def __init__(self) -> None:
        self.own: list[Own] = []
        self._heard: dict[tuple[int, Source], Beat] = {}
        self._said: dict[tuple[int, Source], dict[str, Any]] = {}
        self._news = threading.Event()

    def hear(self, hall_id: int, source: Source, status: dict[str, Any], now: datetime) -> None:
        """Something is there and says how it is. Sources are of the hall's configuration, so they are few."""
        self._heard[hall_id, source] = Beat(source, now, status)
        if self._said.get((hall_id, source)) != status:
            self._said[hall_id, source] = status
            self._news.set()

    def have_news(self) -> None:
        """Something that the server itself knows has changed."""
        self._news.set()

    def keep_writing(self, database: Database) -> None:
        """Forever, as a task of its own; a database that is away gets them at the next turn."""
        while True:
            if self._news.wait(WRITE_SECONDS):
                time.sleep(NEWS_SECONDS)
                self._news.clear()
            self.write(database)

    def write(self, database: Database) -> None:
        """Stores what was heard since the last time: one transaction for each hall."""
        for own in self.own:
            for hall_id, source, status in own():
                self.hear(hall_id, source, status, database.clock())
        heard, self._heard = self._heard, {}
        for hall_id in {hall_id for hall_id, _ in heard}:
            beats = [beat for (of, _), beat in heard.items() if of == hall_id]
            try:
                database.write(hall_id, partial(heartbeats.keep, beats=beats))
            except Refusal as refusal:
                log.warning("heartbeats wait: %s", refusal.code)
                for beat in beats:
                    self._heard.setdefault((hall_id, beat.source), beat)
