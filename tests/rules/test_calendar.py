from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from hall.rules.calendar import Hours, business_day, business_opening, opening, parse_span

SHANGHAI = "Asia/Shanghai"
NEW_YORK = "America/New_York"
TWO_HALVES = ("08:30-12:00", "13:30-17:00")
WEEK: Hours = {"mon": TWO_HALVES, "tue": TWO_HALVES, "wed": TWO_HALVES, "thu": TWO_HALVES, "fri": TWO_HALVES}


def at(zone: str, text: str) -> datetime:
    """A moment as the wall clock of `zone` shows it, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize("zone", [SHANGHAI, NEW_YORK])
def test_the_business_day_turns_at_the_halls_own_midnight(zone: str) -> None:
    assert business_day(at(zone, "2026-11-23T23:59"), zone) == date(2026, 11, 23)
    assert business_day(at(zone, "2026-11-24T00:00"), zone) == date(2026, 11, 24)
    assert business_day(at(zone, "2026-11-24T00:01"), zone) == date(2026, 11, 24)


def test_one_moment_lies_on_two_business_days_in_two_halls() -> None:
    moment = datetime(2026, 11, 23, 16, 1, tzinfo=UTC)
    assert business_day(moment, SHANGHAI) == date(2026, 11, 24)
    assert business_day(moment, NEW_YORK) == date(2026, 11, 23)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        business_day(datetime(2026, 11, 23, 16, 1), SHANGHAI)  # noqa: DTZ001 - the mistake this is about


def test_inside_the_morning_the_hall_is_open_until_noon() -> None:
    now = opening(WEEK, (), (), at(SHANGHAI, "2026-11-23T08:30"), SHANGHAI)
    assert now.open_now
    assert now.opens_at == at(SHANGHAI, "2026-11-23T08:30")
    assert now.closes_at == at(SHANGHAI, "2026-11-23T12:00")
    assert now.period == "morning"
    assert now.day_closes_at == at(SHANGHAI, "2026-11-23T17:00")


def test_at_the_closing_minute_the_hall_is_closed() -> None:
    now = opening(WEEK, (), (), at(SHANGHAI, "2026-11-23T17:00"), SHANGHAI)
    assert not now.open_now
    assert now.opens_at == at(SHANGHAI, "2026-11-24T08:30")
    assert now.period is None


def test_at_lunch_the_next_opening_and_its_half_of_the_day_are_the_afternoon() -> None:
    now = opening(WEEK, (), (), at(SHANGHAI, "2026-11-23T12:30"), SHANGHAI)
    assert not now.open_now
    assert now.opens_at == at(SHANGHAI, "2026-11-23T13:30")
    assert now.closes_at == at(SHANGHAI, "2026-11-23T17:00")
    assert now.period == "afternoon"


def test_before_the_doors_open_a_number_counts_for_the_morning() -> None:
    now = opening(WEEK, (), (), at(SHANGHAI, "2026-11-23T08:05"), SHANGHAI)
    assert (now.open_now, now.period) == (False, "morning")


def test_without_a_lunch_break_noon_parts_the_day() -> None:
    straight: Hours = {"mon": ["08:30-17:00"]}
    assert opening(straight, (), (), at(SHANGHAI, "2026-11-23T11:59"), SHANGHAI).period == "morning"
    assert opening(straight, (), (), at(SHANGHAI, "2026-11-23T12:00"), SHANGHAI).period == "afternoon"


def test_after_friday_the_hall_opens_again_on_monday() -> None:
    now = opening(WEEK, (), (), at(SHANGHAI, "2026-11-27T17:30"), SHANGHAI)
    assert now.opens_at == at(SHANGHAI, "2026-11-30T08:30")


def test_a_closed_day_is_closed_and_the_next_open_one_is_named() -> None:
    holiday = {date(2026, 10, 1), date(2026, 10, 2)}
    now = opening(WEEK, holiday, (), at(SHANGHAI, "2026-10-01T09:00"), SHANGHAI)
    assert not now.open_now
    assert now.day_closes_at is None
    assert now.opens_at == at(SHANGHAI, "2026-10-05T08:30")


def test_a_sunday_worked_before_a_holiday_has_mondays_hours() -> None:
    worked = {date(2026, 9, 27)}
    now = opening(WEEK, (), worked, at(SHANGHAI, "2026-09-27T09:00"), SHANGHAI)
    assert now.open_now
    assert now.closes_at == at(SHANGHAI, "2026-09-27T12:00")


def test_a_hall_without_hours_never_opens() -> None:
    never = opening({}, (), (), at(SHANGHAI, "2026-11-23T09:00"), SHANGHAI)
    assert (never.open_now, never.opens_at, never.closes_at) == (False, None, None)


def test_a_hall_open_until_midnight_closes_as_the_day_ends() -> None:
    late: Hours = {"mon": ["20:00-24:00"]}
    assert opening(late, (), (), at(SHANGHAI, "2026-11-23T23:59"), SHANGHAI).open_now
    assert not opening(late, (), (), at(SHANGHAI, "2026-11-24T00:00"), SHANGHAI).open_now


def test_hours_written_out_of_order_are_taken_in_order() -> None:
    mixed: Hours = {"mon": ["13:30-17:00", "08:30-12:00"]}
    now = opening(mixed, (), (), at(SHANGHAI, "2026-11-23T08:00"), SHANGHAI)
    assert now.opens_at == at(SHANGHAI, "2026-11-23T08:30")


def test_a_business_keeps_its_own_hours_and_else_the_halls() -> None:
    morning_only: Hours = {"mon": ["09:00-11:00"]}
    moment = at(SHANGHAI, "2026-11-23T14:00")
    assert business_opening(WEEK, None, (), (), moment, SHANGHAI).open_now
    assert not business_opening(WEEK, morning_only, (), (), moment, SHANGHAI).open_now


def test_the_hall_keeps_its_wall_clock_when_the_clocks_change() -> None:
    daily: Hours = {"sat": ["09:00-17:00"], "sun": ["09:00-17:00"]}
    before = opening(daily, (), (), at(NEW_YORK, "2026-03-07T10:00"), NEW_YORK)
    after = opening(daily, (), (), at(NEW_YORK, "2026-03-08T10:00"), NEW_YORK)
    assert before.opens_at == datetime(2026, 3, 7, 14, tzinfo=UTC)
    assert after.opens_at == datetime(2026, 3, 8, 13, tzinfo=UTC)


def test_a_span_in_the_hour_that_does_not_exist_begins_after_the_jump() -> None:
    early: Hours = {"sun": ["02:30-04:00"]}
    now = opening(early, (), (), at(NEW_YORK, "2026-03-08T01:00"), NEW_YORK)
    assert now.opens_at == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)
    assert now.closes_at == datetime(2026, 3, 8, 8, tzinfo=UTC)


def test_on_the_long_day_the_doors_stay_open_an_hour_longer() -> None:
    night: Hours = {"sun": ["00:30-03:00"]}
    now = opening(night, (), (), datetime(2026, 11, 1, 6, 30, tzinfo=UTC), NEW_YORK)
    assert now.open_now
    assert now.opens_at is not None
    assert now.closes_at is not None
    assert (now.closes_at - now.opens_at).total_seconds() == 3.5 * 3600


@pytest.mark.parametrize(
    "text", ["8:30-12:00", "08:30", "08:30-25:00", "08:60-12:00", "24:00-24:00", "٠٨:30-12:00", ""]
)
def test_what_is_not_a_span_of_hours_is_none(text: str) -> None:
    assert parse_span(text) is None
