"""Clerks who are asked to come to a window: one that is to open, or one they were sent away from."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from hall.actions import accounts, moves, windows
from hall.actions.moves import ASKED_FOR
from hall.records import moves as records
from hall.rules import errors
from hall.rules.staffing import Kind, Move
from tests.moving import (
    HALF_AN_HOUR,
    adjustment,
    applies,
    codes,
    goes_on,
    helps_out,
    refused,
    serves,
    signs_in,
    stands,
    states,
    switch,
    window,
)
from tests.office import Office

# ---- a closed window is opened by its clerk ----


def test_a_clerk_comes_with_one_tap_and_the_window_closes_when_the_time_is_up(asked: tuple[Office, int]):
    office, request = asked
    assert stands(office, 4) == ("closed", False)
    assert office.does("clerk5", moves.accept, request) == 4
    assert stands(office, 4) == ("open", True)
    goes_on(office.later(hours=1))
    assert stands(office, 4) == ("closed", False)
    assert office.told()[-2:] == ["window_closed", "adjustment_ended"]


def test_nobody_else_can_answer_and_a_request_runs_out(asked: tuple[Office, int]):
    office, request = asked
    with pytest.raises(errors.UnknownMove):
        office.does("clerk6", moves.accept, request)
    goes_on(office.later(seconds=ASKED_FOR.total_seconds()))
    assert states(office) == ["expired"]
    with pytest.raises(errors.RequestOver):
        office.does("clerk5", moves.accept, request)
    assert stands(office, 4) == ("closed", False)


def test_a_clerk_may_decline_and_then_nothing_is_left_of_it(asked: tuple[Office, int]):
    office, request = asked
    office.does("clerk5", moves.decline, request)
    assert office.told()[-2:] == ["move_declined", "adjustment_ended"]
    with pytest.raises(errors.RequestOver):
        office.does("clerk5", moves.accept, request)


# ---- who was sent away is asked back ----


def closing(office: Office) -> Move:
    """Window 3 is closed and its clerk sent away."""
    return switch_off(office, "clerk2", 3, ["social"])


def switch_off(office: Office, clerk: str, number: int, before: Sequence[str]) -> Move:
    return Move(
        Kind.CLOSE, window(office, number), office.account(clerk), codes(office, *before), frozenset()
    )


def closes(office: Office, until: timedelta | None = HALF_AN_HOUR) -> int:
    """As a plan that was tried does it; the advisor itself never leaves a clerk without a window."""
    at = None if until is None else office.now + until
    return int(office.does("manager", moves.begin, [closing(office)], at))


def request_to(office: Office, clerk: str) -> int:
    with office.database.read() as connection:
        rows = records.live(connection, office.hall_id)
    (row,) = [one for one in rows if one.state == "asked" and one.clerk_id == office.account(clerk)]
    return int(row.id)


def test_a_closed_window_is_taken_back_by_asking_its_clerk_who_comes_with_one_tap(staffed: Office):
    one = closes(staffed)
    assert stands(staffed, 3) == ("closed", False)
    staffed.does("manager", moves.undo, one)
    assert (stands(staffed, 3), states(staffed)) == (("closed", False), ["asked"])
    assert staffed.told()[-2:] == ["adjustment_undone", "move_asked_back"]
    assert staffed.does("clerk2", moves.accept, request_to(staffed, "clerk2")) == 3
    assert (stands(staffed, 3), states(staffed)) == (("open", True), ["reverted"])
    assert staffed.told()[-1] == "adjustment_ended"
    assert adjustment(staffed, one).ended_at == staffed.now


def test_the_clerk_of_a_closed_window_is_asked_back_once_when_its_time_is_up(staffed: Office):
    closes(staffed)
    goes_on(staffed.later(minutes=30))
    goes_on(staffed.later(minutes=1))
    assert staffed.told().count("move_asked_back") == 1
    staffed.does("clerk2", moves.decline, request_to(staffed, "clerk2"))
    assert (stands(staffed, 3), states(staffed)) == (("closed", False), ["declined"])
    goes_on(staffed.later(minutes=1))
    assert staffed.told()[-2:] == ["move_declined", "adjustment_ended"]


def test_a_request_to_come_back_runs_out_too(staffed: Office):
    staffed.does("manager", moves.undo, closes(staffed))
    goes_on(staffed.later(seconds=ASKED_FOR.total_seconds()))
    assert (states(staffed), staffed.told()[-1]) == (["expired"], "adjustment_ended")


def test_who_came_back_unasked_works_elsewhere_or_went_home_yesterday_is_not_asked(staffed: Office):
    one = closes(staffed)
    staffed.sits(2, 3)
    staffed.does("manager", moves.undo, one)
    assert (stands(staffed, 3), states(staffed)) == (("open", True), ["left"])
    two = closes(staffed.later(minutes=20))
    staffed.sits(2, 4)
    staffed.does("manager", moves.undo, two)
    assert states(staffed) == ["left", "left"]
    staffed.does("clerk2", windows.sign_out, 4)
    staffed.sits(2, 3)
    closes(staffed)
    goes_on(staffed.later(days=1))
    assert states(staffed) == ["left"] * 3
    assert "move_asked_back" not in staffed.told()


def test_a_switch_that_still_holds_is_in_force_again_when_its_clerk_is_back(staffed: Office):
    applies(staffed, helps_out(staffed), until=timedelta(hours=3))
    staffed.later(minutes=20)
    away = switch_off(staffed, "clerk2", 3, ["social", "employment"])
    staffed.does("manager", moves.begin, [away], staffed.now + HALF_AN_HOUR)
    goes_on(staffed.later(minutes=30))
    staffed.does("clerk2", moves.accept, request_to(staffed, "clerk2"))
    assert (serves(staffed, 3), states(staffed)) == ({"social", "employment"}, ["done", "reverted"])
    goes_on(staffed.later(hours=3))
    assert serves(staffed, 3) == {"social"}


def test_who_sits_elsewhere_by_now_or_finds_the_window_taken_is_told(asked: tuple[Office, int]):
    office, request = asked
    office.sits(5, 5)
    with pytest.raises(errors.ClerkElsewhere):
        office.does("clerk5", moves.accept, request)
    office.does("clerk5", windows.sign_out, 5)
    office.sits(6, 4)
    with pytest.raises(errors.WindowTaken):
        office.does("clerk5", moves.accept, request)
    assert states(office) == ["asked"]


def test_who_has_signed_out_or_is_asked_already_is_not_asked(asked: tuple[Office, int]):
    office, _ = asked
    refused(office, errors.ClerkNotThere, switch(office, "clerk5", 6, [], ["tax"]))
    signs_in(office, "clerk6")
    office.does("clerk6", lambda tx, book: accounts.end_sessions(tx, tx.actor_id))
    refused(office, errors.ClerkNotThere, switch(office, "clerk6", 6, [], ["tax"]))


def test_who_signed_in_yesterday_is_not_in_the_house_today(office: Office):
    office.sits(1, 1)
    signs_in(office, "clerk5")
    office.later(days=1)
    refused(office, errors.ClerkNotThere, switch(office, "clerk5", 4, [], ["tax"]))


def test_nobody_is_asked_back_once_the_hall_has_closed(staffed: Office):
    staffed.apply({**staffed.settings, "hours": {"mon": ["08:30-12:00"]}})
    one = closes(staffed, until=None)
    staffed.later(hours=4).does("manager", moves.undo, one)
    assert (stands(staffed, 3), states(staffed)) == (("closed", False), ["left"])
    assert "move_asked_back" not in staffed.told()
