"""A live hall as a question to the advisor, on real databases: what stands there is what it plans with."""

import random

import pytest

from hall.actions import serve, windows
from hall.records.posts import Known, Spare, live_minimum
from hall.rules.staffing import Costs, Fault, Kind, Situation, costs_of, faults
from hall.rules.staffing_programme import advise
from hall.twin import present
from hall.twin.effect import foretell
from hall.twin.learning import Learner
from hall.twin.staffing_live import clerks_opening, live_situation
from tests.office import Office


def ask(office: Office, **told: object) -> tuple[Situation, present.Scene, Learner]:
    with office.database.read() as connection:
        book, learner = office.book(), Learner.of(office.book())
        learner.catch_up(connection, book, office.now)
        scene = present.scene(connection, book, office.now)
        return (
            live_situation(connection, book, scene, learner.knowledge, Known(**told)),  # type: ignore[arg-type]
            scene,
            learner,
        )


def codes(office: Office, *names: str) -> frozenset[int]:
    return frozenset(office.book().business(name).id for name in names)


def crowd(office: Office, business: str, people: int) -> None:
    """So many came, a while ago; all of them wait who are not called on the spot."""
    for _ in range(people):
        office.takes(business)
    office.later(minutes=50)


def window(office: Office, number: int) -> int:
    return office.book().windows_by_number[number].id


def test_the_question_has_every_staffed_window_with_what_it_serves_and_may(office: Office):
    office.sits(1, 1)
    office.sits(2, 3)
    office.takes("employment")
    office.takes("employment")
    office.calls("clerk1", 1)
    situation, _, _ = ask(office)
    posts = {one.window_id: one for one in situation.posts}
    assert set(posts) == {window(office, 1), window(office, 3)}
    third = posts[window(office, 3)]
    assert third.serves == third.home == codes(office, "social")
    assert third.ways == (codes(office, "social"), codes(office, "social", "employment"))
    assert not third.serving
    assert third.clerk_id == office.account("clerk2")
    first = posts[window(office, 1)]
    assert first.serving
    assert first.minutes == (15, 15, 15)
    waiting = {one.business_id: one.waiting for one in situation.queues if one.waiting}
    assert waiting == dict.fromkeys(codes(office, "employment"), 1)


def test_where_a_window_belongs_and_what_stays_is_told(office: Office):
    office.sits(2, 3)
    office.does("manager", windows.switch_businesses, 3, [office.book().business("employment")])
    third = window(office, 3)
    situation, _, _ = ask(office, homes={third: codes(office, "social")}, held=frozenset({third}))
    (post,) = situation.posts
    assert (post.serves, post.home) == (codes(office, "employment"), codes(office, "social"))
    assert post.held


def test_a_spare_clerk_may_open_any_closed_window_that_asks_for_what_they_can(office: Office):
    office.sits(1, 1)
    spare = Spare(office.account("clerk5"), ["tax"])
    situation, _, _ = ask(office, spare=[spare])
    openings = [one for one in situation.posts if not one.open]
    assert {one.clerk_id for one in openings} == {spare.clerk_id}
    assert all(one.ways == (codes(office, "tax"),) for one in openings)
    assert window(office, 3) not in {one.window_id for one in openings}, "it may not serve tax"
    assert window(office, 4) in {one.window_id for one in openings}


def test_a_plan_for_a_hall_with_a_long_queue_is_foretold_and_refused_once_the_hall_has_changed(
    office: Office,
):
    office.sits(1, 1)
    office.sits(2, 3)
    crowd(office, "employment", 12)
    situation, scene, learner = ask(office)
    plan = advise(situation, costs_of(6))
    (move,) = plan.moves
    assert (move.kind, move.window_id) == (Kind.SWITCH, window(office, 3))
    (effect,) = foretell(
        scene, learner.knowledge, [plan.moves], clerks_opening(scene, plan.moves), random.Random(1), runs=4
    )
    (employment,) = codes(office, "employment")
    assert effect.changes[employment].difference.middle < 0
    assert faults(situation, plan.moves) == []
    office.does("manager", windows.switch_businesses, 3, [office.book().business("employment")])
    again, _, _ = ask(office)
    assert (Fault.CHANGED, window(office, 3)) in faults(again, plan.moves)


def test_opening_a_window_with_a_spare_clerk_is_advised_and_foretold(office: Office):
    office.sits(1, 1)
    crowd(office, "tax", 12)
    spare = Spare(office.account("clerk5"), "all")
    situation, scene, learner = ask(office, spare=[spare])
    plan = advise(situation, Costs())
    (move,) = plan.moves
    assert (move.kind, move.clerk_id, move.before) == (Kind.OPEN, spare.clerk_id, frozenset())
    (effect,) = foretell(
        scene, learner.knowledge, [plan.moves], clerks_opening(scene, plan.moves), random.Random(1), runs=4
    )
    assert effect.together is not None
    assert effect.together.difference.middle < 0


def test_who_serves_is_moved_after_the_ticket(office: Office):
    office.sits(1, 1)
    crowd(office, "employment", 12)
    clerk = office.sits(2, 3)
    office.takes("social")
    office.calls(clerk, 3)
    office.does(clerk, serve.start, 3)
    situation, _, _ = ask(office)
    (move,) = advise(situation, Costs()).moves
    assert move.after_ticket


@pytest.mark.parametrize(("at", "least"), [(0, 1), (20, 0)])
def test_a_business_needs_a_window_while_it_is_open(office: Office, at: int, least: int):
    hours = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), ("08:30-17:00",))
    office.apply({**office.settings, "hours": hours})
    office.later(hours=at)
    assert set(live_minimum(office.book(), office.now).values()) == {least}
