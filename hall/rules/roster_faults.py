"""What is wrong with a roster: its shifts against the doors' hours, the windows' businesses, the clerks'
certified skills and absences; and what is missing when.

hall/actions/roster.py refuses what `new_faults` finds, the page tells `all_faults` in words, and
hall/rules/roster_plan.py makes weeks in which there are none.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from hall.rules.roster import House, Minutes, OpenDay, Shift, Terms

SHORTEST_BREAK = 5
"""Minutes without work that end an unbroken stretch."""


class Fault(StrEnum):
    """What is wrong with a roster."""

    REVERSED = "shift_reversed"
    CLOSED = "shift_outside_hours"
    SKILL = "shift_without_skill"
    ABSENT = "shift_of_absent"
    BREAK = "break_outside_shift"
    UNBROKEN = "shift_unbroken"
    CLERK_TWICE = "clerk_rostered_twice"
    WINDOW_TWICE = "window_rostered_twice"
    NO_WINDOW = "business_without_window"
    NO_CLERK = "business_without_clerk"
    LUNCH = "few_windows_at_lunch"


@dataclass(frozen=True)
class Found:
    """One fault and its place: the day, the minutes, and the clerk, window or business it concerns."""

    fault: Fault
    day: date
    begins: int
    ends: int
    clerk_id: int | None = None
    window_id: int | None = None
    business_id: int | None = None


def shift_faults(shifts: Iterable[Shift], house: House) -> list[Found]:
    """What is wrong with the shifts themselves, in the order of days and times."""
    found: list[Found] = []
    of_clerk: dict[tuple[date, int], list[Shift]] = defaultdict(list)
    at_window: dict[tuple[date, int], list[Shift]] = defaultdict(list)
    for one in sorted(shifts, key=lambda one: (one.day, one.begins, one.ends, one.clerk_id)):
        found += _alone(one, house)
        of_clerk[one.day, one.clerk_id].append(one)
        if one.window_id is not None:
            at_window[one.day, one.window_id].append(one)
    for those in of_clerk.values():
        found += _overlaps(those, Fault.CLERK_TWICE)
        found += _unbroken(those, house.terms.longest_unbroken_minutes)
    for those in at_window.values():
        found += _overlaps(those, Fault.WINDOW_TWICE)
    return found


def gaps(shifts: Sequence[Shift], house: House, day: date) -> list[Found]:
    """When a business of this day has fewer windows than it must, or nobody certified at them, and when too
    few windows stay open at lunch. A day without any shift has no roster, and so no gaps.
    """
    todays = [one for one in shifts if one.day == day and one.begins < one.ends]
    open_day = house.days.get(day)
    if open_day is None or not any(one.window_id is not None for one in todays):
        return []
    found = []
    for (begins, ends), windows, clerks in _counted(todays, house, open_day):
        for code, hours in open_day.businesses.items():
            if not any(since <= begins and ends <= until for since, until in hours):
                continue
            least = house.minimum.get(code, 1)
            if windows.get(code, 0) < least:
                found.append(Found(Fault.NO_WINDOW, day, begins, ends, business_id=code))
            elif clerks.get(code, 0) < least:
                found.append(Found(Fault.NO_CLERK, day, begins, ends, business_id=code))
    return _joined(found) + _few_at_lunch(todays, house, open_day)


def all_faults(shifts: Sequence[Shift], house: House) -> list[Found]:
    """Everything that is wrong, shifts first, then day by day what is missing."""
    found = shift_faults(shifts, house)
    for day in sorted({one.day for one in shifts}):
        found += gaps(shifts, house, day)
    return found


def new_faults(before: Sequence[Shift], after: Sequence[Shift], house: House) -> list[Found]:
    """What is wrong with `after` that was not so in `before`: a change is not refused for what was missing
    already.
    """
    had = {_named(one) for one in shift_faults(before, house)}
    found = [one for one in shift_faults(after, house) if _named(one) not in had]
    for day in sorted({one.day for one in after} | {one.day for one in before}):
        if not any(one.day == day and one.window_id is not None for one in before):
            continue  # the first shifts of a day cannot serve everything yet
        lacked: dict[tuple[Fault, int | None], list[Minutes]] = defaultdict(list)
        for one in gaps(before, house, day):
            lacked[one.fault, one.business_id].append((one.begins, one.ends))
            if one.fault is Fault.NO_WINDOW:  # where there was no window, a window without a clerk is no loss
                lacked[Fault.NO_CLERK, one.business_id].append((one.begins, one.ends))
        for one in gaps(after, house, day):
            lost = _without((one.begins, one.ends), lacked[one.fault, one.business_id])
            found += [replace(one, begins=since, ends=until) for since, until in lost]
        if not any(one.day == day and one.window_id is not None for one in after):
            found += _emptied(house, day)
    return found


def _without(span: Minutes, known: Iterable[Minutes]) -> list[Minutes]:
    """What of a span is in none of the others."""
    left, since = [], span[0]
    for begins, ends in sorted(known):
        if since < begins and begins < span[1]:
            left.append((since, begins))
        since = max(since, ends)
    if since < span[1]:
        left.append((since, span[1]))
    return left


def _named(one: Found) -> tuple[object, ...]:
    return (one.fault, one.day, one.begins, one.ends, one.clerk_id, one.window_id)


def _alone(one: Shift, house: House) -> list[Found]:
    """What can be said of a shift without looking at any other."""
    place = (one.day, one.begins, one.ends, one.clerk_id, one.window_id)
    if one.ends <= one.begins:
        return [Found(Fault.REVERSED, *place)]
    found = []
    hours = house.days[one.day].hours if one.day in house.days else ()
    whole = (min((since for since, _ in hours), default=0), max((until for _, until in hours), default=0))
    if not (whole[0] <= one.begins and one.ends <= whole[1]):
        found.append(Found(Fault.CLOSED, *place))
    if one.window_id is not None and not house.calls(one):
        found.append(Found(Fault.SKILL, *place))
    if (one.clerk_id, one.day) in house.absent:
        found.append(Found(Fault.ABSENT, *place))
    ends = one.begins
    for begins, lasts in sorted(one.breaks):
        if lasts <= 0 or begins < ends or begins + lasts > one.ends:
            found.append(Found(Fault.BREAK, one.day, begins, begins + lasts, one.clerk_id, one.window_id))
        ends = max(ends, begins + lasts)
    return found


def _overlaps(those: Sequence[Shift], fault: Fault) -> list[Found]:
    found = []
    last: Shift | None = None
    for one in those:
        if one.ends <= one.begins:
            continue
        if last is not None and one.begins < last.ends:
            found.append(
                Found(fault, one.day, one.begins, min(one.ends, last.ends), one.clerk_id, one.window_id)
            )
        if last is None or one.ends > last.ends:
            last = one
    return found


def _unbroken(those: Sequence[Shift], longest: int) -> list[Found]:
    """Stretches of one clerk's day that are too long without a break; shifts that follow one another at once
    are one stretch.
    """
    found = []
    since, until, last = -1, -1, those[0]
    for one in those:
        if one.ends <= one.begins:
            continue
        for begins, ends in _worked(one):
            if begins - until >= SHORTEST_BREAK or since < 0:
                since = begins
            until = max(until, ends)
            last = one
            if until - since > longest:
                found.append(Found(Fault.UNBROKEN, one.day, since, until, last.clerk_id, last.window_id))
                since = until
    return found


def _worked(one: Shift) -> list[Minutes]:
    """A shift as the stretches between its breaks."""
    found, since = [], one.begins
    for begins, lasts in sorted(one.breaks):
        if lasts >= SHORTEST_BREAK and since < begins < one.ends:
            found.append((since, begins))
            since = begins + lasts
    if since < one.ends:
        found.append((since, one.ends))
    return found


def _counted(
    shifts: Sequence[Shift], house: House, open_day: OpenDay
) -> list[tuple[Minutes, dict[int, int], dict[int, int]]]:
    """For each stretch in which nothing changes: windows and certified clerks per business."""
    moments = {one for span in open_day.hours for one in span}
    moments |= {one for hours in open_day.businesses.values() for span in hours for one in span}
    moments |= {moment for one in shifts for moment in (one.begins, one.ends)}
    ordered = sorted(moments)
    found = []
    for begins, ends in itertools.pairwise(ordered):
        if not any(since <= begins and ends <= until for since, until in open_day.hours):
            continue
        windows: dict[int, int] = defaultdict(int)
        clerks: dict[int, int] = defaultdict(int)
        for one in shifts:
            if one.window_id is None or not (one.begins <= begins and ends <= one.ends):
                continue
            for code in house.windows.get(one.window_id, ()):
                windows[code] += 1
            for code in house.calls(one):
                clerks[code] += 1
        found.append(((begins, ends), windows, clerks))
    return found


def _few_at_lunch(shifts: Sequence[Shift], house: House, open_day: OpenDay) -> list[Found]:
    lunch = house.terms.lunch
    if lunch is None or not any(since < lunch[1] and lunch[0] < until for since, until in open_day.hours):
        return []
    windows = {one.window_id for one in shifts if one.window_id is not None}
    least = least_at_lunch(len(windows), house.terms)
    moments = sorted(
        {*lunch, *(at for one in shifts for at in (one.begins, one.ends) if lunch[0] < at < lunch[1])}
    )
    found = []
    day = shifts[0].day
    for begins, ends in itertools.pairwise(moments):
        if not any(since <= begins and ends <= until for since, until in open_day.hours):
            continue
        there = {one.window_id for one in shifts if one.begins <= begins and ends <= one.ends} - {None}
        if len(there) < least:
            found.append(Found(Fault.LUNCH, day, begins, ends))
    return _joined(found)


def least_at_lunch(windows: int, terms: Terms) -> int:
    """How many of so many windows stay open at lunch."""
    return int(windows * terms.lunch_open + 1e-9)


def _joined(found: Iterable[Found]) -> list[Found]:
    """Gaps of one business that follow one another, told as one."""
    last: dict[tuple[Fault, int | None], Found] = {}
    joined: list[Found] = []
    for one in found:
        before, whole = last.get((one.fault, one.business_id)), one
        if before is not None and before.ends == one.begins:
            joined.remove(before)
            whole = replace(one, begins=before.begins)
        last[one.fault, one.business_id] = whole
        joined.append(whole)
    return joined


def _emptied(house: House, day: date) -> list[Found]:
    """A day that had a roster and now has none: every business is without a window."""
    open_day = house.days.get(day)
    if open_day is None:
        return []
    return [
        Found(Fault.NO_WINDOW, day, hours[0][0], hours[-1][1], business_id=code)
        for code, hours in open_day.businesses.items()
        if hours
    ]
