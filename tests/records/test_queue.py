"""The line in real SQL: a few heads decide like a scan of everybody would, and nobody is overtaken."""

from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import select

from hall.actions import call, serve, transfer
from hall.actions.call import asker_at
from hall.records import desks, queue, visits
from hall.records.tables import steps, tickets
from hall.rules import dispatcher
from hall.rules.dispatcher import Choice, Head
from hall.rules.tickets import Place, VisitorClass
from tests.office import Office

CLASSES = ("ordinary", "ordinary", "elderly", "priority", "appointment")
WINDOWS = (1, 3, 4, 5)


def everybody(office: Office, number: int) -> list[Head]:
    """All waiting steps that this window may call, read row by row: slow, and plainly right."""
    book = office.book()
    window, day = book.window(number), book.day(office.now)
    with office.database.read() as connection:
        rows = connection.execute(
            select(steps, tickets.c.label)
            .join(tickets, tickets.c.id == steps.c.ticket_id)
            .where(steps.c.hall_id == office.hall_id, steps.c.state == "waiting")
        ).all()
        skills = desks.desk(connection, window.id).skills
    allowed = desks.callable_businesses(book, window.id, skills)
    return [
        Head(
            row.id,
            row.ticket_id,
            row.label,
            row.business_id,
            VisitorClass(row.visitor_class),
            row.queued_at,
            row.rank,
            row.pinned_window_id is not None,
        )
        for row in rows
        if row.business_day == day
        and (
            row.pinned_window_id == window.id
            if row.pinned_window_id is not None
            else row.business_id in allowed and row.queued_at <= office.now
        )
    ]


def choice(office: Office, number: int, heads: list[Head]) -> Choice | None:
    book = office.book()
    asker = asker_at(book, book.window(number).id)
    return dispatcher.choose(heads, asker, book.references, book.guarantee, office.now)


def by_heads(office: Office, number: int) -> Choice | None:
    book = office.book()
    window = book.window(number)
    with office.database.read() as connection:
        found = queue.heads(connection, window.id, window.serves, book.day(office.now))
    return choice(office, number, [one for one in found if one.pinned or one.queued_at <= office.now])


def something_happens(office: Office, random: Random) -> None:
    """One random act of the hall, as likely an arrival as everything else together."""
    act = random.choice(("arrive", "arrive", "arrive", "arrive", "call", "call", "end", "send", "return"))
    window = random.choice(WINDOWS)
    clerk = f"clerk{window}"
    with office.database.read() as connection:
        here = desks.standing(connection, office.book().window(window).id).step
    if act == "arrive":
        kind = random.choice(CLASSES)
        wish = {"class_reason": "残疾人"} if kind == "priority" else {}
        if kind == "appointment":
            wish["booked_at"] = office.now + timedelta(minutes=random.randint(-14, 20))
        office.takes(random.choice(("social", "employment", "tax")), visitor_class=kind, **wish)
    elif act == "return":
        missed = [row for row in office.dump()["steps"] if "missed" in row]
        if missed:
            ticket = random.choice(missed)[2]
            if office.step(ticket).returns == 0:
                office.does("guide", serve.return_missed, ticket)
    elif here is None:
        if act != "end":
            called(office, window)
    elif act == "send":
        book = office.book()
        to = book.window(1 if window == 5 else 5)
        pinned = random.random() < 0.5
        destination = transfer.Destination(
            business=book.business("employment"),
            window=to if pinned else None,
            place=random.choice(("keep", "tail")),
        )
        office.does(clerk, transfer.transfer_from_window, window, destination)
    elif random.random() < 0.3:
        office.does(clerk, serve.miss, window)
    else:
        office.does(clerk, serve.start, window)
        office.does(clerk, serve.finish, window)
    office.later(seconds=random.choice((0, 5, 60, 240)))


def called(office: Office, number: int) -> None:
    """Calls at a window and checks that nobody of the called one's line had come before."""
    waiting = {one.ticket_id: one for one in everybody(office, number)}
    at_window = office.does(f"clerk{number}", call.call_next, number).ticket
    if at_window is None:
        assert not waiting
        return
    ticket = at_window.id
    chosen = waiting.pop(ticket)
    overtaken = [
        one.label
        for one in waiting.values()
        if (one.business_id, one.visitor_class, one.pinned)
        == (chosen.business_id, chosen.visitor_class, chosen.pinned)
        and (one.queued_at, one.rank, one.step_id) < (chosen.queued_at, chosen.rank, chosen.step_id)
    ]
    assert overtaken == []


@pytest.mark.parametrize("seed", range(4))
def test_the_heads_decide_like_a_scan_of_everybody_in_every_state(database, seed: int):
    random = Random(seed)
    office = Office(database, rules={"auto_call": bool(seed % 2)})
    for window in WINDOWS:
        office.sits(window, window)
    for _ in range(60):
        something_happens(office, random)
        for window in WINDOWS:
            few, all_of_them = by_heads(office, window), choice(office, window, everybody(office, window))
            assert (few and few.head) == (all_of_them and all_of_them.head)
            assert (few and (few.rule, few.tier)) == (all_of_them and (all_of_them.rule, all_of_them.tier))


@pytest.mark.parametrize("seed", range(2))
def test_inside_one_line_everybody_is_called_in_the_order_of_arrival(database, seed: int):
    random = Random(seed)
    office = Office(database)
    for _ in range(60):
        kind = random.choice(CLASSES[:4])
        office.takes(
            random.choice(("social", "employment", "tax")), visitor_class=kind, class_reason="残疾人"
        )
        office.later(seconds=random.choice((0, 20, 120)))
    for window in WINDOWS:
        office.sits(window, window)
    order: list[int] = []
    while len(order) < 60:
        window = random.choice(WINDOWS)
        called = office.does(f"clerk{window}", call.call_next, window).ticket
        office.later(seconds=random.choice((0, 30, 90)))
        if called is not None:
            order.append(called.id)
            office.does(f"clerk{window}", serve.start, window)
            office.does(f"clerk{window}", serve.finish, window)
    lines: dict[tuple, list[int]] = {}
    for ticket in order:
        step = office.step(ticket)
        lines.setdefault((step.business_id, step.visitor_class), []).append(ticket)
    assert sorted(order) == sorted(set(order))
    assert all(line == sorted(line) for line in lines.values())


def test_people_ahead_are_counted_by_place_not_by_class(office: Office):
    kinds = ("ordinary", "elderly", "ordinary", "elderly")
    issued = [office.takes(visitor_class=one) for one in kinds]
    office.takes("tax")
    book = office.book()
    social, day = book.business("social").id, book.day(office.now)
    with office.database.read() as connection:
        for position, one in enumerate(issued):
            step = visits.current_step(connection, office.hall_id, one.ticket_id)
            assert step is not None
            place = Place(step.queued_at, step.rank)
            assert queue.ahead(connection, social, day, place, step.id) == position


def test_counts_say_how_many_wait_and_since_when(office: Office):
    first = office.takes()
    office.takes()
    office.takes("tax", visitor_class="elderly")
    book = office.book()
    with office.database.read() as connection:
        lines = queue.counts(connection, office.hall_id, book.day(office.now))
    found = {(book.businesses[one.business_id].code, one.visitor_class.value): one for one in lines}
    assert {key: one.waiting for key, one in found.items()} == {
        ("social", "ordinary"): 2,
        ("tax", "elderly"): 1,
    }
    assert found["social", "ordinary"].since == first.arrived_at


def test_another_halls_people_are_nobodys_here(database):
    one, other = Office(database), Office(database)
    other.takes()
    clerk = one.sits(1, 1)
    assert one.calls(clerk, 1) is None
    with database.read() as connection:
        assert visits.current_step(connection, one.hall_id, other.ticket_named("A001")) is None
