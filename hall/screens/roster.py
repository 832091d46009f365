"""The roster as its page shows it: a week's days, shifts, absences with who could stand in, AB posts, and
what is wrong in it; and a clerk's own day. hall/web/api/roster.py sends them.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from hall.events import iso
from hall.holidays import calendar_day
from hall.records import journal, roster
from hall.records.book import Book
from hall.records.tables import roster_plans
from hall.rules.roster import House, Shift, stand_ins
from hall.rules.roster_faults import Found, all_faults

LONGEST_PLAN = timedelta(minutes=16)
"""A little longer than the planner may take (hall/planning/asks.py)."""
MOST_FAULTS = 200
"""Told at once; what is wrong beyond that is counted."""


def week(connection: Connection, book: Book, first: date, now: datetime) -> dict[str, Any]:
    """Seven days from `first` on."""
    days = [first + timedelta(days=one) for one in range(7)]
    shifts = roster.rostered(connection, book.id, days[0], days[-1])
    house = roster.house(connection, book, days)
    people = roster.people(connection, book)
    seen = roster.editions(connection, book.id, days)
    faults = all_faults(shifts, house)
    of_windows, of_businesses = roster.backups(connection, book.id)
    return {
        "seq": journal.latest(connection, book.id),
        "now": iso(now),
        "today": book.day(now).isoformat(),
        "first": first.isoformat(),
        "days": [_day(book, house, day, seen[day]) for day in days],
        "clerks": [_clerk(book, one) for one in people.values()],
        "windows": [
            {
                "number": one.number,
                "label": one.label,
                "label_en": one.label_en,
                "kind": one.kind,
                "zone": book.zones[one.zone_id].name,
                "zone_en": book.zones[one.zone_id].name_en,
                "businesses": [book.businesses[code].code for code in book.businesses if code in one.serves],
                "backup": _username(people, of_windows.get(one.id)),
            }
            for one in book.windows.values()
        ],
        "businesses": [
            {
                "id": one.code,
                "name": one.name,
                "name_en": one.name_en,
                "backup": _username(people, of_businesses.get(one.id)),
            }
            for one in book.businesses.values()
        ],
        "shifts": [shift_card(book, people, one) for one in shifts],
        "absences": _absences(connection, book, days, shifts, house, people),
        "faults": [_fault(book, people, one) for one in faults[:MOST_FAULTS]],
        "further_faults": max(0, len(faults) - MOST_FAULTS),
        "plan": newest_plan(connection, book, first, now),
    }


def shift_card(book: Book, people: dict[int, roster.Person], one: Shift) -> dict[str, Any]:
    """A shift by usernames and window numbers; times are minutes after midnight."""
    window = book.windows.get(one.window_id or 0)
    return {
        "id": one.id,
        "day": one.day.isoformat(),
        "clerk": _username(people, one.clerk_id),
        "window": window.number if window else None,
        "begins": one.begins,
        "ends": one.ends,
        "breaks": [list(rest) for rest in one.breaks],
    }


def own_day(connection: Connection, book: Book, clerk_id: int, now: datetime) -> dict[str, Any]:
    """A clerk's shifts of today, for the line on the console."""
    people = roster.people(connection, book)
    shifts = roster.own_shifts(connection, book, clerk_id, now)
    at = int((now - book.midnight(book.day(now))).total_seconds() // 60)
    breaks = [rest for one in shifts for rest in sorted(one.breaks) if rest[0] >= at]
    return {
        "now": iso(now),
        "shifts": [shift_card(book, people, one) for one in shifts if one.ends > at],
        "next_break": list(breaks[0]) if breaks else None,
    }


def newest_plan(connection: Connection, book: Book, first: date, now: datetime) -> dict[str, Any] | None:
    """How the newest drawn week for these days stands, without its content."""
    wanted = (
        select(roster_plans.c.id, roster_plans.c.state, roster_plans.c.progress, roster_plans.c.asked_at)
        .where(roster_plans.c.hall_id == book.id, roster_plans.c.first_day == first)
        .order_by(roster_plans.c.id.desc())
        .limit(1)
    )
    row = connection.execute(wanted).first()
    return {"id": row.id, "state": _state(row, now), "progress": row.progress} if row else None


def plan(connection: Connection, book: Book, plan_id: int, now: datetime) -> dict[str, Any] | None:
    """A drawn week with its shifts, backups and what is expected of it."""
    mine = (roster_plans.c.id == plan_id) & (roster_plans.c.hall_id == book.id)
    row = connection.execute(select(roster_plans).where(mine)).first()
    if row is None:
        return None
    people, result = roster.people(connection, book), row.result or {}
    return {
        "id": row.id,
        "first": row.first_day.isoformat(),
        "asked_at": iso(row.asked_at),
        "state": _state(row, now),
        "progress": row.progress,
        "shifts": [_drawn(book, people, one) for one in result.get("shifts", ())],
        "backups": [
            {"window": book.windows[window].number, "clerk": _username(people, clerk)}
            for window, clerk in result.get("backups", ())
            if window in book.windows
        ],
        "quality": result.get("quality"),
    }


def _state(row: Any, now: datetime) -> str:
    """A plan that nobody works on any more, because the server ended meanwhile, has failed."""
    over = row.state == "asked" and now - row.asked_at > LONGEST_PLAN
    return "failed" if over else str(row.state)


def _drawn(book: Book, people: dict[int, roster.Person], row: Sequence[Any]) -> dict[str, Any]:
    day, clerk_id, window_id, begins, ends, breaks = row
    rests = tuple((at, lasts) for at, lasts in breaks)
    shift = Shift(date.fromisoformat(day), clerk_id, window_id, begins, ends, rests)
    return shift_card(book, people, shift)


def _day(book: Book, house: House, day: date, edition: int) -> dict[str, Any]:
    known = calendar_day(day)
    return {
        "day": day.isoformat(),
        "edition": edition,
        "hours": [list(span) for span in house.days[day].hours],
        "calendar_known": known.known,
        "holiday": known.name if not known.working else "",
        "made_up": known.made_up,
        "named_open": day in book.open_days,
    }


def _clerk(book: Book, one: roster.Person) -> dict[str, Any]:
    return {
        "username": one.username,
        "name": one.name,
        "name_en": one.name_en,
        "badge": one.badge,
        "businesses": [book.businesses[code].code for code in book.businesses if code in one.skills],
    }


def _username(people: dict[int, roster.Person], clerk_id: int | None) -> str | None:
    return people[clerk_id].username if clerk_id in people else None


def _absences(
    connection: Connection,
    book: Book,
    days: Sequence[date],
    shifts: Sequence[Shift],
    house: House,
    people: dict[int, roster.Person],
) -> list[dict[str, Any]]:
    found = []
    for row in roster.absences_in(connection, book.id, days[0], days[-1]):
        theirs = [
            one for one in shifts if one.clerk_id == row.clerk_id and row.first_day <= one.day <= row.last_day
        ]
        found.append(
            {
                "id": row.id,
                "clerk": _username(people, row.clerk_id),
                "first": row.first_day.isoformat(),
                "last": row.last_day.isoformat(),
                "note": row.note,
                "shifts": [
                    {
                        "shift": one.id,
                        "stand_ins": [
                            {"clerk": people[clerk_id].username, "backup": named}
                            for clerk_id, named in stand_ins(
                                one, shifts, roster.backups_of(connection, book, one), house
                            )
                            if clerk_id in people
                        ],
                    }
                    for one in theirs
                    if one.window_id is not None
                ],
            }
        )
    return found


def _fault(book: Book, people: dict[int, roster.Person], one: Found) -> dict[str, Any]:
    window = book.windows.get(one.window_id or 0)
    business = book.businesses.get(one.business_id or 0)
    return {
        "fault": one.fault.value,
        "day": one.day.isoformat(),
        "begins": one.begins,
        "ends": one.ends,
        "clerk": _username(people, one.clerk_id),
        "window": window.number if window else None,
        "business": business.code if business else None,
    }
