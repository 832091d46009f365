"""Applying a plan that was tried, and taking it back, on real databases: all of it or nothing, never against
a hall that has changed since.
"""

from typing import Any

import pytest

from hall.actions import moves, serve, what_if, windows
from hall.actions.what_if import Applied
from hall.records import desks, journal
from hall.rules.errors import (
    AdjustmentOver,
    PlanEmpty,
    PlanNobodyThere,
    PlanOnlyTried,
    PlanOutdated,
    PlanWithoutWindow,
    Refusal,
    WindowBusy,
)
from hall.screens import advice as screens
from hall.twin.plan import PlannedChange
from tests.office import Office

BOTH = {"do": "switch", "window": 3, "businesses": ["social", "employment"]}


@pytest.fixture
def hall(office: Office) -> Office:
    """1, 3 (social insurance) and 5 (for the elderly) are open, 6 is paused, nobody sits at 2 and 4."""
    for number in (1, 3, 5):
        office.sits(number, number)
    office.sits(6, 6, open_it=False)
    return office


def newest(office: Office) -> int:
    with office.database.read() as connection:
        return journal.latest(connection, office.hall_id)


def applies(office: Office, *changes: dict[str, Any], basis: int | None = None) -> Applied:
    planned = [PlannedChange.model_validate(one) for one in changes]
    done: Applied = office.does(
        "manager", what_if.apply_plan, planned, newest(office) if basis is None else basis
    )
    return done


def serves(office: Office, number: int) -> set[str]:
    book = office.book()
    return {book.businesses[one].code for one in book.windows_by_number[number].serves}


def state(office: Office, number: int) -> str:
    with office.database.read() as connection:
        return str(desks.desk(connection, office.book().windows_by_number[number].id).state)


def requests(office: Office, clerk: str) -> list[dict[str, Any]]:
    """The windows a clerk is asked to open."""
    with office.database.read() as connection:
        mine = screens.of_clerk(connection, office.book(), office.account(clerk), office.now)
    found: list[dict[str, Any]] = mine["requests"]
    return found


def test_what_can_be_done_is_done_in_one_go_and_the_rest_is_left(hall: Office):
    done = applies(
        hall,
        {"do": "visitors", "business": "tax", "visitors": 40},
        {**BOTH, "until": "10:30"},
        {"do": "pause", "window": 1},
        {"do": "open", "window": 6},
        {"do": "open", "window": 2, "clerk": "clerk2", "until": "10:30"},
        {"do": "open", "window": 4},
        {"do": "pause", "window": 3, "since": "11:00", "until": "11:30"},
    )
    assert done.left == (0, 5, 6)
    assert len(done.adjustments) == 2, "one for each end"
    assert serves(hall, 3) == {"social", "employment"}
    assert [state(hall, one) for one in (1, 6, 2)] == ["paused", "open", "closed"]
    told = hall.told()
    assert told[-1] == "plan_applied"
    assert {"move_requested", "window_paused", "window_opened", "adjustment_applied"} <= set(told)
    assert hall.journal()[-1].data["windows"] == [1, 2, 3, 6]


def test_a_plan_taken_back_by_another_manager_leaves_the_windows_as_they_were(hall: Office):
    (one,) = applies(hall, BOTH, {"do": "pause", "window": 1}, {"do": "open", "window": 6}).adjustments
    hall.does("admin", moves.undo, one)
    assert serves(hall, 3) == {"social"}
    assert [state(hall, one) for one in (1, 3, 6)] == ["open", "open", "paused"]
    with pytest.raises(AdjustmentOver):
        hall.does("manager", moves.undo, one)


def test_a_window_that_was_set_since_stays_as_it_is(hall: Office):
    (one,) = applies(hall, BOTH, {"do": "pause", "window": 1}).adjustments
    hall.does("clerk1", windows.open_window, 1)
    hall.does("manager", windows.manage, 1, "pause", "meal")
    hall.does("manager", moves.undo, one)
    assert (state(hall, 1), serves(hall, 3)) == ("paused", {"social"})


def test_a_pause_of_which_the_plan_said_until_when_ends_with_a_request_to_the_clerk(hall: Office):
    (one,) = applies(hall, {"do": "pause", "window": 1, "until": "10:30"}).adjustments
    hall.later(minutes=89).does("", moves.go_on)
    assert (state(hall, 1), requests(hall, "clerk1")) == ("paused", [])
    hall.later(minutes=1).does("", moves.go_on)
    (request,) = requests(hall, "clerk1")
    assert (request["number"], request["kind"], state(hall, 1)) == (1, "pause", "paused")
    hall.does("", moves.go_on)
    assert hall.told().count("move_asked_back") == 1
    assert hall.does("clerk1", moves.accept, request["id"]) == 1
    assert (state(hall, 1), requests(hall, "clerk1")) == ("open", [])
    assert hall.told()[-3:] == ["move_accepted", "window_opened", "adjustment_ended"]
    with pytest.raises(AdjustmentOver):
        hall.does("manager", moves.undo, one)


def test_also_of_a_pause_that_the_clerk_had_begun(hall: Office):
    hall.does("clerk1", windows.pause, 1, "meal")
    applies(hall, {"do": "pause", "window": 1, "until": "09:30"})
    hall.later(minutes=30).does("", moves.go_on)
    assert [one["number"] for one in requests(hall, "clerk1")] == [1]
    hall.does("clerk1", windows.open_window, 1)
    assert requests(hall, "clerk1") == [], "the clerk has come without answering"
    assert hall.told()[-1] == "adjustment_ended"


def test_a_clerk_who_goes_on_before_the_end_is_not_asked(hall: Office):
    applies(hall, {"do": "pause", "window": 1, "until": "09:30"})
    hall.later(minutes=20).does("clerk1", windows.open_window, 1)
    hall.later(minutes=10).does("", moves.go_on)
    assert (requests(hall, "clerk1"), hall.told()[-1]) == ([], "adjustment_ended")


def test_an_opening_with_an_end_is_paused_again_by_itself(hall: Office):
    applies(hall, {"do": "open", "window": 6, "businesses": ["tax"], "until": "09:30"})
    assert (state(hall, 6), serves(hall, 6)) == ("open", {"tax"})
    hall.later(minutes=30).does("", moves.go_on)
    assert (state(hall, 6), serves(hall, 6)) != ("open", {"tax"})


def test_a_change_with_an_end_goes_back_by_itself(hall: Office):
    applies(hall, {**BOTH, "until": "09:30"})
    hall.later(minutes=31)
    hall.does("", moves.go_on)
    assert serves(hall, 3) == {"social"}


def test_who_serves_is_moved_after_the_ticket_and_cannot_be_paused(hall: Office):
    hall.takes("social")
    hall.calls("clerk3", 3)
    hall.does("clerk3", serve.start, 3)
    before = hall.dump()
    with pytest.raises(WindowBusy):
        applies(hall, {"do": "pause", "window": 1}, {"do": "pause", "window": 3})
    assert hall.dump() == before, "nothing of it is done"
    applies(hall, BOTH)
    assert serves(hall, 3) == {"social"}
    hall.takes("employment")
    hall.does("clerk3", serve.finish, 3)
    hall.does("", moves.go_on)
    assert serves(hall, 3) == {"social", "employment"}


def test_the_second_of_two_managers_is_told_what_the_first_has_done(hall: Office):
    basis = newest(hall)
    applies(hall, BOTH, basis=basis)
    before = hall.dump()
    with pytest.raises(PlanOutdated) as refused:
        applies(hall, {"do": "pause", "window": 1}, basis=basis)
    assert refused.value.params == {"windows": "3"}
    changed: Any = refused.value.more["changed"]
    assert {one["type"] for one in changed} >= {"plan_applied", "window_businesses_changed"}
    assert {one["name"] for one in changed} == {"值班经理"}
    assert hall.dump() == before
    applies(hall, {"do": "pause", "window": 1})


def test_a_clerk_who_pauses_elsewhere_makes_no_plan_outdated_one_at_its_window_does(hall: Office):
    basis = newest(hall)
    hall.does("clerk1", windows.pause, 1, "meal")
    applies(hall, {"do": "open", "window": 6}, basis=basis)
    basis = newest(hall)
    hall.does("clerk3", windows.pause, 3, "meal")
    with pytest.raises(PlanOutdated):
        applies(hall, BOTH, basis=basis)


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ([], PlanEmpty),
        ([{"do": "visitors", "business": "tax", "visitors": 5}], PlanOnlyTried),
        ([{"do": "close", "window": 2}], PlanNobodyThere),
        (
            [
                {"do": "switch", "window": 1, "businesses": ["social"]},
                {"do": "switch", "window": 5, "businesses": ["social"]},
                {"do": "close", "window": 6},
            ],
            PlanWithoutWindow,
        ),
    ],
)
def test_what_cannot_be_changes_nothing(hall: Office, changes: list[dict[str, Any]], refused: type[Refusal]):
    before = hall.dump()
    with pytest.raises(refused):
        applies(hall, *changes)
    assert hall.dump() == before
