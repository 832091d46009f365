"""What holds on any day of any hall: drawn by Hypothesis, played under the hall's own rule."""

from collections import Counter
from itertools import pairwise
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from hall.config_model import Rules
from hall.rules.tickets import VisitorClass
from hall.twin.day import Outcome
from hall.twin.engine import run
from hall.twin.measures import measure
from hall.twin.model import Habits, Hall, Hop, Rest, Visitor
from hall.twin.overtakes import Overtakes
from tests.twin.small_halls import FIVE, NINE, hall, told, visitor, window

BUSINESSES = [1, 2, 3, 4]
KINDS = ["comprehensive", "special", "elderly"]


def a_minute(source: Random) -> float:
    return source.randrange(300) / 10


def a_hall(source: Random) -> Hall:
    windows = []
    for number in range(1, source.randint(3, 6)):
        # Never two windows at the same moment: who is first then is not said.
        nine = NINE + number / 7
        begins = nine + 60 * source.choice([0, 0, 5])
        lunch = source.random() < 0.3
        windows.append(
            window(
                number,
                source.sample(BUSINESSES, source.randint(1, 4)),
                source.choice(KINDS),
                staffed=((begins, nine + 900), (nine + 1500, FIVE)) if lunch else ((begins, FIVE),),
                rests=tuple(Rest(nine + 60 * at, 240.0) for at in source.choice([(), (12.5,), (3.25, 20.5)])),
                pace=source.choice([0.8, 1.0, 1.3]),
            )
        )
    rules = Rules(
        missed_return=source.choice(["behind", "new_number"]),
        missed_return_behind=source.randint(0, 3),
        transfer_place=source.choice(["keep", "tail"]),
        auto_call=source.random() < 0.7,
    )
    habits = Habits(call_to_seat_seconds=25, turn_over_seconds=source.choice([0.0, 20.0]))
    # Every business must exist, whoever serves it.
    windows.append(window(99, BUSINESSES, staffed=((FIVE - 60, FIVE),)))
    return hall(*windows, habits=habits, rules=rules)


def a_crowd(source: Random) -> list[Visitor]:
    people = []
    for number in range(1, source.randint(2, 60)):
        more: dict[str, Any] = {}
        match source.randrange(10):
            case 0:
                more = {"shows_up": False, "returns_after_seconds": source.choice([None, 200.0])}
            case 1:
                more = {"patience_seconds": 60.0 * source.randint(1, 12)}
            case 2:
                onward, pinned = source.choice(BUSINESSES), source.choice([None, None, 1])
                more = {"hops": (Hop(onward, 150.0, pinned, source.random() < 0.5),)}
            case 3:
                more = {"hold_at_seconds": 40.0, "hold_seconds": source.choice([30.0, 500.0])}
            case 4:
                more = {"kind": "appointment", "booked_at_seconds": NINE + 60 * a_minute(source)}
            case 5 | 6:
                more = {"kind": "elderly"}
        service = source.randint(1, 80) / 7
        at = a_minute(source) + number / 1000
        people.append(visitor(number, at, source.choice(BUSINESSES), service=service, **more))
    return people


seeds = st.integers(0, 2**32).map(Random)


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_everybody_is_accounted_for_and_nobody_of_a_class_is_overtaken(source: Random):
    one, people = a_hall(source), a_crowd(source)
    day = run(one, people)
    assert [visit.visitor for visit in day.visits] == people
    assert all(visit.outcome is not Outcome.HERE and visit.ended_at is not None for visit in day.visits)
    ways = Counter(call.visitor_id for call in day.calls if call.first)
    assert set(ways.values()) <= {1}
    assert {visit.visitor.id for visit in day.visits if visit.called_at is not None} == set(ways)
    for work in day.windows.values():
        assert 0 <= work.busy_seconds <= work.staffed_seconds + 1e-6
    overtakes = measure(day).overtakes
    assert overtakes.same_class == 0
    assert overtakes.guarantee_breaches == 0


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_no_window_has_two_visitors_at_a_time(source: Random):
    one, people = a_hall(source), a_crowd(source)
    day = run(one, people)
    for window_id in one.windows:
        mine = [call.at_seconds for call in day.calls if call.window_id == window_id]
        # Nobody is sooner seated than 25 seconds after the call.
        assert all(later - sooner >= 25 for sooner, later in pairwise(mine))


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_a_day_played_in_parts_is_the_same_day(source: Random):
    one, people, first, second = a_hall(source), a_crowd(source), a_minute(source), a_minute(source)
    whole = run(one, people)
    cuts = sorted(NINE + 60 * cut + 0.0005 for cut in {first, first + second})
    calls, present, since = [], None, 0.0
    for cut in (*cuts, None):
        coming = [visit for visit in people if since < visit.at_seconds <= (cut or FIVE)]
        part = run(one, coming, present=present, until=cut or float("inf"))
        calls += part.calls
        present, since = part.present, cut or 0.0
        assert (present is None) == (cut is None)
    assert told(calls) == told(whole.calls)


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_virtual_visitors_change_nobodys_day(source: Random):
    one, people, business, at = a_hall(source), a_crowd(source), source.choice(BUSINESSES), a_minute(source)
    asked = [
        Visitor(1000 + number, NINE + 60 * at + 0.0007, business, kind, 0.0, virtual=True)
        for number, kind in enumerate((VisitorClass.ORDINARY, VisitorClass.ELDERLY))
    ]
    without, together = run(one, people), run(one, [*people, *asked])
    assert told(together.calls) == told(without.calls)
    assert [visit for visit in together.visits if not visit.visitor.virtual] == list(without.visits)
    assert measure(together).waits == measure(without).waits


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_a_virtual_visitor_is_called_when_a_real_one_would_be(source: Random):
    one, people, business, at = a_hall(source), a_crowd(source), source.choice(BUSINESSES), a_minute(source)
    when = NINE + 60 * at + 0.0007
    virtual = Visitor(1000, when, business, VisitorClass.ORDINARY, 60.0, virtual=True)
    real = Visitor(1000, when, business, VisitorClass.ORDINARY, 60.0)
    foreseen = run(one, [*people, virtual], stop_after_virtual=True).visits[-1].called_at
    assert foreseen == run(one, [*people, real]).visits[-1].called_at


def test_an_empty_day_overtakes_nobody():
    assert measure(run(hall(window(1, [1])), [])).overtakes == Overtakes()
