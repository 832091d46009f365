"""The duty manager's view and verbs over the real interface."""

from dataclasses import replace

import pytest

from tests.builders import settings, small_hall
from tests.hall_server import HallServer, StartHall
from tests.people import Refused


def test_the_overview_shows_every_window_with_its_clerk_and_ticket(own_hall: HallServer):
    own_hall.visitor().takes_a_number()
    clerk = own_hall.clerk(1).sits_at(1)
    clerk.calls_next()
    clerk.does("start")
    own_hall.clerk(2).sits_at(2, open_it=False)
    own_hall.clerk(3).sits_at(3).calls_next()
    windows = {one["number"]: one for one in own_hall.manager().api.get("/overview")["windows"]}
    assert [windows[n]["state"] for n in range(1, 7)] == [
        "serving", "paused", "ready", "closed", "closed", "closed",
    ]  # fmt: skip
    assert windows[1]["ticket"] == {"label": "A001", "business": "social"}
    assert (windows[1]["clerk"]["name"], windows[2]["pause_reason"]) == ("窗口人员1", "signed_in")


def test_a_window_is_free_since_its_last_ticket_was_done_not_since_it_was_opened(own_hall: HallServer):
    own_hall.visitor().takes_a_number()
    clerk = own_hall.clerk(1).sits_at(1)
    manager = own_hall.manager().api

    def since() -> str:
        return next(one["since"] for one in manager.get("/overview")["windows"] if one["number"] == 1)

    opened = since()
    clerk.serves_one()
    events = manager.get("/events", after=0, limit=500)["events"]
    done = next(one["at"] for one in events if one["type"] == "ticket_finished")
    assert since() == done > opened


def test_a_queue_is_shown_against_the_promise_of_each_class(own_hall: HallServer):
    visitor = own_hall.visitor()
    visitor.takes_a_number()
    visitor.takes_a_number()
    visitor.takes_a_number(visitor_class="elderly")
    queues = {one["code"]: one for one in own_hall.manager().api.get("/overview")["businesses"]}
    social = queues["social"]
    assert (social["waiting"], social["windows_open"], queues["tax"]["waiting"]) == (3, 0, 0)
    promises = {line["visitor_class"]: (line["count"], line["promise_seconds"]) for line in social["lines"]}
    assert promises == {"ordinary": (2, 900), "elderly": (1, 300)}


def test_only_windows_whose_clerk_may_call_a_business_count_as_open_for_it(own_hall: HallServer):
    own_hall.clerk(1).sits_at(1)
    own_hall.clerk(4).sits_at(4)
    queues = {one["code"]: one for one in own_hall.manager().api.get("/overview")["businesses"]}
    assert (queues["social"]["windows_open"], queues["tax"]["windows_open"]) == (1, 2)


def test_todays_figures_count_numbers_services_and_ratings(own_hall: HallServer):
    visitor, clerk = own_hall.visitor(), own_hall.clerk(1).sits_at(1)
    tickets = [visitor.takes_a_number() for _ in range(3)]
    for grade, ticket in zip((5, 2), tickets, strict=False):
        clerk.serves_one()
        own_hall.anyone().post(f"/visits/{ticket['secret']}/rating", {"grade": grade})
    today = own_hall.manager().api.get("/overview")["today"]
    assert (today["taken"], today["served"], today["waiting"], today["rated"]) == (3, 2, 1, 2)
    assert today["mean_grade"] == 3.5


def test_a_manager_opens_pauses_and_closes_a_window(own_hall: HallServer):
    manager, clerk = own_hall.manager(), own_hall.clerk(1).sits_at(1, open_it=False)
    manager.manages(1, "open")
    assert clerk.desk()["window"]["state"] == "open"
    manager.manages(1, "pause", "调去支援其他窗口")
    assert clerk.desk()["window"]["pause_reason"] == "调去支援其他窗口"
    manager.manages(1, "close")
    assert clerk.desk()["clerk"] is None


@pytest.mark.parametrize("action", ["pause", "close"])
def test_a_manager_cannot_pause_or_close_a_window_that_serves(own_hall: HallServer, action: str):
    own_hall.visitor().takes_a_number()
    clerk = own_hall.clerk(1).sits_at(1)
    clerk.calls_next()
    clerk.does("start")
    with pytest.raises(Refused) as refused:
        own_hall.manager().manages(1, action)
    assert (refused.value.status, refused.value.code) == (409, "window_busy")
    assert "A001" in refused.value.detail
    assert clerk.desk()["ticket"]["state"] == "serving"


def test_a_window_without_a_clerk_cannot_be_opened(own_hall: HallServer):
    with pytest.raises(Refused) as refused:
        own_hall.manager().manages(1, "open")
    assert (refused.value.status, refused.value.code) == (409, "nobody_signed_in")


def test_a_window_is_switched_among_what_it_may_serve(own_hall: HallServer):
    api = own_hall.manager().api
    offered = {one["code"]: one["serves"] for one in api.get("/windows/3/businesses")["businesses"]}
    assert offered == {"social": True, "employment": False}
    api.post("/windows/3/businesses", {"businesses": ["employment"]})
    offered = {one["code"]: one["serves"] for one in api.get("/windows/3/businesses")["businesses"]}
    assert offered == {"social": False, "employment": True}
    ticket = own_hall.visitor().takes_a_number("employment")
    assert own_hall.clerk(3).sits_at(3).calls_next()["label"] == ticket["label"]


def test_a_window_cannot_be_switched_to_what_it_may_not_serve(own_hall: HallServer):
    with pytest.raises(Refused) as refused:
        own_hall.manager().api.post("/windows/3/businesses", {"businesses": ["tax"]})
    assert (refused.value.status, refused.value.code) == (422, "cannot_serve")


def test_closing_the_day_ends_what_waits_and_leaves_who_is_at_a_window(own_hall: HallServer):
    visitor, clerk = own_hall.visitor(), own_hall.clerk(1).sits_at(1)
    visitor.takes_a_number()
    waiting = visitor.takes_a_number()
    clerk.calls_next()
    clerk.does("start")
    assert own_hall.manager().api.post("/close-day") == {"expired": 1}
    assert own_hall.anyone().get(f"/visits/{waiting['secret']}")["ticket"]["state"] == "expired"
    clerk.does("finish")


@pytest.mark.parametrize("path", ["/overview", "/floor", "/windows/1/businesses"])
def test_only_managers_look_over_the_hall(own_hall: HallServer, path: str):
    with pytest.raises(Refused) as refused:
        own_hall.anyone().get(path)
    assert refused.value.status == 401
    for api in (own_hall.clerk(1).api, own_hall.guide().api):
        with pytest.raises(Refused) as refused:
            api.get(path)
        assert refused.value.status == 403


def test_no_clerk_manages_a_window(own_hall: HallServer):
    for path, body in (("/windows/1/manage", {"action": "close"}), ("/close-day", {})):
        with pytest.raises(Refused) as refused:
            own_hall.clerk(1).api.post(path, body)
        assert refused.value.status == 403


def test_the_floor_is_the_halls_own_plan_or_a_tidy_one(start_hall: StartHall):
    plan = {
        "size": [8, 3],
        "zones": [
            {"zone": "east", "at": [0, 0], "size": [4, 2]},
            {"zone": "west", "at": [4, 0], "size": [4, 2]},
        ],
        "rows": [{"windows": ["1-3"], "at": [1, 1]}, {"windows": [4, 5, 6], "at": [6, 1], "runs": "left"}],
        "marks": [{"kind": "door", "at": [3, 2], "size": [2, 1]}],
    }
    hall = start_hall(settings(small_hall(floor=plan), small_hall(id="bare")))
    given = hall.manager().api.get("/floor")
    assert (given["width"], given["height"], given["overtime_seconds"]) == (8, 3, 1800)
    assert [one["code"] for one in given["zones"]] == ["east", "west"]
    assert {one["number"]: one["x"] for one in given["windows"]} == {1: 1, 2: 2, 3: 3, 4: 6, 5: 5, 6: 4}
    assert given["marks"] == [{"kind": "door", "x": 3, "y": 2, "width": 2, "height": 1}]
    tidy = replace(hall, hall="bare").manager().api.get("/floor")
    assert {one["number"] for one in tidy["windows"]} == set(range(1, 7))
    queues = {one["code"]: one["zone"] for one in hall.manager().api.get("/overview")["businesses"]}
    assert queues == {"social": "east", "employment": "east", "tax": "west"}
