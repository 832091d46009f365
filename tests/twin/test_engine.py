"""What happens in a simulated day: the same as in the live hall, moment by moment."""

from dataclasses import replace

import pytest

from hall.config_model import Rules
from hall.rules.dispatcher import Rule
from hall.twin.day import Outcome
from hall.twin.engine import run
from hall.twin.model import Habits, Hop, Rest
from tests.twin.small_halls import (
    FIVE,
    NINE,
    called_at,
    hall,
    minutes,
    order,
    visitor,
    window,
    with_rules,
)


def test_visitors_of_one_line_are_called_as_the_window_gets_free():
    habits = Habits(call_to_seat_seconds=30, turn_over_seconds=60)
    day = run(hall(window(1, [1]), habits=habits), [visitor(1, 0), visitor(2, 1), visitor(3, 30)])
    # Called at once, seated after half a minute, served for five, then a minute to tidy up.
    assert called_at(day) == {1: 0, 2: 6.5, 3: 30}
    assert minutes(day.visits[0].started_at) == 0.5
    assert minutes(day.visits[0].ended_at) == 5.5
    assert [one.outcome for one in day.visits] == [Outcome.SERVED] * 3


def test_the_largest_share_of_the_promise_is_called_and_the_reason_is_kept():
    people = [visitor(1, 0, service=10), visitor(2, 2), visitor(3, 6, kind="elderly")]
    day = run(hall(window(1, [1])), people)
    assert order(day) == [1, 3, 2]
    # Four of five minutes against eight of fifteen; four of five is the guarantee.
    assert (day.calls[1].ratio, day.calls[1].tier, day.calls[1].rule) == (0.8, 0, Rule.GUARANTEE)
    assert day.calls[2].waited_seconds == 13 * 60


def test_an_arrival_goes_to_the_least_flexible_ready_window():
    day = run(hall(window(1, [1, 2]), window(2, [1])), [visitor(1, 3), visitor(2, 4), visitor(3, 5)])
    assert [call.window_id for call in day.calls] == [2, 1, 2]


def test_a_slow_clerk_takes_longer_and_work_away_from_home_longer_still():
    habits = Habits(0, 0, away_factor=1.5)
    one = hall(window(1, [1, 2], pace=2.0, home=frozenset({1})), habits=habits)
    day = run(one, [visitor(1, 0), visitor(2, 0, business=2)])
    assert [minutes(one.ended_at) for one in day.visits] == [10, 25]


def test_a_clerk_calls_only_what_the_skills_allow():
    day = run(hall(window(1, [1, 2], skills=frozenset({2}))), [visitor(1, 0), visitor(2, 1, business=2)])
    assert order(day) == [2]
    assert day.visits[0].outcome is Outcome.EXPIRED


def test_who_does_not_come_is_missed_and_the_next_one_called():
    people = [visitor(1, 0, shows_up=False), visitor(2, 0)]
    day = run(hall(window(1, [1])), people)
    assert called_at(day) == {1: 0, 2: 1}
    assert day.visits[0].outcome is Outcome.MISSED


def test_nobody_is_missed_before_the_rule_allows():
    people = [visitor(1, 0, shows_up=False), visitor(2, 0)]
    day = run(with_rules(hall(window(1, [1])), missed_after_seconds=90), people)
    assert called_at(day) == {1: 0, 2: 1.5}


def test_a_missed_visitor_who_returns_stands_behind_the_next_three():
    people = [visitor(1, 0, shows_up=False, returns_after_seconds=120)]
    people += [visitor(number, number / 10) for number in range(2, 8)]
    day = run(hall(window(1, [1])), people)
    # Back at minute 3, while 2 is served: the next three go first.
    assert order(day) == [1, 2, 3, 4, 5, 1, 6, 7]
    assert day.visits[0].outcome is Outcome.SERVED
    assert [call.first for call in day.calls if call.visitor_id == 1] == [True, False]


def test_where_missed_visitors_take_a_new_number_they_stand_at_the_end():
    people = [visitor(1, 0, shows_up=False, returns_after_seconds=120)]
    people += [visitor(number, number / 10) for number in range(2, 8)]
    day = run(with_rules(hall(window(1, [1])), missed_return="new_number"), people)
    assert order(day) == [1, 2, 3, 4, 5, 6, 7, 1]


def test_who_runs_out_of_patience_gives_the_number_back():
    people = [visitor(1, 0, service=30), visitor(2, 1, patience_seconds=600), visitor(3, 2)]
    day = run(hall(window(1, [1])), people)
    assert order(day) == [1, 3]
    gone = day.visits[1]
    assert (gone.outcome, minutes(gone.ended_at)) == (Outcome.ABANDONED, 11)
    assert [one.visitor_id for one in day.left] == [2]


def test_patience_is_only_asked_for_before_the_first_call():
    people = [visitor(1, 0, patience_seconds=60, service=10)]
    assert run(hall(window(1, [1])), people).visits[0].outcome is Outcome.SERVED


def test_an_appointment_waits_from_the_booked_time_and_is_called_when_it_comes():
    booked = visitor(1, 0, kind="appointment", booked_at_seconds=NINE + 20 * 60)
    day = run(hall(window(1, [1])), [booked])
    assert called_at(day) == {1: 20}
    assert day.calls[0].waited_seconds == 0


def test_an_appointment_that_comes_too_late_is_ordinary():
    late = visitor(1, 20, kind="appointment", booked_at_seconds=NINE)
    assert run(hall(window(1, [1])), [late]).calls[0].visitor_class == "ordinary"


@pytest.mark.parametrize(("place", "expected"), [("keep", [1, 2, 1, 3]), ("tail", [1, 2, 3, 1])])
def test_a_transferred_visitor_keeps_the_place_or_goes_to_the_tail(place: str, expected: list[int]):
    people = [
        visitor(1, 0, hops=(Hop(2, 60.0),)),
        visitor(2, 1, business=2, service=10),
        visitor(3, 2, business=2),
    ]
    day = run(hall(window(1, [1]), window(2, [2]), rules=Rules(transfer_place=place)), people)
    assert order(day) == expected
    assert sum(call.first for call in day.calls) == 3


def test_the_planned_steps_of_a_bundle_keep_their_place_under_any_rule():
    people = [
        visitor(1, 0, hops=(Hop(2, 60.0, planned=True),)),
        visitor(2, 1, business=2, service=10),
        visitor(3, 2, business=2),
    ]
    day = run(hall(window(1, [1]), window(2, [2]), rules=Rules(transfer_place="tail")), people)
    assert order(day) == [1, 2, 1, 3]


def test_who_is_sent_to_a_window_is_called_there_only():
    people = [visitor(1, 0, hops=(Hop(2, 60.0, window_id=3),)), visitor(2, 0, business=3, service=30)]
    day = run(hall(window(1, [1]), window(2, [2]), window(3, [2, 3])), people)
    assert [(call.visitor_id, call.window_id, call.rule) for call in day.calls][-1] == (1, 3, Rule.PINNED)
    assert minutes(day.calls[-1].at_seconds) == 30


def test_who_steps_aside_is_resumed_at_the_same_window_before_the_next_call():
    people = [visitor(1, 0, service=10, hold_at_seconds=120, hold_seconds=180), *map_people(2, 5)]
    day = run(hall(window(1, [1])), people)
    assert order(day) == [1, 2, 1, 3, 4]
    assert day.calls[2].rule is Rule.RESUMED
    # Two of ten minutes are over; back at minute 5, free at 7, eight more minutes.
    assert minutes(day.visits[0].ended_at) == 15


def test_who_steps_aside_finds_an_idle_window_at_once():
    day = run(hall(window(1, [1])), [visitor(1, 0, service=10, hold_at_seconds=120, hold_seconds=180)])
    assert [minutes(call.at_seconds) for call in day.calls] == [0, 5]


def map_people(first: int, end: int) -> list:
    return [visitor(number, 0) for number in range(first, end)]


def test_a_clerk_rests_when_free_and_an_idle_one_at_once():
    rests = (Rest(NINE + 120, 600.0),)
    busy = run(hall(window(1, [1], rests=rests)), [visitor(1, 0), visitor(2, 1)])
    assert called_at(busy) == {1: 0, 2: 15}
    idle = run(hall(window(1, [1], rests=rests)), [visitor(1, 3)])
    assert called_at(idle) == {1: 12}


def test_at_lunch_the_ticket_at_hand_is_finished_and_the_line_waits():
    noon, one = NINE + 3 * 3600, NINE + 4 * 3600
    day = run(hall(window(1, [1], staffed=((NINE, noon), (one, FIVE)))), [visitor(1, 178), visitor(2, 179)])
    assert called_at(day) == {1: 178, 2: 240}
    assert minutes(day.visits[0].ended_at) == 183


def test_a_clerk_busy_over_the_whole_gap_goes_on():
    gap = ((NINE, NINE + 600), (NINE + 900, FIVE))
    day = run(hall(window(1, [1], staffed=gap)), [visitor(1, 0, service=20), visitor(2, 1)])
    assert called_at(day) == {1: 0, 2: 20}


def test_everybody_in_the_hall_at_closing_is_served_or_sent_home_as_the_hall_decides():
    people = [visitor(number, 475) for number in range(1, 5)]
    at_home = hall(window(1, [1]))
    assert [one.outcome for one in run(at_home, people).visits] == [Outcome.SERVED] * 4
    on_time = replace(at_home, habits=Habits(0, 0, stays_seconds=0))
    outcomes = [one.outcome for one in run(on_time, people).visits]
    assert outcomes == [Outcome.SERVED] + [Outcome.EXPIRED] * 3
    later = replace(at_home, habits=Habits(0, 0, stays_seconds=300))
    assert [one.outcome for one in run(later, people).visits].count(Outcome.SERVED) == 2


def test_numbers_are_issued_while_the_doors_are_open_and_half_an_hour_before():
    open_hall = hall(window(1, [1]), hours={"mon": ["09:00-12:00", "13:00-17:00"]})
    people = [visitor(1, -31), visitor(2, -30), visitor(3, 0), visitor(4, 185), visitor(5, 480)]
    day = run(open_hall, people)
    refused = [one.visitor.id for one in day.visits if one.outcome is Outcome.REFUSED]
    assert refused == [1, 4, 5]
    assert called_at(day)[2] == 0


def test_on_a_closed_day_everybody_is_refused():
    closed = hall(window(1, [1], staffed=()), hours={"tue": ["09:00-17:00"]})
    assert run(closed, [visitor(1, 5)]).visits[0].outcome is Outcome.REFUSED


def test_without_auto_call_an_idle_clerk_looks_again_now_and_then():
    day = run(with_rules(hall(window(1, [1])), auto_call=False), [visitor(1, 3.1), visitor(2, 3.2)])
    # Every half minute since nine; then at once after the service.
    assert called_at(day) == {1: 3.5, 2: 8.5}


def test_an_empty_day_is_an_empty_report():
    day = run(hall(window(1, [1])), [])
    assert (day.visits, day.calls, day.left) == ((), (), ())
    assert day.windows[1].staffed_seconds == 8 * 3600
    assert run(hall(), []).windows == {}


def test_a_window_without_a_clerk_calls_nobody():
    one = hall(window(1, [1]), window(2, [1]))
    empty = replace(one, windows={**one.windows, 2: replace(one.windows[2], clerk=None)})
    day = run(empty, [visitor(1, 0), visitor(2, 0)])
    assert [call.window_id for call in day.calls] == [1, 1]


def test_what_a_window_did_is_counted_inside_its_hours():
    habits = Habits(call_to_seat_seconds=60, turn_over_seconds=60)
    rests = (Rest(NINE + 3600, 600.0),)
    day = run(hall(window(1, [1], rests=rests), habits=habits), [visitor(1, 0), visitor(2, 478)])
    # Seven minutes in the morning; of the seven at closing two.
    assert day.windows[1].busy_seconds == 9 * 60
    assert day.windows[1].staffed_seconds == 8 * 3600 - 600


def test_the_same_arguments_give_the_same_day():
    people = [
        visitor(number, number * 0.7, kind="elderly" if number % 4 == 0 else "ordinary")
        for number in range(1, 60)
    ]
    one = hall(window(1, [1]), window(2, [1], kind="elderly"))
    assert run(one, people) == run(one, people)
    assert run(one, people[::-1]) == run(one, people)
