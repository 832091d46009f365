"""Standards, their versions and their periods; ranges of days as people ask for them."""

from dataclasses import dataclass
from datetime import date
from typing import get_args

import pytest

from hall.config_standards import Judged
from hall.rules.errors import RangeInFuture, RangeReversed, RangeTooLong
from hall.rules.figures import INDICATORS, Figures, imbalance, indicators
from hall.rules.spans import Span, around, span_of
from hall.rules.standards import CASES, EVIDENCE, all_met, in_force, is_met

TODAY = date(2026, 11, 25)
"""A Wednesday."""


@dataclass(frozen=True)
class Row:
    id: str
    version: int = 1
    since: date | None = None


def test_a_past_day_is_judged_by_the_version_that_held_then():
    rows = [Row("a"), Row("b"), Row("a", 2, date(2026, 11, 10)), Row("a", 3, date(2027, 1, 1))]
    assert in_force(rows, date(2026, 11, 9)) == [Row("a"), Row("b")]
    assert in_force(rows, TODAY) == [Row("a", 2, date(2026, 11, 10)), Row("b")]


def test_a_standard_that_begins_later_is_not_judged_before():
    assert in_force([Row("a", 1, date(2026, 11, 10))], date(2026, 11, 9)) == []


@pytest.mark.parametrize(
    ("value", "at_least", "at_most", "met"),
    [
        (0.9, 0.9, None, True),
        (0.8999, 0.9, None, False),
        (0, None, 0, True),
        (1, None, 0, False),
        (None, 0.9, None, None),
    ],
)
def test_a_value_on_the_line_is_kept(value, at_least, at_most, met):
    assert is_met(value, at_least, at_most) is met


def test_one_red_makes_the_whole_red_and_nothing_to_judge_is_neither():
    assert all_met([True, None, True]) is True
    assert all_met([True, False, None]) is False
    assert all_met([None]) is all_met([]) is None


def test_every_indicator_without_evidence_tickets_is_about_windows():
    judged = set(get_args(Judged))
    assert judged <= set(INDICATORS)
    assert judged - EVIDENCE.keys() - CASES == {"window_open_rate", "load_imbalance"}


@pytest.mark.parametrize(
    ("period", "day", "first", "last"),
    [
        ("day", TODAY, TODAY, TODAY),
        ("week", TODAY, date(2026, 11, 23), TODAY),
        ("week", date(2026, 11, 15), date(2026, 11, 9), date(2026, 11, 15)),
        ("month", TODAY, date(2026, 11, 1), TODAY),
        ("month", date(2026, 2, 7), date(2026, 2, 1), date(2026, 2, 28)),
        ("month", date(2024, 2, 29), date(2024, 2, 1), date(2024, 2, 29)),
        ("month", date(2025, 12, 31), date(2025, 12, 1), date(2025, 12, 31)),
    ],
)
def test_a_period_holds_its_day_and_goes_no_further_than_today(period, day, first, last):
    assert around(day, period, TODAY) == Span(first, last)


def test_what_is_left_out_of_a_range_is_today():
    assert span_of(None, None, TODAY) == Span(TODAY, TODAY)
    assert span_of(date(2026, 11, 1), None, TODAY) == Span(date(2026, 11, 1), TODAY)
    assert span_of(None, date(2026, 11, 1), TODAY) == Span(date(2026, 11, 1), date(2026, 11, 1))


@pytest.mark.parametrize(
    ("first", "last", "refusal"),
    [
        (TODAY, date(2026, 11, 24), RangeReversed),
        (TODAY, date(2026, 11, 26), RangeInFuture),
        (date(2026, 11, 26), None, RangeInFuture),
        (date(2023, 1, 1), TODAY, RangeTooLong),
        (date.min, date.max, RangeInFuture),
    ],
)
def test_a_range_that_makes_no_sense_is_refused(first, last, refusal):
    with pytest.raises(refusal):
        span_of(first, last, TODAY)


def test_three_whole_years_are_not_too_long():
    assert len(span_of(date(2023, 11, 25), TODAY, TODAY).days) == 3 * 365 + 2


def test_an_empty_hall_has_no_rates_rather_than_wrong_ones():
    empty = indicators(Figures())
    assert (empty.taken, empty.called) == (0, 0)
    for name in INDICATORS:
        value = getattr(empty, name)
        assert value in (0, None), name
    assert imbalance([]) is None
    assert imbalance([0.5]) == 0.0
