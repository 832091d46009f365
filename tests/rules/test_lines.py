"""hall/rules/lines.py chooses what a scan of everybody would choose."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from hall.rules.dispatcher import (
    Asker,
    Guarantee,
    Head,
    Preference,
    ReadyWindow,
    choose,
    choose_window,
)
from hall.rules.lines import Caller, Layout, Lines, Ready
from hall.rules.tickets import VisitorClass

NINE = datetime(2026, 11, 23, 1, tzinfo=UTC)
BUSINESSES = range(1, 7)
CLASSES = list(VisitorClass)
PROMISES = {
    (business, kind): (300.0 if kind in (VisitorClass.ELDERLY, VisitorClass.PRIORITY) else 900.0)
    * (1 if business % 3 else 2)
    for business in BUSINESSES
    for kind in CLASSES
}
GUARANTEE = Guarantee(by_business={2: Guarantee(0.5, 600.0), 5: Guarantee(0.5, 600.0)})
some_businesses = st.frozensets(st.sampled_from(list(BUSINESSES)))
some_classes = st.frozensets(st.sampled_from(CLASSES), max_size=2)


@st.composite
def callers(draw: Callable[..., list[Caller]]) -> list[Caller]:
    found = []
    for window in range(1, draw(st.integers(2, 7)) + 1):
        serves = draw(some_businesses)
        own = draw(st.sampled_from([frozenset(), serves, frozenset(sorted(serves)[:1])]))
        wishes = st.builds(Preference, some_businesses, some_classes, st.sampled_from([0.1, 0.5]))
        asker = Asker(
            elderly_window=draw(st.booleans()),
            own_businesses=own,
            preference=draw(st.none() | wishes),
            first_classes=draw(some_classes),
            first_only=draw(st.booleans()),
            first_from=draw(st.sampled_from([0.0, 0.2])),
            soon_share=draw(st.sampled_from([1.0, 0.6])),
            soon_as_ordinary=draw(st.booleans()),
        )
        found.append(Caller(window, serves, asker))
    return found


minutes = st.integers(0, 90)
joins = st.tuples(
    st.sampled_from(list(BUSINESSES)),
    st.sampled_from(CLASSES),
    minutes,
    st.integers(0, 1),
    st.none() | st.integers(1, 2),
)
deeds = st.lists(
    st.one_of(
        joins.map(lambda join: ("join", join)),
        st.integers(1, 7).map(lambda window: ("call", window)),
        st.integers(0, 50).map(lambda nth: ("leave", nth)),
        st.tuples(st.integers(0, 50), minutes).map(lambda back: ("return", back)),
    ),
    max_size=60,
)


@settings(max_examples=150, deadline=None)
@given(callers(), deeds)
def test_the_heads_of_the_lines_decide_as_everybody_who_waits_would(
    windows: list[Caller], happening: list[tuple[str, object]]
) -> None:
    lines = Lines(Layout(windows, PROMISES, GUARANTEE))
    waiting: dict[int, tuple[Head, int | None]] = {}
    now = NINE + timedelta(minutes=60)
    for step_id, (verb, what) in enumerate(happening, 1):
        if verb == "join":
            business, kind, minute, rank, pinned = what
            pinned = pinned if pinned in {one.window_id for one in windows} else None
            queued_at = NINE + timedelta(minutes=minute)
            head = Head(step_id, step_id, str(step_id), business, kind, queued_at, rank, pinned is not None)
            lines.add(head, pinned)
            waiting[step_id] = (head, pinned)
        elif verb == "leave" and waiting:
            gone = list(waiting)[what % len(waiting)]
            assert lines.remove(gone) is waiting.pop(gone)[0]
        elif verb == "return" and waiting:
            nth, minute = what
            again = list(waiting)[nth % len(waiting)]
            head, pinned = waiting.pop(again)
            lines.remove(again)
            queued_at = NINE + timedelta(minutes=minute)
            head = Head(again, again, head.label, head.business_id, head.visitor_class, queued_at, 1)
            lines.add(head)
            waiting[again] = (head, None)
        for caller in windows:
            scanned = [
                head
                for head, pinned in waiting.values()
                if pinned == caller.window_id
                or (pinned is None and head.business_id in caller.businesses and head.queued_at <= now)
            ]
            expected = choose(scanned, caller.asker, PROMISES, GUARANTEE, now)
            found = choose(lines.heads(caller.window_id, now), caller.asker, PROMISES, GUARANTEE, now)
            assert (found and (found.head, found.rule, found.tier, found.ratio)) == (
                expected and (expected.head, expected.rule, expected.tier, expected.ratio)
            )
            if verb == "call" and what == caller.window_id and found:
                lines.remove(found.head.step_id)
                del waiting[found.head.step_id]
        assert len(lines) == len(waiting)


@settings(max_examples=150, deadline=None)
@given(callers(), st.lists(st.tuples(st.integers(1, 7), minutes), max_size=30))
def test_the_longest_ready_of_each_kind_decide_as_all_ready_windows_would(
    windows: list[Caller], changes: list[tuple[int, int]]
) -> None:
    ready, standing = Ready(Layout(windows, PROMISES, GUARANTEE)), {}
    known = {one.window_id: one for one in windows}
    for window_id, minute in changes:
        if window_id not in known:
            continue
        if window_id in ready:
            ready.remove(window_id)
            del standing[window_id]
        else:
            caller, since = known[window_id], NINE + timedelta(minutes=minute)
            ready.add(window_id, since)
            asker = caller.asker
            standing[window_id] = ReadyWindow(
                window_id, since, len(caller.businesses), asker.elderly_window, asker.first_classes
            )
        for business in BUSINESSES:
            scanned = [one for key, one in standing.items() if business in known[key].businesses]
            for kind in CLASSES:
                assert choose_window(kind, ready.for_business(business)) == choose_window(kind, scanned)


@given(st.lists(st.tuples(st.sampled_from([1, 2]), st.sampled_from(CLASSES), minutes), max_size=30))
def test_the_next_places_of_a_business_are_its_smallest_of_any_class(
    people: list[tuple[int, VisitorClass, int]],
) -> None:
    lines = Lines(Layout([], PROMISES, GUARANTEE))
    for step_id, (business, kind, minute) in enumerate(people, 1):
        lines.add(Head(step_id, step_id, "", business, kind, NINE + timedelta(minutes=minute)))
    places = sorted(NINE + timedelta(minutes=minute) for business, _, minute in people if business == 1)
    assert [place.queued_at for place in lines.next_places(1, 3)] == places[:3]


def test_a_window_compares_one_head_per_class_guarantee_and_ownness_however_many_lines_it_serves() -> None:
    window = Caller(1, frozenset(BUSINESSES), Asker(False, frozenset({1})))
    others = [Caller(1 + business, frozenset({business})) for business in BUSINESSES]
    lines = Lines(Layout([window, *others], PROMISES, GUARANTEE))
    step_id = 0
    for minute in range(50):
        for business in BUSINESSES:
            for kind in (VisitorClass.ORDINARY, VisitorClass.ELDERLY):
                step_id += 1
                lines.add(Head(step_id, step_id, "", business, kind, NINE + timedelta(minutes=minute)))
    # Business 1 is its own; of the others 2 and 5 have a guarantee of their own. 3 and 6 promise double, so
    # that their elderly come under the guarantee later; 45 minutes are the same for 3, 4 and 6.
    assert len(lines.heads(1, NINE + timedelta(hours=2))) == 7


def test_whose_share_is_smaller_is_compared_only_once_the_guarantee_has_reached_them() -> None:
    """Businesses 1 and 4 promise 15 minutes, business 3 half an hour; nothing else differs."""
    lines = Lines(Layout([Caller(1, frozenset({1, 3, 4}))], PROMISES, GUARANTEE))
    for step_id, (business, minute) in enumerate([(1, 10), (4, 12), (3, 0)], 1):
        queued_at = NINE + timedelta(minutes=minute)
        lines.add(Head(step_id, step_id, "", business, VisitorClass.ORDINARY, queued_at))
    assert [head.step_id for head in lines.heads(1, NINE + timedelta(minutes=19))] == [3]
    assert [head.step_id for head in lines.heads(1, NINE + timedelta(minutes=21))] == [1]
    assert [head.step_id for head in lines.heads(1, NINE + timedelta(minutes=45))] == [3, 1]
    lines.remove(1)
    assert [head.step_id for head in lines.heads(1, NINE + timedelta(minutes=44))] == [2]


def test_whether_anybody_is_in_line_counts_early_appointments_and_who_was_sent_there() -> None:
    callers = [Caller(1, frozenset({1})), Caller(2, frozenset({2}))]
    lines = Lines(Layout(callers, PROMISES, GUARANTEE))
    assert not lines.anybody(1)
    lines.add(Head(1, 1, "", 1, VisitorClass.APPOINTMENT, NINE + timedelta(hours=5)))
    lines.add(Head(2, 2, "", 1, VisitorClass.ORDINARY, NINE, pinned=True), 2)
    assert lines.anybody(1)
    assert lines.anybody(2)
    lines.remove(1)
    assert not lines.anybody(1)
    lines.remove(2)
    assert not lines.anybody(2)
