"""A printer for tests: a real TCP server that takes ESC/POS and answers status queries as a printer does.

Set its state (`paper`, `cover_open`, `offline`, …) and its temper, and look at `received` or `tickets`
afterwards. It answers the way Epson documents DLE EOT and GS r, but obeys no command inside a picture.
"""

import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal, Self

from tests.printer.decode import Printed, Token, decode, tokens

Temper = Literal["willing", "silent", "rubbish", "slow", "deaf", "hangs_up"]


@dataclass
class StandIn:
    """Use it as a context manager: it listens from entering to leaving."""

    paper: Literal["ok", "low", "out"] = "ok"
    cover_open: bool = False
    offline: bool = False
    cutter_jammed: bool = False
    temper: Temper = "willing"
    """silent takes everything and never answers; rubbish answers noise; slow answers after `delay_seconds`;
    deaf stops reading; hangs_up closes in the middle of the first ticket."""
    delay_seconds: float = 0.0
    runs_out_after: int | None = None
    """Paper is out once this many bytes of a ticket came in; what follows is not printed."""
    reports_when_printed: bool = True
    port: int = 0
    received: list[bytes] = field(default_factory=list)
    """Everything each connection brought, queries included, in order of connecting."""
    _listener: socket.socket = field(init=False, repr=False)
    _threads: list[threading.Thread] = field(default_factory=list, repr=False)
    _leaving: threading.Event = field(default_factory=threading.Event, repr=False)

    def __enter__(self) -> Self:
        self._listener = socket.socket()
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # A printer's memory is small; the system's own would take tickets for a printer that reads nothing.
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._listener.bind(("127.0.0.1", self.port))
        self._listener.listen()
        self._listener.settimeout(0.05)
        self.port = self._listener.getsockname()[1]
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leaving.set()
        for thread in self._threads:
            thread.join(timeout=10)
        self._listener.close()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def tickets(self) -> list[Printed]:
        """What came out so far, connection by connection; connections that only asked are left out."""
        came = [decode(data, still_coming=True) for data in self.received]
        return [printed for printed in came if printed.cuts]

    def wait_for_tickets(self, count: int = 1, seconds: float = 10) -> list[Printed]:
        """The tickets once that many came out; whoever sent them may be done before the printer is."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and len(self.tickets) < count:
            time.sleep(0.02)
        return self.tickets

    def answer(self, query: int) -> int:
        """The byte DLE EOT `query` is answered with, from the state set."""
        stopped = self.offline or self.cover_open or self.paper == "out"
        out = self.paper == "out"
        return 0b0001_0010 | {
            1: 0b0000_1000 * stopped,
            2: 0b0000_0100 * self.cover_open | 0b0010_0000 * out | 0b0100_0000 * self.cutter_jammed,
            3: 0b0000_1000 * self.cutter_jammed,
            4: 0b0000_1100 * (self.paper != "ok") | 0b0110_0000 * out,
        }.get(query, 0)

    def _start(self, work: object, *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._leaving.is_set():
            with suppress(TimeoutError):
                connection, _ = self._listener.accept()
                self.received.append(b"")
                self._start(self._serve, connection, len(self.received) - 1)

    def _serve(self, connection: socket.socket, number: int) -> None:
        connection.settimeout(0.05)
        pending = b""
        with connection, suppress(OSError):
            while not self._leaving.is_set():
                if self.temper == "deaf":
                    self._leaving.wait(0.05)
                    continue
                try:
                    heard = connection.recv(2048)
                except TimeoutError:
                    continue
                if not heard:
                    return
                self.received[number] += heard
                if self.runs_out_after is not None and len(self.received[number]) > self.runs_out_after:
                    self.paper = "out"
                pending += heard
                done = 0
                for token, next_at in tokens(pending):
                    self._obey(token, connection)
                    done = next_at
                pending = pending[done:]
                if self.temper == "hangs_up" and len(self.received[number]) > 64:
                    return

    def _obey(self, token: Token, connection: socket.socket) -> None:
        if token.name == "status":
            answer = self.answer(token.data[0])
        elif token.name == "report when printed" and self.reports_when_printed and self.paper != "out":
            answer = 0b0000_0011 * (self.paper == "low")
        else:
            return
        match self.temper:
            case "silent":
                return
            case "rubbish":
                connection.sendall(b"\xff\x00\x93")
            case "slow":
                time.sleep(self.delay_seconds)
                connection.sendall(bytes([answer]))
            case _:
                connection.sendall(bytes([answer]))
