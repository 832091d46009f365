"""The roster's verbs: change a day, copy days, apply a drawn week, mark somebody absent, let the AB post take
over.

Whoever changes a day says which edition of it they saw; a second manager is told that the first has changed
it, and nothing is overwritten. Every change is held against hall/rules/roster_faults.py first: what it would
break is a named refusal with its place. Days that are over stay as they were.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from hall.events import (
    AbsenceEnded,
    AbsenceMarked,
    BackupNamed,
    RosterChanged,
    RosterPlanAsked,
    RosterReplaced,
    ShiftTakenOver,
)
from hall.records import roster
from hall.records.book import Book
from hall.records.database import Tx
from hall.records.tables import absences, backup_posts, roster_days, roster_plans
from hall.records.tables import shifts as shift_rows
from hall.rules import errors
from hall.rules.errors import (
    AbsenceOver,
    CannotStandIn,
    RangeReversed,
    RosterChangedSince,
    RosterInPast,
    UnknownAbsence,
    UnknownAccount,
    UnknownDrawnWeek,
    UnknownShift,
    WeekNotReady,
)
from hall.rules.roster import Shift, copied, stand_ins, taken_over
from hall.rules.roster_faults import Found, gaps, new_faults, shift_faults

REFUSALS: Mapping[str, type[errors.RosterFault]] = {
    one.code: one for one in errors.RosterFault.__subclasses__()
}
_FIRST = {
    "sqlite": sqlite.insert(roster_days).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(roster_days).on_conflict_do_nothing(),
}


def change_day(
    tx: Tx, book: Book, day: date, edition: int, removed: Sequence[int], added: Sequence[Shift]
) -> int:
    """Takes shifts (ids) of one day out and puts others in; returns the day's new edition. Moving a shift is
    both at once.

    Raises RosterInPast, RosterChangedSince, UnknownShift, and a RosterFault for what it would break.
    """
    _not_over(tx, book, day)
    before = roster.rostered(tx.connection, book.id, day, day)
    known = {one.id: one for one in before}
    for one in removed:
        if one not in known:
            raise UnknownShift(shift=one)
    gone = set(removed)
    after = [*(one for one in before if one.id not in gone), *added]
    _refuse(tx, book, new_faults(before, after, roster.house(tx.connection, book, [day])))
    now = _next_edition(tx, book, day, edition)
    _delete(tx, book, removed)
    _insert(tx, book, added)
    tx.record(
        RosterChanged(
            day.isoformat(), now, [_said(known[one]) for one in removed], [_said(one) for one in added]
        )
    )
    return now


def copy_days(
    tx: Tx, book: Book, first: date, to: date, days: int, seen: Mapping[date, int]
) -> dict[str, int]:
    """Copies a day (1) or a week (7) of the roster over another; the days copied to lose what they had.
    Shifts of absent clerks and on closed days are left out. `seen`: the editions of the days copied to.

    Returns how many shifts were copied and left out. Raises RosterInPast, RosterChangedSince, RosterFault.
    """
    onto = {first + timedelta(days=one): to + timedelta(days=one) for one in range(days)}
    source = roster.rostered(tx.connection, book.id, first, first + timedelta(days=days - 1))
    house = roster.house(tx.connection, book, list(onto.values()))
    made, left_out = copied(source, onto, house)
    _refuse(tx, book, shift_faults(made, house))
    filled = {one.day for one in made}
    for day_from, day in onto.items():
        if day in filled:
            _replace(
                tx, book, day, seen.get(day, 0), [one for one in made if one.day == day], copied_from=day_from
            )
    return {"copied": len(made), "left_out": left_out}


def ask_plan(tx: Tx, book: Book, first: date) -> int:
    """Notes that a week is to be drawn from the day `first` on; returns the plan's id. The planner works
    after the commit.
    """
    _not_over(tx, book, first + timedelta(days=6))
    days = [first + timedelta(days=one) for one in range(7)]
    seen = roster.editions(tx.connection, book.id, days)
    values = {
        "hall_id": book.id,
        "first_day": first,
        "asked_at": tx.now,
        "asked_by_id": tx.actor_id,
        "state": "asked",
        "progress": 0.0,
        "editions": {day.isoformat(): one for day, one in seen.items()},
        "settings_version": book.version,
    }
    plan = tx.connection.execute(insert(roster_plans).returning(roster_plans.c.id), values).scalar_one()
    tx.record(RosterPlanAsked(plan, first.isoformat()))
    return plan


def note_progress(tx: Tx, book: Book, plan: int, progress: float) -> None:
    """How far the planner has come, between 0 and 1."""
    _set_plan(tx, book, plan, "asked", {"progress": progress})


def keep_plan(tx: Tx, book: Book, plan: int, result: Mapping[str, Any] | None) -> None:
    """What the planner has drawn; None when it could not."""
    state = "failed" if result is None else "done"
    _set_plan(tx, book, plan, "asked", {"state": state, "progress": 1.0, "result": result})


def apply_plan(tx: Tx, book: Book, plan: int) -> dict[str, int]:
    """Puts a drawn week in force: its days lose what they had, its AB posts are named. Days that are over
    stay as they were.

    Raises UnknownDrawnWeek; WeekNotReady; RosterChangedSince when a day, the configuration, a clerk's skills
    or an absence changed since it was drawn so that it no longer fits.
    """
    mine = (roster_plans.c.id == plan) & (roster_plans.c.hall_id == book.id)
    row = tx.connection.execute(select(roster_plans).where(mine)).first()
    if row is None:
        raise UnknownDrawnWeek(plan=plan)
    if row.state != "done":
        raise WeekNotReady(plan=plan)
    today = book.day(tx.now)
    drawn = [one for one in map(shift_from, row.result["shifts"]) if one.day >= today]
    days = sorted({one.day for one in drawn})
    house = roster.house(tx.connection, book, days)
    told = {(day, business) for day, business in row.result["lacking"]}
    found = shift_faults(drawn, house)
    for day in days:
        missing = gaps(drawn, house, day)
        found += [one for one in missing if (one.day.isoformat(), one.business_id or 0) not in told]
    if found:
        raise RosterChangedSince(day=found[0].day.isoformat())
    for day in days:
        seen = row.editions.get(day.isoformat(), 0)
        _replace(tx, book, day, seen, [one for one in drawn if one.day == day], plan=plan)
    for window_id, clerk_id in row.result["backups"]:
        if window_id in book.windows:
            name_backup(tx, book, clerk_id, window=book.windows[window_id].number)
    _set_plan(tx, book, plan, "done", {"state": "applied"})
    return {"days": len(days), "shifts": len(drawn)}


def mark_absent(tx: Tx, book: Book, clerk_id: int, first: date, last: date, note: str | None) -> int:
    """A clerk is absent on these days; returns the absence's id. Their shifts stay, marked, until somebody
    takes them over. Raises UnknownAccount, RangeReversed, RosterInPast.
    """
    if clerk_id not in roster.people(tx.connection, book):
        raise UnknownAccount(username="")
    if last < first:
        raise RangeReversed(first=first.isoformat(), last=last.isoformat())
    _not_over(tx, book, last)
    values = {
        "hall_id": book.id,
        "clerk_id": clerk_id,
        "first_day": first,
        "last_day": last,
        "note": note,
        "ended": False,
    }
    absence = tx.connection.execute(insert(absences).returning(absences.c.id), values).scalar_one()
    tx.record(AbsenceMarked(absence, clerk_id, first.isoformat(), last.isoformat(), note))
    return absence


def end_absence(tx: Tx, book: Book, absence: int) -> None:
    """The clerk is there after all. Raises UnknownAbsence, AbsenceOver."""
    mine = (absences.c.id == absence) & (absences.c.hall_id == book.id)
    row = tx.connection.execute(select(absences).where(mine)).first()
    if row is None:
        raise UnknownAbsence(absence=absence)
    ended = tx.connection.execute(
        update(absences).where(mine, absences.c.ended.is_(False)).values(ended=True)
    )
    if ended.rowcount != 1:
        raise AbsenceOver(absence=absence)
    tx.record(AbsenceEnded(absence, row.clerk_id))


def take_over(tx: Tx, book: Book, shift: int, clerk_id: int) -> int:
    """Somebody stands in for a shift whose clerk is absent; returns the day's new edition. What the stand-in
    had in the house at that time is given up.

    Raises UnknownShift, RosterInPast, CannotStandIn.
    """
    row = tx.connection.execute(
        select(shift_rows).where(shift_rows.c.id == shift, shift_rows.c.hall_id == book.id)
    ).first()
    if row is None:
        raise UnknownShift(shift=shift)
    wanted = roster.shift_of(row)
    _not_over(tx, book, wanted.day)
    clerks = roster.people(tx.connection, book)
    house = roster.house(tx.connection, book, [wanted.day])
    before = roster.rostered(tx.connection, book.id, wanted.day, wanted.day)
    absent = next(one for one in before if one.id == shift)
    can = [one for one, _ in stand_ins(absent, before, [clerk_id], house)]
    if clerk_id not in can or (absent.clerk_id, absent.day) not in house.absent:
        raise CannotStandIn(clerk=clerks[clerk_id].name if clerk_id in clerks else "")
    after = taken_over(absent, clerk_id, before)
    _refuse(tx, book, new_faults(before, after, house))
    now = _next_edition(tx, book, absent.day, None)
    kept = {one.id for one in after}
    _delete(tx, book, [one.id for one in before if one.id not in kept or one is absent])
    _insert(tx, book, [one for one in after if one not in before])
    number = book.windows[absent.window_id or 0].number
    tx.record(ShiftTakenOver(absent.day.isoformat(), now, number, absent.clerk_id, clerk_id))
    return now


def name_backup(
    tx: Tx, book: Book, clerk_id: int | None, window: int | None = None, business: str | None = None
) -> None:
    """Names, or with None takes away, the AB post of a window (number) or a business (code). Raises
    UnknownWindow, UnknownBusiness, UnknownAccount.
    """
    window_id = book.window(window).id if window is not None else None
    business_id = book.business(business).id if business is not None else None
    if clerk_id is not None and clerk_id not in roster.people(tx.connection, book):
        raise UnknownAccount(username="")
    column = backup_posts.c.window_id if window_id is not None else backup_posts.c.business_id
    mine = (backup_posts.c.hall_id == book.id) & (column == (window_id or business_id))
    tx.connection.execute(delete(backup_posts).where(mine))
    if clerk_id is not None:
        values = {
            "hall_id": book.id,
            "window_id": window_id,
            "business_id": None if window_id is not None else business_id,
            "clerk_id": clerk_id,
        }
        tx.connection.execute(insert(backup_posts), values)
    tx.record(BackupNamed(window, business, clerk_id))


def written(one: Shift) -> list[Any]:
    """A shift as a drawn week keeps it; `shift_from` reads it."""
    return [
        one.day.isoformat(),
        one.clerk_id,
        one.window_id,
        one.begins,
        one.ends,
        [list(rest) for rest in one.breaks],
    ]


def shift_from(row: Sequence[Any]) -> Shift:
    day, clerk_id, window_id, begins, ends, breaks = row
    rests = tuple((int(at), int(lasts)) for at, lasts in breaks)
    return Shift(date.fromisoformat(day), clerk_id, window_id, begins, ends, rests)


# ---- within a change ----


def _not_over(tx: Tx, book: Book, day: date) -> None:
    if day < book.day(tx.now):
        raise RosterInPast(day=day.isoformat())


def _refuse(tx: Tx, book: Book, found: Sequence[Found]) -> None:
    """Raises the named refusal of the first fault."""
    if not found:
        return
    one, clerks = found[0], roster.people(tx.connection, book)
    window, business = book.windows.get(one.window_id or 0), book.businesses.get(one.business_id or 0)
    raise REFUSALS[one.fault.value](
        day=one.day.isoformat(),
        begins=clock(one.begins),
        ends=clock(one.ends),
        clerk=clerks[one.clerk_id].name if one.clerk_id in clerks else "",
        window=window.number if window else "",
        business=business.name if business else "",
        more=len(found) - 1,
    )


def clock(minute: int) -> str:
    """Minutes after midnight as 09:30."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _next_edition(tx: Tx, book: Book, day: date, seen: int | None) -> int:
    """Counts the day up; `seen` None: whatever it is now. Raises RosterChangedSince."""
    place = {"hall_id": book.id, "business_day": day}
    tx.connection.execute(_FIRST[tx.connection.dialect.name], {**place, "edition": 0})
    mine = (roster_days.c.hall_id == book.id) & (roster_days.c.business_day == day)
    if seen is not None:
        mine &= roster_days.c.edition == seen
    now = tx.connection.execute(
        update(roster_days)
        .where(mine)
        .values(edition=roster_days.c.edition + 1)
        .returning(roster_days.c.edition)
    ).scalar()
    if now is None:
        raise RosterChangedSince(day=day.isoformat())
    return now


def _replace(
    tx: Tx,
    book: Book,
    day: date,
    seen: int,
    those: Sequence[Shift],
    copied_from: date | None = None,
    plan: int | None = None,
) -> None:
    _not_over(tx, book, day)
    now = _next_edition(tx, book, day, seen)
    tx.connection.execute(
        delete(shift_rows).where(shift_rows.c.hall_id == book.id, shift_rows.c.business_day == day)
    )
    _insert(tx, book, those)
    source = copied_from.isoformat() if copied_from else None
    tx.record(RosterReplaced(day.isoformat(), now, len(those), source, plan))


def _delete(tx: Tx, book: Book, ids: Iterable[int]) -> None:
    ids = list(ids)
    if ids:
        tx.connection.execute(
            delete(shift_rows).where(shift_rows.c.hall_id == book.id, shift_rows.c.id.in_(ids))
        )


def _insert(tx: Tx, book: Book, those: Iterable[Shift]) -> None:
    rows = [
        {
            "hall_id": book.id,
            "business_day": one.day,
            "clerk_id": one.clerk_id,
            "window_id": one.window_id,
            "begins": one.begins,
            "ends": one.ends,
            "breaks": [list(rest) for rest in one.breaks],
        }
        for one in those
    ]
    if rows:
        tx.connection.execute(insert(shift_rows), rows)


def _said(one: Shift) -> list[int | None]:
    return [one.clerk_id, one.window_id, one.begins, one.ends]


def _set_plan(tx: Tx, book: Book, plan: int, expected: str, values: Mapping[str, Any]) -> None:
    mine = (roster_plans.c.id == plan) & (roster_plans.c.hall_id == book.id)
    changed = tx.connection.execute(
        update(roster_plans).where(mine, roster_plans.c.state == expected).values(**values)
    )
    if changed.rowcount != 1:
        raise WeekNotReady(plan=plan)
