"""One day of the weekly roster as an integer programme, solved by HiGHS: how many clerks of each kind work at
which kind of window in which pattern.

With x[g, s, p] clerks of group g at windows of place s in pattern p (whole numbers), y[c, l, t] minutes of
line l's work done in piece t by those who may call the same (c: skills ∩ what the place serves), B[l, t]
minutes of work left waiting, and u1, u2 minutes kept free for a line beyond what is expected:

    B[l, t] ≥ B[l, t − 1] + arrivals[l, t] · S[l] − Σ_c y[c, l, t]
    Σ_l y[c, l, t] + free[c, l, t] ≤ fill · minutes[t] · Σ x[g, s, p] of class c that cover t
    minimise Σ length[t] · B[l, t] / S[l] · (1 + 0.5 · elderly share) − Σ value_k · u_k[l, t] / S[l]
             + away from the own kind of window + what the hall must have and lacks

Free minutes are worth less the more a line has of them: that is what waits at random arrivals come to,
where the expected ones alone would be served by windows that are always busy. Groups, windows, each
business's least windows, lunch's least share, an elderly-friendly window and the day's hours bound x.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import highspy

from hall.rules.linear import Rows
from hall.rules.roster import Minutes
from hall.rules.roster_patterns import pieces
from hall.rules.roster_plan import Counts, DayQuestion, Demand
from hall.rules.staffing import Businesses

FILL = 0.92
"""How much of a window's time can be planned: the rest are breaks and turning over."""
SPARE = ((0.12, 40.0), (0.15, 15.0), (0.25, 5.0))
"""Free minutes, up to such shares of a line's expected work, are each worth so many minutes of waiting
divided by the windows the line keeps busy. From the queue M/M/c: what a share less of load takes off the
waiting, about the same for 3 and for 10 windows once it is divided by them."""
DEAREST = 0.8
"""A free minute is never worth more than this share of a minute of work left waiting."""
AWAY, AWAY_FACTOR = 20.0, 1.15
"""Minutes of waiting that a day at another kind of window than the own costs; and work there takes so much
longer."""
AT_WORK = 0.02
"""Minutes of waiting that a planned minute of work is worth of itself: who is there sits at a window."""
OVER = 15.0
"""Minutes of waiting that each minute of work beyond the day's budget costs, where that may be exceeded."""
MISSING = 2000.0
"""What a piece of the day without a business's least windows costs."""
UNFAIR = 1.0
"""Minutes of waiting that each minute costs by which a group stays behind, or is ahead of, its fair share."""
PLACES_EACH = 4
"""A group is offered its own kind of window and the few others where it is certified for most work."""
LONGEST_SECONDS = 12.0
GAP = 0.02


_Class = tuple[Businesses, bool]
"""What somebody may call where they sit, and whether that is away from the own kind of window."""


@dataclass
class DayProgramme:
    """A day's programme, its columns by what they mean, and its rows of work for who asks what a minute more
    would be worth.
    """

    question: DayQuestion
    longest_seconds: float = LONGEST_SECONDS
    rows: Rows = field(default_factory=Rows)
    set_to: dict[tuple[int, int, int], int] = field(default_factory=dict)
    pieces: list[Minutes] = field(default_factory=list)
    lines: list[tuple[int, ...]] = field(default_factory=list)

    def __post_init__(self) -> None:
        asked = self.question
        self.pieces = pieces(asked.open_day.hours, asked.house.terms)
        self._classes: dict[_Class, dict[int, tuple[bool, ...]]] = defaultdict(dict)
        for number, group in enumerate(asked.groups):
            if asked.present[number]:
                self._add_group(number, group.skills, group.home)
        self.lines = self._lines()
        self._bound_groups()
        self._bound_places()
        self._keep_least()
        self._add_work()

    def solve(self) -> Counts:
        """How many clerks of which group at which place in which pattern; the usual day where nothing better
        was found in time.
        """
        usual = self._usual()
        start = {column: float(usual.get(key, 0)) for key, column in self.set_to.items()}
        solved = self.rows.solve(start, self._gap(), self.longest_seconds)
        if solved is None:
            return usual
        values = solved[0]
        return {key: many for key, column in self.set_to.items() if (many := round(values[column]))}

    def _usual(self) -> dict[tuple[int, int, int], int]:
        """Everybody in the first pattern at the own kind of window, as far as hours and windows go: where the
        search begins.
        """
        asked, found = self.question, dict[tuple[int, int, int], int]()
        minutes = asked.patterns[0].minutes if asked.patterns else 1
        budget, room = asked.budget, [len(place.windows) for place in asked.places]
        for group, place, way in self.set_to:
            if way or sum(many for (number, _, _), many in found.items() if number == group):
                continue
            fits = min(budget, asked.left[group]) // minutes
            many = int(min(asked.present[group], room[place], fits))
            if many > 0:
                found[group, place, way] = many
                room[place] -= many
                budget -= many * minutes
        return found

    def _gap(self) -> float:
        return GAP * max(50.0, self.question.demand.work)

    def _add_group(self, number: int, skills: Businesses, home: Businesses) -> None:
        asked = self.question
        work: dict[int, float] = defaultdict(float)
        for (code, _), count in asked.demand.arrivals.items():
            work[code] += count * asked.demand.minutes[code]
        offered = []
        for place_number, place in enumerate(asked.places):
            can = skills & place.serves
            if can:
                at_home = place.serves == home
                offered.append((not at_home, -sum(work[code] for code in can), place_number))
        for away, _, place_number in sorted(offered)[:PLACES_EACH]:
            can = skills & asked.places[place_number].serves
            for way_number, way in enumerate(asked.patterns):
                cost = (AWAY if away and home else 0.0) - AT_WORK * way.minutes
                column = self.rows.column(cost, float(asked.present[number]), whole=True)
                self.set_to[number, place_number, way_number] = column
                self._classes[can, bool(away and home)][column] = tuple(
                    way.covers(piece) for piece in self.pieces
                )

    def _lines(self) -> list[tuple[int, ...]]:
        """Businesses that the same classes serve, and that somebody can."""
        together: dict[tuple[bool, ...], list[int]] = defaultdict(list)
        known = list(dict.fromkeys(can for can, _ in self._classes))
        for code in self.question.open_day.businesses:
            by = tuple(code in can for can in known)
            if any(by):
                together[by].append(code)
        return [tuple(those) for those in together.values()]

    def _bound_groups(self) -> None:
        asked = self.question
        hours: dict[int, float] = {}
        for number in range(len(asked.groups)):
            mine = {key: column for key, column in self.set_to.items() if key[0] == number}
            if not mine:
                continue
            self.rows.row(dict.fromkeys(mine.values(), 1.0), 0.0, float(asked.present[number]))
            minutes = {column: float(asked.patterns[key[2]].minutes) for key, column in mine.items()}
            self.rows.row(minutes, 0.0, max(0.0, asked.left[number]))
            behind, ahead = self.rows.column(UNFAIR), self.rows.column(UNFAIR)
            self.rows.row({**minutes, behind: 1.0}, asked.least[number], highspy.kHighsInf)
            self.rows.row({**minutes, ahead: -1.0}, -highspy.kHighsInf, asked.fair[number])
            hours |= minutes
        if hours:
            hours[self.rows.column(OVER, asked.beyond)] = -1.0
            self.rows.row(hours, -highspy.kHighsInf, max(0.0, asked.budget))

    def _bound_places(self) -> None:
        """No more clerks at a time than windows."""
        for number, place in enumerate(self.question.places):
            for piece in self.pieces:
                terms = {
                    column: 1.0
                    for (_, where, way), column in self.set_to.items()
                    if where == number and self.question.patterns[way].covers(piece)
                }
                if terms:
                    self.rows.row(terms, 0.0, float(len(place.windows)))

    def _keep_least(self) -> None:
        asked, rows = self.question, self.rows
        for line in self.lines:
            least = max(asked.house.minimum.get(code, 1) for code in line)
            for at, piece in enumerate(self.pieces):
                if not any(_open(asked.open_day.businesses[code], piece) for code in line):
                    continue
                terms = {
                    column: 1.0
                    for (can, _), columns in self._classes.items()
                    if line[0] in can
                    for column, covered in columns.items()
                    if covered[at]
                }
                terms[rows.column(MISSING, float(least))] = 1.0
                rows.row(terms, float(least), highspy.kHighsInf)
        elderly = {number for number, place in enumerate(asked.places) if place.elderly}
        lunch = asked.house.terms.lunch
        for piece in self.pieces:
            there = {key: col for key, col in self.set_to.items() if asked.patterns[key[2]].covers(piece)}
            friendly = {column: 1.0 for key, column in there.items() if key[1] in elderly}
            if friendly:
                friendly[rows.column(MISSING, 1.0)] = 1.0
                rows.row(friendly, 1.0, highspy.kHighsInf)
            if lunch is not None and piece[0] < lunch[1] and lunch[0] < piece[1]:
                # At least the share of all who work at a window on this day, one more for rounding.
                share = asked.house.terms.lunch_open
                stay = {column: (1.0 if key in there else 0.0) - share for key, column in self.set_to.items()}
                stay[rows.column(MISSING)] = 1.0
                rows.row(stay, 0.0, highspy.kHighsInf)

    def _add_work(self) -> None:
        _asked, rows = self.question, self.rows
        done: dict[tuple[int, int], dict[int, float]] = defaultdict(dict)
        for (can, away), columns in self._classes.items():
            mine = [number for number, line in enumerate(self.lines) if line[0] in can]
            for at, (begins, ends) in enumerate(self.pieces):
                terms = {
                    column: -FILL * (ends - begins) for column, covered in columns.items() if covered[at]
                }
                if not terms:
                    continue
                for number in mine:
                    work = rows.column(0.0)
                    terms[work] = AWAY_FACTOR if away else 1.0
                    done[number, at][work] = 1.0
                rows.row(terms, -highspy.kHighsInf, 0.0)
        add_lines(rows, self.question.demand, self.lines, self.pieces, done)


def add_lines(
    rows: Rows,
    demand: Demand,
    lines: Sequence[tuple[int, ...]],
    pieces: Sequence[Minutes],
    done: Mapping[tuple[int, int], Mapping[int, float]],
) -> tuple[dict[tuple[int, int], int], dict[int, tuple[int, float]]]:
    """The work of each line and piece: what is left of it waits, what is free is worth something. `done`:
    the columns of the work done. Returns the rows by (line, piece); and by line the column of what is left of
    it at the end, with the weight of its elderly.
    """
    found: dict[tuple[int, int], int] = {}
    at_the_end: dict[int, tuple[int, float]] = {}
    for number, line in enumerate(lines):
        coming = [_coming(demand, line, piece) for piece in pieces]
        people = sum(count for count, _ in coming)
        if people <= 0:
            continue
        minutes = sum(work for _, work in coming) / people
        elderly = 1 + 0.5 * sum(demand.elderly.get(code, 0.0) for code in line) / len(line)
        before: int | None = None
        for at, (begins, ends) in enumerate(pieces):
            left = rows.column((ends - begins) / minutes * elderly)
            terms: dict[int, float] = {left: 1.0, **done.get((number, at), {})}
            busy = max(1.0, coming[at][1] / (ends - begins))
            most = DEAREST * (ends - begins) / minutes
            for share, value in SPARE:
                spare = rows.column(-min(most, value / busy), share * max(coming[at][1], minutes))
                terms[spare] = -1.0
            if before is not None:
                terms[before] = -1.0
            found[number, at] = len(rows.low)
            rows.row(terms, coming[at][1], highspy.kHighsInf)
            before = left
            at_the_end[number] = (left, elderly)
    return found, at_the_end


def _coming(demand: Demand, line: tuple[int, ...], piece: Minutes) -> tuple[float, float]:
    """People and minutes of work that come to a line in a piece of the day."""
    people, work = 0.0, 0.0
    for half in range(piece[0] // 30, (piece[1] + 29) // 30):
        share = (min(piece[1], 30 * half + 30) - max(piece[0], 30 * half)) / 30
        for code in line:
            count = demand.arrivals.get((code, half), 0.0) * share
            people += count
            work += count * demand.minutes[code]
    return people, work


def solve_day(question: DayQuestion) -> Counts:
    """The programme's answer for one day; what is small is as good after a second or two."""
    windows = len(question.house.windows)
    return DayProgramme(question, min(LONGEST_SECONDS, 3.0 + windows / 10)).solve()


def _open(hours: tuple[Minutes, ...], piece: Minutes) -> bool:
    return any(begins <= piece[0] and piece[1] <= ends for begins, ends in hours)
