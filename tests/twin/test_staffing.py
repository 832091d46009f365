"""Days with an advisor in the twin: what it is shown, how its moves are applied, and what they are foretold
to do.
"""

import copy
import random
from dataclasses import replace

import pytest

from hall.rules.calibration import Band
from hall.rules.service_times import Prior, ServiceTimes
from hall.rules.staffing import Costs, Kind, Move, Plan, Situation, costs_of, faults, suggestions
from hall.rules.staffing_programme import advise
from hall.rules.staffing_threshold import threshold_plan
from hall.rules.tickets import VisitorClass
from hall.twin.effect import Change, Effect, foretell, mean_wait, scene_of, touched_by, waited
from hall.twin.engine import run
from hall.twin.knowledge import Knowledge
from hall.twin.model import Clerk, Hall, Present, Visitor
from hall.twin.shifted import AWAY_FACTOR, shifted_study
from hall.twin.staffing import apply_moves, occupied_minutes, situation, staffed_day
from hall.twin.study import OPEN
from hall.twin.trial import Trial
from tests.twin.small_halls import FIVE, NINE, hall, visitor, window

ONE, TWO, BOTH = frozenset({1}), frozenset({2}), frozenset({1, 2})
CLOSED: frozenset[int] = frozenset()


def knows(of: Hall, minutes: float = 5) -> Knowledge:
    return Knowledge(ServiceTimes(dict.fromkeys(of.businesses, Prior(60 * minutes))))


def nothing(asked: Situation) -> Plan:
    return Plan((), "nobody")


def stopped(of: Hall, visitors: list[Visitor], at_minutes: float) -> Present:
    """The hall so many minutes after nine."""
    day = run(of, visitors, until=NINE + 60 * at_minutes)
    assert day.present is not None
    return day.present


def two_windows() -> Hall:
    """Window 1 for business 1, window 2 for business 2 with a clerk certified for both."""
    return hall(window(1, ONE), window(2, TWO, skills=BOTH, home=TWO))


# ---- the question ----


def test_an_advisor_sees_who_waits_what_windows_serve_and_what_they_may():
    of = two_windows()
    present = stopped(of, [visitor(number, 0) for number in range(1, 5)], 1)
    asked = situation(of, present, knows(of), {}, [ONE, TWO])
    assert [(one.business_id, one.waiting) for one in asked.queues] == [(1, 3), (2, 0)]
    first, second = asked.posts
    assert (first.serves, first.ways, first.serving) == (ONE, (ONE,), True)
    assert (second.serves, second.home, second.ways, second.serving) == (TWO, TWO, (TWO, BOTH), False)
    assert second.minutes == (15, 15, 15)


def test_a_clerk_counts_only_as_long_as_they_stay():
    until_ten_past = NINE + 600
    of = hall(window(1, ONE, staffed=((NINE, until_ten_past), (NINE + 1800, FIVE))))
    asked = situation(of, stopped(of, [], 0), knows(of), {}, [])
    assert asked.posts[0].minutes == (10, 0, 15)


def test_a_reserve_window_is_shown_closed_with_the_clerk_who_could_open_it():
    of = hall(window(1, ONE), replace(window(2, ONE), clerk=None))
    asked = situation(of, stopped(of, [], 0), knows(of), {2: Clerk(((NINE, FIVE),))}, [])
    closed = asked.posts[1]
    assert (closed.open, closed.reserve, closed.ways) == (False, True, (ONE,))


def test_arrivals_are_expected_as_planned_and_as_seen_in_the_last_hour():
    of = two_windows()
    learnt = knows(of)
    for minute in range(0, 60, 2):
        learnt.came(of.day, NINE + 60 * minute, 1, VisitorClass.ORDINARY)
    asked = situation(of, stopped(of, [], 60), learnt, {}, [])
    seen = asked.queues[0]
    assert sum(seen.arrivals) == pytest.approx(22.5, rel=0.05)
    assert asked.queues[1].expected == 0


def test_a_visitor_occupies_a_window_for_the_walk_the_service_and_the_turn_over():
    of = two_windows()
    learnt = knows(of, minutes=10)
    service = learnt.service.duration(1, VisitorClass.ORDINARY, of.day).mean_seconds
    walk, missed = 25.0, 60.0
    expected = (0.95 * (walk + service) + 0.05 * missed) / 60
    assert occupied_minutes(of, learnt, 1, 0.0) == pytest.approx(expected)


# ---- the answer ----


def test_a_moved_window_calls_at_once_who_waits_for_its_new_work():
    of = two_windows()
    present = stopped(of, [visitor(1, 0), visitor(2, 0)], 1)
    move = Move(Kind.SWITCH, 2, 2, TWO, BOTH)
    moved, after = apply_moves(of, present, [move], {})
    day = run(moved, [], present=after)
    assert [(call.visitor_id, call.window_id) for call in day.calls] == [(2, 2)]
    assert day.calls[0].at_seconds == NINE + 60


def test_nobody_is_moved_while_serving():
    of = two_windows()
    people = [visitor(1, 0, business=2, service=10), visitor(2, 0, service=30), visitor(3, 0)]
    present = stopped(of, people, 1)
    asked = situation(of, present, knows(of), {}, [ONE])
    assert asked.posts[1].serving
    moved, after = apply_moves(of, present, [Move(Kind.SWITCH, 2, 2, TWO, BOTH)], {})
    day = run(moved, [], present=after)
    ends = {one.visitor.id: one.ended_at for one in day.visits}
    assert ends[1] == NINE + 600
    assert [(one.visitor_id, one.window_id, one.at_seconds) for one in day.calls] == [(3, 2, NINE + 600)]


def test_a_reserve_window_opens_closes_and_opens_again():
    of = hall(window(1, ONE), replace(window(2, ONE), clerk=None))
    reserve = {2: Clerk(((NINE, FIVE),))}
    people = [visitor(number, 0, service=10) for number in range(1, 9)]
    present = stopped(of, people, 1)
    opened, after = apply_moves(of, present, [Move(Kind.OPEN, 2, 2, CLOSED, ONE)], reserve)
    day = run(opened, [], present=after, until=NINE + 300)
    assert {call.window_id for call in day.calls} == {2}
    assert day.present is not None
    closed, after = apply_moves(opened, day.present, [Move(Kind.CLOSE, 2, 2, ONE, CLOSED)], reserve)
    day = run(closed, [], present=after, until=NINE + 1500)
    assert {call.window_id for call in day.calls} == {1}, "the ticket at window 2 was the last there"
    assert day.present is not None
    asked = situation(closed, day.present, knows(of), reserve, [])
    assert not asked.posts[1].open
    again, after = apply_moves(closed, day.present, [Move(Kind.OPEN, 2, 2, CLOSED, ONE)], reserve)
    day = run(again, [], present=after)
    assert {call.window_id for call in day.calls} == {1, 2}
    assert sum(one.ended_at is not None for one in day.visits) == len(day.visits)


def test_no_moves_change_nothing():
    of = two_windows()
    present = stopped(of, [visitor(1, 0)], 1)
    assert apply_moves(of, present, [], {}) == (of, present)


def test_windows_that_do_the_same_are_one_suggestion():
    same = [Move(Kind.SWITCH, number, number, TWO, BOTH) for number in (4, 7)]
    other = Move(Kind.OPEN, 1, 1, CLOSED, ONE)
    assert suggestions([other, *same]) == [tuple(same), (other,)]


# ---- a day ----


def test_everybody_who_is_called_on_an_uninterrupted_day_is_called_alike_when_it_is_looked_at():
    """Looking every quarter of an hour, and doing nothing, changes nothing."""
    study = shifted_study("small", 3)
    people = study.today.visitors(3)
    looked_at = staffed_day(study.today.hall, people, nothing, knows(study.today.hall), study.reserve, ())
    at_once = run(study.today.hall, people)
    assert looked_at.waits == sorted(one.waited_seconds for one in at_once.calls if one.first)


@pytest.mark.parametrize("size", ["small", "medium"])
def test_on_a_shifted_day_advice_halves_the_wait_keeps_the_rules_and_beats_the_threshold_rule(size: str):
    study = shifted_study(size, 1)
    trial = Trial(study.usual)
    trial.live_through(1000)
    of, people = study.today.hall, study.today.visitors(1)
    broken = []

    def advisor(asked: Situation) -> Plan:
        plan = advise(asked, Costs())
        broken.extend(faults(asked, plan.moves))
        return plan

    def mean(advised_by: object) -> float:
        learnt = copy.deepcopy(trial.knowledge)
        day = staffed_day(of, people, advised_by, learnt, study.reserve, study.teams)  # type: ignore[arg-type]
        return sum(day.waits) / len(day.waits)

    advised = mean(advisor)
    assert broken == []
    assert advised < 0.6 * mean(nothing)
    assert advised < mean(threshold_plan)


def test_a_shifted_day_is_the_planned_one_with_some_absent_and_other_demand():
    study = shifted_study("medium", 2)
    usual, today = study.usual, study.today
    absent = {one.id for one in today.hall.windows.values() if one.clerk is None} - study.reserve.keys()
    assert absent
    assert all(usual.hall.windows[number].kind == "special" for number in absent)
    assert len({usual.hall.businesses[min(usual.hall.windows[one].serves)].department for one in absent}) == 1
    factors = {
        round(now.visits / before.visits, 6)
        for now, before in zip(today.wanted, usual.wanted, strict=True)
        if before.visits
    }
    assert factors == {0.6, 1.0, 1.6}
    assert len(study.reserve) == 4
    assert today.hall.habits.away_factor == AWAY_FACTOR
    assert shifted_study("medium", 2).today == today
    everything = study.with_everything()
    assert all(everything.windows[one].clerk is not None for one in study.reserve)
    assert any(one.serves > today.hall.windows[one.id].serves for one in everything.windows.values())


# ---- what moves are foretold to do ----


def test_what_is_foretold_shortens_the_wait_of_those_who_are_helped_and_names_everybody_touched():
    of = two_windows()
    people = [visitor(number, 4 * number) for number in range(1, 16)]
    present = stopped(of, people, 60)
    learnt = knows(of)
    for one in people:
        learnt.came(of.day, one.at_seconds, 1, VisitorClass.ORDINARY)
    moves = [Move(Kind.SWITCH, 2, 2, TWO, BOTH)]
    assert touched_by(moves) == BOTH
    (effect,) = foretell(scene_of(of, present), learnt, [moves], {}, random.Random(1), runs=6)
    assert set(effect.changes) == {1}, "nobody comes for the other business"
    change = effect.changes[1]
    assert change.difference.high < 0
    assert change.before.low <= change.before.middle <= change.before.high
    assert change.after.middle < change.before.middle
    assert change.people > 10
    assert change.sign == -1
    assert change.scatter < -change.difference.middle
    assert effect.together == change
    both = foretell(scene_of(of, present), learnt, [moves, moves], {}, random.Random(1), runs=6)
    assert both == [effect, effect], "every set meets the same futures"


def test_no_sign_is_told_of_a_change_that_is_small_or_lost_in_what_the_futures_differ_by():
    band = Band(60, 120, 180)
    assert Change(band, band, Band(-60, -30, 0), 9, scatter=20).sign == -1
    assert Change(band, band, Band(-10, 30, 60), 9, scatter=20).sign == 1
    assert Change(band, band, Band(-60, -5, 0), 9, scatter=1).sign == 0
    assert Change(band, band, Band(-60, -30, 40), 9, scatter=28).sign == 0


def test_what_makes_waits_longer_is_known_also_where_no_sign_is_told():
    band = Band(60, 120, 180)
    longer, shorter = (Change(band, band, Band(-90, middle, 90), 9, scatter=80) for middle in (30, -30))
    assert (longer.sign, shorter.sign) == (0, 0)
    told = [Effect({}, change).makes_longer for change in (longer, shorter, None)]
    assert told == [True, False, False]


def test_what_then_happens_is_measured_on_those_who_come_within_the_horizon():
    of = two_windows()
    people = [visitor(1, 0), visitor(2, 30), visitor(3, 50, business=2), visitor(4, 70)]
    present = stopped(of, people[:1], 20)
    found = waited(of, present, people[1:], BOTH)
    assert found == {1: [0.0], 2: [0.0]}
    assert mean_wait(found, ONE) == 0
    assert mean_wait({}, ONE) is None


def test_the_look_ahead_is_told_nothing_of_how_fast_clerks_are():
    of = hall(window(1, ONE, pace=3.0))
    scene = scene_of(of, stopped(of, [visitor(1, 0)], 1))
    clerk = scene.hall.windows[1].clerk
    assert clerk is not None and clerk.pace == 1.0
    assert scene.started_at == {1: NINE}
    assert OPEN[0] < NINE


def test_a_hall_of_288_windows_gets_a_plan_that_keeps_the_rules():
    study = shifted_study("large", 1)
    of, ten = study.today.hall, 10 * 3600.0
    people = [one for one in study.today.visitors(1) if one.at_seconds <= ten]
    learnt = knows(of)
    for one in people:
        learnt.came(of.day, one.at_seconds, one.business_id, one.visitor_class)
    present = run(of, people, until=ten).present
    assert present is not None
    asked = situation(of, present, learnt, study.reserve, study.teams)
    plan = advise(asked, costs_of(len(of.windows)), longest_seconds=60)
    assert plan.source == "programme"
    assert plan.moves
    assert faults(asked, plan.moves) == []
