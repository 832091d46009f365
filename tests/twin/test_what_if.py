"""What if: the hall played on from the present, without a plan and with it, over the same drawn futures."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from hall.bench.whatif import measure
from hall.rules.service_times import Prior, ServiceTimes
from hall.rules.what_if import Change, Do
from hall.twin.effect import scene_of
from hall.twin.engine import run
from hall.twin.knowledge import Knowledge
from hall.twin.model import Hall, Visitor
from hall.twin.planned import Staff
from hall.twin.traces import Comparison, trace
from hall.twin.what_if import LEAST_FUTURES, MOST_FUTURES, Futures, Tried
from tests.twin.small_halls import FIVE, NINE, hall, visitor, window

ONE, TWO, BOTH = frozenset({1}), frozenset({2}), frozenset({1, 2})
TEN = NINE + 3600
STAFF = Staff(closes=FIVE)


def crowded() -> Hall:
    """Window 1 alone has business 1; window 2 could do it, too, and has little to do; nobody sits at 3."""
    return hall(window(1, ONE), window(2, TWO, skills=BOTH), replace(window(3, BOTH), clerk=None))


def futures_at_ten(of: Hall, seed: str = "") -> Futures:
    """The hall at ten: since nine somebody came every three minutes for business 1, every fifteen for 2."""
    came = [visitor(n + 1, 3 * n, 1) for n in range(20)] + [visitor(n + 30, 15 * n, 2) for n in range(4)]
    knowledge = Knowledge(ServiceTimes(dict.fromkeys(of.businesses, Prior(300.0))))
    for one in sorted(came, key=lambda one: one.at_seconds):
        knowledge.came(of.day, one.at_seconds, one.business_id, one.visitor_class)
    day = run(of, came, until=TEN)
    assert day.present is not None
    return Futures(scene_of(of, replace(day.present, at_seconds=TEN)), knowledge, seed=seed)


def says(futures: Futures, *changes: Change, futures_wanted: int = 8) -> Comparison:
    return futures.try_out(Tried(futures.planned(changes, STAFF)), 60.0, most=futures_wanted)


def middles(bands: Sequence[object]) -> list[float | None]:
    return [None if one is None else one.middle for one in bands]  # type: ignore[attr-defined]


def test_a_window_that_helps_shortens_the_wait_of_those_it_is_switched_to():
    futures = futures_at_ten(crowded())
    said = says(futures, Change(Do.SWITCH, TEN, window_id=2, businesses=BOTH))
    helped, own = said.businesses[1], said.businesses[2]
    assert helped.figures["mean_wait"].sign == -1
    assert helped.figures["mean_wait"].difference.middle < -300
    assert own.figures["mean_wait"].difference.middle > 0
    assert said.hall.figures["longest_wait"].difference.middle < 0
    assert (said.futures, len(said.hall.waiting.before)) == (8, 19)
    assert said.hall.people == pytest.approx(helped.people + own.people)
    before, after = middles(said.hall.waiting.before), middles(said.hall.waiting.after)
    assert before[0] == pytest.approx(after[0], abs=1)
    assert after[-1] < before[-1]


def test_an_opened_window_helps_from_then_on_and_no_longer_than_it_is_open():
    futures = futures_at_ten(crowded())
    half_past = TEN + 1800
    opened = says(futures, Change(Do.OPEN, half_past, half_past + 1800, window_id=3))
    before, after = middles(opened.businesses[1].waiting.before), middles(opened.businesses[1].waiting.after)
    assert after[:6] == before[:6]
    assert after[12] < before[12] - 2
    always = says(futures, Change(Do.OPEN, TEN, window_id=3))
    assert always.hall.figures["mean_wait"].after.middle < opened.hall.figures["mean_wait"].after.middle


def test_a_clerk_who_goes_finishes_the_ticket_and_is_missed_until_back():
    futures = futures_at_ten(crowded())
    paused = says(futures, Change(Do.PAUSE, TEN, TEN + 1800, window_id=1))
    closed = says(futures, Change(Do.CLOSE, TEN, window_id=1))
    mean = [one.businesses[1].figures["mean_wait"].after.middle for one in (paused, closed)]
    assert paused.businesses[1].figures["mean_wait"].sign == 1
    assert mean[0] < mean[1]
    assert paused.businesses[2].figures["mean_wait"].sign == 0


def test_more_visitors_are_felt_while_they_come_and_for_nobody_elses_business():
    futures = futures_at_ten(crowded())
    crowd = Change(Do.VISITORS, TEN + 1800, TEN + 3600, businesses=TWO, people=20)
    said = says(futures, crowd)
    before, after = middles(said.businesses[2].waiting.before), middles(said.businesses[2].waiting.after)
    assert after[:6] == before[:6]
    assert after[12] > before[12] + 3
    assert said.businesses[1].figures["mean_wait"].difference.middle == 0
    assert said.businesses[2].figures["longest_wait"].sign == 1


def test_a_window_switched_for_a_while_goes_back():
    futures = futures_at_ten(crowded())
    while_ = says(futures, Change(Do.SWITCH, TEN, TEN + 1800, window_id=2, businesses=ONE))
    for_good = says(futures, Change(Do.SWITCH, TEN, window_id=2, businesses=ONE))
    own = [one.businesses[2].waiting.after[-1] for one in (while_, for_good)]
    assert own[0] is not None
    assert own[1] is not None
    assert own[0].middle < own[1].middle - 3


def test_two_changes_are_played_together():
    futures = futures_at_ten(crowded())
    opened = Change(Do.OPEN, TEN, window_id=3)
    crowd = Change(Do.VISITORS, TEN, TEN + 3600, businesses=ONE, people=10)
    alone, together = says(futures, opened), says(futures, opened, crowd)
    waits = [one.businesses[1].figures["mean_wait"].after.middle for one in (alone, together)]
    assert waits[0] < waits[1]


def test_without_a_plan_both_futures_are_the_same():
    said = says(futures_at_ten(crowded()), futures_wanted=3)
    assert said.hall.waiting.before == said.hall.waiting.after
    assert all(one.sign == 0 for one in said.hall.figures.values())


def test_the_same_seed_says_the_same_and_every_plan_meets_the_same_people():
    change = Change(Do.SWITCH, TEN, window_id=2, businesses=BOTH)
    futures = futures_at_ten(crowded(), "a")
    assert says(futures, change) == says(futures_at_ten(crowded(), "a"), change)
    assert says(futures, change).hall.waiting.before == says(futures).hall.waiting.before
    assert says(futures_at_ten(crowded(), "b"), change) != says(futures, change)


def test_an_answer_takes_as_many_futures_as_there_is_time_for_and_gets_more_when_asked_again():
    futures = futures_at_ten(crowded())
    tried = Tried(futures.planned([Change(Do.OPEN, TEN, window_id=3)], STAFF))
    assert futures.try_out(tried, 0.0).futures == LEAST_FUTURES
    assert futures.try_out(tried, 0.0, least=5).futures == 5
    assert futures.try_out(tried, 600.0).futures == MOST_FUTURES
    assert futures.try_out(tried, 600.0).futures == MOST_FUTURES


def test_a_trace_counts_who_waits_at_each_step_and_how_long_those_wait_who_come_then():
    of = hall(window(1, ONE))
    came = [visitor(1, 0, service=12), visitor(2, 1, service=3), visitor(3, 6, kind="elderly", service=3)]
    line = trace([run(of, came)], NINE, 3)[1]
    # 1 is called at once; 3 at 12 minutes, before 2, whose promise is longer; 2 at 15
    assert line.waiting[:4] == [0, 1, 2, 0]
    assert line.came == [2, 1, 0, 0]
    assert [round(one / 60) for one in line.waits] == [14, 6, 0, 0]
    assert (line.people, line.over, line.elderly) == (3, 1, 1)
    assert (line.longest, line.elderly_seconds) == (14 * 60, 6 * 60)


def test_who_still_waits_when_a_future_ends_has_waited_until_then():
    of = hall(window(1, ONE))
    came: list[Visitor] = [visitor(1, 0, service=60), visitor(2, 1)]
    line = trace([run(of, came, until=NINE + 1800)], NINE, 2)[1]
    assert line.waiting[:3] == [0, 1, 1]
    assert line.longest == 29 * 60


def test_what_is_said_of_a_days_plans_is_held_against_what_then_happens():
    found = measure("small", 1, 1, seconds=0.0)
    assert found.windows == 12
    assert len(found.first) == 3
    assert len(found.futures) >= 9
    assert len(found.means) == 2 * len(found.futures)
    assert sum(found.signs) > len(found.signs) / 2
