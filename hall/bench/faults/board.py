"""A board without a page: it follows a hall over its socket as hall/web/static/js/live.js does, comes back
after every break, and fetches what it missed. It remembers what it showed, in the order it showed it.
"""

import http.client
import json
import random
import time
from collections.abc import Sequence
from typing import Any

import gevent
from gevent import socket as green_socket

from hall.bench.screens import Screen
from hall.demo.client import Client, Refused
from hall.events import Recorded

SILENCE_SECONDS = 25.0
FIRST_RETRY_SECONDS, LONGEST_RETRY_SECONDS = 1.0, 3.0


class Board:
    """`shown` are (seq, type, ticket, window) of every event, in the order they came on the screen; `seq` is
    the last of them.
    """

    def __init__(self, port: int, hall: str, seed: int, silence_seconds: float = SILENCE_SECONDS) -> None:
        self._port, self._hall = port, hall
        self._source = random.Random(seed)
        self._client = Client(f"http://127.0.0.1:{port}", hall, patience=10)
        self._silence = silence_seconds
        self.seq = -1
        self.first = 0
        self.shown: list[tuple[int, str, Any, Any]] = []
        self.breaks = 0
        self._task = gevent.spawn(self._follow)

    def shows(self, seq: int) -> bool:
        """Whether everything up to this event was shown."""
        if self._task.exception is not None:
            raise self._task.exception
        return self.seq >= seq

    def end(self) -> None:
        self._task.kill()
        self._client.close()

    def _follow(self) -> None:
        pause = FIRST_RETRY_SECONDS
        while True:
            try:
                self._watch()
            except (OSError, ValueError, Refused, http.client.HTTPException):
                self.breaks += 1
            gevent.sleep(min(LONGEST_RETRY_SECONDS, 2 * pause * self._source.random()))
            pause = min(LONGEST_RETRY_SECONDS, 2 * pause) if self._lasted < pause else FIRST_RETRY_SECONDS

    _lasted = 0.0

    def _watch(self) -> None:
        """One connection, from the handshake to its end, which is an OSError."""
        began = time.monotonic()
        self._lasted = 0.0
        screen = Screen(self._port)
        try:
            screen.socket.settimeout(8)
            screen.wait_for(b"0")
            screen.send("40")
            screen.wait_for(b"40")
            screen.send("420" + json.dumps(["watch", {"hall": self._hall, "audience": "board"}]))
            answer = self._answer(screen)
            if self.seq < 0:
                self._client.get("/board")  # a page begins with the whole picture, and keeps that line
                self.seq = self.first = answer["seq"]
            self._catch_up(answer["seq"])
            heard = time.monotonic()
            screen.socket.settimeout(1)
            while True:
                try:
                    frames = screen.receive()
                except green_socket.timeout:
                    if time.monotonic() - heard > self._silence:
                        raise ConnectionError("a silent line is a dead one") from None
                    continue
                heard = time.monotonic()
                self._lasted = heard - began
                for frame in frames:
                    self._hear(screen, frame)
        finally:
            screen.socket.close()

    def _answer(self, screen: Screen) -> dict[str, Any]:
        """What the server says to `watch`; events that come before it are fetched afterwards."""
        found = screen.frames()
        while True:
            for frame in found:
                if frame.startswith(b"430"):
                    answer: dict[str, Any] = json.loads(frame[3:])[0]
                    if "seq" not in answer:
                        raise ConnectionError(f"not watched: {answer}")
                    return answer
                if frame == b"2":
                    screen.send("3")
            found = screen.receive()

    def _hear(self, screen: Screen, frame: bytes) -> None:
        if frame == b"2":
            screen.send("3")
        elif frame.startswith(b"42["):
            word, told = json.loads(frame[2:])
            if word == "events":
                for event in told:
                    if event["seq"] == self.seq + 1:
                        self._show(event)
                self._catch_up(told[-1]["seq"])
            elif word == "pulse":
                self._catch_up(told["seq"])

    def _catch_up(self, known: int) -> None:
        """Fetches everything up to a number that somebody told."""
        while self.seq < known:
            for event in self._client.get(f"/events?after={self.seq}")["events"]:
                if event["seq"] == self.seq + 1:
                    self._show(event)

    def _show(self, event: dict[str, Any]) -> None:
        self.seq = event["seq"]
        self.shown.append((event["seq"], event["type"], event.get("ticket"), event.get("window")))


def until_all_show(boards: Sequence[Board], seq: int, seconds: float = 60) -> None:
    """Returns when every board shows everything up to this event; after so many seconds all the same."""
    until = time.monotonic() + seconds
    while not all(board.shows(seq) for board in boards) and time.monotonic() < until:
        gevent.sleep(0.01)


def judge(boards: Sequence[Board], journal: Sequence[Recorded]) -> tuple[list[Any], list[Any]]:
    """What the boards have not shown of this journal, and what they showed twice or in another order."""
    told = [one.public() for one in journal]
    rows = [(one["seq"], one["type"], one.get("ticket"), one.get("window")) for one in told]
    last = rows[-1][0]
    until_all_show(boards, last)  # the hall has gone on since the boards last showed everything
    lost: list[Any] = []
    doubled: list[Any] = []
    for board in boards:
        shown = [row for row in board.shown if row[0] <= last]
        wanted = [row for row in rows if row[0] > board.first]
        lost += [("board", row) for row in wanted if row not in set(shown)]
        if shown != wanted[: len(shown)]:
            doubled.append(("board shows in another order", shown[-3:]))
    return lost, doubled
