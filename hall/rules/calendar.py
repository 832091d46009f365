"""The hall's own clock: which business day it is, and whether the doors are open.

Called with `now_utc` by the actions (may a number be issued, which quota does it count against), by the pages
(open until when, opens again when) and by the config's checks. Everything is decided in the hall's time zone;
there is no job at midnight: the business day is simply the date there.

Hours are written by people on the wall: {"mon": ["08:30-12:00", "13:30-17:00"], …}; a weekday that is missing
is closed. On a day the clocks are put forward, a span that would begin in the hour that does not exist begins
when the clock has jumped; on the day they are put back, the first of the two equal hours is meant.
"""

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Hours = Mapping[Weekday, Sequence[str]]
Period = Literal["morning", "afternoon"]

_WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NOON = 12 * 60
_DAYS_TO_LOOK_AHEAD = 400  # more than a year: a hall that opens once a year still finds its day


@dataclass(frozen=True)
class Opening:
    """Times are UTC. While open, opens_at … closes_at is the span we are in; while closed, the next one.

    Both are None where no opening is known at all. `period` is the half of today that a number issued now
    counts for: the present one, or while closed that of the next span today; None when today has no more
    openings. `day_closes_at` is the end of today's last span, None on a closed day.
    """

    open_now: bool
    opens_at: datetime | None
    closes_at: datetime | None
    period: Period | None
    day_closes_at: datetime | None


def business_day(now_utc: datetime, tz: str) -> date:
    """The date on the hall's wall at this moment."""
    return _local(now_utc, tz).date()


def opening(
    hours: Hours, closed_days: Container[date], open_days: Container[date], now_utc: datetime, tz: str
) -> Opening:
    """Whether the doors are open at `now_utc`, and until or from when.

    A day in `closed_days` is closed whatever the weekday says; a day in `open_days` (the Sunday worked before
    a long holiday) has Monday's hours.
    """
    zone = ZoneInfo(tz)
    here = _local(now_utc, tz)
    today = here.date()
    todays = list(_spans(hours, closed_days, open_days, today, zone))
    day_closes_at = todays[-1][1] if todays else None
    for opens_at, closes_at in todays:
        if opens_at <= now_utc < closes_at:
            return Opening(True, opens_at, closes_at, _half(here), day_closes_at)
        if now_utc < opens_at:
            period = _half(opens_at.astimezone(zone))
            return Opening(False, opens_at, closes_at, period, day_closes_at)
    for ahead in range(1, _DAYS_TO_LOOK_AHEAD) if hours else ():
        for opens_at, closes_at in _spans(hours, closed_days, open_days, today + timedelta(days=ahead), zone):
            return Opening(False, opens_at, closes_at, None, day_closes_at)
    return Opening(False, None, None, None, day_closes_at)


def business_opening(
    hall_hours: Hours,
    business_hours: Hours | None,
    closed_days: Container[date],
    open_days: Container[date],
    now_utc: datetime,
    tz: str,
) -> Opening:
    """The same for one business, which may have hours of its own; without any it keeps the hall's."""
    hours = hall_hours if business_hours is None else business_hours
    return opening(hours, closed_days, open_days, now_utc, tz)


def spans_of(
    hours: Hours, closed_days: Container[date], open_days: Container[date], day: date, tz: str
) -> list[tuple[datetime, datetime]]:
    """The openings of one day in UTC, in order; empty on a closed day."""
    return list(_spans(hours, closed_days, open_days, day, ZoneInfo(tz)))


def parse_span(span: str) -> tuple[int, int] | None:
    """Begin and end of "08:30-12:00" in minutes after midnight; None where it is not such a text."""
    match = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|(24):(00))", span, re.ASCII)
    if match is None:
        return None
    from_hour, from_minute, to_hour, to_minute = (int(part) for part in match.groups() if part is not None)
    return from_hour * 60 + from_minute, to_hour * 60 + to_minute


def _local(now_utc: datetime, tz: str) -> datetime:
    if now_utc.tzinfo is None:
        raise ValueError("now_utc has no time zone")
    return now_utc.astimezone(ZoneInfo(tz))


def _half(here: datetime) -> Period:
    return "morning" if here.hour * 60 + here.minute < _NOON else "afternoon"


def _spans(
    hours: Hours, closed_days: Container[date], open_days: Container[date], day: date, zone: ZoneInfo
) -> Iterator[tuple[datetime, datetime]]:
    """The day's openings in UTC, in order; what is no span is stepped over (the config check names it)."""
    if day in closed_days:
        return
    weekday: Weekday = "mon" if day in open_days else _WEEKDAYS[day.weekday()]
    midnight = datetime.combine(day, time(), zone)
    parsed = [span for text in hours.get(weekday, ()) if (span := parse_span(text)) is not None]
    for begins, ends in sorted(parsed):
        # Adding to a time with a zone moves the wall clock, which is what is written on the wall.
        opens_at = (midnight + timedelta(minutes=begins)).astimezone(UTC)
        closes_at = (midnight + timedelta(minutes=ends)).astimezone(UTC)
        if opens_at < closes_at:
            yield opens_at, closes_at
