"""The look-ahead of a live hall: forecasts from what stands in the database, learnt from what happened."""

import os
import sys
import threading
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from hall.actions import serve, windows
from hall.records import forecasts
from hall.records.database import Database
from hall.records.tables import wait_calibrations, wait_forecasts
from hall.rules.tickets import VisitorClass
from hall.twin import foresee, present
from hall.twin.foresee import Foreseer, runs_for
from hall.twin.gentle import NICENESS, behind_requests, rest_seconds
from hall.twin.learning import Learner
from hall.twin.lookahead import RUNS
from hall.twin.model import Phase
from tests.office import Office

ORDINARY, ELDERLY = VisitorClass.ORDINARY, VisitorClass.ELDERLY


def newest(office: Office) -> forecasts.Forecast:
    with office.database.read() as connection:
        found = forecasts.look_again(connection, office.hall_id)
    assert found is not None
    return found


def business(office: Office, code: str) -> int:
    return office.book().business(code).id


def busy(office: Office, waiting: int = 12) -> str:
    """One window serving, and a line before it. Returns its clerk."""
    clerk = office.sits(1, 1)
    for _ in range(waiting):
        office.takes()
    office.calls(clerk, 1)
    office.does(clerk, serve.start, 1)
    return clerk


def works(office: Office, clerk: str, window: int, cases: int, minutes: float) -> None:
    """The clerk serves so many, each in so many minutes."""
    for _ in range(cases):
        office.takes()
        office.calls(clerk, window)
        office.later(seconds=20)
        office.does(clerk, serve.start, window)
        office.later(minutes=minutes)
        office.does(clerk, serve.finish, window)


@pytest.fixture
def foreseer(office: Office) -> Foreseer:
    return Foreseer(office.database)


def test_a_line_is_foreseen_longer_than_no_line_and_the_elderly_are_foreseen_sooner(
    office: Office, foreseer: Foreseer
):
    busy(office)
    assert foreseer.look(office.settings["id"])
    found = newest(office)
    social, tax = business(office, "social"), business(office, "tax")
    ordinary, elderly = found.outlooks[social, ORDINARY], found.outlooks[social, ELDERLY]
    assert ordinary.band.middle > 30 * 60
    assert elderly.band.middle < ordinary.band.middle
    assert found.outlooks[tax, ORDINARY].band.middle > 0
    assert ordinary.band.low <= ordinary.band.middle <= ordinary.band.high


def test_who_waits_in_front_is_called_before_who_waits_behind(office: Office, foreseer: Foreseer):
    busy(office, 20)
    foreseer.look(office.settings["id"])
    points = newest(office).places[business(office, "social"), ORDINARY]
    assert len(points) > 10
    assert [one.queued_at for one in points] == sorted(one.queued_at for one in points)
    assert points[0].high < points[-1].high
    assert points[0].low <= points[-1].low


def priority() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id() if sys.platform == "linux" else 0)


def test_it_thinks_behind_everybody_who_answers_requests_and_only_thinks_there(office: Office):
    busy(office)
    before, runs = priority(), list[tuple[int, float]]()
    with behind_requests() as thinking:
        foreseer = Foreseer(
            office.database, thinking, lambda took_seconds: runs.append((priority(), took_seconds))
        )
        assert foreseer.look(office.settings["id"])
    assert len(runs) == RUNS
    assert all(nice == max(NICENESS, before) and took > 0 for nice, took in runs)
    assert priority() == before, "whoever holds the write lock is as quick as others"
    assert newest(office).outlooks


def test_it_rests_as_long_as_it_worked_but_never_long():
    assert [rest_seconds(worked) for worked in (0.0, 0.2, 30.0)] == [0.0, 0.2, 0.5]


def test_rests_are_no_reason_to_think_that_a_look_takes_long(office: Office, monkeypatch: pytest.MonkeyPatch):
    busy(office)
    clock = [0.0]
    monkeypatch.setattr(foresee, "time", SimpleNamespace(monotonic=lambda: clock[0]))

    def rests(took_seconds: float) -> None:
        clock[0] += 100.0

    Foreseer(office.database, between=rests).look(office.settings["id"])
    with office.database.read() as connection:
        took = select(wait_forecasts.c.took_seconds).where(wait_forecasts.c.hall_id == office.hall_id)
        assert connection.execute(took).scalars().all() == [0.0]
    assert clock[0] == 100.0 * RUNS


def test_a_small_hall_is_run_more_often_than_one_that_takes_long():
    assert [runs_for(seconds) for seconds in (0.0, 0.01, 0.5, 1.0, 60.0)] == [40, 40, 20, 10, 10]


def test_a_hall_where_no_window_is_open_is_not_foreseen(office: Office, foreseer: Foreseer):
    office.takes()
    office.sits(1, 1, open_it=False)
    assert not foreseer.look(office.settings["id"])


def test_a_business_that_nobody_calls_has_no_outlook(office: Office, foreseer: Foreseer):
    office.sits(1, 3)  # social insurance only
    foreseer.look(office.settings["id"])
    found = newest(office)
    assert (business(office, "social"), ORDINARY) in found.outlooks
    assert (business(office, "tax"), ORDINARY) not in found.outlooks


def test_a_forecast_is_made_anew_when_it_is_old_or_something_big_has_changed(
    office: Office, foreseer: Foreseer
):
    busy(office)
    hall = office.settings["id"]
    assert foreseer.look(hall)
    office.later(seconds=20)
    assert not foreseer.look(hall)
    office.sits(2, 2)
    assert foreseer.look(hall)
    office.later(seconds=11)
    for _ in range(8):
        office.takes()
    assert foreseer.look(hall)
    office.later(seconds=46)
    assert foreseer.look(hall)


def test_two_workers_never_make_the_same_forecast(office: Office):
    busy(office)
    one, other = Foreseer(office.database), Foreseer(Database(str(office.database.engine.url)))
    if office.database.engine.dialect.name != "sqlite":
        other = Foreseer(office.database)
    other._database.clock = lambda: office.now
    hall = office.settings["id"]
    assert [one.look(hall), other.look(hall)] == [True, False]


def test_a_claim_that_came_to_nothing_is_taken_over(office: Office):
    busy(office)
    with office.database.engine.begin() as connection:
        assert forecasts.claim(connection, office.hall_id, office.now, timedelta(seconds=45))
    office.later(seconds=30)
    assert not Foreseer(office.database).look(office.settings["id"])
    office.later(seconds=16)
    assert Foreseer(office.database).look(office.settings["id"])


def test_services_that_take_longer_than_configured_are_learnt(office: Office, foreseer: Foreseer):
    clerk = office.sits(1, 1)
    works(office, clerk, 1, 15, minutes=16)
    book = office.book()
    learner = Learner.of(book)
    social = book.business("social")
    before = learner.knowledge.service.duration(social.id, ORDINARY).mean_seconds
    with office.database.read() as connection:
        learner.catch_up(connection, book, office.now)
    after = learner.knowledge.service.duration(social.id, ORDINARY).mean_seconds
    assert before < 10 * 60 < 12 * 60 < after
    assert learner.knowledge.walk.seconds < 25


def test_nothing_is_learnt_twice_and_nothing_is_left_out(office: Office):
    clerk = office.sits(1, 1)
    at_once, step_by_step = Learner.of(office.book()), Learner.of(office.book())
    for day in range(3):
        for _ in range(4):
            works(office, clerk, 1, 1, minutes=5)
            with office.database.read() as connection:
                step_by_step.catch_up(connection, office.book(), office.now)
        if day < 2:
            office.later(days=1)
    with office.database.read() as connection:
        at_once.catch_up(connection, office.book(), office.now)
    assert at_once.knowledge.service.cases == step_by_step.knowledge.service.cases == 12
    social = business(office, "social")
    one, other = (each.knowledge.service.duration(social, ORDINARY) for each in (at_once, step_by_step))
    assert one.mean_seconds == pytest.approx(other.mean_seconds)


def test_the_scene_is_the_hall_as_it_stands(office: Office):
    clerk = busy(office, 5)
    called = office.sits(2, 2)
    office.calls(called, 2)
    ready = office.sits(3, 4)  # tax: nobody waits for it
    office.calls(ready, 4)
    resting = office.sits(4, 6)
    office.does(resting, windows.pause, 6, "rest")
    office.later(minutes=2)
    with office.database.read() as connection:
        found = present.scene(connection, office.book(), office.now)
    by_number = {found.hall.windows[one].number: desk for one, desk in found.present.desks.items()}
    assert len(found.present.waiting) == 3
    assert by_number[1].ticket.phase is Phase.SERVING
    assert by_number[2].ticket.phase is Phase.CALLED
    assert by_number[4].ready_since is not None
    assert by_number[6].state == "paused"
    assert set(by_number) == {1, 2, 4, 6}
    one = next(window.id for window in found.hall.windows.values() if window.number == 1)
    assert found.clerks[one] == office.account(clerk)
    assert found.present.at_seconds - found.started_at[one] >= 120


def test_those_who_stepped_aside_and_those_missed_who_may_return_are_in_the_scene(office: Office):
    clerk = busy(office, 5)
    office.does(clerk, serve.hold, 1, "copies")
    office.calls(clerk, 1)
    office.later(seconds=60)
    office.does(clerk, serve.miss, 1)
    back = office.calls(clerk, 1)
    assert back is not None
    office.later(seconds=60)
    office.does(clerk, serve.miss, 1)
    office.does(clerk, serve.return_missed, office.ticket_named(back))
    paused = office.sits(2, 2, open_it=False)
    office.calls(clerk, 1)
    assert paused
    with office.database.read() as connection:
        found = present.scene(connection, office.book(), office.now)
    by_number = {found.hall.windows[one].number: desk for one, desk in found.present.desks.items()}
    assert [one.step.visitor.id for one in by_number[1].held] == [office.ticket_named("A001")]
    assert [one.step.visitor.id for one in found.present.away] == [office.ticket_named("A002")]
    assert office.ticket_named(back) in {one.visitor.id for one in found.present.waiting}
    assert [found.hall.windows[one].number for one in found.pauses] == [2], "just signed in"
    # Whoever was missed too long ago, or too often, would not be taken back.
    rules = {"missed_return_within_minutes": 5}
    office.apply({**office.settings, "rules": {**office.settings.get("rules", {}), **rules}})
    office.later(minutes=6)
    with office.database.read() as connection:
        assert present.scene(connection, office.book(), office.now).present.away == ()


def test_a_hall_with_people_aside_and_away_is_foreseen(office: Office, foreseer: Foreseer):
    clerk = busy(office, 5)
    office.does(clerk, serve.hold, 1, None)
    office.calls(clerk, 1)
    office.later(seconds=60)
    office.does(clerk, serve.miss, 1)
    assert foreseer.look(office.settings["id"])
    assert newest(office).outlooks[business(office, "social"), ORDINARY].band.middle > 0


def test_those_missed_who_came_back_are_learnt(office: Office):
    clerk = busy(office, 2)
    office.does(clerk, serve.finish, 1)
    label = office.calls(clerk, 1)
    assert label is not None
    office.later(seconds=60)
    office.does(clerk, serve.miss, 1)
    office.does(clerk, serve.return_missed, office.ticket_named(label))
    office.calls(clerk, 1)
    office.does(clerk, serve.start, 1)
    office.later(minutes=5)
    office.does(clerk, serve.finish, 1)
    learner = Learner.of(office.book())
    before = learner.knowledge.return_share
    with office.database.read() as connection:
        learner.catch_up(connection, office.book(), office.now)
    assert learner.knowledge.return_share > before


def test_who_was_called_is_held_against_what_was_foreseen_when_they_came(office: Office):
    clerk = busy(office, 3)
    foreseer = Foreseer(office.database)
    hall = office.settings["id"]
    foreseer.look(hall)
    office.later(seconds=5)
    late = office.takes()
    for _ in range(3):
        office.later(minutes=4)
        office.does(clerk, serve.finish, 1)
        office.calls(clerk, 1)
        office.does(clerk, serve.start, 1)
    assert office.state(late.ticket_id) == "serving"
    foreseer.look(hall)
    with office.database.read() as connection:
        state = connection.execute(
            select(wait_calibrations.c.state).where(wait_calibrations.c.hall_id == office.hall_id)
        ).scalar_one()
    assert len(state["hall"]) == 1
    again = Foreseer(office.database)
    office.later(seconds=60)
    again.look(hall)
    with office.database.read() as connection:
        kept = forecasts.calibration(connection, office.hall_id)
    assert kept is not None
    assert kept.state == state, "a worker that starts anew goes on from what was stored"


def test_old_forecasts_are_let_go(office: Office, foreseer: Foreseer):
    busy(office)
    hall = office.settings["id"]
    foreseer.look(hall)
    office.later(hours=7)
    foreseer.look(hall)
    with office.database.read() as connection:
        assert len(forecasts.made_since(connection, office.hall_id, forecasts.NEVER)) == 1
