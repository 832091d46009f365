"""The states of a step, as a table: every verb in every state, legal or a named refusal."""

from datetime import UTC, datetime, timedelta

import pytest

from hall.rules import errors
from hall.rules.tickets import (
    AT_A_WINDOW,
    CLOSED,
    Place,
    State,
    Verb,
    VisitorClass,
    check_in_from,
    check_missed,
    check_recall,
    check_return,
    class_on_arrival,
    place_after_return,
    place_for,
    transition,
)

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

# Written down by hand from the handbook, not read from the code that it tests.
LEGAL = {
    "open": {"planned": "waiting"},
    "call": {"waiting": "called"},
    "recall": {"called": "called"},
    "start": {"called": "serving"},
    "finish": {"serving": "finished"},
    "miss": {"called": "missed"},
    "return": {"missed": "waiting"},
    "hold": {"called": "held", "serving": "held"},
    "resume": {"held": "called"},
    "transfer": {"waiting": "transferred", "called": "transferred", "serving": "transferred"},
    "cancel": {"waiting": "cancelled", "planned": "cancelled"},
    "expire": {"planned": "expired", "waiting": "expired", "missed": "expired", "held": "expired"},
    "reclassify": {"waiting": "waiting"},
}
PAIRS = [(verb, state) for verb in Verb for state in State]


@pytest.mark.parametrize(("verb", "state"), PAIRS)
def test_every_verb_in_every_state_is_legal_or_a_named_refusal(verb: Verb, state: State):
    expected = LEGAL[verb.value].get(state.value)
    if expected is not None:
        assert transition(verb, state, "A001").value == expected
        return
    with pytest.raises(errors.WrongState) as refused:
        transition(verb, state, "A001")
    assert refused.value.params == {"label": "A001", "state": state.value, "verb": verb.value}


def test_every_verb_stands_in_the_table():
    assert {verb.value for verb in Verb} == set(LEGAL)


@pytest.mark.parametrize("state", CLOSED)
def test_a_closed_step_never_moves_again(state: State):
    assert not [verb for verb in Verb if state.value in LEGAL[verb.value]]


def test_only_called_and_serving_steps_occupy_a_window():
    assert {state.value for state in AT_A_WINDOW} == {"called", "serving"}


@pytest.mark.parametrize(
    ("waited", "left"), [(0, 30), (1, 29), (29.4, 1), (29.99, 1)], ids=["at once", "1 s", "29.4 s", "almost"]
)
def test_a_visitor_gets_the_whole_time_to_reach_the_window(waited: float, left: int):
    with pytest.raises(errors.TooSoonToMiss) as refused:
        check_missed(NOON + timedelta(seconds=waited), NOON, 30)
    assert refused.value.params == {"seconds": left}


@pytest.mark.parametrize("waited", [30, 31, 3600])
def test_after_that_time_the_visitor_may_be_marked_missed(waited: int):
    check_missed(NOON + timedelta(seconds=waited), NOON, 30)


def test_a_ticket_is_repeated_three_times_and_no_more():
    for recalls in range(3):
        check_recall(recalls, 3)
    with pytest.raises(errors.RecallsUsedUp):
        check_recall(3, 3)


def line(count: int) -> list[Place]:
    return [Place(NOON + one * MINUTE) for one in range(count)]


@pytest.mark.parametrize(
    ("behind", "waiting", "expected"),
    [
        (3, 0, Place(NOON + 60 * MINUTE)),
        (3, 2, Place(NOON + 60 * MINUTE)),
        (3, 3, Place(NOON + 2 * MINUTE, 1)),
        (3, 9, Place(NOON + 2 * MINUTE, 1)),
        (1, 9, Place(NOON, 1)),
        (0, 9, Place(NOON - timedelta(microseconds=1))),
        (0, 0, Place(NOON + 60 * MINUTE)),
    ],
)
def test_who_comes_back_stands_behind_the_next_few(behind: int, waiting: int, expected: Place):
    assert place_after_return("behind", behind, 0, line(waiting), NOON + 60 * MINUTE) == expected


def test_two_who_come_back_behind_the_same_person_both_stand_behind_them():
    ahead = line(3)
    first = place_after_return("behind", 3, 0, ahead, NOON)
    assert place_after_return("behind", 3, 0, ahead, NOON) == first
    assert (ahead[2].queued_at, ahead[2].rank) < (first.queued_at, first.rank)


def test_nobody_returns_twice():
    with pytest.raises(errors.ReturnUsedUp):
        place_after_return("behind", 3, 1, line(5), NOON)


def test_a_hall_may_let_a_missed_visitor_return_more_often():
    assert place_after_return("behind", 1, 1, line(5), NOON, times=2) == Place(NOON, 1)
    with pytest.raises(errors.ReturnUsedUp):
        place_after_return("behind", 1, 2, line(5), NOON, times=2)


@pytest.mark.parametrize(("minutes_later", "within"), [(600, None), (20, 20), (0, 1)])
def test_who_comes_back_in_time_is_taken_back(minutes_later: int, within: int | None):
    check_return(NOON + minutes_later * MINUTE, NOON, within)


def test_who_comes_back_too_late_is_told_the_limit():
    with pytest.raises(errors.ReturnTooLate) as late:
        check_return(NOON + 20 * MINUTE + timedelta(seconds=1), NOON, 20)
    assert late.value.params == {"minutes": 20}


def test_where_a_new_number_is_the_rule_nobody_returns():
    with pytest.raises(errors.ReturnUsedUp):
        place_after_return("new_number", 3, 0, line(5), NOON)


@pytest.mark.parametrize(
    ("booked", "queued", "counts_as"),
    [
        (30, 30, "appointment"),  # early: waits from the booked time
        (0, 0, "appointment"),
        (-5, 0, "appointment"),  # a little late: from arrival, still an appointment
        (-15, 0, "appointment"),  # on the edge of the grace
        (-15.1, 0, "ordinary"),  # too late: ordinary from arrival
        (-600, 0, "ordinary"),
        (None, 0, "appointment"),
    ],
)
def test_an_appointment_counts_from_its_time_and_never_before_arrival(
    booked: float | None, queued: float, counts_as: str
):
    booked_at = None if booked is None else NOON + booked * MINUTE
    counted = class_on_arrival(VisitorClass.APPOINTMENT, NOON, booked_at, 15 * 60)
    assert counted == counts_as
    assert place_for(counted, NOON, booked_at) == Place(NOON + queued * MINUTE)


@pytest.mark.parametrize("kind", [one for one in VisitorClass if one is not VisitorClass.APPOINTMENT])
def test_a_booked_time_means_nothing_to_other_classes(kind: VisitorClass):
    assert place_for(kind, NOON, NOON + 60 * MINUTE) == Place(NOON)
    assert class_on_arrival(kind, NOON, NOON - 60 * MINUTE, 900) is kind


@pytest.mark.parametrize(("booked", "early", "queued"), [(30, 10, 20), (5, 10, 0), (30, 0, 30), (-5, 10, 0)])
def test_a_hall_may_let_an_appointment_wait_from_a_little_before_its_time(
    booked: int, early: int, queued: int
):
    place = place_for(VisitorClass.APPOINTMENT, NOON, NOON + booked * MINUTE, early)
    assert place == Place(NOON + queued * MINUTE)


def test_from_when_on_the_number_of_an_appointment_is_given_out():
    assert check_in_from(NOON, 30) == NOON - 30 * MINUTE
    assert check_in_from(NOON, None) is None
