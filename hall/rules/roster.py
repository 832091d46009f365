"""Who works when at which window: shifts with their breaks, what they are held against, and who takes over
for somebody absent.

Plain values; hall/rules/roster_faults.py says what is wrong with a roster. Used by hall/actions/roster.py,
the page, and hall/rules/roster_plan.py. Times of a day are whole minutes after the hall's midnight; a shift
does not reach over midnight.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from hall.rules.staffing import Businesses

Minutes = tuple[int, int]
"""From, until: minutes after midnight."""
Break = tuple[int, int]
"""When it begins (minutes after midnight), and how many minutes it lasts."""


@dataclass(frozen=True)
class Shift:
    """One clerk's stretch of one day, at a window or (None) in the house: in reserve, at the back office."""

    day: date
    clerk_id: int
    window_id: int | None
    begins: int
    ends: int
    breaks: tuple[Break, ...] = ()
    id: int = 0

    @property
    def minutes(self) -> int:
        """Minutes of work, breaks of half an hour or more (a meal) left out."""
        return self.ends - self.begins - sum(lasts for _, lasts in self.breaks if lasts >= 30)

    def is_there(self, at: int) -> bool:
        return self.begins <= at < self.ends


@dataclass(frozen=True)
class Terms:
    """A hall's terms of work. `lunch`: when most rest; `lunch_open` is the share of the day's windows that
    stay open then. A break of `break_minutes` in every `break_every_minutes`; nobody works on for more than
    `longest_unbroken_minutes`. `week_minutes`: the most one clerk works in a week.
    """

    lunch: Minutes | None = (720, 810)
    lunch_open: float = 0.3
    break_minutes: int = 10
    break_every_minutes: int = 120
    longest_unbroken_minutes: int = 150
    meal_minutes: int = 30
    week_minutes: int = 2400


@dataclass(frozen=True)
class OpenDay:
    """When the doors are open on a day, and of each business the hours in which it is served."""

    hours: tuple[Minutes, ...]
    businesses: Mapping[int, tuple[Minutes, ...]]


@dataclass(frozen=True)
class House:
    """What a roster is held against: window id → what it serves, clerk id → what they are certified for, the
    days, who is absent when (clerk id, day), and the least windows per business (1 where nothing is said).
    """

    windows: Mapping[int, Businesses]
    skills: Mapping[int, Businesses]
    days: Mapping[date, OpenDay]
    absent: frozenset[tuple[int, date]] = frozenset()
    minimum: Mapping[int, int] = field(default_factory=dict)
    terms: Terms = Terms()

    def calls(self, shift: Shift) -> Businesses:
        """What this clerk can call at this window (handbook 3)."""
        if shift.window_id is None:
            return frozenset()
        served = self.windows.get(shift.window_id, frozenset())
        return served & self.skills.get(shift.clerk_id, frozenset())


def stand_ins(
    absent: Shift, shifts: Sequence[Shift], backups: Sequence[int], house: House
) -> list[tuple[int, bool]]:
    """Who could take over a shift, best first, each with whether they are its AB post: the backups named for
    the window and its businesses, then whoever is in the house without a window; certified for all that was
    called there before those who are for part of it.
    """
    if absent.window_id is None:
        return []
    wanted = house.calls(absent)
    in_house = [one.clerk_id for one in shifts if one.day == absent.day and one.window_id is None]
    found: list[tuple[int, int, int, bool]] = []
    for clerk_id in dict.fromkeys((*backups, *in_house)):
        can = house.skills.get(clerk_id, frozenset()) & house.windows.get(absent.window_id, frozenset())
        if not can or clerk_id == absent.clerk_id or (clerk_id, absent.day) in house.absent:
            continue
        if not _is_free(clerk_id, absent, shifts):
            continue
        named = clerk_id in backups
        found.append((0 if named else 1, len(wanted - can), clerk_id, named))
    return [(clerk_id, named) for _, _, clerk_id, named in sorted(found)]


def taken_over(absent: Shift, clerk_id: int, shifts: Sequence[Shift]) -> list[Shift]:
    """The shifts after `clerk_id` has taken the absent clerk's: what that clerk had in the house at that time
    is given up.
    """
    left = []
    for one in shifts:
        if one is absent or (
            one.clerk_id == clerk_id
            and one.day == absent.day
            and one.window_id is None
            and _overlap(one, absent)
        ):
            continue
        left.append(one)
    return [
        *left,
        Shift(absent.day, clerk_id, absent.window_id, absent.begins, absent.ends, absent.breaks, absent.id),
    ]


def copied(shifts: Iterable[Shift], days: Mapping[date, date], house: House) -> tuple[list[Shift], int]:
    """The shifts of each day on another day, and how many were left out because their clerk is absent then or
    the doors are closed.
    """
    found, left_out = [], 0
    for one in shifts:
        to = days.get(one.day)
        if to is None:
            continue
        hours = house.days[to].hours if to in house.days else ()
        if (one.clerk_id, to) in house.absent or not hours:
            left_out += 1
            continue
        found.append(Shift(to, one.clerk_id, one.window_id, one.begins, one.ends, one.breaks))
    return found, left_out


def _overlap(one: Shift, other: Shift) -> bool:
    return one.day == other.day and one.begins < other.ends and other.begins < one.ends


def _is_free(clerk_id: int, absent: Shift, shifts: Iterable[Shift]) -> bool:
    return not any(
        one.clerk_id == clerk_id and one.window_id is not None and _overlap(one, absent) for one in shifts
    )
