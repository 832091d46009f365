"""The hall's loudspeaker: its voice, and what it makes ahead so that a call is heard at once.

A ticket's half of the call is made as soon as the ticket exists, the windows' halves at the start and when
the configuration changes. display/place.py makes and starts it, the routes find it by `the_speaker`.
"""

import logging
import queue
import threading
from collections.abc import Iterator
from typing import Any

from display.phrases import (
    PhraseSettings,
    Segment,
    call_segments,
    spelling_of,
    ticket_segments,
    window_segments,
)
from display.voice import Voice
from hall.events import Recorded
from hall.records.heartbeats import VOICE, Source
from hall.rules.errors import Refusal
from hall.web.server import Server, the_server

log = logging.getLogger(__name__)


class Speaker:
    """The voice of one server process with its settings. `hear` is told of every committed event."""

    def __init__(self, server: Server) -> None:
        self.config = config = server.config.voice
        self.phrases = PhraseSettings(
            spelling_of(config.engine, config.voice), config.yao, config.second_language
        )
        self.voice = Voice(config.engine, config.voice, config.rate, server.folder / config.cache_dir)
        self.voice.on_change = server.beats.have_news
        self.silent = config.quiet or config.engine == "none"
        self._server = server
        self._rows: queue.SimpleQueue[Recorded | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def hear(self, row: Recorded) -> None:
        """Called by the task that sends the events, so it only puts the row on a queue."""
        if self._thread and row.type in ("ticket_issued", "ticket_called", "hall_configured"):
            self._rows.put(row)

    def start(self) -> None:
        """Starts making WAVs; a silent hall needs none."""
        if not self.silent:
            self.voice.start()
            self._thread = threading.Thread(target=self._make_ahead, name="voice-ahead", daemon=True)
            self._thread.start()

    def beats(self) -> Iterator[tuple[int, Source, dict[str, Any]]]:
        """Whether the voice is there, for the device list of each hall; nothing where none is wanted."""
        if self._thread is None:
            return
        state = self.voice.state()
        said = {"voice": state.kind, **({"reason": state.reason} if state.reason else {})}
        yield from self._server.in_every_hall(VOICE, said)

    def stop(self) -> None:
        """Ends the worker process."""
        if self._thread:
            self._rows.put(None)
            self._thread.join()
            self.voice.stop()

    def _make_ahead(self) -> None:
        self.voice.ensure(self._windows())
        while (row := self._rows.get()) is not None:
            if row.type == "hall_configured":
                self.voice.ensure(self._windows())
            else:
                self.voice.ensure(self._of(row.data), urgent=row.type == "ticket_called")

    def _of(self, told: dict[str, Any]) -> tuple[Segment, ...]:
        if "window" in told:
            return call_segments(told["ticket"], told["window"], self.phrases)
        return ticket_segments(told["ticket"], self.phrases)

    def _windows(self) -> list[Segment]:
        """Every window's half of a call, in all halls of this server."""
        segments: list[Segment] = []
        for hall in self._server.config.halls:
            try:
                with self._server.database.read() as connection:
                    book = self._server.books.of(connection, hall.id)
            except Refusal as refusal:  # they are made when they are called, then
                log.warning("voice: the windows of %s are not made ahead: %s", hall.id, refusal.code)
                continue
            for window in book.windows.values():
                segments += window_segments(window.number, self.phrases)
        return segments


def the_speaker() -> Speaker:
    """The speaker of the server this request runs in."""
    found: Speaker = the_server().places["display"]
    return found
