"""The wait range: always sane, never shorter because more people wait; and what of it is said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall.rules.waits import (
    Said,
    WaitRange,
    by_head_of_line,
    by_last_called,
    by_people_ahead,
    in_minutes,
    say,
    say_of_all,
    wait_range,
)

ahead = st.integers(0, 2000)
desks = st.integers(1, 300)
service = st.floats(1, 8 * 3600)
recent = st.lists(st.floats(0, 8 * 3600), max_size=12)


@given(ahead, desks, service, recent, st.lists(st.integers(0, 500), max_size=12))
def test_a_range_is_whole_minutes_from_low_to_high(
    people: int, windows: int, seconds: float, waits: list[float], were_ahead: list[int]
):
    found = wait_range(people, windows, seconds, waits, were_ahead)
    assert found is not None
    assert isinstance(found.low_minutes, int)
    assert isinstance(found.high_minutes, int)
    assert 0 <= found.low_minutes < found.high_minutes


@given(ahead, st.integers(-3, 0), service, recent)
def test_nobody_can_say_while_no_window_is_open(
    people: int, windows: int, seconds: float, waits: list[float]
):
    assert wait_range(people, windows, seconds, waits) is None


@given(ahead, desks, service, recent, st.lists(st.integers(0, 500), max_size=12), st.integers(1, 50))
def test_more_people_ahead_never_promise_a_shorter_wait(
    people: int, windows: int, seconds: float, waits: list[float], were_ahead: list[int], more: int
):
    were_ahead = (were_ahead + [0] * len(waits))[: len(waits)]
    few = wait_range(people, windows, seconds, waits, were_ahead)
    many = wait_range(people + more, windows, seconds, waits, were_ahead)
    assert few is not None
    assert many is not None
    assert many.high_minutes >= few.high_minutes
    # Above twenty minutes the range is told in steps of five, so the low end may be rounded down by one step.
    assert many.low_minutes >= few.low_minutes - 4


@given(ahead, st.integers(1, 150), service, recent)
def test_more_windows_never_promise_a_longer_wait(
    people: int, windows: int, seconds: float, waits: list[float]
):
    few = wait_range(people, windows, seconds, waits)
    many = wait_range(people, windows * 2, seconds, waits)
    assert few is not None
    assert many is not None
    assert many.high_minutes <= few.high_minutes


def test_first_in_line_with_nothing_known_waits_at_most_one_service():
    assert wait_range(0, 1, 8 * 60, []) == WaitRange(0, 8)


def test_what_the_last_visitors_waited_is_what_is_said():
    found = wait_range(4, 2, 8 * 60, [15 * 60.0] * 8, [4] * 8)
    assert found is not None
    assert found.low_minutes <= 15 <= found.high_minutes <= 20


def test_an_old_long_line_does_not_frighten_a_short_one():
    found = wait_range(1, 2, 8 * 60, [60 * 60.0] * 8, [20] * 8)
    assert found is not None
    assert found.high_minutes < 60


@given(st.floats(0, 6 * 3600), st.floats(0, 6 * 3600))
def test_what_is_told_is_whole_minutes_with_some_width(one: float, other: float):
    low, high = sorted((one, other))
    said = in_minutes(low, high)
    assert 0 <= said.low_minutes < said.high_minutes
    step = 5 if high > 20 * 60 else 1
    assert abs(said.low_minutes * 60 - low) <= 30 * step
    assert said.high_minutes * 60 - high <= 60 * step + 30 * step


def test_the_classical_predictors_say_what_their_names_say():
    assert by_people_ahead(6, 3, 480) == 960
    assert by_last_called(700.0) == 700
    assert by_last_called(None) == 0
    assert by_head_of_line(300.0) == 300
    assert by_head_of_line(None) == 0
    assert by_people_ahead(2, 0, 480) == 960


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (12, 20, Said(12, 20)),
        (0, 30, Said(0, 30)),
        (45, 90, Said(45, 90)),
        (20, 60, Said(20, 60)),
        (0, 35, Said(None, 35)),
        (15, 60, Said(None, 60)),
        (15, 240, Said(15, None)),
        (10, 65, Said(10, None)),
        (5, 65, None),
    ],
)
def test_of_a_range_too_wide_to_help_only_the_end_that_helps_is_said(low: int, high: int, said: Said | None):
    assert say(WaitRange(low, high)) == said


def test_where_nobody_can_say_nothing_is_said():
    assert say(None) is None


@given(st.floats(0, 6 * 3600), st.floats(0, 6 * 3600))
def test_what_is_said_is_never_wider_than_three_times_or_half_an_hour(one: float, other: float):
    low, high = sorted((one, other))
    said = say(in_minutes(low, high))
    if said is None:
        return
    assert said.low_minutes is not None or said.high_minutes is not None
    if said.low_minutes is not None and said.high_minutes is not None:
        assert said.high_minutes - said.low_minutes <= 30 or said.high_minutes <= 3 * said.low_minutes
    elif said.high_minutes is not None:
        assert said.high_minutes <= 60
    else:
        assert said.low_minutes is not None
        assert said.low_minutes >= 10


@pytest.mark.parametrize(
    ("of_each", "together"),
    [
        ([], None),
        ([None], None),
        ([Said(4, 9), None], Said(4, 9)),
        ([Said(4, 9), Said(12, 20)], Said(4, 20)),
        ([Said(4, 9), Said(None, 40)], Said(None, 40)),
        ([Said(4, 9), Said(60, 90)], None),
        ([Said(12, 20), Said(90, None)], Said(12, None)),
        ([Said(4, 9), Said(90, None)], None),
    ],
)
def test_of_several_businesses_what_holds_for_all_is_said(of_each: list[Said | None], together: Said | None):
    assert say_of_all(of_each) == together
