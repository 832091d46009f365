"""Windows moved by a manager, on real databases: applied, taken back, ended by time, after the ticket, by two
managers at once, and refused with the reason.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from hall.actions import accounts, moves, serve, setting, staffing, windows
from hall.actions.moves import ASKED_FOR
from hall.records import moves as records
from hall.records.tables import adjustments, window_moves
from hall.records.tables import windows as window_rows
from hall.rules import errors
from hall.rules.errors import Refusal
from hall.rules.staffing import Kind, Move
from tests.office import Office

HALF_AN_HOUR = timedelta(minutes=30)


def codes(office: Office, *names: str) -> frozenset[int]:
    return frozenset(office.book().business(name).id for name in names)


def window(office: Office, number: int) -> int:
    return office.book().windows_by_number[number].id


def switch(office: Office, clerk: str, number: int, before: Sequence[str], after: Sequence[str]) -> Move:
    kind = Kind.SWITCH if before else Kind.OPEN
    return Move(
        kind, window(office, number), office.account(clerk), codes(office, *before), codes(office, *after)
    )


def helps_out(office: Office, clerk: str = "clerk2") -> Move:
    """Window 3 does employment as well as its own social insurance."""
    return switch(office, clerk, 3, ["social"], ["social", "employment"])


def applies(
    office: Office, *chosen: Move, who: str = "manager", until: timedelta | None = HALF_AN_HOUR
) -> int:
    at = None if until is None else office.now + until
    return int(office.does(who, moves.apply, list(chosen), at))


def serves(office: Office, number: int) -> set[str]:
    book = office.book()
    return {book.businesses[one].code for one in book.windows_by_number[number].serves}


def states(office: Office) -> list[str]:
    with office.database.read() as connection:
        wanted = select(window_moves.c.state).where(window_moves.c.hall_id == office.hall_id)
        return list(connection.execute(wanted.order_by(window_moves.c.id)).scalars())


def adjustment(office: Office, one: int) -> Any:
    with office.database.read() as connection:
        return connection.execute(select(adjustments).where(adjustments.c.id == one)).one()


def goes_on(office: Office) -> None:
    """What hall/rounds.py does every few seconds."""
    with office.database.read() as connection:
        if not records.anything_due(connection, office.hall_id, office.now):
            return
    office.does("", moves.go_on)


def refused(office: Office, reason: type[Refusal], *chosen: Move, **more: Any) -> Refusal:
    """The moves are refused for this reason, and nothing has changed."""
    before = office.dump()
    with pytest.raises(reason) as caught:
        applies(office, *chosen, **more)
    assert office.dump() == before
    return caught.value


def signs_in(office: Office, name: str) -> str:
    """Somebody is in the house, at no window."""
    office.does(name, lambda tx, book: accounts.note_sign_in(tx, tx.actor_id, True))
    return name


@pytest.fixture
def staffed(office: Office) -> Office:
    """Windows 1 (everything) and 3 (social insurance) are open."""
    office.sits(1, 1)
    office.sits(2, 3)
    return office


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


# ---- a closed window is opened by its clerk ----


@pytest.fixture
def asked(office: Office) -> tuple[Office, int]:
    """Clerk 5 is in the house and is asked to open window 4."""
    office.sits(1, 1)
    signs_in(office, "clerk5")
    applies(office, switch(office, "clerk5", 4, [], ["tax"]), until=timedelta(hours=1))
    with office.database.read() as connection:
        (row,) = records.live(connection, office.hall_id)
    return office, row.id


def stands(office: Office, number: int) -> tuple[str, bool]:
    """A window's state, and whether somebody sits there."""
    with office.database.read() as connection:
        wanted = select(window_rows.c.state, window_rows.c.clerk_id)
        row = connection.execute(wanted.where(window_rows.c.id == window(office, number))).one()
    return row.state, row.clerk_id is not None


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


def test_a_window_that_was_retired_meanwhile_is_let_go(staffed: Office):
    applies(staffed, helps_out(staffed))
    staffed.does("clerk2", windows.sign_out, 3)
    with staffed.database.engine.begin() as connection:
        gone = update(window_rows).where(window_rows.c.id == window(staffed, 3)).values(retired=True)
        connection.execute(gone)
    staffed.does("", setting.renewed)
    goes_on(staffed.later(minutes=31))
    assert states(staffed) == ["left"]
