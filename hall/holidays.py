"""The Chinese holiday calendar: which days are holidays and which weekends are worked, from the package
chinesecalendar, which carries what the State Council announces each autumn for the year to come.

Beyond the years it knows only weekdays are left, and `known` says so. Used by the forecast of arrivals and
the roster's page.
"""

from dataclasses import dataclass
from datetime import date

import chinese_calendar
from chinese_calendar.constants import Holiday, holidays


@dataclass(frozen=True)
class CalendarDay:
    """`name`: the holiday in English as the package has it (a worked weekend bears the one it makes up for),
    "" on ordinary days.
    """

    working: bool
    known: bool
    name: str = ""
    made_up: bool = False


FIRST_YEAR, LAST_YEAR = min(holidays).year, max(holidays).year


def calendar_day(day: date) -> CalendarDay:
    """What the calendar says of a day; a weekday outside its years is a working day that is not `known`."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        return CalendarDay(day.weekday() < 5, known=False)
    working = chinese_calendar.is_workday(day)
    _, name = chinese_calendar.get_holiday_detail(day)
    named = name if name in {one.value for one in Holiday} else ""
    return CalendarDay(working, True, named or "", made_up=working and day.weekday() >= 5)
