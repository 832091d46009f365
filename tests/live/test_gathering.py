"""What is committed close together travels together: fewer messages to many screens, no call held up."""

import time
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from flask_socketio import SocketIO, SocketIOTestClient, join_room

from hall.events import Recorded
from hall.live import Live
from hall.records.database import Database

PATIENCE_SECONDS = 60
NOON = datetime(2026, 6, 1, 4, tzinfo=UTC)


def row(seq: int, type_: str, hall_id: int = 1, **data: Any) -> Recorded:
    return Recorded(hall_id=hall_id, seq=seq, at=NOON, type=type_, data=data)


class Told:
    """A socket server with one screen in the room it wants; commits are told before anything is sent."""

    def __init__(self, database: Database, room: str) -> None:
        self.app = Flask(__name__)
        self.socketio = SocketIO(self.app, async_mode="threading")
        self.live = Live(self.socketio, database)
        self.socketio.on_event("enter", join_room)
        self.client: SocketIOTestClient = self.socketio.test_client(self.app)
        self.client.emit("enter", room)

    def messages(self, *commits: list[Recorded], count: int) -> list[list[dict[str, Any]]]:
        """What the screen gets of these commits, message by message, once it has `count` events."""
        for rows in commits:
            self.live.tell(rows)
        self.live.start()
        heard: list[list[dict[str, Any]]] = []
        deadline = time.monotonic() + PATIENCE_SECONDS
        while sum(len(one) for one in heard) < count:
            assert time.monotonic() < deadline, heard
            self.socketio.sleep(0.01)
            heard += [one["args"][0] for one in self.client.get_received() if one["name"] == "events"]
        return heard


def test_what_waits_when_a_call_comes_goes_with_it_in_one_message_and_in_order(database: Database):
    told = Told(database, "hall:1:public")
    heard = told.messages(
        [row(1, "ticket_issued")],
        [row(2, "ticket_missed"), row(3, "ticket_called")],
        [row(4, "rated")],
        count=4,
    )
    assert [[event["seq"] for event in message] for message in heard] == [[1, 2, 3, 4]]


def test_each_hall_hears_only_its_own(database: Database):
    told = Told(database, "hall:2:public")
    heard = told.messages(
        [row(1, "ticket_issued")], [row(7, "ticket_issued", hall_id=2)], [row(2, "ticket_called")], count=1
    )
    assert [[event["seq"] for event in message] for message in heard] == [[7]]


def test_a_visitors_page_hears_only_its_business_also_when_much_comes_together(database: Database):
    told = Told(database, "hall:1:visit:tax")
    heard = told.messages(
        [row(1, "ticket_issued", business="tax")],
        [row(2, "ticket_issued", business="social")],
        [row(3, "ticket_transferred", business="social", to_business="tax")],
        [row(4, "ticket_called", business="social")],
        count=2,
    )
    assert [[event["seq"] for event in message] for message in heard] == [[1, 3]]


def test_voice_and_paper_hear_every_row_once_and_in_order(database: Database):
    told = Told(database, "hall:1:public")
    heard: list[int] = []
    told.live.listeners.append(lambda one: heard.append(one.seq))
    told.messages([row(1, "ticket_issued")], [row(2, "ticket_called"), row(3, "ticket_issued")], count=3)
    assert heard == [1, 2, 3]


def test_a_flood_is_cut_into_messages_and_loses_nothing(database: Database):
    told = Told(database, "hall:1:public")
    heard = told.messages(*([row(seq, "ticket_issued")] for seq in range(1, 1001)), count=1000)
    assert [event["seq"] for message in heard for event in message] == list(range(1, 1001))
    assert max(len(message) for message in heard) <= 200
