"""Ranges of days as people ask for them: checked, and the week or month a day lies in."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from hall.rules.errors import RangeInFuture, RangeReversed, RangeTooLong

LONGEST_DAYS = 3 * 366 + 31
"""Three years, and the month that has just begun."""


@dataclass(frozen=True)
class Span:
    """Days from `first` to `last`, both included."""

    first: date
    last: date

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=one) for one in range((self.last - self.first).days + 1)]


def span_of(first: date | None, last: date | None, today: date) -> Span:
    """The days somebody asked for; today where nothing was said. Raises RangeReversed, RangeInFuture,
    RangeTooLong.
    """
    last = last or (max(today, first) if first else today)
    first = first or last
    if last > today:
        raise RangeInFuture(today=today.isoformat())
    if first > last:
        raise RangeReversed(first=first.isoformat(), last=last.isoformat())
    if (last - first).days >= LONGEST_DAYS:
        raise RangeTooLong(days=LONGEST_DAYS)
    return Span(first, last)


def around(day: date, period: Literal["day", "week", "month"], today: date) -> Span:
    """The period that holds a day, as far as it has come: weeks begin on Monday."""
    if period == "week":
        first = day - timedelta(days=day.weekday())
        last = first + timedelta(days=6)
    elif period == "month":
        first = day.replace(day=1)
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    else:
        first = last = day
    return Span(first, min(last, max(today, first)))
