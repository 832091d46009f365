"""Plans over the interface: tried without a change, and applied by one manager at a time."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.hall_server import HallServer
from tests.people import Refused

BOTH = [{"do": "switch", "window": 3, "businesses": ["social", "employment"]}]


def test_trying_a_plan_changes_nothing_and_a_bad_one_is_refused_in_the_readers_words(own_hall: HallServer):
    own_hall.clerk(1).sits_at(1)
    own_hall.clerk(3).sits_at(3)
    own_hall.visitor().takes_a_number("employment")
    api = own_hall.manager().api
    before = api.get("/what-if")
    said = api.post("/what-if", {"changes": BOTH, "minutes": 45})
    assert (len(said["times"]), said["basis"]) == (10, before["seq"])
    assert api.get("/what-if")["seq"] == before["seq"]
    for changes, code in (
        ([{"do": "close", "window": 2}], "plan_nobody_there"),
        ([{"do": "visitors", "business": "social", "visitors": -5}], "plan_visitors"),
        ([{"do": "switch", "window": 77, "businesses": ["social"]}], "unknown_window"),
        ([{"do": "pause", "window": 1, "since": "25:00"}], "bad_request"),
        ([{"do": "vanish", "window": 1}], "bad_request"),
        ([{"do": "pause", "window": 1}] * 41, "bad_request"),
    ):
        with pytest.raises(Refused) as refused:
            api.post("/what-if", {"changes": changes})
        assert refused.value.code == code


def test_of_two_managers_who_apply_at_once_one_is_told_what_the_other_did(own_hall: HallServer):
    own_hall.clerk(1).sits_at(1)
    own_hall.clerk(3).sits_at(3)
    managers = [own_hall.manager().api, own_hall.manager().api]
    basis = managers[0].get("/what-if")["seq"]

    def applies(place: int) -> tuple[str, Any]:
        try:
            return "done", managers[place].post("/what-if/apply", {"changes": BOTH, "basis": basis})
        except Refused as refused:
            return refused.code, refused

    with ThreadPoolExecutor(2) as both:
        answers = dict(both.map(applies, range(2)))
    assert set(answers) == {"done", "plan_outdated"}
    assert "3 号窗口" in answers["plan_outdated"].detail
    (made,) = managers[1].get("/advice")["adjustments"]
    assert answers["done"]["adjustments"] == [made["id"]]
    managers[1].post(f"/advice/adjustments/{made['id']}/undo")


@pytest.mark.parametrize("path", ["", "/apply", "/replay"])
def test_only_managers_try_and_apply_plans(own_hall: HallServer, path: str):
    body = {"changes": [], "basis": 0} if path == "/apply" else {"changes": []}
    with pytest.raises(Refused) as refused:
        own_hall.clerk(1).api.post(f"/what-if{path}", body)
    assert refused.value.status == 403
