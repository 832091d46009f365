"""Why one number went before another: whatever the dispatcher decided, the reason read back from the call is
true.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from hall.rules.before import CLOSE, Answer, Call, Ground, Stand, Where, why_before
from hall.rules.dispatcher import Asker, Guarantee, Head, Overtaken, Preference, Rule, choose
from hall.rules.tickets import State, VisitorClass

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
ORDINARY, ELDERLY = VisitorClass.ORDINARY, VisitorClass.ELDERLY
APPOINTMENT = VisitorClass.APPOINTMENT
MINUTES = {ORDINARY: 15, ELDERLY: 5, VisitorClass.PRIORITY: 5, APPOINTMENT: 15}
PROMISES = {(business, kind): 60.0 * MINUTES[kind] for business in range(1, 6) for kind in VisitorClass}
USUAL = Guarantee()


def a_call(waited: float = 3, kind: VisitorClass = ELDERLY, business: int = 2, **more: object) -> Call:
    """B001 was called at `NOW`, alone in the hall unless `overtook` says otherwise."""
    values = {
        "label": "B001",
        "business_id": business,
        "visitor_class": kind,
        "queued_at": NOW - timedelta(minutes=waited),
        "rank": 0,
        "step_id": 50,
        "called_at": NOW,
        "rule": Rule.PROMISE_SHARE,
        "tier": 1,
        "ratio": waited / MINUTES[kind],
        "waited_seconds": waited * 60,
        "overtook": (),
    }
    return Call(**{**values, **more})


def stands(waited: float = 6, kind: VisitorClass = ORDINARY, business: int = 1, **more: object) -> Stand:
    """A001 had waited so long."""
    values = {
        "label": "A001",
        "state": State.WAITING,
        "business_id": business,
        "visitor_class": kind,
        "queued_at": NOW - timedelta(minutes=waited),
        "rank": 0,
        "step_id": 10,
        "reference_seconds": 60.0 * MINUTES[kind],
    }
    return Stand(**{**values, **more})


def passed_over(
    waited: float = 6, kind: VisitorClass = ORDINARY, business: int = 1, label: str = "A001"
) -> Overtaken:
    return Overtaken(label, business, kind, waited * 60, waited / MINUTES[kind])


@pytest.mark.parametrize(
    ("call", "stand", "where", "reason"),
    [
        (a_call(), stands(state=None), Where(), Ground.NOT_TAKEN),
        (a_call(), stands(state=State.MISSED), Where(), Ground.AWAY),
        (a_call(), stands(state=State.SERVING), Where(), Ground.ITSELF_CALLED),
        (a_call(rule=Rule.RESUMED), stands(), Where(), Ground.RESUMED),
        (a_call(rule=Rule.CHOSEN), stands(), Where(), Ground.CHOSEN),
        (a_call(rule=Rule.PINNED), stands(), Where(), Ground.PINNED),
        (a_call(), stands(pinned_elsewhere=True), Where(), Ground.SENT_ELSEWHERE),
        (a_call(), stands(-5, APPOINTMENT), Where(), Ground.NOT_DUE),
        (a_call(8, ORDINARY, 1), stands(), Where(), Ground.FIRST_IN_LINE),
        (a_call(8, ORDINARY, 1), stands(returned=True), Where(), Ground.BEHIND_AFTER_RETURN),
        (a_call(), stands(), Where(serves=False, certified=False), Ground.NOT_SERVED),
        (a_call(), stands(), Where(certified=False), Ground.NOT_CERTIFIED),
        (a_call(), stands(), Where(kept=True), Ground.KEPT),
        (a_call(), stands(), Where(), Ground.NOT_CALLABLE),
        (a_call(8, ORDINARY), stands(), Where(), Ground.EARLIER),
        (a_call(8, ORDINARY), stands(7, ELDERLY), Where(), Ground.NOT_CALLABLE),
        (a_call(8, ORDINARY), stands(reference_seconds=None), Where(), Ground.AS_STORED),
    ],
)
def test_what_decides_before_any_share_is_told(call: Call, stand: Stand, where: Where, reason: Ground):
    assert why_before(call, stand, where).reason is reason


@pytest.mark.parametrize(
    ("call", "head", "reason"),
    [
        (a_call(3), passed_over(6), Ground.SHARE),
        (a_call(4, rule=Rule.GUARANTEE, tier=0), passed_over(20), Ground.GUARANTEE),
        (a_call(0.1, rule=Rule.ELDERLY_WINDOW), passed_over(20), Ground.ELDERLY_WINDOW),
        (a_call(3, rule=Rule.ELDERLY_WINDOW), passed_over(2.5, ELDERLY), Ground.SHARE),
        (a_call(5, ORDINARY, rule=Rule.PREFERENCE), passed_over(6), Ground.PREFERENCE),
        (a_call(2, ELDERLY), passed_over(6), Ground.OWN),
    ],
)
def test_the_head_of_ones_line_is_what_was_compared(call: Call, head: Overtaken, reason: Ground):
    where = Where(own_businesses=frozenset({2}))
    call = replace(call, overtook=(head,))
    stand = stands(head.waited_seconds / 60, head.visitor_class)
    assert why_before(call, stand, where) == Answer(reason, head)


def test_who_is_not_the_head_of_the_line_is_told_about_the_head():
    head = passed_over(9, label="A007")
    answer = why_before(a_call(4, overtook=(head,)), stands(6), Where(serves=False))
    assert answer == Answer(Ground.SHARE, head), "what the call stored tells more than today's configuration"


a_head = st.builds(
    lambda step, waited, kind, business, pinned: Head(
        step, step, f"A{step:03d}", business, kind, NOW - timedelta(minutes=waited), 0, pinned
    ),
    st.integers(1, 500),
    st.one_of(st.integers(-5, 90), st.floats(0, 90)),
    st.sampled_from(VisitorClass),
    st.integers(1, 4),
    st.sampled_from([False] * 9 + [True]),
)
askers = st.builds(
    Asker,
    st.booleans(),
    st.frozensets(st.integers(1, 4), max_size=2),
    st.none() | st.builds(Preference, st.frozensets(st.integers(1, 4)), share=st.floats(0.01, 1)),
    st.sampled_from([frozenset({ELDERLY}), frozenset({ELDERLY, VisitorClass.PRIORITY})]),
    st.booleans(),
    st.sampled_from([0.0, 0.2]),
    st.sampled_from([1.0, 0.6]),
    st.booleans(),
)


@given(
    st.lists(a_head, min_size=2, max_size=30, unique_by=lambda one: one.step_id),
    st.frozensets(st.integers(1, 4), min_size=1),
    askers,
    st.booleans(),
)
def test_every_reason_is_true_of_the_dispatchers_own_choice(
    waiting: list[Head], served: frozenset[int], asker: Asker, known: bool
):
    """`known`: the window is still configured as it was at the call; else only the call's record tells."""
    callable_now = [
        one for one in waiting if one.pinned or (one.business_id in served and one.queued_at <= NOW)
    ]
    lines: dict[tuple[int, VisitorClass], Head] = {}
    for one in sorted(callable_now, key=lambda it: (it.queued_at, it.step_id)):
        if not one.pinned:
            lines.setdefault((one.business_id, one.visitor_class), one)
    heads = [*lines.values(), *(one for one in callable_now if one.pinned)]
    choice = choose(heads, asker, PROMISES, USUAL, NOW)
    if choice is None:
        return
    head = choice.head
    call = Call(
        head.label,
        head.business_id,
        head.visitor_class,
        head.queued_at,
        0,
        head.step_id,
        NOW,
        choice.rule,
        choice.tier,
        choice.ratio,
        choice.waited_seconds,
        choice.overtook,
    )
    for one in waiting:
        if one is head or one.pinned:
            continue
        promise = asker.measures_by(one.business_id, one.visitor_class, PROMISES)
        stand = Stand(
            one.label,
            State.WAITING,
            one.business_id,
            one.visitor_class,
            one.queued_at,
            0,
            one.step_id,
            promise,
        )
        serves = one.business_id in served
        where = Where(
            serves=serves or not known,
            certified=serves or not known,
            own_businesses=asker.own_businesses,
            first_classes=asker.first_classes,
            kept=known and asker.elderly_window and asker.first_only,
            first_from=asker.first_from if asker.elderly_window else 0.0,
        )
        answer = why_before(call, stand, where)
        event(answer.reason.value)
        could_be_called = serves and one.queued_at <= NOW and asker.may_call(one)
        compared = answer.compared
        assert (answer.reason is Ground.NOT_DUE) <= (one.queued_at > NOW)
        match answer.reason:
            case Ground.NOT_SERVED | Ground.NOT_CERTIFIED:
                assert not serves
            case Ground.KEPT | Ground.NOT_CALLABLE:
                assert not could_be_called
            case Ground.AS_STORED:
                # A line of the same business at a window kept for others, which it is no longer.
                assert not known
                assert not asker.may_call(one)
            case Ground.FIRST_IN_LINE | Ground.EARLIER:
                assert (head.queued_at, head.step_id) < (one.queued_at, one.step_id)
            case Ground.SHARE:
                assert choice.ratio >= compared.ratio - CLOSE
            case Ground.GUARANTEE:
                assert choice.tier == 0
                assert compared.ratio > choice.ratio
            case Ground.NOT_YET_FIRST:
                assert asker.comes_first(one.visitor_class)
                assert not asker.comes_first(head.visitor_class)
                assert compared.waited_seconds < asker.first_from * 300
            case Ground.PREFERENCE:
                assert choice.rule is Rule.PREFERENCE
                assert compared.ratio > choice.ratio
            case Ground.ELDERLY_WINDOW:
                assert asker.comes_first(head.visitor_class)
                assert not asker.comes_first(one.visitor_class)
            case Ground.OWN:
                assert head.business_id in asker.own_businesses
                assert compared.ratio == pytest.approx(choice.ratio, abs=CLOSE)
            case Ground.PINNED:
                assert head.pinned
