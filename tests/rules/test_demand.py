"""Who will come: past days give the shape, today gives the level."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from hall.rules.demand import Demand
from hall.rules.tickets import VisitorClass

DAY = date(2026, 3, 2)
ORDINARY, ELDERLY = VisitorClass.ORDINARY, VisitorClass.ELDERLY
NINE, TEN, NOON = 9 * 3600, 10 * 3600, 12 * 3600


def day_of(demand: Demand, day: date, an_hour: int, elderly_every: int = 4, business: int = 1) -> None:
    """So many an hour from nine to ten, a third of that until noon."""
    number = 0
    for begins, many in ((NINE, an_hour), (TEN, an_hour // 3), (TEN + 3600, an_hour // 3)):
        for turn in range(many):
            number += 1
            kind = ELDERLY if number % elderly_every == 0 else ORDINARY
            demand.observe(day, begins + turn * 3600 / many, business, kind)


def expected(demand: Demand, day: date, begins: float, ends: float) -> float:
    return sum(
        sum(one.rates.values()) * (one.until_seconds - one.from_seconds)
        for one in demand.flows(day, begins, ends)
    )


def test_a_day_is_expected_to_have_the_shape_of_the_days_before():
    demand = Demand()
    for number in range(4):
        day_of(demand, DAY + timedelta(number), 60)
    today = DAY + timedelta(4)
    assert expected(demand, today, NINE, TEN) > 2 * expected(demand, today, TEN, TEN + 3600)


def test_a_day_that_begins_twice_as_busy_is_expected_to_go_on_so():
    usual, busy = Demand(), Demand()
    for demand, today in ((usual, 60), (busy, 120)):
        for number in range(4):
            day_of(demand, DAY + timedelta(number), 60)
        for turn in range(today):
            demand.observe(DAY + timedelta(4), NINE + turn * 3600 / today, 1, ORDINARY)
    ratio = expected(busy, DAY + timedelta(4), TEN, NOON) / expected(usual, DAY + timedelta(4), TEN, NOON)
    assert 1.6 < ratio < 2.3


def test_on_the_first_day_the_last_hour_goes_on():
    demand = Demand()
    for turn in range(60):
        demand.observe(DAY, NINE + 60 * turn, 1, ORDINARY)
    assert expected(demand, DAY, TEN, TEN + 3600) == pytest.approx(60, rel=0.1)


def test_nobody_is_expected_where_nobody_ever_came():
    assert expected(Demand(), DAY, NINE, NOON) == 0


def test_the_mixture_of_classes_is_learnt():
    demand = Demand()
    day_of(demand, DAY, 60)
    rates = demand.flows(DAY + timedelta(1), NINE, TEN)[0].rates
    assert rates[1, ELDERLY] / sum(rates.values()) == pytest.approx(0.25, abs=0.05)


def test_flows_follow_one_another_without_a_gap():
    demand = Demand()
    day_of(demand, DAY, 60)
    flows = demand.flows(DAY + timedelta(1), NINE + 100, NOON + 7)
    assert (flows[0].from_seconds, flows[-1].until_seconds) == (NINE + 100, NOON + 7)
    assert all(one.until_seconds == after.from_seconds for one, after in pairwise(flows))


def test_in_the_evening_a_look_beyond_midnight_comes_to_an_end():
    demand = Demand()
    for number in range(2):
        day_of(demand, DAY + timedelta(number), 60)
    midnight = 24 * 3600
    flows = demand.flows(DAY + timedelta(2), midnight - 2000, midnight + 7200)
    assert (flows[0].from_seconds, flows[-1].until_seconds) == (midnight - 2000, midnight + 7200)
    assert all(one.until_seconds == after.from_seconds for one, after in pairwise(flows))
