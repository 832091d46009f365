"""The roster as it stands in the database: shifts, absences, AB posts, and who is in the house now.

Read by hall/actions/roster.py, the roster's page (hall/screens/roster.py), the weekly plan, and the staffing
advisor, which asks `in_the_house` for clerks to open a window with and `there_now` for how long they are
there.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from hall.config_roster import roster_of
from hall.records.book import Book
from hall.records.posts import certified
from hall.records.tables import absences, accounts, backup_posts, roster_days, shifts, windows
from hall.rules import calendar
from hall.rules.roster import House, Minutes, OpenDay, Shift
from hall.rules.staffing import Businesses

CLERK = "clerk"


@dataclass(frozen=True)
class Person:
    """A clerk as the roster names them; `skills` are business ids."""

    id: int
    username: str
    name: str
    name_en: str
    badge: str
    skills: Businesses


@dataclass(frozen=True)
class InHouse:
    """A clerk who is in the house at a moment and sits at no window: account id, certified skills as the
    account has them, and until when (UTC) they can be there, with the breaks still to come (UTC, minutes).
    """

    clerk_id: int
    skills: str | Sequence[str] | None
    until: datetime
    breaks: tuple[tuple[datetime, int], ...]


def people(connection: Connection, book: Book) -> dict[int, Person]:
    """The hall's clerks, by id, in the order of their badges."""
    wanted = select(accounts).where(
        accounts.c.hall_id == book.id, accounts.c.role == CLERK, accounts.c.retired.is_(False)
    )
    found = sorted(connection.execute(wanted), key=lambda row: (row.badge, row.username))
    return {
        row.id: Person(row.id, row.username, row.name, row.name_en, row.badge, certified(book, row.skills))
        for row in found
    }


def rostered(connection: Connection, hall_id: int, first: date, last: date) -> list[Shift]:
    """The shifts of these days, in order."""
    wanted = (
        select(shifts)
        .where(shifts.c.hall_id == hall_id, shifts.c.business_day.between(first, last))
        .order_by(shifts.c.business_day, shifts.c.begins, shifts.c.id)
    )
    return [shift_of(row) for row in connection.execute(wanted)]


def shift_of(row: Row[Any]) -> Shift:
    breaks = tuple((int(begins), int(lasts)) for begins, lasts in row.breaks)
    return Shift(row.business_day, row.clerk_id, row.window_id, row.begins, row.ends, breaks, row.id)


def editions(connection: Connection, hall_id: int, days: Iterable[date]) -> dict[date, int]:
    """How often each day was changed; 0 for one that nobody touched."""
    days = list(days)
    wanted = select(roster_days).where(roster_days.c.hall_id == hall_id, roster_days.c.business_day.in_(days))
    known = {row.business_day: row.edition for row in connection.execute(wanted)}
    return {day: known.get(day, 0) for day in days}


def absences_in(connection: Connection, hall_id: int, first: date, last: date) -> list[Row[Any]]:
    """The absences that touch these days and stand."""
    wanted = (
        select(absences)
        .where(
            absences.c.hall_id == hall_id,
            absences.c.first_day <= last,
            absences.c.last_day >= first,
            absences.c.ended.is_(False),
        )
        .order_by(absences.c.first_day, absences.c.id)
    )
    return list(connection.execute(wanted))


def backups(connection: Connection, hall_id: int) -> tuple[dict[int, int], dict[int, int]]:
    """The AB posts: window id → clerk id, business id → clerk id."""
    rows = list(connection.execute(select(backup_posts).where(backup_posts.c.hall_id == hall_id)))
    of_windows = {row.window_id: row.clerk_id for row in rows if row.window_id is not None}
    return of_windows, {row.business_id: row.clerk_id for row in rows if row.business_id is not None}


def backups_of(connection: Connection, book: Book, shift: Shift) -> list[int]:
    """Whom the AB posts name for a shift: the window's first, then those of its businesses in their order."""
    of_windows, of_businesses = backups(connection, book.id)
    window = book.windows.get(shift.window_id or 0)
    if window is None:
        return []
    found = [of_windows[window.id]] if window.id in of_windows else []
    found += [of_businesses[one] for one in book.businesses if one in window.serves and one in of_businesses]
    return list(dict.fromkeys(found))


def house(connection: Connection, book: Book, days: Sequence[date]) -> House:
    """What a roster of these days is held against."""
    clerks = people(connection, book)
    config = roster_of(book.settings)
    codes = book.businesses_by_code
    away = set()
    if days:
        for row in absences_in(connection, book.id, min(days), max(days)):
            away |= {(row.clerk_id, day) for day in days if row.first_day <= day <= row.last_day}
    return House(
        windows={one.id: one.serves for one in book.windows.values()},
        skills={one.id: one.skills for one in clerks.values()},
        days={day: open_day(book, day) for day in days},
        absent=frozenset(away),
        minimum={codes[code].id: least for code, least in config.minimum.items() if code in codes},
        terms=config.terms(),
    )


def open_day(book: Book, day: date) -> OpenDay:
    """The doors' hours and each business's, of those that some window may serve."""
    served = {code for one in book.windows.values() for code in one.serves}
    hours = _minutes(book, day, book.settings["hours"])
    return OpenDay(
        hours,
        {
            one.id: _minutes(book, day, one.hours) if one.hours else hours
            for one in book.businesses.values()
            if one.id in served
        },
    )


def _minutes(book: Book, day: date, hours: calendar.Hours) -> tuple[Minutes, ...]:
    midnight = book.midnight(day)
    spans = calendar.spans_of(hours, book.closed_days, book.open_days, day, book.zone.key)
    return tuple((_minute(opens - midnight), _minute(closes - midnight)) for opens, closes in spans)


def _minute(since_midnight: timedelta) -> int:
    return int(since_midnight.total_seconds() // 60)


def in_the_house(connection: Connection, book: Book, now: datetime) -> list[InHouse]:
    """Who is rostered now without a window, not absent and signed in at none: until when they stay, and the
    breaks to come. Without a roster: nobody.
    """
    day, at = book.day(now), _minute(now - book.midnight(book.day(now)))
    midnight = book.midnight(day)
    signed_in = select(windows.c.clerk_id).where(
        windows.c.hall_id == book.id, windows.c.clerk_id.is_not(None)
    )
    seated = set(connection.execute(signed_in).scalars())
    away = {row.clerk_id for row in absences_in(connection, book.id, day, day)}
    wanted = (
        select(shifts, accounts.c.skills)
        .join(accounts, accounts.c.id == shifts.c.clerk_id)
        .where(
            shifts.c.hall_id == book.id,
            shifts.c.business_day == day,
            shifts.c.begins <= at,
            shifts.c.ends > at,
            shifts.c.window_id.is_(None),
            accounts.c.retired.is_(False),
        )
        .order_by(shifts.c.clerk_id)
    )
    return [
        InHouse(
            row.clerk_id,
            row.skills,
            midnight + timedelta(minutes=row.ends),
            tuple(
                (midnight + timedelta(minutes=begins), lasts) for begins, lasts in row.breaks if begins >= at
            ),
        )
        for row in connection.execute(wanted)
        if row.clerk_id not in seated and row.clerk_id not in away
    ]


def there_now(
    connection: Connection, book: Book, now: datetime
) -> Mapping[int, tuple[tuple[datetime, datetime], ...]]:
    """Clerk id → the stretches (UTC) of today still to come in which the roster has them at work, breaks
    taken out; of those who are in a shift now. Whoever is here without one is here by their own word.
    """
    day = book.day(now)
    midnight = book.midnight(day)
    at = _minute(now - midnight)
    today = rostered(connection, book.id, day, day)
    in_a_shift = {one.clerk_id for one in today if one.begins <= at < one.ends}
    found: dict[int, list[tuple[datetime, datetime]]] = {}
    for one in today:
        if one.clerk_id not in in_a_shift:
            continue
        since = one.begins
        parts = []
        for begins, lasts in sorted(one.breaks):
            parts.append((since, begins))
            since = begins + lasts
        parts.append((since, one.ends))
        for begins, ends in parts:
            span = (midnight + timedelta(minutes=begins), midnight + timedelta(minutes=ends))
            if span[0] < span[1] and span[1] > now:
                found.setdefault(one.clerk_id, []).append(span)
    return {clerk: tuple(sorted(spans)) for clerk, spans in found.items()}


def own_shifts(connection: Connection, book: Book, clerk_id: int, now: datetime) -> list[Shift]:
    """A clerk's shifts of today."""
    day = book.day(now)
    return [one for one in rostered(connection, book.id, day, day) if one.clerk_id == clerk_id]
