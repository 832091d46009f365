"""Days on which a study hall is not what was planned (handbook 14): one department is asked for far more,
part of another's special clerks stay away, a third has little to do; some windows are kept in reserve, and
some clerks are certified for more than they do. And the same halls on a day as planned.

Called by `python -m hall bench staffing` and its tests. Same size and seed, same hall and same day.
"""

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from hall.twin.model import Clerk, Hall, Window
from hall.twin.study import SIZES, Study, study

LOADS: Mapping[str, float] = {"small": 0.62, "medium": 0.70, "large": 0.72}
MORE, LESS = 1.6, 0.6
ABSENT = (0.3, 0.5)
RESERVE = 0.06
DOMAIN_SKILL, SPECIAL_TEAM_SKILL, OTHER_TEAM_SKILL = 0.5, 0.30, 0.35
AWAY_FACTOR = 1.15


@dataclass(frozen=True)
class ShiftedStudy:
    """A study hall as planned (`usual`) and as it is on this day (`today`), and whom it could call on.

    Both as the day begins: every window serves its home set; its clerk's `skills` are all they are certified
    for, `home` what they do at full speed. `reserve`: window id → the clerk who could open it; nobody staffs
    it now. `teams`: sets of businesses that windows serve together.
    """

    usual: Study
    today: Study
    reserve: Mapping[int, Clerk]
    teams: tuple[frozenset[int], ...]

    def with_everything(self) -> Hall:
        """Today's hall with every certified skill in use all day and the reserve open: what no advice beats
        by much.
        """
        windows = {}
        for one in self.today.hall.windows.values():
            clerk = one.clerk or self.reserve.get(one.id)
            serves = one.serves if clerk is None or clerk.skills is None else clerk.skills
            windows[one.id] = replace(one, serves=serves, clerk=clerk)
        return replace(self.today.hall, windows=windows)


def shifted_study(size: str, seed: int, shifted: bool = True) -> ShiftedStudy:
    """The hall of that size and seed on a shifted day, or on one as planned."""
    source = random.Random(f"{size} shift {seed}")
    reserved = max(1, round(RESERVE * SIZES[size].windows))
    # A load is a share of the windows that are open; study() reckons with all of them.
    base = study(size, seed, LOADS[size] * (1 - reserved / SIZES[size].windows))
    team_of = _teams(base.hall)
    windows = _certified(base.hall, team_of, _domains(base.hall, SIZES[size].domains), source)
    reserve = _reserve(windows, reserved, source)
    planned = replace(
        base.hall,
        windows={one.id: replace(one, clerk=None) if one.id in reserve else one for one in windows.values()},
        habits=replace(base.hall.habits, away_factor=AWAY_FACTOR),
    )
    usual = Study(planned, base.wanted)
    today = _shift(usual, team_of, source) if shifted else usual
    return ShiftedStudy(usual, today, reserve, tuple(dict.fromkeys(one.serves for one in windows.values())))


def _teams(hall: Hall) -> dict[str, frozenset[int]]:
    """Department → what its special windows serve."""
    found: dict[str, frozenset[int]] = {}
    for one in hall.windows.values():
        if one.kind == "special" and one.serves:
            department = hall.businesses[min(one.serves)].department
            found[department] = found.get(department, frozenset()) | one.serves
    return found


def _domains(hall: Hall, domains: int) -> dict[str, frozenset[int]]:
    """Department → what the comprehensive windows of its domain serve; departments are dealt to domains in
    turn.
    """
    general = [one.serves for one in hall.windows.values() if one.kind == "comprehensive"]
    sets = sorted(set(general), key=lambda one: (len(one), min(one)))
    of_domain: dict[int, frozenset[int]] = {}
    for serves in sets:
        numbers = {int(hall.businesses[code].department[1:]) % domains for code in serves}
        if len(numbers) == 1:
            of_domain.setdefault(min(numbers), serves)
    departments = {one.department for one in hall.businesses.values()}
    return {one: of_domain.get(int(one[1:]) % domains, frozenset()) for one in departments}


def _certified(
    hall: Hall,
    team_of: Mapping[str, frozenset[int]],
    domain_of: Mapping[str, frozenset[int]],
    source: random.Random,
) -> dict[int, Window]:
    """The windows with clerks who are certified for their home set, and some for more."""
    found = {}
    for one in hall.windows.values():
        skills, own_team = set(one.serves), ""
        if one.kind == "special":
            own_team = hall.businesses[min(one.serves)].department
            if source.random() < DOMAIN_SKILL:
                skills |= domain_of[own_team]
        chance = SPECIAL_TEAM_SKILL if one.kind == "special" else OTHER_TEAM_SKILL
        if source.random() < chance:
            others = [team for department, team in sorted(team_of.items()) if department != own_team]
            others = [team for team in others if not team <= one.serves]
            if others:
                skills |= source.choice(others)
        clerk = None
        if one.clerk is not None:
            clerk = replace(one.clerk, skills=frozenset(skills), home=one.serves)
        found[one.id] = replace(one, clerk=clerk)
    return found


def _reserve(windows: Mapping[int, Window], many: int, source: random.Random) -> dict[int, Clerk]:
    """So many of the comprehensive windows stay closed, with a clerk at hand; never the last of a kind."""
    left = Counter(one.serves for one in windows.values())
    found: dict[int, Clerk] = {}
    drawn = [one for one in windows.values() if one.kind == "comprehensive"]
    for one in source.sample(drawn, len(drawn)):
        if len(found) < many and left[one.serves] > 1 and one.clerk is not None:
            found[one.id] = one.clerk
            left[one.serves] -= 1
    return found


def _shift(usual: Study, team_of: Mapping[str, frozenset[int]], source: random.Random) -> Study:
    """A restricted department is asked for more, part of another special team is absent, a third department
    is asked for less.
    """
    hall = usual.hall
    open_windows = [one for one in hall.windows.values() if one.clerk is not None]
    comprehensive = frozenset[int]().union(*(one.serves for one in open_windows if one.kind != "special"))
    restricted = sorted(one for one, team in team_of.items() if not team & comprehensive)
    special: dict[str, list[int]] = {}
    for window in open_windows:
        if window.kind == "special":
            special.setdefault(hall.businesses[min(window.serves)].department, []).append(window.id)
    busy = source.choice(restricted or sorted(team_of))
    others = [one for one in sorted(special) if one != busy]
    thin = source.choice([one for one in others if len(special[one]) > 1] or others)
    departments = {one.department for one in hall.businesses.values()}
    quiet = source.choice(sorted(departments - {busy, thin}))
    share = source.uniform(*ABSENT)
    absent = set(source.sample(special[thin], max(1, round(share * len(special[thin])))))
    windows = {one.id: replace(one, clerk=None) if one.id in absent else one for one in hall.windows.values()}
    factor = {busy: MORE, quiet: LESS}
    wanted = tuple(
        replace(one, visits=one.visits * factor.get(hall.businesses[one.business_id].department, 1.0))
        for one in usual.wanted
    )
    return Study(replace(hall, windows=windows), wanted)
