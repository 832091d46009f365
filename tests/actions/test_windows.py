"""Windows: sign in, open, pause, leave; and what the duty manager does with them."""

from hall.actions import call, windows
from hall.records import desks
from tests.office import Office


def desk(office: Office, number: int):
    with office.database.read() as connection:
        return desks.desk(connection, office.book().window(number).id)


def test_signing_in_starts_paused(office: Office):
    office.sits(1, 1, open_it=False)
    row = desk(office, 1)
    assert (row.state, row.pause_reason, row.clerk_name) == ("paused", "signed_in", "窗口人员1")


def test_opening_an_open_window_changes_nothing(office: Office):
    clerk = office.sits(1, 1)
    before = office.dump()
    office.does(clerk, windows.open_window, 1)
    assert office.dump() == before


def test_a_clerk_who_leaves_may_sit_elsewhere_and_another_takes_the_window(office: Office):
    clerk = office.sits(1, 1)
    office.does(clerk, windows.sign_out, 1)
    assert (desk(office, 1).state, desk(office, 1).clerk_id) == ("closed", None)
    office.sits(1, 2)
    office.sits(2, 1)
    assert desk(office, 1).clerk_name == "窗口人员2"


def test_a_pause_keeps_its_reason_until_the_window_opens(office: Office):
    clerk = office.sits(1, 1)
    office.does(clerk, windows.pause, 1, "  整理材料 ")
    assert (desk(office, 1).state, desk(office, 1).pause_reason) == ("paused", "整理材料")
    office.does(clerk, windows.open_window, 1)
    assert (desk(office, 1).state, desk(office, 1).pause_reason) == ("open", None)


def test_the_manager_pauses_opens_and_closes_a_window(office: Office):
    office.sits(1, 1)
    office.does("manager", windows.manage, 1, "pause", "开会")
    assert desk(office, 1).state == "paused"
    office.does("manager", windows.manage, 1, "open", None)
    assert desk(office, 1).state == "open"
    office.does("manager", windows.manage, 1, "close", None)
    assert (desk(office, 1).state, desk(office, 1).clerk_id) == ("closed", None)
    assert office.told()[-3:] == ["window_paused", "window_opened", "window_closed"]
    office.sits(1, 2)


def test_a_manager_may_sit_at_a_window(office: Office):
    office.takes()
    office.does("manager", windows.sign_in, 1, "值班经理", "")
    office.does("manager", windows.open_window, 1)
    assert office.does("manager", call.call_next, 1).ticket.id == office.ticket_named("A001")


def test_a_window_calls_its_new_business_from_the_next_call_on(office: Office):
    office.takes("employment")
    office.takes("social")
    clerk = office.sits(1, 3)
    employment = [office.book().business("employment")]
    office.does("manager", windows.switch_businesses, 3, employment)
    assert office.serves(clerk, 3) == "B001"
    assert office.calls(clerk, 3) is None
    assert office.journal()[-1].type == "window_ready"
