"""A network between two programs that does to them what networks do: refuses, swallows, delays, cuts
answers in the middle, and sends requests twice. A real TCP proxy; whoever it stands between is not changed
at all.
"""

import contextlib
import socket
import threading
import time
from dataclasses import dataclass, field

PIECE = 65536


@dataclass
class FaultyWire:
    """Forwards to a local port. How it treats connections made from now on:

    `gone`: refuses them, and cuts those there are (`cut`). `swallows`: takes requests and says nothing.
    `delay_seconds`: before each request goes on. `loses_answers`: this many requests reach the server, whose
    answers are cut off half-way; `loses` is how they begin. `repeats`: every request is sent once more on a
    connection of its own.
    """

    target: int
    gone: bool = False
    swallows: bool = False
    delay_seconds: float = 0.0
    loses_answers: int = 0
    loses: bytes = b"POST "
    repeats: bool = False
    port: int = 0
    refused: int = 0
    lost: int = 0
    _open: set[socket.socket] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cut(self) -> None:
        """The line is gone: open connections break, new ones are refused, until `mend`."""
        with self._lock:
            self.gone = True
            ends, self._open = self._open, set()
        for end in ends:
            _close(end)

    def mend(self) -> None:
        self.gone = self.swallows = self.repeats = False
        self.delay_seconds, self.loses_answers = 0.0, 0

    def end(self) -> None:
        self.cut()
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._join, args=(near,), daemon=True).start()

    def _join(self, near: socket.socket) -> None:
        with self._lock:
            self._open.add(near)
        if self.gone:
            self.refused += 1
            _close(near)
            return
        try:
            first = near.recv(PIECE)
        except OSError:
            return
        time.sleep(self.delay_seconds)
        if self.swallows:
            return  # kept open: the other side waits
        far = self._to_server(first)
        if far is None:
            _close(near)
            return
        if self.repeats:
            self._again(near, first)
        half = threading.Event()
        self._may_lose(first, half)
        threading.Thread(target=self._ask, args=(near, far, half), daemon=True).start()
        self._answer(far, near, half)

    def _may_lose(self, asked: bytes, half: threading.Event) -> None:
        """Whether the answer to this request is one of those that are cut."""
        with self._lock:
            if self.loses_answers > 0 and asked.startswith(self.loses):
                self.loses_answers -= 1
                self.lost += 1
                half.set()

    def _to_server(self, first: bytes) -> socket.socket | None:
        try:
            far = socket.create_connection(("127.0.0.1", self.target), 5)
            far.sendall(first)
        except OSError:
            return None
        far.settimeout(None)
        with self._lock:
            self._open.add(far)
        return far

    def _again(self, near: socket.socket, first: bytes) -> None:
        """The same request once more, its answer thrown away; only where it came in one piece."""
        head, _, body = first.partition(b"\r\n\r\n")
        told = [line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
        if not told or len(body) == int(told[0].split(b":")[1]):
            other = self._to_server(first)
            if other is not None:
                threading.Thread(target=self._drain, args=(other,), daemon=True).start()

    @staticmethod
    def _drain(end: socket.socket) -> None:
        end.settimeout(5)
        with contextlib.suppress(OSError):
            while end.recv(PIECE):
                pass
        _close(end)

    def _ask(self, near: socket.socket, far: socket.socket, half: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while data := near.recv(PIECE):
                self._may_lose(data, half)
                far.sendall(data)
        _close(near)
        _close(far)

    @staticmethod
    def _answer(far: socket.socket, near: socket.socket, half: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while data := far.recv(PIECE):
                if half.is_set():
                    near.sendall(data[: len(data) // 2])
                    break
                near.sendall(data)
        _close(far)
        _close(near)


def _close(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    with contextlib.suppress(OSError):
        end.close()
