"""A network printer that counts: a TCP server which takes ESC/POS, answers status queries and remembers each
paper that was cut. Set `slow_seconds` to make it take its time before it confirms, or a `temper`.
"""

from collections.abc import Callable
from typing import Literal

import gevent
from gevent.server import StreamServer

Temper = Literal[
    "willing", "silent", "slow", "deaf", "rubbish", "paper-out", "cover-open", "offline", "jammed"
]
"""silent takes everything and never answers, slow answers after LATE_SECONDS, deaf reads nothing, rubbish
answers noise; the last four say so when they are asked."""
SAYS: dict[str, dict[int, int]] = {
    "paper-out": {1: 0x08, 2: 0x20, 4: 0x6C},
    "cover-open": {1: 0x08, 2: 0x04},
    "offline": {1: 0x08},
    "jammed": {2: 0x40, 3: 0x08},
}
"""The bits that stand in the answer to DLE EOT n while a printer is so, by n."""
LATE_SECONDS = 1.2
NOISE = b"\xff\x93"
BREATH_SECONDS = 0.05
CUT = b"\x1dV"
STATUS, PRINTED = b"\x10\x04", b"\x1dr"
WELL, DONE = b"\x12", b"\x00"
SHORTEST = 8
"""Bytes. What is left of a cut is no new ticket."""
MARK = "补打".encode("gb18030")


class Paper:
    """`papers` is what came out, one entry for each cut, in order. `begun` is called when the first bytes of
    a ticket come in, with the number of tickets begun so far.
    """

    def __init__(self) -> None:
        self.papers: list[bytes] = []
        self.slow_seconds = 0.0
        self.temper: Temper = "willing"
        self.tickets_begun = 0
        self.on_begin: Callable[[], object] = lambda: None
        self._server = StreamServer(("127.0.0.1", 0), self._serve)
        self._server.start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._server.server_port}"

    def end(self) -> None:
        self._server.stop(timeout=1)

    def copies(self, secret: str) -> list[bool]:
        """For each paper with this ticket's QR whether it is marked as a copy, in the order they came out."""
        return [MARK in paper for paper in self.papers if secret.encode() in paper]

    def _serve(self, connection: gevent.socket.socket, address: object) -> None:
        ticket = b""
        try:
            while True:
                while self.temper == "deaf":
                    gevent.sleep(BREATH_SECONDS)
                data = connection.recv(8192)
                if not data:
                    return
                for query, answer in ((STATUS, WELL), (PRINTED, DONE)):
                    while query in data:
                        at = data.index(query)
                        ticket = self._take(ticket, data[:at])
                        asked, data = data[at + 2 : at + 3], data[at + 3 :]
                        if answer is DONE and self.slow_seconds:
                            gevent.sleep(self.slow_seconds)
                        if self.temper == "slow":
                            gevent.sleep(LATE_SECONDS)
                        if self.temper != "silent":
                            connection.sendall(self._says(answer, asked))
                ticket = self._take(ticket, data)
        except OSError:
            pass  # who printed is gone
        finally:
            connection.close()

    def _says(self, answer: bytes, asked: bytes) -> bytes:
        if self.temper == "rubbish":
            return NOISE
        if answer is WELL and asked:
            return bytes([WELL[0] | SAYS.get(self.temper, {}).get(asked[0], 0)])
        return answer

    def _take(self, ticket: bytes, data: bytes) -> bytes:
        """More of a ticket; returns what is not cut yet."""
        if not data or (not ticket and len(data) < SHORTEST):
            return ticket
        if not ticket:
            self.tickets_begun += 1
            self.on_begin()
        ticket += data
        if CUT in ticket:
            self.papers.append(ticket)
            return b""
        return ticket
