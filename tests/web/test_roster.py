"""The roster over the real interface: who may, what is refused in words, and that nothing happens twice."""

from uuid import uuid4

import pytest

from tests.hall_server import HallServer
from tests.people import Refused
from tests.rostering import edition, make_a_roster, puts, shift

DAY = "2027-03-01"


def test_a_roster_is_made_copied_and_taken_over(own_hall: HallServer):
    make_a_roster(own_hall.manager().api, own_hall.clerk(1).api)
    week = own_hall.manager().api.get("/roster", **{"from": DAY})
    there = {(one["day"], one["clerk"], one["window"]) for one in week["shifts"]}
    assert (DAY, "clerk4", 1) in there and (DAY, "clerk3", 1) not in there
    assert ("2027-03-02", "clerk3", 1) in there
    assert week["days"][0]["calendar_known"] is False  # the calendar is announced each autumn


def test_a_change_sent_twice_under_one_key_happens_once(own_hall: HallServer):
    api, key = own_hall.manager().api, uuid4().hex
    body = {"day": DAY, "edition": 0, "added": [shift("clerk1", 1)]}
    assert api.post("/roster/change", body, key) == api.post("/roster/change", body, key)
    assert edition(api, DAY) == 1


def test_a_clerk_sees_their_own_day_and_changes_nothing(own_hall: HallServer):
    clerk = own_hall.clerk(1).api
    assert clerk.get("/roster/mine")["shifts"] == []
    for ask in (lambda: clerk.get("/roster"), lambda: puts(clerk, DAY, shift("clerk1", 1))):
        with pytest.raises(Refused) as refused:
            ask()
        assert refused.value.status == 403


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"added": [shift("clerk1", 1, "11:00", "09:00")]}, 409, "shift_reversed"),
        ({"added": [shift("clerk1", 1, "09:00", "16:00")]}, 409, "shift_unbroken"),
        ({"added": [shift("clerk1", 1), shift("clerk1", 2)]}, 409, "clerk_rostered_twice"),
        ({"added": [shift("clerk1", 1), shift("clerk2", 1)]}, 409, "window_rostered_twice"),
        ({"added": [shift("nobody", 1)]}, 404, "unknown_account"),
        ({"added": [shift("manager", 1)]}, 404, "unknown_account"),
        ({"added": [shift("clerk1", 99)]}, 404, "unknown_window"),
        ({"removed": [999_999]}, 404, "unknown_shift"),
        ({"edition": 7, "added": [shift("clerk1", 1)]}, 409, "roster_changed_since"),
        ({"day": "2020-01-01", "added": [shift("clerk1", 1)]}, 409, "roster_in_past"),
        ({"day": "2027-02-30"}, 422, "bad_request"),
        ({"added": [shift("clerk1", 1, "9:00", "25:00")]}, 422, "bad_request"),
        ({"added": [shift("clerk1", 1, breaks=[{"at": "10:00", "minutes": -5}])]}, 422, "bad_request"),
        ({"added": [shift("<b>\u0000", 1)]}, 422, "bad_request"),
        ({"added": [shift("clerk1", 1, colour="red")]}, 422, "bad_request"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(
    own_hall: HallServer, change: dict, status: int, code: str
):
    api = own_hall.manager().api
    with pytest.raises(Refused) as refused:
        api.post("/roster/change", {"day": DAY, "edition": 0, **change})
    assert (refused.value.status, refused.value.code) == (status, code)
    assert refused.value.detail and "%(" not in refused.value.detail
    assert edition(api, DAY) == 0


def test_the_refusal_names_who_where_and_when(own_hall: HallServer):
    api = own_hall.manager().api
    puts(api, DAY, shift("clerk1", 3), shift("clerk2", 4))
    week = api.get("/roster", **{"from": DAY})
    tax = next(one["id"] for one in week["shifts"] if one["window"] == 4)
    with pytest.raises(Refused) as refused:
        puts(api, DAY, removed=(tax,))
    assert "涉税业务" in refused.value.detail and "09:00" in refused.value.detail
