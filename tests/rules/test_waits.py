"""The wait range: always sane, never shorter because more people wait."""

from hypothesis import given
from hypothesis import strategies as st

from hall.rules.waits import WaitRange, by_head_of_line, by_last_called, by_people_ahead, told, wait_range

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
    said = told(low, high)
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
