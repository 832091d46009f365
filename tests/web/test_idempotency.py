"""A retry or a double tap gets the first answer: one key, one ticket."""

import threading

import requests

from tests.hall_server import HallServer, StartHall
from tests.people import Api


def ask(api: Api, key: str | None, body: dict, path: str = "/tickets") -> requests.Response:
    headers = {} if key is None else {"Idempotency-Key": key}
    return api.session.post(
        f"{api.url}/api/v1/halls/{api.hall}{path}", json=body, headers=headers, timeout=30
    )


def issued(api: Api, since: int) -> int:
    events = api.get("/events", after=since)["events"]
    return [event["type"] for event in events].count("ticket_issued")


def now(api: Api) -> int:
    return api.get("")["seq"]


def test_the_same_key_gets_the_same_ticket(house: HallServer, kiosk: Api):
    since = now(kiosk)
    answers = [ask(kiosk, "twice-1", {"business": "social"}) for _ in range(3)]
    assert [one.status_code for one in answers] == [201, 201, 201]
    assert len({one.text for one in answers}) == 1
    assert issued(kiosk, since) == 1


def test_without_a_key_every_request_is_its_own(house: HallServer, kiosk: Api):
    labels = {ask(kiosk, None, {"business": "social"}).json()["ticket"]["label"] for _ in range(2)}
    assert len(labels) == 2


def test_eight_double_taps_at_the_same_moment_are_one_ticket(house: HallServer):
    clients = [Api(house.url, "test", token=house.tokens["kiosk-1"]) for _ in range(8)]
    for one in clients:
        one.get("")
    since = now(clients[0])
    for turn in range(5):
        gate, answers = threading.Barrier(8), []

        def tap(api: Api, key: str, gate: threading.Barrier, answers: list) -> None:
            gate.wait()
            answers.append(ask(api, key, {"business": "social"}))

        taps = [threading.Thread(target=tap, args=(one, f"eight-{turn}", gate, answers)) for one in clients]
        for one in taps:
            one.start()
        for one in taps:
            one.join()
        assert {one.status_code for one in answers} == {201}
        assert len({one.json()["ticket"]["id"] for one in answers}) == 1
    assert issued(clients[0], since) == 5


def test_the_same_key_for_another_wish_is_refused(house: HallServer, kiosk: Api):
    assert ask(kiosk, "other-1", {"business": "social"}).status_code == 201
    since = now(kiosk)
    for body in ({"business": "tax"}, {"business": "social", "language": "en"}):
        answer = ask(kiosk, "other-1", body)
        assert (answer.status_code, answer.json()["code"]) == (422, "key_used_for_other")
        assert answer.json()["detail"].endswith("。")
    assert now(kiosk) == since


def test_a_key_belongs_to_one_asker(house: HallServer, kiosk: Api):
    first = ask(kiosk, "mine-1", {"business": "social"}).json()["ticket"]["id"]
    second = ask(house.guide().api, "mine-1", {"business": "social"}).json()["ticket"]["id"]
    assert first != second


def test_a_key_that_is_too_long_or_empty_is_refused(house: HallServer, kiosk: Api):
    since = now(kiosk)
    for key in ("k" * 81, ""):
        answer = ask(kiosk, key, {"business": "social"})
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_key")
        assert "80" in answer.json()["detail"]
    assert now(kiosk) == since
    assert ask(kiosk, "k" * 80, {"business": "social"}).status_code == 201


def test_a_refused_wish_may_be_asked_again_with_its_key(house: HallServer, kiosk: Api):
    clerk = house.clerk(4)
    assert ask(clerk.api, "again-1", {}, "/windows/6/open").status_code == 409
    clerk.sits_at(6, open_it=False)
    try:
        assert ask(clerk.api, "again-1", {}, "/windows/6/open").status_code == 200
    finally:
        clerk.does("sign-out")


def test_a_double_tap_on_next_calls_one_visitor(house: HallServer, kiosk: Api):
    for _ in range(2):
        kiosk.post("/tickets", {"business": "social"})
    clerk = house.clerk(5).sits_at(3)
    try:
        first = clerk.does("call", key="next-1")["ticket"]
        assert clerk.does("call", key="next-1")["ticket"] == first
        clerk.does("missed")
        assert clerk.does("call", key="next-2")["ticket"]["id"] != first["id"]
        clerk.does("missed")
    finally:
        clerk.does("sign-out")


def test_after_a_power_cut_the_first_answer_still_stands(start_hall: StartHall):
    hall = start_hall()
    kiosk = hall.visitor().api
    first = ask(kiosk, "cut-1", {"business": "social"})
    hall.kill()
    hall.start()
    again = ask(kiosk, "cut-1", {"business": "social"})
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert ask(kiosk, "cut-2", {"business": "social"}).json()["ticket"]["label"] == "A002"
