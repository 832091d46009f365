"""The journal goes live: after each commit its rows are sent, in order, as small Socket.IO messages; screens
that missed some ask for them.

Rooms: `hall:<id>:public` (boards, window screens), `hall:<id>:staff` (clerks, managers),
`hall:<id>:visit:<business>` (visitors' pages of a business). Sending happens in one background task, so a
commit never waits for screens; what is committed while a message goes out to a thousand screens goes
together in the next one, so that no call waits behind a row of messages. A `pulse` with the newest number
(in a business's room: of its newest event there) lets a dead line and a silent gap be noticed. With a Redis
URL the rooms span several server processes.
"""

import queue
import time
from typing import Any

from flask_socketio import SocketIO, join_room

from hall.events import Recorded, TicketCalled, TicketRecalled
from hall.records import journal
from hall.records.database import Database
from hall.rules.errors import Refusal
from hall.web import access
from hall.web.server import Server

PULSE_SECONDS = 10
GATHER_SECONDS = 0.1
"""How long what nobody waits to see or hear may wait for company. A call goes at once and takes it along."""
URGENT = frozenset({TicketCalled.type(), TicketRecalled.type()})
AT_ONCE = 200
"""Rows in one message at most: an import or a closing hour must not make one that takes a screen's breath."""


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
            rows = self._gathered()
            for hall_id in dict.fromkeys(row.hall_id for row in rows):
                self._send(hall_id, [row for row in rows if row.hall_id == hall_id])
            self.socketio.sleep(0)  # the screens' own tasks write now; what is committed meanwhile gathers

    def _gathered(self) -> list[Recorded]:
        """Waits for the next commit's rows, and for a call or GATHER_SECONDS."""
        rows = self._take()
        deadline = time.monotonic() + GATHER_SECONDS
        while len(rows) < AT_ONCE:
            urgent = any(row.type in URGENT for row in rows)
            try:
                rows += self._take(0 if urgent else max(0, deadline - time.monotonic()))
            except queue.Empty:
                break
        return rows

    def _take(self, timeout: float | None = None) -> list[Recorded]:
        """One commit's rows; voice and paper hear of them at once. Raises queue.Empty."""
        rows = self._rows.get(timeout=timeout)
        for row in rows:
            for listener in self.listeners:
                listener(row)
        return list(rows)

    def _send(self, hall_id: int, rows: list[Recorded]) -> None:
        """Tells these rows of one hall, in their order, to everybody they concern."""
        room = f"hall:{hall_id}"
        self.socketio.emit("events", [row.public() for row in rows], to=f"{room}:public")
        self.socketio.emit("events", [row.staff() for row in rows], to=f"{room}:staff")
        told: dict[str, list[Recorded]] = {}
        for row in rows:
            for business in {row.data[key] for key in ("business", "to_business") if row.data.get(key)}:
                told.setdefault(business, []).append(row)
        for business, of_business in told.items():
            self.socketio.emit("events", [row.public() for row in of_business], to=f"{room}:visit:{business}")
            self._told[hall_id, business] = of_business[-1].seq

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
