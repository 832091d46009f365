"""Weeks drawn by the real solver: whatever the hall, no plan breaks a rule of rosters; and what it is for."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hall.rules.roster import House, OpenDay, Shift, Terms
from hall.rules.roster_faults import Fault, gaps, least_at_lunch, shift_faults
from hall.rules.roster_patterns import Pattern, patterns, pieces, rested
from hall.rules.roster_plan import Counts, DayQuestion, Demand, Drawn, Week, Worker, draw_week, flat_week
from hall.rules.roster_programme import DayProgramme

MONDAY = date(2026, 11, 23)
DOORS = ((510, 1020),)


def quick(question: DayQuestion) -> Counts:
    return DayProgramme(question, longest_seconds=1.0).solve()


def week(
    windows: dict[int, set[int]],
    skills: dict[int, set[int]],
    arrivals: dict[int, float] | None = None,
    days: int = 1,
    doors: tuple[tuple[int, int], ...] = DOORS,
    **more: object,
) -> Week:
    """Each business asked for `arrivals` times in each half hour, ten minutes each; clerk n at window n."""
    codes = set().union(*windows.values())
    coming = {
        (code, half): (arrivals or {}).get(code, 1.0)
        for code in codes
        for begins, ends in doors
        for half in range(begins // 30, ends // 30)
    }
    demand = Demand(coming, dict.fromkeys(codes, 10.0))
    open_days = {
        MONDAY + timedelta(days=one): OpenDay(doors, dict.fromkeys(codes, doors)) for one in range(days)
    }
    house = House(
        {number: frozenset(one) for number, one in windows.items()},
        {number: frozenset(one) for number, one in skills.items()},
        open_days,
        **more,  # type: ignore[arg-type]
    )
    workers = tuple(
        Worker(clerk, frozenset(one), clerk if clerk in windows else None) for clerk, one in skills.items()
    )
    return Week(house, workers, dict.fromkeys(open_days, demand))


def drawn(question: Week) -> Drawn:
    return draw_week(question, quick)


def test_somebody_certified_takes_the_window_of_who_is_absent():
    question = week({1: {10}, 2: {20}}, {1: {10}, 2: {20}, 3: {20, 10}}, terms=Terms(lunch=None))
    away = replace(question, house=replace(question.house, absent=frozenset({(1, MONDAY)})))
    found = drawn(away)
    assert {one.clerk_id for one in found.shifts if one.window_id == 1} == {3}
    assert found.lacking == ()


def test_what_nobody_can_serve_is_said():
    question = week({1: {10}, 2: {20}}, {1: {10}}, terms=Terms(lunch=None))
    assert {(one.fault, one.business_id) for one in drawn(question).lacking} == {(Fault.NO_WINDOW, 20)}


def test_lunch_is_kept_and_its_duty_goes_round():
    windows = {number: {10} for number in range(1, 7)}
    found = drawn(week(windows, windows, days=5))
    for ahead in range(5):
        day = MONDAY + timedelta(days=ahead)
        there = {
            one.window_id for one in found.shifts if one.day == day and one.begins < 720 and one.ends > 810
        }
        assert len(there) >= least_at_lunch(6, Terms())
    assert max(found.duties.values()) - min(found.duties.get(one, 0) for one in windows) <= 1


def test_a_busier_day_gets_more_hours():
    windows = {number: {10} for number in range(1, 9)}
    question = week(windows, windows, {10: 12.0}, days=2)
    quiet = {place: 0.4 * count for place, count in question.demand[MONDAY].arrivals.items()}
    tuesday = MONDAY + timedelta(days=1)
    demand = {MONDAY: question.demand[MONDAY], tuesday: replace(question.demand[MONDAY], arrivals=quiet)}
    found = drawn(replace(question, demand=demand))
    hours = Counter[date]()
    for one in found.shifts:
        hours[one.day] += one.minutes
    assert hours[MONDAY] > 1.05 * hours[tuesday]


def test_an_ab_post_is_certified_and_not_the_windows_own_clerk():
    windows = {1: {10}, 2: {10}, 3: {20}}
    found = drawn(week(windows, {1: {10}, 2: {10, 20}, 3: {20}}))
    backups = dict(found.backups)
    assert backups[3] == 2 and backups[1] == 2 and backups[2] == 1


def test_the_flat_roster_seats_everybody_at_the_own_window_alike_and_breaks_no_rule():
    windows = {number: {10} for number in range(1, 11)}
    question = week(windows, windows, days=5)
    found = flat_week(question)
    assert {(one.clerk_id, one.window_id) for one in found.shifts} == {(one, one) for one in windows}
    assert shift_faults(found.shifts, question.house) == []
    assert sum(found.duties.values()) == 15


@pytest.mark.parametrize(
    ("doors", "many"),
    [(((510, 1020),), 6), (((510, 720), (810, 1020)), 4), (((540, 690),), 2), (((0, 1440),), 5)],
)
def test_a_day_is_cut_into_patterns_that_fit_its_doors(doors: tuple[tuple[int, int], ...], many: int):
    found = patterns(doors, Terms())
    assert len(found) == many
    for one in found:
        for begins, ends in one.segments:
            assert any(opens <= begins < ends <= closes for opens, closes in doors)
    covered = pieces(doors, Terms())
    assert sum(ends - begins for begins, ends in covered) == sum(ends - begins for begins, ends in doors)


def test_neighbours_do_not_rest_at_the_same_time():
    resting: Counter[int] = Counter()
    way = Pattern(((510, 720),))
    taken = [
        rested([Shift(MONDAY, clerk, clerk, *way.segments[0])], Terms(), False, resting)[0].breaks[0][0]
        for clerk in range(1, 6)
    ]
    assert len(set(taken)) == 5


@st.composite
def weeks(draw: st.DrawFn) -> Week:
    """Small halls of any kind: windows, skills, absences, opening hours, demand, terms."""
    codes = list(range(1, draw(st.integers(1, 4)) + 1))
    some = st.sets(st.sampled_from(codes), min_size=1)
    windows = {number: draw(some) for number in range(1, draw(st.integers(1, 5)) + 1)}
    skills = {number: draw(some) for number in range(1, draw(st.integers(1, 7)) + 1)}
    doors = draw(
        st.sampled_from([DOORS, ((510, 720), (810, 1020)), ((540, 690),), ((480, 1080),), ((0, 1440),)])
    )
    days = draw(st.integers(1, 2))
    absent = draw(st.frozensets(st.tuples(st.sampled_from(sorted(skills)), st.just(MONDAY)), max_size=2))
    terms = Terms(
        lunch_open=draw(st.sampled_from([0.0, 0.3, 1.0])), week_minutes=draw(st.sampled_from([600, 2400]))
    )
    arrivals = {code: draw(st.floats(0, 8)) for code in codes}
    minimum = draw(st.dictionaries(st.sampled_from(codes), st.integers(0, 2)))
    return week(windows, skills, arrivals, days, doors, absent=absent, minimum=minimum, terms=terms)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(weeks())
def test_whatever_the_hall_no_drawn_week_breaks_a_rule_and_what_it_lacks_is_told(question: Week):
    found = drawn(question)
    assert shift_faults(found.shifts, question.house) == []
    for day in question.demand:
        told = [one for one in found.lacking if one.day == day]
        assert gaps(found.shifts, question.house, day) == told
    assert all(minutes <= question.house.terms.week_minutes for minutes in found.minutes.values())
