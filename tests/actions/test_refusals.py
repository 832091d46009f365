"""Every verb in every state it is not for: a named refusal, and not one row is different afterwards."""

from collections.abc import Callable

import pytest

from hall.actions import call, issue, rate, serve, staffing, transfer, windows
from hall.records import printjobs
from hall.rules import errors
from hall.rules.tickets import VisitorClass
from tests.office import Office

OTHER = errors.NotYourWindow


def stays_the_same(office: Office, error: type[errors.Refusal], who: str, action: Callable, *words) -> None:
    before = office.dump()
    with pytest.raises(error) as caught:
        office.does(who, action, *words)
    assert caught.type is error
    assert office.dump() == before


def to_tax(office: Office) -> transfer.Destination:
    return transfer.Destination(business=office.book().business("tax"))


def at_window(office: Office, state: str) -> int:
    """A ticket in this state at window 1 with clerk1, or waiting, or past it; returns its id."""
    issued = office.takes()
    clerk = office.sits(1, 1)
    if state == "cancelled":
        office.does("guide", transfer.cancel, issued.ticket_id, None)
    if state in ("waiting", "cancelled"):
        return issued.ticket_id
    office.calls(clerk, 1)
    for verb in {
        "called": (),
        "serving": (serve.start,),
        "held": (serve.start, serve.hold),
        "missed": (serve.miss,),
        "finished": (serve.start, serve.finish),
    }[state]:
        office.does(clerk, verb, 1, *((None,) if verb is serve.hold else ()))
    return issued.ticket_id


WINDOW_VERBS = {
    "recall": (call.recall, {"called"}),
    "start": (serve.start, {"called"}),
    "finish": (serve.finish, {"serving"}),
    "miss": (serve.miss, {"called"}),
}
STATES = ("waiting", "called", "serving", "held", "missed", "finished", "cancelled")


@pytest.mark.parametrize("state", STATES)
def test_a_verb_at_the_window_in_the_wrong_state_changes_nothing(office: Office, state: str):
    at_window(office, state)
    error = errors.WrongState if state in ("called", "serving") else errors.NoOpenTicket
    for action, allowed in WINDOW_VERBS.values():
        if state not in allowed:
            stays_the_same(office, error, "clerk1", action, 1)
    if state not in ("called", "serving"):
        stays_the_same(office, error, "clerk1", serve.hold, 1, None)
        stays_the_same(office, error, "clerk1", transfer.transfer_from_window, 1, to_tax(office))


@pytest.mark.parametrize("state", STATES)
def test_a_verb_at_a_ticket_in_the_wrong_state_changes_nothing(office: Office, state: str):
    ticket = at_window(office, state)
    if state != "missed":
        stays_the_same(office, errors.WrongState, "guide", serve.return_missed, ticket)
    if state != "waiting":
        stays_the_same(office, errors.WrongState, "guide", transfer.cancel, ticket, None)
        elderly = VisitorClass.ELDERLY
        stays_the_same(office, errors.WrongState, "guide", transfer.reclassify, ticket, elderly, None)
    if state not in ("waiting", "called", "serving"):
        stays_the_same(office, errors.WrongState, "clerk1", transfer.transfer, ticket, to_tax(office))
    if state not in ("held", "called", "serving"):
        stays_the_same(office, errors.WrongState, "clerk1", serve.resume, 1, ticket)
    if state not in ("waiting", "called", "serving"):
        stays_the_same(office, errors.WrongState, "clerk1", call.call_next, 1, ticket)
    if state != "finished":
        stays_the_same(office, errors.NotYetServed, "", rate.rate, ticket, 5, None, "qr")


@pytest.mark.parametrize("state", ["called", "serving"])
def test_a_window_with_a_ticket_takes_no_other_and_does_not_stop(office: Office, state: str):
    at_window(office, state)
    other = office.takes()
    stays_the_same(office, errors.WindowBusy, "clerk1", call.call_next, 1)
    stays_the_same(office, errors.WindowBusy, "clerk1", call.call_next, 1, other.ticket_id)
    stays_the_same(office, errors.WindowBusy, "clerk1", serve.resume, 1, other.ticket_id)
    stays_the_same(office, errors.WindowBusy, "clerk1", windows.pause, 1, "吃饭")
    stays_the_same(office, errors.WindowBusy, "clerk1", windows.sign_out, 1)
    stays_the_same(office, errors.WindowBusy, "manager", windows.manage, 1, "pause", None)
    stays_the_same(office, errors.WindowBusy, "manager", windows.manage, 1, "close", None)


VERBS = (
    (call.call_next, ()),
    (call.recall, ()),
    (serve.start, ()),
    (serve.finish, ()),
    (serve.miss, ()),
    (serve.hold, (None,)),
    (windows.pause, ("吃饭",)),
    (windows.open_window, ()),
    (windows.sign_out, ()),
)


def test_nobody_does_anything_at_a_window_where_another_clerk_sits(office: Office):
    ticket = at_window(office, "called")
    office.sits(2, 2)
    for who in ("clerk2", "clerk3", "manager", "admin"):
        for action, words in VERBS:
            stays_the_same(office, OTHER, who, action, 1, *words)
        stays_the_same(office, OTHER, who, serve.resume, 1, ticket)
        stays_the_same(office, OTHER, who, transfer.transfer_from_window, 1, to_tax(office))


def test_at_a_window_without_a_clerk_nothing_is_done(office: Office):
    for action, words in VERBS:
        stays_the_same(office, errors.NobodySignedIn, "clerk1", action, 1, *words)
    stays_the_same(office, errors.NobodySignedIn, "manager", windows.manage, 1, "open", None)


def test_a_paused_window_calls_nobody(office: Office):
    office.takes()
    clerk = office.sits(1, 1, open_it=False)
    stays_the_same(office, errors.WindowNotOpen, clerk, call.call_next, 1)
    held = office.takes()
    stays_the_same(office, errors.WindowNotOpen, clerk, serve.resume, 1, held.ticket_id)


def test_a_window_that_does_not_exist_is_named(office: Office):
    for action, words in VERBS:
        stays_the_same(office, errors.UnknownWindow, "clerk1", action, 99, *words)
    stays_the_same(office, errors.UnknownWindow, "clerk1", windows.sign_in, 99, "", "")
    stays_the_same(office, errors.UnknownWindow, "manager", windows.manage, 99, "open", None)


def test_a_ticket_that_does_not_exist_is_named(office: Office):
    office.sits(1, 1)
    unknown = errors.UnknownTicket
    for ticket in (2**53, 10**9):
        stays_the_same(office, unknown, "clerk1", call.call_next, 1, ticket)
        stays_the_same(office, unknown, "clerk1", serve.resume, 1, ticket)
        stays_the_same(office, unknown, "guide", serve.return_missed, ticket)
        stays_the_same(office, unknown, "guide", transfer.cancel, ticket, None)
        stays_the_same(office, unknown, "guide", transfer.reclassify, ticket, VisitorClass.ELDERLY, None)
        stays_the_same(office, unknown, "", rate.rate, ticket, 5, None, "qr")


def test_a_window_has_one_clerk_and_a_clerk_one_window(office: Office):
    office.sits(1, 1)
    stays_the_same(office, errors.WindowTaken, "clerk2", windows.sign_in, 1, "", "")
    stays_the_same(office, errors.WindowTaken, "clerk1", windows.sign_in, 1, "", "")
    stays_the_same(office, errors.ClerkElsewhere, "clerk1", windows.sign_in, 2, "", "")


@pytest.mark.parametrize("reason", ["", "  ", "\n"])
def test_a_pause_and_a_priority_need_a_reason(office: Office, reason: str):
    clerk = office.sits(1, 1)
    issued = office.takes()
    stays_the_same(office, errors.ReasonNeeded, clerk, windows.pause, 1, reason)
    wanted = (issued.ticket_id, VisitorClass.PRIORITY, reason)
    stays_the_same(office, errors.ReasonNeeded, "guide", transfer.reclassify, *wanted)


def test_a_visitor_gets_time_to_reach_the_window(database):
    office = Office(database, rules={"missed_after_seconds": 30})
    office.takes()
    clerk = office.sits(1, 1)
    office.calls(clerk, 1)
    office.later(seconds=29)
    stays_the_same(office, errors.TooSoonToMiss, clerk, serve.miss, 1)
    office.does(clerk, call.recall, 1)
    office.later(seconds=29)
    stays_the_same(office, errors.TooSoonToMiss, clerk, serve.miss, 1)
    office.later(seconds=1)
    office.does(clerk, serve.miss, 1)
    assert office.told()[-1] == "ticket_missed"


def test_a_ticket_is_chosen_only_by_a_window_that_may_call_it(office: Office):
    tax, social = office.takes("tax"), office.takes("social")
    clerk = office.sits(1, 3)
    stays_the_same(office, errors.NotWaitingForYou, clerk, call.call_next, 3, tax.ticket_id)
    other = office.sits(2, 2)
    office.calls(other, 2, social.ticket_id)
    office.sends(other, 2, window=1)
    stays_the_same(office, errors.NotWaitingForYou, clerk, call.call_next, 3, social.ticket_id)


def test_a_held_ticket_is_resumed_only_where_it_was_held(office: Office):
    ticket = at_window(office, "held")
    other = office.sits(2, 2)
    stays_the_same(office, errors.NotYourTicket, other, serve.resume, 2, ticket)


def test_nobody_is_sent_where_nobody_serves(office: Office):
    at_window(office, "serving")
    book = office.book()
    for destination in (
        transfer.Destination(business=book.business("social"), window=book.window(4)),
        transfer.Destination(window=book.window(4)),
    ):
        wanted = (1, destination)
        stays_the_same(office, errors.NobodyServes, "clerk1", transfer.transfer_from_window, *wanted)


def test_a_window_is_switched_only_to_what_it_may_serve(office: Office):
    book = office.book()
    switch = windows.switch_businesses
    stays_the_same(office, errors.CannotServe, "manager", switch, 4, [book.business("social")])
    stays_the_same(office, errors.CannotServe, "manager", switch, 4, [])


def test_a_served_visit_is_rated_once(office: Office):
    ticket = at_window(office, "finished")
    office.does("", rate.rate, ticket, 5, "很好", "qr")
    stays_the_same(office, errors.AlreadyRated, "", rate.rate, ticket, 1, None, "qr")


def test_the_last_administrator_stays_and_a_clerk_at_work_is_not_changed_under_their_hands(office: Office):
    office.sits(1, 1)
    person = staffing.Person("甲", "", "clerk", "", ["tax"])
    stays_the_same(office, errors.LastAdministrator, "admin", staffing.retire_account, "admin")
    stays_the_same(office, errors.LastAdministrator, "admin", staffing.change_account, "admin", person)
    stays_the_same(office, errors.AccountAtWindow, "admin", staffing.retire_account, "clerk1")
    stays_the_same(office, errors.AccountAtWindow, "admin", staffing.change_account, "clerk1", person)
    stays_the_same(office, errors.UsernameTaken, "admin", staffing.add_account, "clerk2", person)
    stays_the_same(office, errors.UnknownAccount, "admin", staffing.retire_account, "nobody")
    unskilled = staffing.Person("甲", "", "clerk", "", ["none"])
    stays_the_same(office, errors.UnknownBusiness, "admin", staffing.add_account, "clerk9", unskilled)


def test_a_refusal_in_the_middle_of_an_action_takes_back_what_was_done_before_it(office: Office):
    """Two numbers and a cancelled ticket are written before the refusal; none of it stays."""
    first = office.takes()

    def half(tx, book):
        wish = issue.Wish(business=book.business("tax"))
        issue.issue(tx, book, wish, b"x")
        transfer.cancel(tx, book, first.ticket_id, None)
        transfer.cancel(tx, book, first.ticket_id, None)

    stays_the_same(office, errors.WrongState, "guide", half)
    assert office.takes("tax").label == "C001"


def test_a_job_of_another_hall_is_not_seen(office: Office):
    printer = office.book().device("printer-1")
    issued = office.takes(printer_id=printer.id)
    assert issued.print_job_id is not None
    with office.database.read() as connection:
        assert printjobs.job(connection, office.hall_id, issued.print_job_id) is not None
        assert printjobs.job(connection, office.hall_id + 1, issued.print_job_id) is None
