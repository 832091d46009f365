"""A visit at the windows: its hops keep number and arrival, who was missed comes back once, steps follow."""

import pytest
from sqlalchemy import insert, select

from hall.actions import issue, rate, serve, transfer
from hall.records.tables import steps
from hall.rules import errors
from hall.rules.tickets import Place, State, VisitorClass
from tests.office import Office


def steps_of(office: Office, ticket: int) -> list[tuple]:
    """(business code, state, queued_at) of each step, in order."""
    codes = {one.id: one.code for one in office.book().businesses.values()}
    names = [one.name for one in steps.c]
    rows = [dict(zip(names, row, strict=True)) for row in office.dump()["steps"]]
    mine = sorted((row for row in rows if row["ticket_id"] == ticket), key=lambda row: row["position"])
    return [(codes[row["business_id"]], row["state"], row["queued_at"]) for row in mine]


def plan(office: Office, ticket: int, *businesses: str) -> None:
    """Further steps of a visit, as a bundle has them."""

    def add(tx, book):
        for position, code in enumerate(businesses, start=2):
            place = Place(tx.now)
            issue.add_step(
                tx,
                book,
                ticket,
                position,
                book.day(tx.now),
                book.business(code),
                VisitorClass.ORDINARY,
                State.PLANNED,
                place,
            )

    office.does("guide", add)


def test_a_visit_goes_from_number_to_finished_and_says_each_hop(office: Office):
    issued = office.takes()
    clerk = office.sits(1, 1)
    office.serves(clerk, 1)
    assert office.state(issued.ticket_id) == "finished"
    assert office.ticket(issued.ticket_id).closed_at == office.now
    assert office.told()[-3:] == ["ticket_called", "ticket_started", "ticket_finished"]


def test_the_first_clerk_who_starts_a_visit_owns_it_through_every_hop(office: Office):
    issued = office.takes()
    first, second = office.sits(1, 1), office.sits(2, 4)
    office.calls(first, 1)
    office.does(first, serve.start, 1)
    office.sends(first, 1, business="tax")
    office.serves(second, 4)
    assert office.ticket(issued.ticket_id).owner_id == office.account("clerk1")


@pytest.mark.parametrize("state", ["called", "serving"])
def test_a_transfer_keeps_number_and_arrival(office: Office, state: str):
    issued = office.takes()
    arrived_at = office.step(issued.ticket_id).queued_at
    clerk = office.sits(1, 1)
    office.calls(clerk, 1)
    if state == "serving":
        office.does(clerk, serve.start, 1)
    office.later(minutes=20)
    later = office.takes("tax")
    office.sends(clerk, 1, business="tax", note="缺材料")
    assert steps_of(office, issued.ticket_id) == [
        ("social", "transferred", arrived_at),
        ("tax", "waiting", arrived_at),
    ]
    assert office.step(issued.ticket_id).note == "缺材料"
    other = office.sits(2, 4)
    assert office.serves(other, 4) == issued.label
    assert office.calls(other, 4) == later.label


def test_a_transfer_to_the_tail_goes_behind_everybody(office: Office):
    office.takes()
    clerk = office.sits(1, 1)
    office.calls(clerk, 1)
    office.takes("tax")
    office.sends(clerk, 1, business="tax", place="tail")
    other = office.sits(2, 4)
    assert [office.serves(other, 4), office.serves(other, 4)] == ["C001", "A001"]


def test_where_the_tail_is_the_rule_a_transfer_may_still_keep_its_place(database):
    office = Office(database, rules={"transfer_place": "tail"})
    office.takes()
    office.takes()
    clerk = office.sits(1, 1)
    office.takes("tax")
    office.calls(clerk, 1)
    office.sends(clerk, 1, business="tax", place="keep")
    other = office.sits(2, 4)
    assert office.serves(other, 4) == "A001"


def test_a_transfer_to_a_ready_window_is_called_at_once(office: Office):
    other = office.sits(2, 4)
    office.calls(other, 4)
    office.takes()
    clerk = office.sits(1, 1)
    office.calls(clerk, 1)
    ticket = office.sends(clerk, 1, business="tax")
    assert office.state(ticket) == "called"
    assert office.told()[-2:] == ["ticket_transferred", "ticket_called"]


def test_one_window_several_matters_one_after_the_other(office: Office):
    issued = office.takes()
    arrived_at = office.step(issued.ticket_id).queued_at
    plan(office, issued.ticket_id, "employment", "tax")
    office.takes("employment")
    clerk = office.sits(1, 1)
    for code in ("social", "employment", "tax"):
        assert steps_of(office, issued.ticket_id)[-1][1] == "planned" or code == "tax"
        assert office.calls(clerk, 1) == issued.label
        assert office.ticket(issued.ticket_id).closed_at is None
        office.does(clerk, serve.start, 1)
        office.does(clerk, serve.finish, 1)
    assert [one[1] for one in steps_of(office, issued.ticket_id)] == ["finished"] * 3
    assert {one[2] for one in steps_of(office, issued.ticket_id)[1:]} == {arrived_at}
    assert office.ticket(issued.ticket_id).closed_at is not None
    assert office.calls(clerk, 1) == "B001"


def test_a_visit_sent_elsewhere_still_goes_on_with_its_planned_step(office: Office):
    issued = office.takes()
    plan(office, issued.ticket_id, "employment")
    clerk, other = office.sits(1, 1), office.sits(2, 4)
    office.calls(clerk, 1)
    office.sends(clerk, 1, business="tax")
    assert office.serves(other, 4) == issued.label
    assert office.state(issued.ticket_id) == "waiting"
    assert office.calls(clerk, 1, issued.ticket_id) == issued.label
    assert office.step(issued.ticket_id).business_id == office.book().business("employment").id
    office.does(clerk, serve.miss, 1)
    office.does("guide", serve.return_missed, issued.ticket_id)
    office.does("guide", transfer.cancel, issued.ticket_id, None)
    assert [one[1] for one in steps_of(office, issued.ticket_id)] == [
        "transferred",
        "cancelled",
        "finished",
    ]


def test_a_visitor_who_gives_up_gives_up_the_planned_steps_too(office: Office):
    issued = office.takes()
    plan(office, issued.ticket_id, "employment", "tax")
    office.does("guide", transfer.cancel, issued.ticket_id, "不办了")
    assert [one[1] for one in steps_of(office, issued.ticket_id)] == ["cancelled"] * 3
    assert office.told().count("ticket_cancelled") == 1
    office.later(days=1)
    office.takes()
    assert "ticket_expired" not in office.told()


def test_a_held_visitor_comes_back_to_the_same_window(office: Office):
    office.takes()
    office.takes()
    clerk = office.sits(1, 1)
    office.calls(clerk, 1)
    office.does(clerk, serve.start, 1)
    office.does(clerk, serve.hold, 1, "去复印")
    assert office.serves(clerk, 1) == "A002"
    ticket = office.ticket_named("A001")
    office.does(clerk, serve.resume, 1, ticket)
    assert (office.state(ticket), office.step(ticket).note) == ("called", "去复印")
    assert office.journal()[-1].data["held"] is True


def test_who_was_missed_stands_behind_the_next_three_once(office: Office):
    labels = [office.takes().label for _ in range(6)]
    clerk = office.sits(1, 1)
    office.calls(clerk, 1)
    office.does(clerk, serve.miss, 1)
    missed = office.ticket_named("A001")
    office.does("guide", serve.return_missed, missed)
    called = [office.calls(clerk, 1)]
    for _ in range(3):
        office.does(clerk, serve.start, 1)
        office.does(clerk, serve.finish, 1)
        called.append(office.calls(clerk, 1))
    assert called == ["A002", "A003", "A004", "A001"]
    office.does(clerk, serve.miss, 1)
    before = office.dump()
    with pytest.raises(errors.ReturnUsedUp):
        office.does("guide", serve.return_missed, missed)
    assert office.dump() == before
    assert [office.serves(clerk, 1), office.serves(clerk, 1)] == labels[4:]


def test_with_few_waiting_the_missed_one_goes_to_the_end(office: Office):
    office.takes()
    office.takes()
    clerk = office.sits(1, 1)
    office.calls(clerk, 1)
    office.does(clerk, serve.miss, 1)
    office.does(clerk, serve.return_missed, office.ticket_named("A001"))
    assert [office.serves(clerk, 1), office.serves(clerk, 1)] == ["A002", "A001"]


def test_where_the_rule_says_so_a_missed_visitor_takes_a_new_number(database):
    office = Office(database, rules={"missed_return": "new_number"})
    office.takes()
    clerk = office.sits(1, 1)
    office.calls(clerk, 1)
    office.does(clerk, serve.miss, 1)
    with pytest.raises(errors.ReturnUsedUp):
        office.does("guide", serve.return_missed, office.ticket_named("A001"))


def test_a_missed_visitor_who_returns_while_a_window_stands_ready_is_called(office: Office):
    office.takes()
    clerk = office.sits(1, 1)
    office.calls(clerk, 1)
    office.does(clerk, serve.miss, 1)
    assert office.calls(clerk, 1) is None
    ticket = office.ticket_named("A001")
    office.does("guide", serve.return_missed, ticket)
    assert office.state(ticket) == "called"


def test_a_rating_belongs_to_the_last_window_that_served(office: Office):
    issued = office.takes()
    first, second = office.sits(1, 1), office.sits(2, 4)
    office.calls(first, 1)
    office.sends(first, 1, business="tax")
    office.serves(second, 4)
    office.does("", rate.rate, issued.ticket_id, 2, "x" * 600, "qr")
    row = office.dump()["ratings"][0]
    assert office.account("clerk2") in row
    assert "x" * 500 in row
    assert office.journal()[-1].public()["type"] == "ticket_rated"
    assert "grade" not in str(office.journal()[-1].staff())


def test_two_open_tickets_at_one_window_cannot_even_be_written(office: Office):
    """The unique index keeps the promise should any code ever forget it."""
    office.takes()
    office.takes()
    clerk = office.sits(1, 1)
    office.calls(clerk, 1)
    book = office.book()
    waiting = office.step(office.ticket_named("A002"))

    def force(tx, _):
        row = dict(tx.connection.execute(select(steps).where(steps.c.id == waiting.id)).mappings().one())
        del row["id"]
        row |= {"position": 9, "state": "serving", "window_id": book.window(1).id}
        tx.connection.execute(insert(steps), row)

    before = office.dump()
    with pytest.raises(Exception, match=r"(?i)unique"):
        office.does("guide", force)
    assert office.dump() == before
