"""Which certification would cut waits most: what a hall lacks most is usually skills (handbook 11).

The roster's programme is solved with everybody where the roster has them. The price of a line's work then
says what one more minute of it would save, the price of a window's time what its clerk's minute is worth
now; a clerk who may also call the line is worth the difference, as long as they sit there. That holds for
the first minutes, so it ranks candidates and does not measure them: hall/twin/skills.py plays the best few.
In a hall that cannot serve everybody anyway most prices are alike; then those come first whose lines leave
most unserved at closing, and of these those who need fewest certifications.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import highspy

from hall.rules.linear import Rows
from hall.rules.roster import House, Shift
from hall.rules.roster_patterns import pieces
from hall.rules.roster_plan import Demand, Week
from hall.rules.roster_programme import AWAY_FACTOR, FILL, add_lines
from hall.rules.staffing import Businesses

LONGEST_SECONDS = 20.0
OF_ONE_SET = 3
"""So many clerks are listed for the same businesses."""


@dataclass(frozen=True)
class Candidate:
    """A clerk who would also be certified for `businesses`. `worth`: minutes of waiting a day, roughly;
    `left`: minutes of work a day of the lines it opens that nobody has done by closing, the elderly counting
    half as much again.
    """

    clerk_id: int
    businesses: Businesses
    worth: float
    left: float

    @property
    def rank(self) -> tuple[float, float, int, int]:
        """Best first. Worths that two digits cannot tell apart are alike: they are rough."""
        return -float(f"{self.worth:.2g}"), -round(self.left), len(self.businesses), self.clerk_id


def ranked(
    week: Week,
    shifts: Sequence[Shift],
    days: Sequence[date],
    may: Mapping[int, Businesses],
    teams: Sequence[Businesses],
    many: int,
) -> list[Candidate]:
    """The candidates that are worth something, best first, at most `many`. `may`: what each window may be set
    to; `teams`: what is certified together.
    """
    worth: dict[tuple[int, Businesses], float] = defaultdict(float)
    left: dict[tuple[int, Businesses], float] = defaultdict(float)
    alike: dict[int, set[Businesses]] = defaultdict(set)
    for day in days:
        todays = [one for one in shifts if one.day == day and week.house.calls(one)]
        for one in todays:
            alike[one.clerk_id].add(week.house.calls(one))
        for key, (value, remains) in _worth(week.house, week.demand[day], day, todays, may, teams).items():
            worth[key] += value / max(1, len(days))
            left[key] += remains / max(1, len(days))
    found: list[Candidate] = []
    seen: set[tuple[frozenset[Businesses], Businesses]] = set()
    of_set: Counter[Businesses] = Counter()
    everybody = [Candidate(*key, value, left[key]) for key, value in worth.items() if value > 0]
    for candidate in sorted(everybody, key=lambda one: one.rank):
        kind = (frozenset(alike[candidate.clerk_id]), candidate.businesses)
        if kind in seen or of_set[candidate.businesses] >= OF_ONE_SET:
            continue
        seen.add(kind)
        of_set[candidate.businesses] += 1
        found.append(candidate)
        if len(found) == many:
            break
    return found


def _worth(
    house: House,
    demand: Demand,
    day: date,
    shifts: Sequence[Shift],
    may: Mapping[int, Businesses],
    teams: Sequence[Businesses],
) -> dict[tuple[int, Businesses], tuple[float, float]]:
    """(clerk, businesses) → what it is worth on one day, and what its lines leave at closing."""
    parts = pieces(house.days[day].hours, house.terms)
    capacity: dict[Businesses, list[float]] = {}
    for one in shifts:
        room = capacity.setdefault(house.calls(one), [0.0] * len(parts))
        for at, part in enumerate(parts):
            room[at] += FILL * max(0, min(one.ends, part[1]) - max(one.begins, part[0]))
    classes = list(capacity)
    together: dict[tuple[bool, ...], list[int]] = defaultdict(list)
    for code in house.days[day].businesses:
        together[tuple(code in can for can in classes)].append(code)
    lines = [tuple(those) for those in together.values()]
    rows = Rows()
    done: dict[tuple[int, int], dict[int, float]] = defaultdict(dict)
    time_row: dict[tuple[Businesses, int], int] = {}
    for can in classes:
        for at in range(len(parts)):
            terms = {}
            for number, line in enumerate(lines):
                if line[0] in can:
                    terms[rows.column(0.0)] = 1.0
                    done[number, at] |= {len(rows.cost) - 1: 1.0}
            if terms:
                time_row[can, at] = len(rows.low)
                rows.row(terms, -highspy.kHighsInf, capacity[can][at])
    work_row, at_the_end = add_lines(rows, demand, lines, parts, done)
    solved = rows.prices(LONGEST_SECONDS)
    if solved is None:
        return {}
    prices, values = solved
    left = {number: values[column] * elderly for number, (column, elderly) in at_the_end.items()}
    worth: dict[tuple[int, Businesses], float] = defaultdict(float)
    remains: dict[tuple[int, Businesses], float] = {}
    line_of = {code: number for number, line in enumerate(lines) for code in line}
    for one in shifts:
        can, skills = house.calls(one), house.skills[one.clerk_id]
        for team in teams:
            more = (team & may.get(one.window_id or 0, frozenset())) - skills
            new_lines = {line_of[code] for code in more if code in line_of}
            if not new_lines:
                continue
            for at, part in enumerate(parts):
                minutes = FILL * max(0, min(one.ends, part[1]) - max(one.begins, part[0]))
                mine = -prices[time_row[can, at]] if (can, at) in time_row else 0.0
                best = max(
                    (prices[work_row[line, at]] for line in new_lines if (line, at) in work_row), default=0.0
                )
                if minutes and best / AWAY_FACTOR > mine:
                    worth[one.clerk_id, more] += minutes * (best / AWAY_FACTOR - mine)
                    remains[one.clerk_id, more] = sum(left.get(line, 0.0) for line in new_lines)
    return {key: (value, remains[key]) for key, value in worth.items()}
