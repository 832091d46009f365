"""Applying a changed file: what differs is said first, and no live ticket is dropped."""

from copy import deepcopy

import pytest

from hall.actions import rate, serve, windows
from hall.records import desks
from hall.rules import errors
from tests.office import Office


def copy(office: Office) -> dict:
    return deepcopy(office.settings)


def without_business(hall: dict, code: str) -> dict:
    for department in hall["departments"]:
        department["businesses"] = [one for one in department["businesses"] if one["id"] != code]
    hall["departments"] = [one for one in hall["departments"] if one["businesses"]]
    hall["windows"] = [one for one in hall["windows"] if one["businesses"] != [code]]
    return hall


def without_window(hall: dict, number: int) -> dict:
    hall["windows"] = [one for one in hall["windows"] if one["number"] != number]
    hall["devices"] = [one for one in hall["devices"] if one.get("window") != number]
    return hall


def lines(office: Office, hall: dict) -> list[tuple]:
    return [(one.sign, one.kind, one.code, one.fields) for one in office.differences(hall)]


def refused(office: Office, hall: dict, error: type[errors.Refusal]) -> None:
    before = office.dump()
    with pytest.raises(error):
        office.apply(hall)
    assert office.dump() == before


def test_the_same_file_differs_in_nothing(office: Office):
    assert lines(office, copy(office)) == []


def test_every_change_is_said_before_it_is_made(office: Office):
    hall = without_business(copy(office), "tax")
    hall["name"] = "新大厅"
    hall["rules"] = {**hall["rules"], "recalls": 5}
    hall["windows"][0]["label"] = "综合一"
    hall["departments"][0]["businesses"][0]["name"] = "社保"
    hall["zones"].append({"id": "north", "name": "北区"})
    before = office.dump()
    said = lines(office, hall)
    assert office.dump() == before
    assert ("~", "hall", office.settings["id"], ("name", "settings")) in said
    assert ("+", "zones", "north", ()) in said
    assert ("~", "businesses", "social", ("name",)) in said
    assert ("-", "businesses", "tax", ()) in said
    assert ("-", "departments", "tax", ()) in said
    assert ("-", "items", "invoice", ()) in said
    assert ("-", "windows", "4", ()) in said
    assert ("~", "windows", "1", ("label",)) in said
    office.apply(hall)
    assert lines(office, hall) == []
    assert office.book().name == "新大厅"
    assert "tax" not in office.book().businesses_by_code


def test_what_comes_back_is_the_same_row_again(office: Office):
    first, tax = copy(office), office.book().business("tax").id
    office.apply(without_business(copy(office), "tax"))
    assert ("+", "businesses", "tax", ()) in lines(office, first)
    office.apply(first)
    assert office.book().business("tax").id == tax


@pytest.mark.parametrize("state", ["waiting", "called", "serving", "held", "missed"])
def test_a_business_in_which_somebody_is_cannot_be_retired(office: Office, state: str):
    office.takes("tax")
    clerk = office.sits(1, 1)
    verbs = {
        "waiting": (),
        "called": (),
        "serving": (serve.start,),
        "held": (serve.hold,),
        "missed": (serve.miss,),
    }
    if state != "waiting":
        office.calls(clerk, 1)
    for verb in verbs[state]:
        office.does(clerk, verb, 1, *((None,) if verb is serve.hold else ()))
    refused(office, without_business(copy(office), "tax"), errors.BusinessInUse)
    assert office.state(office.ticket_named("C001")) == state


def test_a_window_with_a_ticket_or_a_ticket_bound_for_it_cannot_be_retired(office: Office):
    office.takes()
    office.takes()
    clerk = office.sits(1, 1)
    office.calls(clerk, 1)
    refused(office, without_window(copy(office), 1), errors.WindowBusy)
    office.sends(clerk, 1, window=2)
    refused(office, without_window(copy(office), 2), errors.WindowBusy)
    office.apply(without_window(copy(office), 6))


def test_what_yesterday_left_waiting_holds_nobody_up(office: Office):
    office.takes("tax")
    office.later(days=1)
    office.apply(without_business(copy(office), "tax"))
    office.takes()
    assert office.told().count("ticket_expired") == 1


def test_a_clerk_at_a_window_that_is_retired_may_sit_elsewhere(office: Office):
    office.sits(1, 2)
    office.apply(without_window(copy(office), 2))
    assert office.told()[-2:] == ["window_closed", "hall_configured"]
    office.sits(1, 1)


def test_live_tickets_go_on_through_a_change(office: Office):
    issued = [office.takes() for _ in range(3)]
    clerk = office.sits(1, 1)
    office.calls(clerk, 1)
    hall = copy(office)
    hall["departments"][0]["businesses"][0]["prefix"] = "S"
    hall["rules"] = {**hall["rules"], "promise_minutes": {"ordinary": 3}}
    office.apply(hall)
    assert office.takes().label == "S001"
    office.does(clerk, serve.start, 1)
    office.does(clerk, serve.finish, 1)
    assert [office.serves(clerk, 1) for _ in range(3)] == [issued[1].label, issued[2].label, "S001"]


def test_who_waits_is_called_when_the_file_gives_a_ready_window_their_business(office: Office):
    clerk = office.sits(1, 3)
    office.takes("tax")
    assert office.calls(clerk, 3) is None
    hall = copy(office)
    hall["windows"][2]["businesses"] = ["social", "tax"]
    office.apply(hall)
    assert office.state(office.ticket_named("C001")) == "called"


def test_a_visit_of_a_retired_business_can_still_be_rated(office: Office):
    issued = office.takes("tax")
    office.serves(office.sits(1, 1), 1)
    office.apply(without_business(copy(office), "tax"))
    office.does("", rate.rate, issued.ticket_id, 5, None, "qr")
    assert len(office.dump()["ratings"]) == 1


def test_a_window_switched_by_hand_follows_the_file_again_when_it_is_applied(office: Office):
    office.does("manager", windows.switch_businesses, 3, [office.book().business("employment")])
    assert ("~", "windows", "3", ("businesses",)) in lines(office, copy(office))
    office.apply(copy(office))
    book = office.book()
    assert book.window(3).serves == {book.business("social").id}
    with office.database.read() as connection:
        assert desks.desk(connection, book.window(3).id).state == "closed"
