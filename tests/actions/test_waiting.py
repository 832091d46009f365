"""What is told of a wait: the newest forecast while it is fresh, else what was waited lately."""

from datetime import timedelta

import pytest

from hall.actions import waiting
from hall.records import forecasts
from hall.rules.calibration import Band
from hall.rules.forecasts import GOOD_FOR, Forecast, Outlook, Point
from hall.rules.tickets import VisitorClass
from hall.rules.waits import Said
from tests.office import Office

ORDINARY, ELDERLY = VisitorClass.ORDINARY, VisitorClass.ELDERLY


def foresees(office: Office, share: float = 1.0, low: int = 33, high: int = 41) -> Forecast:
    """So many minutes for ordinary visitors of social insurance who come now; for one who has been in line
    for ten minutes, 4 to 8 from now.
    """
    social = office.book().business("social").id
    made = Forecast(
        office.now,
        {(social, ORDINARY): Outlook(Band(1800, 2000, 2400), low * 60, high * 60, share)},
        {(social, ORDINARY): [Point(-600, 240, 480)]},
    )
    with office.database.engine.begin() as connection:
        forecasts.claim(connection, office.hall_id, office.now, timedelta(0))
        forecasts.keep(connection, office.hall_id, made, 0.1, {}, office.now)
    with office.database.read() as connection:
        forecasts.look_again(connection, office.hall_id)
    return made


def told(office: Office, kind: VisitorClass = ORDINARY, windows: int = 2, **more: object) -> Said | None:
    book = office.book()
    with office.database.read() as connection:
        social = book.business("social")
        return waiting.estimate(connection, book, social, kind, 3, windows, office.now, **more)


def test_a_fresh_forecast_is_told(office: Office):
    before = told(office)
    foresees(office)
    # Above twenty minutes a range is told in steps of five.
    assert told(office) == Said(35, 40) != before


def test_a_forecast_too_wide_to_help_is_not_told_as_a_range(office: Office):
    foresees(office, low=15, high=240)
    assert told(office) == Said(15, None)


def test_a_forecast_older_than_three_minutes_is_not(office: Office):
    before = told(office)
    foresees(office)
    office.later(seconds=GOOD_FOR.total_seconds() + 1)
    assert told(office) == before


def test_a_forecast_that_says_nothing_of_a_class_leaves_it_to_the_last_called(office: Office):
    before = told(office, ELDERLY)
    foresees(office)
    assert told(office, ELDERLY) == before


def test_where_no_window_is_open_nobody_can_say(office: Office):
    foresees(office)
    assert told(office, windows=0) is None


def test_who_waits_already_is_told_what_is_left(office: Office):
    foresees(office)
    came = office.now - timedelta(minutes=10)
    assert told(office, queued_at=came) == Said(4, 8)
    office.later(seconds=120)
    assert told(office, queued_at=came) == Said(2, 6)


def test_who_came_after_the_forecast_is_told_a_newcomers_wait_less_what_has_passed(office: Office):
    foresees(office)
    came = office.now + timedelta(seconds=30)
    office.later(seconds=150)
    assert told(office, queued_at=came) == Said(30, 40)


def test_who_is_meant_for_one_window_is_told_by_the_last_called(office: Office):
    before = told(office)
    foresees(office)
    assert told(office, queued_at=office.now, pinned=True) == before


@pytest.mark.parametrize(("share", "unlikely"), [(0.49, True), (0.51, False)])
def test_a_newcomer_is_warned_below_the_halls_share(office: Office, share: float, unlikely: bool):
    foresees(office, share)
    book = office.book()
    with office.database.read() as connection:
        social = book.business("social")
        assert waiting.unlikely(connection, book, social, ORDINARY, office.now) is unlikely
        assert not waiting.unlikely(connection, book, social, ELDERLY, office.now)


def test_a_forecast_survives_its_way_through_the_database(office: Office):
    made = foresees(office)
    with office.database.read() as connection:
        assert forecasts.made_since(connection, office.hall_id, forecasts.NEVER)[0].outlooks == made.outlooks
        assert forecasts.newest(connection, office.hall_id, office.now) == made
