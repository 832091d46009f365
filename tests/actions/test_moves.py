"""Windows moved by a manager, on real databases: applied, taken back, ended by time, after the ticket, by two
managers at once, and refused with the reason.
"""

from datetime import timedelta

import pytest
from sqlalchemy import update

from hall.actions import moves, serve, setting, staffing, windows
from hall.records.tables import windows as window_rows
from hall.rules import errors
from hall.rules.staffing import Kind, Move
from tests.moving import (
    adjustment,
    applies,
    codes,
    goes_on,
    helps_out,
    refused,
    serves,
    states,
    switch,
    window,
)
from tests.office import Office


def test_a_window_is_moved_until_its_time_is_up_and_is_then_as_before(staffed: Office):
    one = applies(staffed, helps_out(staffed))
    assert serves(staffed, 3) == {"social", "employment"}
    goes_on(staffed.later(minutes=29))
    assert serves(staffed, 3) == {"social", "employment"}
    goes_on(staffed.later(minutes=1))
    assert serves(staffed, 3) == {"social"}
    assert states(staffed) == ["reverted"]
    assert adjustment(staffed, one).ended_at == staffed.now
    told = [one for one in staffed.told() if one.startswith("adjustment") or one.endswith("changed")]
    assert told == [
        "adjustment_applied",
        "window_businesses_changed",
        "window_businesses_changed",
        "adjustment_ended",
    ]


def test_who_waits_is_called_to_a_window_that_stands_ready_and_now_may(staffed: Office):
    staffed.takes("social")
    for clerk, number in (("clerk1", 1), ("clerk2", 3)):
        staffed.calls(clerk, number)
    first = staffed.takes("employment")
    assert staffed.state(first.ticket_id) == "waiting", "window 1 is busy, window 3 may not"
    applies(staffed, helps_out(staffed))
    assert staffed.state(first.ticket_id) == "called"


def test_it_is_taken_back_with_one_tap_and_only_once(staffed: Office):
    one = applies(staffed, helps_out(staffed), until=None)
    staffed.does("manager", moves.undo, one)
    assert serves(staffed, 3) == {"social"}
    ended = adjustment(staffed, one)
    assert (ended.undone_at, ended.ended_at) == (staffed.now, staffed.now)
    with pytest.raises(errors.AdjustmentOver):
        staffed.does("admin", moves.undo, one)
    with pytest.raises(errors.UnknownAdjustment):
        staffed.does("manager", moves.undo, one + 1000)


def test_it_may_be_given_another_end(staffed: Office):
    one = applies(staffed, helps_out(staffed))
    staffed.does("manager", moves.prolong, one, staffed.now + timedelta(hours=2))
    goes_on(staffed.later(hours=1))
    assert serves(staffed, 3) == {"social", "employment"}
    staffed.does("manager", moves.prolong, one, None)
    goes_on(staffed.later(hours=2))
    assert serves(staffed, 3) == {"social", "employment"}
    with pytest.raises(errors.EndsBeforeItStarts):
        staffed.does("manager", moves.prolong, one, staffed.now)


def at_work(office: Office) -> int:
    """Clerk 2 serves somebody at window 3."""
    ticket = office.takes("social").ticket_id
    office.calls("clerk2", 3, ticket)
    office.does("clerk2", serve.start, 3)
    return ticket


def test_nobody_is_moved_while_serving_and_nobody_more_is_called_as_before(staffed: Office):
    at_work(staffed)
    first = staffed.takes("employment")
    staffed.later(minutes=5).takes("social")
    applies(staffed, helps_out(staffed))
    goes_on(staffed.later(seconds=10))
    assert serves(staffed, 3) == {"social"}
    assert states(staffed) == ["waiting"]
    staffed.does("clerk2", serve.finish, 3)
    assert staffed.calls("clerk2", 3) == staffed.step(first.ticket_id).label
    assert serves(staffed, 3) == {"social", "employment"}
    assert states(staffed) == ["done"]


def test_a_window_where_nobody_presses_changes_by_itself_once_its_ticket_is_done(staffed: Office):
    at_work(staffed)
    applies(staffed, helps_out(staffed))
    staffed.does("clerk2", serve.finish, 3)
    goes_on(staffed)
    assert serves(staffed, 3) == {"social", "employment"}


def test_the_end_waits_for_the_ticket_too(staffed: Office):
    one = applies(staffed, helps_out(staffed))
    at_work(staffed)
    goes_on(staffed.later(minutes=31))
    assert serves(staffed, 3) == {"social", "employment"}
    assert states(staffed) == ["reverting"]
    assert adjustment(staffed, one).ended_at is None
    staffed.does("clerk2", serve.finish, 3)
    assert staffed.calls("clerk2", 3) is None
    assert serves(staffed, 3) == {"social"}
    assert states(staffed) == ["reverted"]
    assert adjustment(staffed, one).ended_at == staffed.now


def test_a_move_that_waits_for_a_ticket_can_be_taken_back_before_it_happens(staffed: Office):
    at_work(staffed)
    one = applies(staffed, helps_out(staffed))
    staffed.does("manager", moves.undo, one)
    staffed.does("clerk2", serve.finish, 3)
    staffed.calls("clerk2", 3)
    assert serves(staffed, 3) == {"social"}
    assert states(staffed) == ["withdrawn"]


def test_what_somebody_set_by_hand_since_stays(staffed: Office):
    one = applies(staffed, helps_out(staffed))
    staffed.does("manager", windows.switch_businesses, 3, [staffed.book().business("employment")])
    staffed.does("manager", moves.undo, one)
    assert serves(staffed, 3) == {"employment"}
    assert states(staffed) == ["left"]


def test_a_later_move_of_a_window_ends_where_the_window_belongs_and_taken_back_where_it_was(staffed: Office):
    applies(staffed, helps_out(staffed), until=timedelta(hours=3))
    back = switch(staffed, "clerk2", 3, ["social", "employment"], ["social"])
    later = applies(staffed.later(minutes=20), back, until=timedelta(hours=1))
    assert serves(staffed, 3) == {"social"}
    assert states(staffed) == ["replaced", "done"]
    staffed.does("manager", moves.undo, later)
    assert serves(staffed, 3) == {"social", "employment"}
    assert states(staffed) == ["done", "reverted"]
    goes_on(staffed.later(hours=3))
    assert serves(staffed, 3) == {"social"}


# ---- refused ----


def test_an_end_before_its_beginning_is_refused(staffed: Office):
    refused(staffed, errors.EndsBeforeItStarts, helps_out(staffed), until=timedelta(0))


def test_a_clerk_without_the_skill_is_not_moved(office: Office):
    person = staffing.Person("甲", "", "clerk", "", ["social"])
    office.does("admin", staffing.change_account, "clerk2", person)
    office.sits(1, 1)
    office.sits(2, 3)
    said = refused(office, errors.ClerkNotCertified, helps_out(office))
    assert said.params == {"window": 3}


def test_no_business_is_left_without_a_window(office: Office):
    office.sits(2, 3)
    applies(office, helps_out(office), until=timedelta(hours=3))
    office.later(minutes=20)
    back = switch(office, "clerk2", 3, ["social", "employment"], ["social"])
    said = refused(office, errors.NoWindowLeft, back)
    assert said.params == {"business": "就业创业"}
    office.sits(1, 1)
    applies(office, back)


def test_a_business_keeps_the_least_windows_that_the_hall_wants(office: Office):
    office.apply({**office.settings, "roster": {"minimum": {"employment": 2}}})
    office.sits(1, 1)
    office.sits(2, 3)
    applies(office, helps_out(office), until=timedelta(hours=3))
    office.later(minutes=20)
    back = switch(office, "clerk2", 3, ["social", "employment"], ["social"])
    assert refused(office, errors.NoWindowLeft, back).params == {"business": "就业创业"}
    office.sits(4, 6)
    applies(office, back)


def test_what_was_planned_for_a_hall_that_has_changed_is_refused(staffed: Office):
    planned = helps_out(staffed)
    staffed.does("manager", windows.switch_businesses, 3, [staffed.book().business("employment")])
    refused(staffed, errors.WindowChangedSince, planned)
    staffed.does("clerk2", windows.sign_out, 3)
    refused(staffed, errors.ClerkNotThere, planned)


def test_of_two_managers_the_second_is_told_what_the_first_did(staffed: Office):
    planned = helps_out(staffed)
    applies(staffed, planned, who="admin")
    said = refused(staffed, errors.WindowMovedBy, planned)
    assert said.params == {"window": 3, "name": "管理员", "at": "09:00"}


def test_the_only_elderly_window_stays_open(office: Office):
    office.sits(1, 1)
    office.sits(5, 5)
    everything = codes(office, "social", "employment", "tax")
    closing = Move(Kind.CLOSE, window(office, 5), office.account("clerk5"), everything, frozenset())
    assert isinstance(refused(office, errors.StaffingRefused, closing), errors.ClerkWithoutWindow)


def test_an_end_that_passed_while_the_server_was_away_is_made_up_for(staffed: Office):
    applies(staffed, helps_out(staffed))
    goes_on(staffed.later(days=1))
    assert serves(staffed, 3) == {"social"}


def test_a_window_that_was_retired_meanwhile_is_let_go(staffed: Office):
    applies(staffed, helps_out(staffed))
    staffed.does("clerk2", windows.sign_out, 3)
    with staffed.database.engine.begin() as connection:
        gone = update(window_rows).where(window_rows.c.id == window(staffed, 3)).values(retired=True)
        connection.execute(gone)
    staffed.does("", setting.renewed)
    goes_on(staffed.later(minutes=31))
    assert states(staffed) == ["left"]
