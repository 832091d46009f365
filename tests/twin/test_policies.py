"""The policies that the hall's own rule is compared with."""

from statistics import fmean

import pytest

from hall.i18n import words_for
from hall.twin.engine import run
from hall.twin.measures import EVERYBODY, Measures, measure
from hall.twin.policies import (
    COMPONENT_POOLED,
    ELDERLY_FIRST,
    FIFO,
    OWN,
    POLICIES,
    POOLED,
    PROMISE_SHARE,
    SILO,
    Policy,
)
from hall.twin.study import study
from hall.twin.tried import EVERY
from tests.twin.small_halls import hall, order, visitor, window


def test_first_come_first_served_looks_at_nothing_else():
    people = [visitor(1, 0), visitor(2, 1), visitor(3, 2, kind="elderly"), visitor(4, 3, business=2)]
    assert order(run(hall(window(1, [1, 2])), people, FIFO)) == [1, 2, 3, 4]


def test_strict_priority_calls_the_elderly_before_anybody():
    people = [visitor(1, 0), visitor(2, 1), visitor(3, 2, kind="elderly"), visitor(4, 3, kind="priority")]
    assert order(run(hall(window(1, [1])), people, ELDERLY_FIRST)) == [1, 3, 4, 2]


def test_in_a_silo_every_window_keeps_to_its_own_work():
    one = hall(window(1, [1, 2], kind="special"), window(2, [1, 2, 3]), window(3, [1, 2, 3]))
    people = [visitor(1, 0), visitor(2, 0), visitor(3, 0, business=3, service=50), visitor(4, 0, business=3)]
    reshaped = SILO.reshape(one, people)
    assert reshaped.windows[1].serves == {1, 2}
    assert reshaped.windows[2].serves == {3}
    day = run(one, people, SILO)
    assert {call.visitor_id: call.window_id for call in day.calls} == {1: 1, 2: 1, 3: 2, 4: 3}


def test_in_a_silo_no_business_is_left_without_a_window():
    one = hall(window(1, [1, 2, 3, 4, 5]), window(2, [1, 2]))
    people = [visitor(1, 0), visitor(2, 0, business=5)]
    served = [business for window in SILO.reshape(one, people).windows.values() for business in window.serves]
    assert sorted(served) == [1, 2, 3, 4, 5]


def test_the_bounds_pool_what_hangs_together_and_everything():
    one = hall(window(1, [1, 2]), window(2, [2, 3], skills=frozenset({3})), window(3, [4, 3]))
    component = COMPONENT_POOLED.reshape(one, [])
    assert [window.calls for window in component.windows.values()] == [{1, 2}, {3, 4}, {3, 4}]
    assert all(window.calls == {1, 2, 3, 4} for window in POOLED.reshape(one, []).windows.values())


@pytest.fixture(scope="module")
def compared() -> dict[str, list[Measures]]:
    """Three days of a small study hall under every policy."""
    place = study("small", 1)
    days: dict[str, list[Measures]] = {}
    for seed in (1, 2, 3):
        people = place.visitors(seed)
        for policy in POLICIES.values():
            days.setdefault(policy.name, []).append(measure(run(place.hall, people, policy)))
    return days


def mean_wait(days: list[Measures]) -> float:
    return fmean(day.waits[EVERYBODY].mean or 0.0 for day in days)


def test_more_pooling_means_less_waiting(compared: dict[str, list[Measures]]):
    silo, fifo, component, pooled = (
        mean_wait(compared[policy.name]) for policy in (SILO, FIFO, COMPONENT_POOLED, POOLED)
    )
    assert silo > fifo > component > pooled


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
def test_nobody_is_overtaken_by_their_own_class_under_any_policy(
    policy: Policy, compared: dict[str, list[Measures]]
):
    assert [day.overtakes.same_class for day in compared[policy.name]] == [0, 0, 0]


def test_the_rule_keeps_its_guarantee_and_overtakes_less_than_strict_priority(
    compared: dict[str, list[Measures]],
):
    strict = compared[ELDERLY_FIRST.name]
    for policy in (OWN, PROMISE_SHARE):
        rule = compared[policy.name]
        assert [day.overtakes.guarantee_breaches for day in rule] == [0, 0, 0]
        assert sum(day.overtakes.elderly for day in rule) < sum(day.overtakes.elderly for day in strict)


def test_times_that_follow_the_length_make_the_mean_wait_shorter(compared: dict[str, list[Measures]]):
    assert mean_wait(compared[OWN.name]) < 0.97 * mean_wait(compared[PROMISE_SHARE.name])


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", EVERY)
def test_every_policy_has_a_name_that_people_read(name: str, language: str):
    assert not words_for(language)(f"twin.policy.{name}").startswith("twin.")
