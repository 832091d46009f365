"""A network cable that misbehaves: a TCP proxy between a hall and its clients (or between a hall and its
database). It can be cut, go silent, and in mischief drop, delay, cut half-way through an answer and send a
request twice.
"""

import random
from collections import Counter
from contextlib import suppress
from typing import Any

import gevent
from gevent import socket
from gevent.server import StreamServer

LONGEST_DELAY_SECONDS = 1.5
BOARD_SECONDS = 4.0
"""How long a board's line lasts on average while there is mischief."""
MISCHIEF = ("lose the request", "lose the answer", "half an answer", "late", "twice")


class Wire:
    """Leads to the port `target` of `host`. `whole` and `silent` are set by whoever holds the scissors;
    `mischief` is the share of requests to which something happens; `done` counts what did.
    """

    def __init__(self, target: int, seed: int = 1, host: str = "127.0.0.1") -> None:
        self.target, self.host = target, host
        self.whole = True
        self.silent = False
        self.mischief = 0.0
        self.done: Counter[str] = Counter()
        self._source = random.Random(seed)
        self._open: set[Any] = set()
        self._server = StreamServer(("127.0.0.1", 0), self._serve)
        self._server.start()

    @property
    def port(self) -> int:
        return int(self._server.server_port or 0)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cut(self) -> None:
        """Breaks every connection and refuses new ones until `mend`."""
        self.whole = False
        for end in list(self._open):
            _close(end)

    def hush(self) -> None:
        """Swallows everything in both directions, and says nothing of it, until `mend`."""
        self.silent = True

    def mend(self) -> None:
        """A cable that was silent is pulled and put in again: what was under way on it is gone."""
        if self.silent:
            self.cut()
        self.silent, self.whole = False, True

    def away(self, seconds: float, silent: bool = False) -> None:
        """Cut, or silent, for so long; then whole again."""
        if silent:
            self.hush()
        else:
            self.cut()
        gevent.sleep(seconds)
        self.mend()

    def end(self) -> None:
        self._server.stop(timeout=1)
        self.cut()

    def _serve(self, near: Any, address: object) -> None:
        far = self._connect() if self.whole else None
        if far is None:
            _close(near)
            return
        self._open |= {near, far}
        try:
            if self.mischief:
                self._serve_requests(near, far)
            else:
                self._carry_both(near, far)
        except OSError:
            pass
        finally:
            for end in (near, far):
                self._open.discard(end)
                _close(end)

    def _connect(self) -> Any:
        try:
            return socket.create_connection((self.host, self.target))
        except OSError:
            return None

    def _carry_both(self, near: Any, far: Any) -> None:
        back = gevent.spawn(self._carry, far, near)
        self._carry(near, far)
        _close(near)
        _close(far)
        back.join()

    def _carry(self, source: Any, sink: Any) -> None:
        try:
            while data := source.recv(65536):
                if not self.silent:
                    sink.sendall(data)
        except OSError:
            pass
        _close(sink)

    # ---- mischief: one HTTP request after another ----

    def _serve_requests(self, near: Any, far: Any) -> None:
        while True:
            request = _message(near)
            if request is None:
                return
            if b"upgrade: websocket" in request.lower():
                far.sendall(request)
                gevent.spawn_later(self._source.expovariate(1 / BOARD_SECONDS), self._cut_board, near)
                self._carry_both(near, far)
                return
            what = self._source.choice(MISCHIEF) if self._source.random() < self.mischief else None
            if what is not None:
                self.done[what] += 1
            if what == "lose the request":
                return
            if what == "late":
                gevent.sleep(self._source.random() * LONGEST_DELAY_SECONDS)
            if what == "twice":
                self._send_aside(request)
            far.sendall(request)
            answer = _message(far)
            if answer is None or what == "lose the answer":
                return
            if what == "half an answer":
                near.sendall(answer[: len(answer) // 2])
                return
            near.sendall(answer)

    def _cut_board(self, near: Any) -> None:
        if self.mischief and near in self._open:
            self.done["board cut"] += 1
            _close(near)

    def _send_aside(self, request: bytes) -> None:
        """The same request on another connection, at the same time; its answer interests nobody."""

        def send() -> None:
            with socket.create_connection((self.host, self.target)) as other:
                other.sendall(request)
                _message(other)

        gevent.spawn(send)


def _message(source: Any) -> bytes | None:
    """One whole HTTP message by its Content-Length; None at the end of the connection."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = source.recv(65536)
        if not more:
            return None
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            length = int(value)
    while len(body) < length:
        more = source.recv(65536)
        if not more:
            return None
        body += more
    return head + b"\r\n\r\n" + body


def _close(end: Any) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
