"""Service times are learnt from cases: slowly from few, surely from many, and not from what nobody
finished.
"""

import random
from datetime import date, timedelta
from math import exp, log, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall.rules.service_times import Case, Prior, ServiceTimes
from hall.rules.tickets import VisitorClass

ORDINARY, ELDERLY = VisitorClass.ORDINARY, VisitorClass.ELDERLY
DAY = date(2026, 3, 2)


def draw(source: random.Random, mean: float, variation: float) -> float:
    variance = log(1 + variation**2)
    return source.lognormvariate(log(mean) - variance / 2, sqrt(variance))


def learnt(
    mean: float, cases: int, seed: int = 1, variation: float = 0.75, forgotten: float = 0.0
) -> ServiceTimes:
    """One business, configured as 8 minutes, whose cases really take `mean` seconds; a share of them was
    never finished by the clerk and ended an hour and a half later.
    """
    source, found = random.Random(seed), ServiceTimes({1: Prior(480, 0.75)})
    for number in range(cases):
        seconds = draw(source, mean, variation) + (5400 if source.random() < forgotten else 0)
        found.observe(Case(1, ORDINARY, number % 5, DAY + timedelta(number // 200), seconds))
    return found


def test_with_nothing_seen_the_configured_time_holds():
    expected = ServiceTimes({1: Prior(480, 0.5)}).duration(1, ORDINARY)
    assert exp(expected.log_mean + expected.log_spread**2 / 2) == pytest.approx(480)
    assert expected.variation == pytest.approx(0.5)


def test_many_cases_are_believed_more_than_the_configuration():
    for mean in (240, 960):
        assert learnt(mean, 2000).duration(1, ORDINARY).mean_seconds == pytest.approx(mean, rel=0.1)


def test_few_cases_move_the_expectation_only_part_of_the_way():
    after_two = learnt(960, 2, variation=0.05).duration(1, ORDINARY)
    assert 480 < exp(after_two.log_mean + after_two.log_spread**2 / 2) < 900


def test_cases_that_nobody_finished_teach_little():
    honest = learnt(480, 1500).duration(1, ORDINARY).mean_seconds
    forgetful = learnt(480, 1500, forgotten=0.02).duration(1, ORDINARY).mean_seconds
    naive = 480 + 0.02 * 5400
    assert abs(forgetful - honest) < 0.5 * (naive - 480)


def test_the_variation_of_cases_is_learnt_too():
    assert learnt(480, 1500, variation=0.3).duration(1, ORDINARY).variation == pytest.approx(0.3, abs=0.05)


def test_the_elderly_take_their_own_time():
    source, found = random.Random(2), ServiceTimes({1: Prior(480)})
    for number in range(3000):
        one = ELDERLY if number % 4 == 0 else ORDINARY
        found.observe(Case(1, one, None, DAY, draw(source, 480 * (1.4 if one is ELDERLY else 1), 0.5)))
    ratio = found.duration(1, ELDERLY).mean_seconds / found.duration(1, ORDINARY).mean_seconds
    assert ratio == pytest.approx(1.4, rel=0.1)


def test_a_slow_and_a_quick_clerk_are_told_apart():
    source, found = random.Random(3), ServiceTimes({1: Prior(480)})
    paces = {10: 0.8, 11: 1.0, 12: 1.25}
    for number in range(1500):
        clerk = 10 + number % 3
        found.observe(Case(1, ORDINARY, clerk, DAY, draw(source, 480 * paces[clerk], 0.6)))
    assert found.speed(10) < 0.9 < found.speed(11) < 1.1 < found.speed(12)


def test_a_clerk_nobody_has_seen_works_like_everybody():
    assert learnt(480, 100).speed(999) == 1.0


def test_a_slow_day_is_known_while_it_lasts_and_forgotten_the_next():
    source, found = random.Random(4), ServiceTimes({1: Prior(480)})
    for number in range(1000):
        found.observe(Case(1, ORDINARY, None, DAY + timedelta(number // 100), draw(source, 480, 0.4)))
    slow = DAY + timedelta(10)
    for _ in range(100):
        found.observe(Case(1, ORDINARY, None, slow, draw(source, 480 * 1.4, 0.4)))
    today = found.duration(1, ORDINARY, slow).mean_seconds
    tomorrow = found.duration(1, ORDINARY, slow + timedelta(1)).mean_seconds
    assert today > 1.2 * 480
    assert tomorrow < 0.92 * today


@given(st.lists(st.floats(), max_size=60))
def test_whatever_is_reported_the_expectation_stays_a_sensible_time(seconds: list[float]):
    found = ServiceTimes({1: Prior(480)})
    for one in seconds:
        found.observe(Case(1, ORDINARY, 1, DAY, one))
        found.observe(Case(2, ORDINARY, 1, DAY, one))
    expected = found.duration(1, ORDINARY)
    assert 1 < expected.mean_seconds < 1e12
    assert expected.log_spread > 0
