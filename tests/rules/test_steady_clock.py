"""Whether the server's clock was moved, by a count of seconds that nobody can set."""

from datetime import UTC, datetime, timedelta

import pytest

from hall.rules.steady_clock import BELIEVED_AFTER, SteadyClock

NINE = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)


def looks(clock: SteadyClock, since: timedelta, moved: timedelta = timedelta(0)) -> timedelta | None:
    """What is noticed so long after nine, by a clock that was moved so far."""
    clock.look(NINE + since + moved, 5000 + since.total_seconds())
    return clock.moved_by


@pytest.mark.parametrize(
    "moved", [timedelta(hours=1), timedelta(hours=-1), timedelta(days=40), timedelta(minutes=1)]
)
def test_a_clock_that_was_moved_is_noticed_until_it_is_set_right(moved: timedelta):
    clock = SteadyClock()
    assert looks(clock, timedelta(0)) is None
    assert looks(clock, timedelta(seconds=5)) is None
    assert looks(clock, timedelta(seconds=10), moved) == moved
    assert looks(clock, timedelta(minutes=30), moved) == moved
    assert looks(clock, timedelta(minutes=40), timedelta(seconds=20)) is None


def test_a_clock_that_goes_steadily_for_an_hour_after_it_was_moved_is_believed():
    clock, moved = SteadyClock(), timedelta(hours=-8)
    looks(clock, timedelta(0))
    assert looks(clock, timedelta(seconds=5), moved) == moved
    assert looks(clock, BELIEVED_AFTER, moved) == moved
    assert looks(clock, BELIEVED_AFTER + timedelta(seconds=10), moved) is None
    assert looks(clock, timedelta(hours=3), moved) is None
    assert looks(clock, timedelta(hours=4)) == -moved, "and when it is moved back, that is noticed"


def test_a_clock_that_is_set_right_a_little_again_and_again_is_steady():
    clock = SteadyClock()
    for turn in range(200):
        assert looks(clock, timedelta(seconds=5 * turn), timedelta(seconds=turn)) is None
