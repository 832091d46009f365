"""The look-ahead: what follows from the rules and from what can be seen, and never from what only time
tells.
"""

import json
import random
from dataclasses import replace
from datetime import date

import pytest

from hall.bench.waits import accuracy, accuracy_of_queues
from hall.config_model import Rules
from hall.rules.calibration import Band
from hall.rules.queues_ahead import QueuesAhead
from hall.rules.service_times import Case, Prior, ServiceTimes
from hall.rules.tickets import VisitorClass
from hall.rules.waits import WaitRange
from hall.twin.knowledge import Knowledge
from hall.twin.lookahead import Scene, band_of, look_ahead
from hall.twin.model import (
    AtWindow,
    Away,
    Business,
    Clerk,
    Desk,
    Hall,
    Held,
    Phase,
    Present,
    Visitor,
    Waiting,
    Window,
)
from hall.twin.queues import queues_of
from hall.twin.study import study
from hall.twin.trial import Told, Trial

DAY = date(2026, 11, 23)
NOON = 12 * 3600.0
ORDINARY, ELDERLY = VisitorClass.ORDINARY, VisitorClass.ELDERLY
PROMISES = {ORDINARY: 900.0, ELDERLY: 300.0, VisitorClass.PRIORITY: 300.0, VisitorClass.APPOINTMENT: 900.0}


def hall(windows: int = 1, businesses: int = 1) -> Hall:
    """So many windows that serve every business, staffed until the evening."""
    return Hall(
        code="test",
        day=DAY,
        businesses={number: Business(number, f"b{number}", PROMISES, 480.0) for number in _up_to(businesses)},
        windows={
            number: Window(
                number,
                number,
                "comprehensive",
                frozenset(_up_to(businesses)),
                clerk=Clerk(((0.0, 80_000.0),)),
            )
            for number in _up_to(windows)
        },
        rules=Rules(missed_after_seconds=0),
    )


def _up_to(many: int) -> range:
    return range(1, many + 1)


def waiting(
    many: int, kind: VisitorClass = ORDINARY, business: int = 1, seconds: float = 1.0
) -> list[Waiting]:
    """So many, who came one second after another."""
    return [
        Waiting(
            Visitor(number, NOON - 600 + number, business, kind, seconds),
            number, business, kind, NOON - 600 + number, entered_at=NOON - 600 + number,
        )
        for number in _up_to(many)
    ]  # fmt: skip


def scene(place: Hall, line: list[Waiting], serving_since: float | None = None) -> Scene:
    desks, started = {}, {}
    if serving_since is not None:
        for number in place.windows:
            guest = Waiting(Visitor(900 + number, 0.0, 1, ORDINARY, 1.0), 900 + number, 1, ORDINARY, 0.0)
            desks[number] = Desk(ticket=AtWindow(guest, Phase.SERVING, serving_since, NOON))
            started[number] = serving_since
    present = Present(NOON, tuple(line), desks, next_step_id=2000)
    return Scene(place, present, {number: number for number in place.windows}, started)


def knowledge(variation: float = 0.3, businesses: int = 1) -> Knowledge:
    return Knowledge(ServiceTimes(dict.fromkeys(_up_to(businesses), Prior(480.0, variation))))


def foreseen(
    seen: Scene, known: Knowledge | None = None, runs: int = 40
) -> dict[tuple[int, VisitorClass], float]:
    ahead = look_ahead(seen, known or knowledge(), random.Random(1), runs)
    return {line: band_of(waits).middle for line, waits in ahead.newcomers.items()}


def test_whoever_comes_to_a_free_window_waits_for_nothing():
    assert set(foreseen(scene(hall(), [])).values()) == {0.0}


def test_a_line_before_one_window_takes_its_services():
    expected = 5 * (480 + 25 + 20)
    assert foreseen(scene(hall(), waiting(5)))[1, ORDINARY] == pytest.approx(expected, rel=0.25)


def test_twice_the_windows_take_half_the_time():
    one = foreseen(scene(hall(1), waiting(8)))[1, ORDINARY]
    two = foreseen(scene(hall(2), waiting(8)))[1, ORDINARY]
    assert 0.35 < two / one < 0.65


def test_the_elderly_are_called_before_ordinary_visitors_who_came_first():
    found = foreseen(scene(hall(), waiting(10)))
    assert found[1, ELDERLY] < 0.5 * found[1, ORDINARY]


def test_what_is_drawn_for_the_simulated_visitors_is_not_looked_at():
    quick, slow = (foreseen(scene(hall(), waiting(5, seconds=one))) for one in (1.0, 50_000.0))
    assert quick == slow


def test_virtual_visitors_take_nobodys_turn():
    place = hall(businesses=30)
    alone = foreseen(scene(hall(), waiting(6)))[1, ORDINARY]
    among_many = foreseen(scene(place, waiting(6)), knowledge(businesses=30))[1, ORDINARY]
    assert among_many == pytest.approx(alone, rel=0.25)


def test_a_service_that_has_lasted_is_nearer_to_its_end():
    known = knowledge(0.3)
    just_begun = foreseen(scene(hall(), [], serving_since=NOON - 10), known)[1, ORDINARY]
    nearly_over = foreseen(scene(hall(), [], serving_since=NOON - 420), known)[1, ORDINARY]
    assert nearly_over < 0.6 * just_begun


def somebody(number: int) -> Waiting:
    return Waiting(Visitor(number, NOON - 3000, 1, ORDINARY, 1.0), number, 1, ORDINARY, NOON - 3000)


def test_who_stepped_aside_comes_back_to_the_window_and_takes_their_time():
    line = scene(hall(), waiting(6))
    aside = tuple(Held(somebody(500 + number), NOON - 60, 0.0, NOON - 60) for number in range(6))
    with_them = replace(line, present=replace(line.present, desks={1: Desk(held=aside)}))
    assert foreseen(with_them)[1, ORDINARY] > foreseen(line)[1, ORDINARY] + 4 * 100


def test_who_was_missed_may_come_back_into_the_line_and_the_less_likely_the_longer_they_are_gone():
    line = scene(hall(), waiting(8))
    just_now, long_ago = (
        replace(
            line,
            present=replace(line.present, away=tuple(Away(somebody(500 + one), since) for one in range(12))),
        )
        for since in (NOON - 60, NOON - 9 * 3600)
    )
    without = foreseen(line)[1, ORDINARY]
    assert foreseen(just_now)[1, ORDINARY] > 1.15 * without
    assert foreseen(long_ago)[1, ORDINARY] < 1.1 * without


def test_the_chance_that_somebody_missed_comes_back_is_learnt():
    faithful, faithless = knowledge(), knowledge()
    for _ in range(200):
        faithful.missed(came_back=True)
        faithless.missed(came_back=False)
    assert knowledge().return_share == 0.5
    assert faithless.return_share < 0.15 < 0.85 < faithful.return_share


def test_what_is_known_of_a_pause_is_used():
    line = scene(hall(), waiting(2))
    resting = replace(line, present=replace(line.present, desks={1: Desk(state="paused")}))
    soon, late = (replace(resting, pauses={1: seconds}) for seconds in (60.0, 3600.0))
    assert foreseen(soon)[1, ORDINARY] < foreseen(resting)[1, ORDINARY] < foreseen(late)[1, ORDINARY]


def test_a_service_that_nobody_ended_does_not_stop_the_hall():
    found = foreseen(scene(hall(), waiting(1), serving_since=NOON - 9 * 3600))
    assert 0 < found[1, ORDINARY] < 6 * 3600


def test_slow_clerks_make_longer_waits():
    slow = knowledge()
    for number in range(300):
        slow.served(Case(1, ORDINARY, 1 if number % 2 else 2, DAY, 900.0 if number % 2 else 480.0))
    by_the_slow, by_the_quick = (replace(scene(hall(), waiting(4)), clerks={1: clerk}) for clerk in (1, 2))
    assert foreseen(by_the_slow, slow)[1, ORDINARY] > 1.15 * foreseen(by_the_quick, slow)[1, ORDINARY]


def test_more_arrivals_lengthen_the_wait_of_those_they_may_overtake():
    busy, calm = knowledge(), knowledge()
    for second in range(0, 3600, 60):
        busy.came(DAY, NOON - 3600 + second, 1, ELDERLY)
    many, few = (foreseen(scene(hall(), waiting(6)), one)[1, ORDINARY] for one in (busy, calm))
    assert many > 1.3 * few


def test_the_same_seed_sees_the_same():
    assert foreseen(scene(hall(), waiting(5))) == foreseen(scene(hall(), waiting(5)))


def test_looking_at_the_queues_changes_nothing_of_what_is_foreseen_for_anybody():
    busy = knowledge(businesses=3)
    for second in range(0, 3600, 45):
        busy.came(DAY, NOON - 3600 + second, 1 + second % 3, ELDERLY if second % 2 else ORDINARY)
    seen = scene(hall(2, 3), waiting(6), serving_since=NOON - 100)
    plain, looking = (
        look_ahead(seen, busy, random.Random(7), 20, busy_seconds=3600.0, horizons=horizons)
        for horizons in ((), (900.0, 1800.0, 2700.0))
    )
    assert plain.newcomers == looking.newcomers
    assert plain.waiting == looking.waiting
    assert [len(runs) for runs in looking.queues] == [20, 20, 20]
    assert plain.queues == []


def test_with_fewer_minutes_drawn_every_call_within_them_is_the_same():
    busy = knowledge()
    for second in range(0, 3600, 60):
        busy.came(DAY, NOON - 3600 + second, 1, ORDINARY)
    seen = scene(hall(4), waiting(2))
    plain, looking = (
        look_ahead(seen, busy, random.Random(7), 20, busy_seconds=1200.0, horizons=horizons)
        for horizons in ((), (2700.0,))
    )
    assert all(wait < 1200 for waits in plain.newcomers.values() for wait in waits)
    assert plain.newcomers == looking.newcomers
    assert plain.waiting == looking.waiting


def test_queues_grow_where_more_come_than_are_served_and_shrink_where_nobody_comes():
    busy, calm = knowledge(), knowledge()
    for second in range(0, 3600, 60):
        busy.came(DAY, NOON - 3600 + second, 1, ORDINARY)
    horizons = (900.0, 1800.0, 2700.0)
    for known, grows in ((busy, True), (calm, False)):
        seen = scene(hall(1), waiting(6))
        ahead = look_ahead(seen, known, random.Random(1), 20, horizons=horizons)
        found = queues_of(seen, ahead, {1: "west"})
        people = [one.waiting.middle for one in found.businesses[1]]
        assert people == sorted(people, reverse=not grows)
        assert (people[0] > 6) is grows
        assert [one.minutes for one in found.hall] == [15, 30, 45]
        assert found.hall == found.zones["west"] == found.businesses[1]
        assert all(one.waiting.low <= one.waiting.middle <= one.waiting.high for one in found.hall)


def test_a_horizon_after_closing_is_left_out():
    closes = {"mon": ("08:00-12:20",)}
    seen = scene(replace(hall(1), hours=closes), waiting(3))
    ahead = look_ahead(seen, knowledge(), random.Random(1), 10, horizons=(900.0, 1800.0, 2700.0))
    assert [one.minutes for one in queues_of(seen, ahead, {}).hall] == [15]


def test_queues_ahead_are_read_back_as_they_were_stored():
    seen = scene(hall(1), waiting(6))
    ahead = look_ahead(seen, knowledge(), random.Random(1), 10, horizons=(900.0,))
    found = queues_of(seen, ahead, {1: "west"})
    again = QueuesAhead.from_json(json.loads(json.dumps(found.as_json())))
    assert again.as_json() == found.as_json()
    assert again.businesses[1][0].waiting == found.businesses[1][0].waiting
    assert QueuesAhead.from_json(None) == QueuesAhead()


def test_a_line_too_long_for_the_day_is_probably_not_called_before_closing():
    ahead = look_ahead(scene(hall(), waiting(30)), knowledge(), random.Random(1), 20)
    line = (1, ORDINARY)
    assert ahead.called_share(line, 3600) < 0.1
    assert ahead.called_share(line, 10 * 3600) > 0.9


def told(waited: float, low: int, high: int) -> Told:
    return Told(waited, Band(60.0, 120.0, 180.0), WaitRange(low, high), 60.0, 0.0, 240.0)


def test_the_figures_are_what_they_are_called():
    found = accuracy([told(120.0, 1, 3), told(240.0, 1, 3), told(0.0, 0, 1)])
    assert found.mean == pytest.approx(2.0)
    assert found.errors["foreseen"] == pytest.approx((0 + 120 + 120) / 3 / 120)
    assert found.errors["last called"] == pytest.approx(1.0)
    assert found.coverage == pytest.approx(0.5)
    assert found.of_all == pytest.approx(2 / 3)


def test_on_a_small_study_hall_the_look_ahead_is_nearer_than_the_classical_predictors():
    trial = Trial(study("small", 3), random.Random(3))
    for day in range(3):
        trial.live_through(day)
    seen = [one for some in trial.judge(50, 600, 300) for one in some]
    figures = accuracy(seen)
    assert len(seen) > 100
    for one in accuracy_of_queues(trial.queues):
        assert 0.65 < one.held <= 1.0, one
        assert 0.6 < one.held_longest <= 1.0, one
        assert one.width < (8 if one.whole else 4), "a band that holds everything says nothing"
    assert figures.errors["foreseen"] < min(
        figures.errors[other] for other in ("people ahead", "last called", "head of line")
    )
