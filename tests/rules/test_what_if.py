"""What of a plan cannot be, whatever the hall looks like."""

from math import inf

import pytest

from hall.rules.errors import PlanAfterClosing, PlanEndsBeforeStart, PlanInPast, PlanOverlaps, Refusal
from hall.rules.what_if import Change, Do, check_times, clock

TEN, FIVE = 10 * 3600.0, 17 * 3600.0
NUMBERS = {1: 11, 2: 12}


def at(since: float, until: float = inf, window: int = 1) -> Change:
    """Minutes after ten."""
    return Change(Do.PAUSE, TEN + 60 * since, TEN + 60 * until, window)


@pytest.mark.parametrize(
    ("changes", "refused", "params"),
    [
        ([at(0, 30), at(30, 60)], None, {}),
        ([at(0), at(0, window=2)], None, {}),
        ([at(-1, 30)], PlanInPast, {"change": 1, "time": "09:59", "now": "10:00"}),
        ([at(0), at(20, -5, 2)], PlanInPast, {"change": 2, "time": "09:55", "now": "10:00"}),
        ([at(30, 20)], PlanEndsBeforeStart, {"change": 1, "since": "10:30", "until": "10:20"}),
        ([at(30, 30)], PlanEndsBeforeStart, {"change": 1, "since": "10:30", "until": "10:30"}),
        ([at(420)], PlanAfterClosing, {"change": 1, "time": "17:00", "closes": "17:00"}),
        ([at(0), at(5, window=2), at(5)], PlanOverlaps, {"change": 3, "other": 1, "window": 11}),
        ([at(0, 31), at(30, 60)], PlanOverlaps, {"change": 2, "other": 1, "window": 11}),
    ],
)
def test_times_are_checked(changes: list[Change], refused: type[Refusal] | None, params: dict[str, object]):
    if refused is None:
        check_times(changes, TEN, FIVE, NUMBERS)
        return
    with pytest.raises(refused) as told:
        check_times(changes, TEN, FIVE, NUMBERS)
    assert told.value.params == params


def test_more_visitors_at_the_same_time_are_no_overlap():
    crowd = Change(Do.VISITORS, TEN, businesses=frozenset({1}), people=5)
    check_times([crowd, crowd], TEN, FIVE, NUMBERS)


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.0, "00:00"), (36_059.9, "10:00"), (86_400.0, "24:00"), (inf, "24:00")]
)
def test_the_clock_on_the_wall(seconds: float, said: str):
    assert clock(seconds) == said
