"""A ticket's whole way over the real interface."""

import pytest

from tests.hall_server import HallServer
from tests.people import Refused


def test_a_ticket_goes_from_number_to_finished(hall_server: HallServer):
    ticket = hall_server.visitor().takes_a_number("social", items=["retirement"])
    assert ticket["label"] == "A001"
    clerk = hall_server.clerk(1).sits_at(1)
    assert clerk.calls_next()["label"] == "A001"
    clerk.does("recall")
    clerk.does("start")
    desk = clerk.desk()
    assert desk["ticket"]["steps"][0]["items"][0]["materials"][0]["name"] == "居民身份证"
    assert desk["ticket"]["calls"][0]["rule"] == "promise_share"
    clerk.does("finish")
    assert clerk.desk()["ticket"] is None
    types = [event["type"] for event in hall_server.anyone().get("/events", after=0)["events"]]
    assert types[-4:] == ["ticket_called", "ticket_recalled", "ticket_started", "ticket_finished"]


def test_a_window_holds_one_open_ticket(hall_server: HallServer):
    visitor = hall_server.visitor()
    visitor.takes_a_number()
    visitor.takes_a_number()
    clerk = hall_server.clerk(1).sits_at(1)
    clerk.calls_next()
    with pytest.raises(Refused) as refused:
        clerk.calls_next()
    assert (refused.value.status, refused.value.code) == (409, "window_busy")
