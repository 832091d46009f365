"""The promise-share rule: its order, its guarantee, and that a few heads decide like the whole hall would."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall.rules.dispatcher import (
    Asker,
    Guarantee,
    Head,
    Preference,
    ReadyWindow,
    Rule,
    choice_of,
    choose,
    choose_window,
    decide,
)
from hall.rules.tickets import VisitorClass

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
ORDINARY, ELDERLY = VisitorClass.ORDINARY, VisitorClass.ELDERLY
PRIORITY, APPOINTMENT = VisitorClass.PRIORITY, VisitorClass.APPOINTMENT
MINUTES = {ORDINARY: 15, ELDERLY: 5, PRIORITY: 5, APPOINTMENT: 15}
PROMISES = {(business, kind): 60.0 * MINUTES[kind] for business in range(1, 6) for kind in VisitorClass}
USUAL = Guarantee()


def head(
    step: int,
    waited_minutes: float,
    kind: VisitorClass = ORDINARY,
    business: int = 1,
    *,
    pinned: bool = False,
    rank: int = 0,
) -> Head:
    queued_at = NOW - timedelta(minutes=waited_minutes)
    return Head(step, step, f"A{step:03d}", business, kind, queued_at, rank, pinned)


def chosen(*heads: Head, asker: Asker = Asker(), promises: dict | None = None) -> int:
    choice = choose(heads, asker, promises or PROMISES, USUAL, NOW)
    assert choice is not None
    return choice.head.step_id


def test_nobody_waiting_is_nobody_called():
    assert choose([], Asker(), PROMISES, USUAL, NOW) is None


def test_the_largest_share_of_the_promise_goes_first():
    # 9 of 15 minutes is 0.6; 3.5 of 5 minutes is 0.7
    assert chosen(head(1, 9), head(2, 3.5, ELDERLY)) == 2
    assert chosen(head(1, 12), head(2, 3.5, ELDERLY)) == 1


def test_a_business_with_a_shorter_promise_goes_before_an_equal_wait():
    promises = {**PROMISES, (2, ORDINARY): 300.0}
    assert chosen(head(1, 4.5), head(2, 3, business=2), promises=promises) == 2


def test_the_guarantee_goes_before_any_share():
    # 44 of 15 minutes is a share of 2.9, but 4 of 5 minutes reaches the elderly's guarantee
    assert chosen(head(1, 44), head(2, 4, ELDERLY)) == 2
    assert chosen(head(1, 46), head(2, 4, ELDERLY)) == 1


@pytest.mark.parametrize(
    ("kind", "waited", "expected"),
    [
        (ELDERLY, 3.99, 1),
        (ELDERLY, 4, 0),
        (PRIORITY, 3.99, 1),
        (PRIORITY, 4, 0),
        (ORDINARY, 44.99, 1),
        (ORDINARY, 45, 0),
        (APPOINTMENT, 44.99, 1),
        (APPOINTMENT, 45, 0),
    ],
)
def test_when_the_guarantee_begins(kind: VisitorClass, waited: float, expected: int):
    assert choice_of(head(1, waited, kind), Rule.CHOSEN, PROMISES, USUAL, NOW).tier == expected


def test_an_elderly_window_takes_the_elderly_first_and_others_when_there_are_none():
    window = Asker(elderly_window=True)
    assert chosen(head(1, 80), head(2, 0.1, ELDERLY), asker=window) == 2
    assert chosen(head(1, 80), head(2, 7, PRIORITY), asker=window) == 1
    assert chosen(head(1, 80), asker=window) == 1


def test_a_special_window_takes_its_own_business_when_shares_tie():
    window = Asker(own_businesses=frozenset({2}))
    assert chosen(head(1, 6), head(2, 6, business=2), asker=window) == 2
    assert chosen(head(1, 6.01), head(2, 6, business=2), asker=window) == 1


def test_a_window_without_a_business_of_its_own_takes_the_first_of_a_tie():
    assert chosen(head(2, 6, business=2), head(1, 6)) == 1


def test_a_pinned_visitor_comes_before_everybody():
    window = Asker(elderly_window=True)
    assert chosen(head(1, 80), head(2, 30, ELDERLY), head(3, 0, pinned=True), asker=window) == 3


def test_rank_stands_right_behind_an_equal_place():
    assert chosen(head(2, 6), head(1, 6, rank=1)) == 2


def test_an_appointment_that_came_early_has_not_begun_to_wait():
    early = choice_of(head(1, -10, APPOINTMENT), Rule.CHOSEN, PROMISES, USUAL, NOW)
    assert (early.waited_seconds, early.ratio) == (0, 0)
    assert chosen(head(1, -10, APPOINTMENT), head(2, 0.1)) == 2


def test_a_preference_decides_only_between_close_shares():
    # 6 of 15 minutes is 0.4; 4.6 minutes are 0.31; 4.4 minutes are more than a tenth behind
    window = Asker(preference=Preference(businesses=frozenset({2}), share=0.1))
    assert chosen(head(1, 6), head(2, 4.6, business=2), asker=window) == 2
    assert chosen(head(1, 6), head(2, 4.4, business=2), asker=window) == 1
    assert chosen(head(1, 6), head(2, 4.6, business=2)) == 1


def test_a_preference_may_be_for_a_class_of_visitors():
    window = Asker(preference=Preference(classes=frozenset({APPOINTMENT}), share=0.2))
    assert chosen(head(1, 6), head(2, 3.5, APPOINTMENT), asker=window) == 2
    assert chosen(head(1, 6), head(2, 2.5, APPOINTMENT), asker=window) == 1


def test_among_the_preferred_the_largest_share_goes_first():
    window = Asker(preference=Preference(businesses=frozenset({2, 3}), share=0.5))
    assert chosen(head(1, 9), head(2, 4, business=2), head(3, 5, business=3), asker=window) == 3


def test_nobody_whom_the_guarantee_has_reached_waits_for_a_preference():
    window = Asker(preference=Preference(businesses=frozenset({2}), share=1))
    assert chosen(head(1, 46), head(2, 45.5, business=2), asker=window) == 1
    assert chosen(head(1, 4, ELDERLY), head(2, 14, business=2), asker=window) == 1
    assert chosen(head(1, 0, pinned=True), head(2, 0, business=2), asker=window) == 1


def test_a_preference_says_whom_it_passed_over():
    window = Asker(preference=Preference(businesses=frozenset({2}), share=0.1))
    choice = choose([head(1, 6), head(2, 5, business=2)], window, PROMISES, USUAL, NOW)
    assert choice is not None
    assert (choice.rule, [one.label for one in choice.overtook]) == (Rule.PREFERENCE, ["A001"])
    assert choice.overtook[0].ratio > choice.ratio


def rule_at(window: Asker, *heads: Head, guarantee: Guarantee = USUAL) -> tuple[int, Rule]:
    choice = choose(heads, window, PROMISES, guarantee, NOW)
    assert choice is not None
    return choice.head.step_id, choice.rule


@pytest.mark.parametrize("kind", [ELDERLY, PRIORITY])
def test_a_special_window_may_call_the_elderly_first_sooner_than_the_guarantee(kind: VisitorClass):
    special = Asker(own_businesses=frozenset({2}), soon_share=0.4)
    assert rule_at(special, head(1, 14), head(2, 1.9, kind)) == (1, Rule.PROMISE_SHARE)
    assert rule_at(special, head(1, 14), head(2, 2, kind)) == (2, Rule.GUARANTEE)
    sooner = Guarantee(elderly_share=0.2)
    assert rule_at(special, head(1, 14), head(2, 1, kind), guarantee=sooner) == (2, Rule.GUARANTEE)


@pytest.mark.parametrize("kind", [ELDERLY, PRIORITY])
def test_a_window_without_work_of_its_own_may_measure_the_elderly_as_others_until_the_guarantee(
    kind: VisitorClass,
):
    window = Asker(soon_as_ordinary=True)
    assert rule_at(window, head(1, 4), head(2, 3.9, kind)) == (1, Rule.PROMISE_SHARE)
    assert rule_at(window, head(1, 14), head(2, 4, kind)) == (2, Rule.GUARANTEE)
    choice = choose([head(2, 3, kind)], window, PROMISES, USUAL, NOW)
    assert choice is not None
    assert choice.ratio == pytest.approx(3 / 15)


def test_nobody_who_is_promised_less_is_measured_by_less_than_their_promise():
    window, promises = Asker(soon_as_ordinary=True), {**PROMISES, (1, ORDINARY): 60.0}
    assert window.measures_by(1, ELDERLY, promises) == PROMISES[1, ELDERLY]
    assert window.measures_by(1, ORDINARY, promises) == 60.0


def test_an_elderly_window_may_call_its_own_first_from_a_share_of_their_promise_on():
    window = Asker(elderly_window=True, first_from=0.4, soon_as_ordinary=True)
    assert rule_at(window, head(1, 6), head(2, 1.9, ELDERLY)) == (1, Rule.PROMISE_SHARE)
    assert rule_at(window, head(1, 5), head(2, 1.9, ELDERLY)) == (2, Rule.PROMISE_SHARE)
    assert rule_at(window, head(1, 44), head(2, 2, ELDERLY)) == (2, Rule.ELDERLY_WINDOW)
    assert rule_at(window, head(1, 44), head(2, 2, PRIORITY)) == (1, Rule.PROMISE_SHARE)
    assert rule_at(window, head(1, 45), head(2, 3, ELDERLY)) == (1, Rule.GUARANTEE), "45 minutes are enough"


def test_an_elderly_window_may_be_kept_for_its_own_visitors():
    window = Asker(elderly_window=True, first_only=True)
    assert chosen(head(1, 80), head(2, 0.1, ELDERLY), asker=window) == 2
    assert choose([head(1, 80)], window, PROMISES, USUAL, NOW) is None
    assert chosen(head(1, 0, pinned=True), asker=window) == 1, "who was sent there is called there"


def test_an_elderly_window_may_put_other_classes_first_too():
    window = Asker(elderly_window=True, first_classes=frozenset({ELDERLY, PRIORITY}))
    assert chosen(head(1, 40), head(2, 1, PRIORITY), head(3, 0.5, ELDERLY), asker=window) == 2
    choice = choose([head(1, 40), head(2, 1, PRIORITY)], window, PROMISES, USUAL, NOW)
    assert choice is not None
    assert choice.rule is Rule.ELDERLY_WINDOW


def test_a_business_may_have_a_guarantee_of_its_own():
    usual = Guarantee(by_business={2: Guarantee(0.5, 20 * 60)})
    assert choose([head(1, 40), head(2, 20, business=2)], Asker(), PROMISES, usual, NOW).head.step_id == 2
    tiers = [choice_of(head(1, 3, ELDERLY, one), Rule.CHOSEN, PROMISES, usual, NOW).tier for one in (2, 1)]
    assert tiers == [0, 1]


def test_a_call_says_whom_it_overtook_longest_first():
    choice = choose(
        [head(4, 5, ELDERLY), head(1, 10), head(2, 12, business=2), head(3, 1, business=3)],
        Asker(),
        PROMISES,
        USUAL,
        NOW,
    )
    assert choice is not None
    assert choice.head.step_id == 4
    assert (choice.rule, choice.tier, choice.ratio, choice.waited_seconds) == (Rule.GUARANTEE, 0, 1.0, 300.0)
    assert [(one.label, one.waited_seconds) for one in choice.overtook] == [("A002", 720), ("A001", 600)]
    assert choice.overtook[0].ratio == pytest.approx(0.8)
    assert choice.overtook[1].visitor_class is ORDINARY


@pytest.mark.parametrize(
    ("heads", "asker", "rule"),
    [
        ([head(1, 2)], Asker(), Rule.PROMISE_SHARE),
        ([head(1, 6), head(2, 5, business=2)], Asker(preference=Preference(frozenset({2}))), Rule.PREFERENCE),
        ([head(2, 6, business=2)], Asker(preference=Preference(frozenset({2}))), Rule.PROMISE_SHARE),
        ([head(1, 46)], Asker(), Rule.GUARANTEE),
        ([head(1, 2, ELDERLY)], Asker(elderly_window=True), Rule.ELDERLY_WINDOW),
        ([head(1, 2)], Asker(elderly_window=True), Rule.PROMISE_SHARE),
        ([head(1, 2, pinned=True)], Asker(), Rule.PINNED),
    ],
)
def test_every_call_names_the_rule_that_decided(heads: list[Head], asker: Asker, rule: Rule):
    choice = choose(heads, asker, PROMISES, USUAL, NOW)
    assert choice is not None
    assert choice.rule is rule


def test_a_person_who_chooses_overtakes_nobody_by_rule():
    choice = choice_of(head(1, 3, ELDERLY), Rule.CHOSEN, PROMISES, USUAL, NOW)
    assert (choice.rule, choice.overtook, choice.ratio) == (Rule.CHOSEN, (), 0.6)


a_head = st.builds(
    head,
    st.integers(1, 10_000),
    st.one_of(st.integers(-5, 90), st.floats(-5, 90)),
    st.sampled_from(VisitorClass),
    st.integers(1, 5),
    pinned=st.booleans(),
    rank=st.integers(0, 2),
)
some_heads = st.lists(a_head, min_size=1, max_size=40, unique_by=lambda one: one.step_id)
preferences = st.builds(
    Preference,
    st.frozensets(st.integers(1, 5)),
    st.frozensets(st.sampled_from(VisitorClass)),
    st.floats(0.01, 1),
)
askers = st.builds(
    Asker,
    st.booleans(),
    st.frozensets(st.integers(1, 5)),
    st.none() | preferences,
    st.frozensets(st.sampled_from(VisitorClass), min_size=1),
)


@given(some_heads, askers, st.randoms(use_true_random=False))
def test_the_choice_does_not_depend_on_the_order_of_asking(heads: list[Head], asker: Asker, random: Random):
    shuffled = list(heads)
    random.shuffle(shuffled)
    assert choose(heads, asker, PROMISES, USUAL, NOW) == choose(shuffled, asker, PROMISES, USUAL, NOW)


def test_the_choice_is_the_same_in_every_order_of_a_tie():
    heads = [head(step, 6, business=step) for step in range(1, 5)]
    assert {chosen(*order) for order in permutations(heads)} == {1}


@given(some_heads, askers)
def test_the_first_of_each_line_decides_like_everybody_would(waiting: list[Head], asker: Asker):
    lines: dict[tuple[int, VisitorClass], Head] = {}
    for one in sorted(waiting, key=lambda it: (it.queued_at, it.rank, it.step_id)):
        if not one.pinned:
            lines.setdefault((one.business_id, one.visitor_class), one)
    pinned = [one for one in waiting if one.pinned]
    by_heads = choose([*lines.values(), *pinned], asker, PROMISES, USUAL, NOW)
    by_all = choose(waiting, asker, PROMISES, USUAL, NOW)
    assert by_heads is not None
    assert by_all is not None
    assert by_heads.head == by_all.head
    assert (by_heads.rule, by_heads.tier, by_heads.ratio) == (by_all.rule, by_all.tier, by_all.ratio)


@given(some_heads, askers)
def test_nobody_is_called_before_an_earlier_one_of_the_same_line(waiting: list[Head], asker: Asker):
    choice = choose(waiting, asker, PROMISES, USUAL, NOW)
    assert choice is not None
    place = (choice.head.queued_at, choice.head.rank, choice.head.step_id)
    for one in waiting:
        same = (one.business_id, one.visitor_class, one.pinned) == (
            choice.head.business_id,
            choice.head.visitor_class,
            choice.head.pinned,
        )
        if same and one.step_id != choice.head.step_id and one.queued_at < NOW:
            assert place < (one.queued_at, one.rank, one.step_id)


@given(some_heads, askers)
def test_who_need_not_be_told_whom_a_call_overtook_gets_the_same_choice(waiting: list[Head], asker: Asker):
    choice = choose(waiting, asker, PROMISES, USUAL, NOW)
    assert choice is not None
    assert decide(waiting, asker, PROMISES, USUAL, NOW) == choice._replace(overtook=())


def ready(window: int, idle_minutes: float, businesses: int, elderly: bool = False) -> ReadyWindow:
    return ReadyWindow(window, NOW - timedelta(minutes=idle_minutes), businesses, elderly)


@pytest.mark.parametrize(
    ("kind", "windows", "expected"),
    [
        (ORDINARY, [ready(1, 9, 40), ready(2, 1, 3)], 2),  # the least flexible
        (ORDINARY, [ready(1, 1, 3), ready(2, 9, 3)], 2),  # then the longest idle
        (ORDINARY, [ready(2, 9, 3), ready(1, 9, 3)], 1),
        (ORDINARY, [ready(1, 9, 1, elderly=True), ready(2, 1, 40)], 2),  # an elderly window last
        (PRIORITY, [ready(1, 9, 1, elderly=True), ready(2, 1, 40)], 2),
        (ORDINARY, [ready(1, 9, 1, elderly=True)], 1),
        (ELDERLY, [ready(1, 9, 1), ready(2, 1, 40, elderly=True)], 2),  # for the elderly first
        (ELDERLY, [ready(1, 9, 5), ready(2, 1, 2)], 2),
    ],
)
def test_which_ready_window_takes_an_arrival(kind: VisitorClass, windows: list[ReadyWindow], expected: int):
    for order in permutations(windows):
        found = choose_window(kind, order)
        assert found is not None
        assert found.window_id == expected


def test_an_elderly_window_takes_every_class_it_is_set_up_for():
    both = frozenset({ELDERLY, PRIORITY})
    windows = [ready(1, 9, 1), ReadyWindow(2, NOW, 40, True, both)]
    assert choose_window(PRIORITY, windows).window_id == 2
    assert choose_window(ORDINARY, windows).window_id == 1


def test_without_a_ready_window_nobody_is_called():
    assert choose_window(ORDINARY, []) is None
