"""Messages about alerts to other systems: a real receiver on a real socket, on both databases."""

import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import select

from hall import webhooks
from hall.actions import alerts
from hall.records.tables import alert_messages
from tests.actions.test_alerts import warns
from tests.office import Office


@dataclass
class Receiver:
    """Another system's address: keeps what came, and answers with `status`."""

    url: str = ""
    status: int = 200
    got: list[tuple[dict[str, Any], str | None]] = field(default_factory=list)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    said = Receiver()

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            signature = self.headers.get("X-Hall-Signature")
            assert signature in (None, "sha256=" + hmac.new(b"between us", body, sha256).hexdigest())
            said.got.append((json.loads(body), signature))
            self.send_response(said.status)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing: the test's own output is enough."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    Thread(target=server.serve_forever, daemon=True).start()
    said.url = f"http://127.0.0.1:{server.server_port}/hall"
    yield said
    server.shutdown()
    server.server_close()


def raises_an_alert(office: Office, receiver: Receiver, **more: Any) -> None:
    warns(office, "no_window", webhooks=[{"url": receiver.url, "levels": ["yellow"], **more}])
    office.takes("tax")
    with office.database.read() as connection:
        found = alerts.measure(connection, office.book(), office.now)
    office.does("", alerts.keep, found)


def message(office: Office) -> Any:
    with office.database.read() as connection:
        mine = select(alert_messages).where(alert_messages.c.hall_id == office.hall_id)
        return connection.execute(mine).one()


def sends(office: Office) -> None:
    """What is due of this hall; the database may hold messages of other tests' halls."""
    webhooks.send_due(office.database)


def test_an_alert_arrives_once_and_signed(office: Office, receiver: Receiver):
    raises_an_alert(office, receiver, secret="between us")
    sends(office)
    sends(office.later(hours=1))
    assert len(receiver.got) == 1
    body, signature = receiver.got[0]
    assert (body["indicator"], body["scope"], body["level"]) == ("no_window", "tax", "yellow")
    assert signature is not None
    assert message(office).sent_at is not None


def test_a_receiver_that_fails_is_tried_again_with_growing_pauses(office: Office, receiver: Receiver):
    raises_an_alert(office, receiver)
    receiver.status = 503
    sends(office)
    assert (message(office).attempts, message(office).sent_at) == (1, None)
    sends(office.later(seconds=9))
    assert len(receiver.got) == 1
    sends(office.later(seconds=1))
    sends(office.later(seconds=29))
    assert len(receiver.got) == 2
    receiver.status = 204
    sends(office.later(seconds=1))
    assert [body for body, _ in receiver.got] == [receiver.got[0][0]] * 3
    assert message(office).sent_at is not None


def test_a_receiver_that_is_away_is_given_up_after_a_day_and_the_reason_kept(office: Office):
    nobody = Receiver("http://127.0.0.1:9/hall")
    raises_an_alert(office, nobody)
    for _ in range(20):
        sends(office)
        office.later(hours=9)
    assert (message(office).attempts, message(office).due_at) == (len(webhooks.PAUSES) + 1, None)
    assert "refused" in message(office).error.lower()


def test_a_redirect_is_not_followed(office: Office, receiver: Receiver):
    raises_an_alert(office, receiver)
    receiver.status = 302
    sends(office)
    assert len(receiver.got) == 1
    assert "302" in message(office).error


def test_a_message_whose_sender_died_on_the_way_is_sent_by_the_next(office: Office, receiver: Receiver):
    raises_an_alert(office, receiver)
    left = message(office)
    claimed = webhooks.change(office.database, left, left.due_at, due_at=office.now + webhooks.CLAIM)
    assert claimed
    sends(office)
    assert receiver.got == []
    sends(office.later(seconds=31))
    assert len(receiver.got) == 1
