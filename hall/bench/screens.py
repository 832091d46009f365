"""A thousand screens in one process: plain sockets that speak just enough WebSocket, so that the server is
what is measured.

`python -m hall.bench.screens PORT HALL COUNT` connects, watches the board's events and prints, for each
`mark` that has reached every screen, when the last one got it.
"""

import json
import selectors
import socket
import sys
import time
from functools import lru_cache

HANDSHAKE = (
    "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


class Screen:
    """One connection: reads frames, answers pings."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.sendall(HANDSHAKE.format(port=port).encode())
        self.buffer = b""
        while b"\r\n\r\n" not in self.buffer:
            self.buffer += self._more()
        self.buffer = self.buffer.split(b"\r\n\r\n", 1)[1]

    def send(self, text: str) -> None:
        payload = text.encode()
        size = len(payload)
        head = bytes([0x81, 0x80 | size]) if size < 126 else bytes([0x81, 0xFE]) + size.to_bytes(2, "big")
        self.socket.sendall(head + b"\0\0\0\0" + payload)

    def receive(self) -> list[bytes]:
        """Reads what has come and cuts it into frames."""
        self.buffer += self._more()
        return self.frames()

    def _more(self) -> bytes:
        data = self.socket.recv(65536)
        if not data:
            raise ConnectionError("the server closed a screen's connection")
        return data

    def frames(self) -> list[bytes]:
        """Whole frames received so far (servers do not mask)."""
        found = []
        while len(self.buffer) >= 2:
            size, at = self.buffer[1] & 0x7F, 2
            if size == 126:
                size, at = int.from_bytes(self.buffer[2:4], "big"), 4
            elif size == 127:
                size, at = int.from_bytes(self.buffer[2:10], "big"), 10
            if len(self.buffer) < at + size:
                break
            found.append(self.buffer[at : at + size])
            self.buffer = self.buffer[at + size :]
        return found

    def wait_for(self, start: bytes) -> None:
        """Returns once such a frame came; the first one may have come together with the handshake."""
        found = self.frames()
        while not any(frame.startswith(start) for frame in found):
            found = self.receive()


@lru_cache(64)
def marks(frame: bytes) -> tuple[str, ...]:
    """What of a message is measured: bare marks and called numbers. All screens get the same bytes."""
    events = json.loads(frame[2:])[1]
    return tuple(
        event.get("mark") or event["ticket"]
        for event in events
        if "mark" in event or event["type"] == "ticket_called"
    )


def main() -> None:
    port, hall, count = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    waiting = selectors.DefaultSelector()
    for _ in range(count):
        screen = Screen(port)
        screen.wait_for(b"0")
        screen.send("40")
        screen.wait_for(b"40")
        screen.send("420" + json.dumps(["watch", {"hall": hall, "audience": "board"}]))
        screen.wait_for(b"430")
        screen.socket.setblocking(False)
        waiting.register(screen.socket, selectors.EVENT_READ, screen)
    print("WATCHING", flush=True)
    seen: dict[str, int] = {}
    while True:
        for key, _ in waiting.select():
            screen = key.data
            for frame in screen.receive():
                if frame == b"2":
                    screen.send("3")
                elif frame.startswith(b'42["events"'):
                    for mark in marks(frame):
                        seen[mark] = seen.get(mark, 0) + 1
                        if seen[mark] == count:
                            print(f"{mark} {time.time()}", flush=True)


if __name__ == "__main__":
    main()
