"""A screen without a browser: python-socketio's client on a websocket, following a hall as a board does."""

import threading
from dataclasses import dataclass, field
from typing import Any

import socketio

from tests.hall_server import HallServer
from tests.people import Api

PATIENCE_SECONDS = 60.0


@dataclass
class ScreenClient:
    """Collects the events of one hall as they come over one server's socket."""

    hall: HallServer
    client: socketio.Client = field(default_factory=lambda: socketio.Client(reconnection=False))
    events: dict[int, dict[str, Any]] = field(default_factory=dict)
    arrived: list[int] = field(default_factory=list)
    pulses: list[int] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def watch(self, **message: Any) -> Any:
        """Connects, asks to follow the hall, and returns the server's answer."""
        self.client.on("events", self._hear)
        self.client.on("pulse", self._feel)
        self.client.connect(self.hall.url, transports=["websocket"], wait_timeout=PATIENCE_SECONDS)
        return self.say({"hall": self.hall.hall, "audience": "board"} | message)

    def say(self, message: Any) -> Any:
        """Sends any `watch` message, also a malformed one."""
        return self.client.call("watch", message, timeout=PATIENCE_SECONDS)

    def heard_up_to(self, seq: int, after: int) -> None:
        """Waits until every event from `after` + 1 to `seq` has come over the socket."""
        with self.changed:
            whole = self.changed.wait_for(
                lambda: all(one in self.events for one in range(after + 1, seq + 1)), PATIENCE_SECONDS
            )
        missing = [one for one in range(after + 1, seq + 1) if one not in self.events]
        assert whole, f"never heard: {missing}"

    def felt(self, seq: int) -> None:
        """Waits for a pulse that tells this number, or a later one."""
        with self.changed:
            told = self.changed.wait_for(lambda: any(one >= seq for one in self.pulses), PATIENCE_SECONDS)
        assert told, self.pulses

    def calls(self) -> list[tuple[str, int]]:
        """(number, window) of every call, in the journal's order."""
        inorder = (self.events[seq] for seq in sorted(self.events))
        return [(one["ticket"], one["window"]) for one in inorder if one["type"] == "ticket_called"]

    def leave(self) -> None:
        self.client.disconnect()

    def _hear(self, events: list[dict[str, Any]]) -> None:
        with self.changed:
            for event in events:
                self.events[event["seq"]] = event
                self.arrived.append(event["seq"])
            self.changed.notify_all()

    def _feel(self, pulse: dict[str, Any]) -> None:
        with self.changed:
            self.pulses.append(pulse["seq"])
            self.changed.notify_all()


def journal_of(api: Api) -> list[dict[str, Any]]:
    """The whole public journal, page by page, as a board that was away asks for it."""
    events: list[dict[str, Any]] = []
    while True:
        page = api.get("/events", after=events[-1]["seq"] if events else 0)
        events += page["events"]
        if not page["events"] or events[-1]["seq"] >= page["latest"]:
            return events
