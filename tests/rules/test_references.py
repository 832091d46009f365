"""The time a wait is measured by: promises, weighed by the length of the matter."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall.rules.references import BY_LENGTH, Matter, reference_times
from hall.rules.tickets import VisitorClass

ORDINARY, ELDERLY = VisitorClass.ORDINARY, VisitorClass.ELDERLY
APPOINTMENT, PRIORITY = VisitorClass.APPOINTMENT, VisitorClass.PRIORITY
PROMISES = {ORDINARY: 900.0, ELDERLY: 300.0, PRIORITY: 300.0, APPOINTMENT: 900.0}


def matter(
    number: int, minutes: float, own: frozenset[VisitorClass] = frozenset(), **promises: float
) -> Matter:
    return Matter(
        number, PROMISES | {VisitorClass(kind): one for kind, one in promises.items()}, own, 60 * minutes
    )


def test_a_quick_matter_has_a_shorter_time_and_a_long_one_a_longer_by_the_root_of_its_length():
    times = reference_times([matter(1, 4), matter(2, 16), matter(3, 10)], 0.5)
    ordinary = [times[number, ORDINARY] / 60 for number in (1, 2, 3)]
    assert ordinary == [round(15 * (4 / 10) ** 0.5), round(15 * (16 / 10) ** 0.5), 15]
    assert [times[number, APPOINTMENT] for number in (1, 2, 3)] == [one * 60 for one in ordinary]


def test_the_elderly_and_the_green_channel_keep_their_promise():
    times = reference_times([matter(1, 3), matter(2, 30)], 1.0)
    assert {times[number, kind] for number in (1, 2) for kind in (ELDERLY, PRIORITY)} == {300.0}


def test_a_promise_that_a_business_gives_itself_is_kept_to_the_second():
    own = matter(1, 3, frozenset({ORDINARY}), ordinary=1200.0)
    times = reference_times([own, matter(2, 9)], 0.5)
    assert times[1, ORDINARY] == 1200.0
    assert times[1, APPOINTMENT] == 60 * round(15 * (3 / 6) ** 0.5)


def test_without_a_weight_promises_alone_count():
    times = reference_times([matter(1, 3), matter(2, 30)], 0)
    assert times == {(number, kind): PROMISES[kind] for number in (1, 2) for kind in PROMISES}


def test_a_hall_without_a_business_has_no_times():
    assert reference_times([], 0.5) == {}


@pytest.mark.parametrize("minutes", [0.001, 480])
def test_no_time_is_less_than_a_minute(minutes: float):
    times = reference_times([matter(1, minutes, ordinary=60.0), matter(2, 480)], 1.0)
    assert times[1, ORDINARY] >= 60


@given(st.lists(st.floats(0.5, 480), min_size=1, max_size=40), st.floats(0, 1))
def test_a_longer_matter_never_has_a_shorter_time_and_every_time_is_whole_minutes(
    lengths: list[float], weight: float
):
    lengths.sort()
    times = reference_times([matter(number, one) for number, one in enumerate(lengths)], weight)
    for kind in BY_LENGTH:
        in_order = [times[number, kind] for number in range(len(lengths))]
        assert all(one <= other for one, other in pairwise(in_order))
        assert all(one % 60 == 0 and one >= 60 for one in in_order)
