"""The journal goes live: after each commit its rows are sent, in order, as small Socket.IO events; screens
that missed some ask for them.

Rooms: `hall:<id>:public` (boards, window screens), `hall:<id>:staff` (clerks, managers),
`hall:<id>:visit:<business>` (visitors' pages of a business). Sending happens in one background task, so a
commit never waits for screens. A `pulse` with the newest number (in a business's room: of its newest event
there) lets a dead line and a silent gap be noticed. With a Redis URL the rooms span several server processes.
"""

import queue
from typing import Any

from flask_socketio import SocketIO, join_room

from hall.events import Recorded
from hall.records import journal
from hall.records.database import Database
from hall.rules.errors import Refusal
from hall.web import access
from hall.web.server import Server

PULSE_SECONDS = 10


class Live:
    """Sends what was committed. `tell` is the database's on_commit hook: it only puts rows on a queue."""

    def __init__(self, socketio: SocketIO, database: Database) -> None:
        self.socketio = socketio
        self.database = database
        self.listeners: list[Any] = []
        self._rows: queue.SimpleQueue[list[Recorded]] = queue.SimpleQueue()
        self._halls: set[int] = set()
        self._told: dict[tuple[int, str], int] = {}

    def tell(self, recorded: list[Recorded]) -> None:
        if recorded:
            self._rows.put(recorded)

    def start(self) -> None:
        """Starts the two background tasks of this process."""
        self.socketio.start_background_task(self._send_on)
        self.socketio.start_background_task(self._pulse)

    def watch(self, hall_id: int) -> None:
        """From now on this hall's screens get a pulse."""
        self._halls.add(hall_id)

    def watch_business(self, hall_id: int, business: str) -> None:
        """From now on the visitors' pages of this business get a pulse."""
        self._told.setdefault((hall_id, business), 0)

    def _send_on(self) -> None:
        while True:
            for row in self._rows.get():
                self.send(row)
                for listener in self.listeners:
                    listener(row)

    def send(self, row: Recorded) -> None:
        public, room = row.public(), f"hall:{row.hall_id}"
        self.socketio.emit("event", public, to=f"{room}:public")
        self.socketio.emit("event", row.staff(), to=f"{room}:staff")
        lines: set[str] = {row.data[key] for key in ("business", "to_business") if row.data.get(key)}
        for business in lines:
            self.socketio.emit("event", public, to=f"{room}:visit:{business}")
            self._told[row.hall_id, business] = row.seq

    def _pulse(self) -> None:
        while True:
            self.socketio.sleep(PULSE_SECONDS)
            for hall_id in sorted(self._halls):
                try:
                    with self.database.read() as connection:
                        seq = journal.latest(connection, hall_id)
                except Refusal:
                    continue  # the screens notice the missing pulse and say so
                for audience in ("public", "staff"):
                    self.socketio.emit("pulse", {"seq": seq}, to=f"hall:{hall_id}:{audience}")
            for (hall_id, business), seq in list(self._told.items()):
                self.socketio.emit("pulse", {"seq": seq}, to=f"hall:{hall_id}:visit:{business}")


def register(socketio: SocketIO, live: Live, server: Server) -> None:
    """Installs the one message a client may send: `watch` {hall, audience: board | staff | visit,
    business?}.
    """

    @socketio.on("watch")
    def watch(message: Any = None) -> dict[str, Any]:
        wanted = message if isinstance(message, dict) else {}
        hall, audience = wanted.get("hall"), wanted.get("audience")
        if not isinstance(hall, str) or audience not in ("board", "staff", "visit"):
            return {"error": "bad_request"}
        if audience == "visit" and not isinstance(wanted.get("business"), str):
            return {"error": "bad_request"}
        try:
            with server.database.read() as connection:
                hall_id = server.books.id_of(connection, hall)
                book = server.books.of(connection, hall) if audience == "visit" else None
                seq = journal.latest(connection, hall_id)
            asker = access.who()
        except Refusal as refusal:
            return {"error": refusal.code}
        if audience == "staff" and (asker.kind != "account" or asker.hall != hall):
            return {"error": "not_signed_in"}
        live.watch(hall_id)
        if book is not None:
            business = wanted["business"]
            if business in book.businesses_by_code:  # a room for every word said would fill the memory
                live.watch_business(hall_id, business)
            join_room(f"hall:{hall_id}:visit:{business}")
        else:
            join_room(f"hall:{hall_id}:{'staff' if audience == 'staff' else 'public'}")
        return {"seq": seq}

    @socketio.on_error_default
    def fault(error: Exception) -> dict[str, str]:
        raise error
