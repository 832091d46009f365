"""By which day something is to be rectified, and how that stands."""

from datetime import date

import pytest

from hall.holidays import calendar_day
from hall.rules.rectifications import due_day, standing


def works(day: date) -> bool:
    return calendar_day(day).working


@pytest.mark.parametrize(
    ("opened", "days", "due"),
    [
        (date(2026, 11, 23), 5, date(2026, 11, 30)),  # Monday to Monday
        (date(2026, 11, 27), 1, date(2026, 11, 30)),  # over a weekend
        (date(2026, 11, 28), 1, date(2026, 11, 30)),  # opened on a Saturday
        (date(2026, 9, 30), 2, date(2026, 10, 9)),  # over the holiday of the National Day
        (date(2026, 2, 13), 1, date(2026, 2, 14)),  # the Saturday that is worked for the Spring Festival
    ],
)
def test_the_due_day_is_a_working_day_by_the_holiday_calendar(opened: date, days: int, due: date):
    assert due_day(opened, days, works) == due


def test_where_nobody_ever_works_the_search_ends():
    assert due_day(date(2026, 11, 23), 5, lambda day: False) > date(2027, 11, 23)


@pytest.mark.parametrize(
    ("is_done", "is_late", "told"),
    [
        (False, False, "open"),
        (False, True, "overdue"),
        (True, False, "done"),
        (True, True, "done_late"),
    ],
)
def test_it_stands_in_one_of_four_ways(is_done: bool, is_late: bool, told: str):
    assert standing(is_done, is_late) == told
