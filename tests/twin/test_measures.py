"""The figures of a day, held against days small enough to reckon by hand."""

from dataclasses import replace

import pytest

from hall.rules.tickets import VisitorClass
from hall.twin.engine import run
from hall.twin.measures import EVERYBODY, figure, measure, percentile, summarise
from hall.twin.model import Habits
from hall.twin.policies import ELDERLY_FIRST, FIFO, claiming
from tests.twin.small_halls import hall, visitor, window

ORDINARY, ELDERLY = VisitorClass.ORDINARY, VisitorClass.ELDERLY


def test_waits_and_broken_promises_are_counted_per_business_and_class():
    people = [visitor(number, 0, service=6) for number in range(1, 5)]
    people.append(visitor(5, 1, business=2, kind="elderly"))
    found = measure(run(hall(window(1, [1]), window(2, [2])), people))
    # Waits of 0, 6, 12 and 18 minutes against a promise of 15; one elderly visitor who waits for nothing.
    ordinary = found.waits[1, ORDINARY]
    assert (ordinary.called, ordinary.mean, ordinary.p50, ordinary.longest) == (4, 540, 540, 1080)
    assert ordinary.p90 == pytest.approx(972)
    assert ordinary.over_promise == 0.25
    assert found.waits[2, None] == found.waits[None, ELDERLY]
    assert found.waits[EVERYBODY].mean == 432
    assert found.target_rate == 0.8


def test_who_left_after_the_promise_was_broken_counts_against_it():
    people = [
        visitor(1, 0, service=60),
        visitor(2, 0, patience_seconds=1000),
        visitor(3, 0, patience_seconds=60),
    ]
    found = measure(run(hall(window(1, [1])), people))
    assert found.outcomes["abandoned"] == 2
    everybody = found.waits[EVERYBODY]
    assert (everybody.asked, everybody.called, everybody.mean) == (3, 1, 0)
    assert everybody.over_promise == pytest.approx(1 / 3)


def test_the_elderly_called_before_ordinary_visitors_are_counted_for_each_of_them():
    people = [visitor(1, 0, service=10), visitor(2, 1), visitor(3, 2), visitor(4, 3, kind="elderly")]
    one = hall(window(1, [1]))
    found = measure(run(one, people, ELDERLY_FIRST)).overtakes
    assert (found.elderly, found.elderly_per_ordinary, found.same_class) == (2, 2 / 3, 0)
    assert measure(run(one, people, FIFO)).overtakes.elderly == 0


def test_an_ordinary_visitor_passed_over_after_the_guarantee_is_a_breach():
    people = [visitor(1, 0, service=50), visitor(2, 1), visitor(3, 49, kind="elderly")]
    one = hall(window(1, [1]))
    assert measure(run(one, people, ELDERLY_FIRST)).overtakes.guarantee_breaches == 1
    assert measure(run(one, people)).overtakes.guarantee_breaches == 0
    elderly_window = hall(window(1, [1], kind="elderly"))
    at_once = measure(run(elderly_window, people)).overtakes
    assert (at_once.guarantee_breaches, at_once.passed_at_elderly_windows) == (0, 1)
    found = measure(run(claiming(0.4, "ordinary", 0.5)(elderly_window, people), people)).overtakes
    assert (found.guarantee_breaches, found.passed_at_elderly_windows) == (0, 0)


def test_utilisation_is_busy_over_staffed_time_and_its_spread_between_windows():
    one = hall(window(1, [1]), window(2, [2]), habits=Habits(0, 0))
    found = measure(run(one, [visitor(1, 0, service=240)]))
    assert (found.utilisation, found.utilisation_spread) == (0.25, 0.25)


def test_a_day_on_which_nobody_came_has_no_waits():
    found = measure(run(hall(window(1, [1])), []))
    assert (found.visitors, found.target_rate, found.waits[EVERYBODY].mean) == (0, None, None)
    assert summarise([found]).waits[EVERYBODY]["mean"].mean is None
    nobody = measure(run(replace(hall(), businesses={}), []))
    assert (nobody.utilisation, nobody.utilisation_spread) == (None, None)


def test_several_days_are_put_together_with_their_error():
    days = [measure(run(hall(window(1, [1])), [visitor(1, 0, service=5), visitor(2, at)])) for at in (1, 3)]
    summary = summarise(days)
    assert summary.waits[EVERYBODY]["longest"].mean == 180
    assert summary.waits[EVERYBODY]["longest"].error == pytest.approx(60)
    assert summary.outcomes["served"] == 2


def test_a_figure_leaves_out_days_that_do_not_have_it():
    assert figure([None, 4.0]) == figure([4.0])
    assert figure([]).mean is None


def test_a_percentile_lies_between_its_neighbours():
    assert percentile([1.0, 2.0, 4.0], 0.5) == 2.0
    assert percentile([1.0, 2.0], 0.9) == pytest.approx(1.9)
    assert percentile([7.0], 0.95) == 7.0
