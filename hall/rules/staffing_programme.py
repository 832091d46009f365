"""The staffing advisor's integer programme (handbook 11), solved by HiGHS.

Imported only where plans are made, in a worker process or a measurement: it loads HiGHS.

Businesses that the same posts may serve are one line to the programme; posts that are alike in everything are
one group. With x[g, w] posts of group g set to way w (whole numbers), y[c, l, p] minutes of line l's work
done in period p by posts that are set alike (c: way and home), and B[l, p] minutes of work left waiting:

    B[l, p] ≥ B[l, p − 1] + arrivals[l, p] · S[l] − Σ_c y[c, l, p]          B[l, −1] = waiting[l] · S[l]
    Σ_l y[c, l, p] · (away_factor outside home) ≤ fill · Σ_{(g, w) in c} minutes[g, p] · x[g, w]
    minimise Σ 15 · B[l, p] / S[l] · (1 + 0.5 · elderly share)
             + κ · (switched + 1.5 · opened + 0.6 · gone home)

No window or clerk is taken twice, a clerk at work stays at work, every business keeps its least windows and
one elderly-friendly window stays open, as far as they are so now; what is missing already costs as much as
ten switches.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import highspy

from hall.rules.linear import Rows
from hall.rules.staffing import (
    PERIOD_MINUTES,
    PERIODS,
    Businesses,
    Costs,
    Move,
    Plan,
    Post,
    Queue,
    Situation,
    move_of,
)
from hall.rules.staffing_threshold import threshold_plan

LONGEST_SECONDS = 5.0
GAP = 0.25
"""A plan this near to the best possible, in switches, is as good: the forecast is not better than that."""
SHORTFALL = 10.0
"""What a business without its least windows costs, in switches."""

_Class = tuple[Businesses, Businesses]
"""A way and the home of the posts set to it."""


@dataclass(frozen=True)
class _Line:
    """Businesses that the same classes serve, in minutes of work."""

    businesses: tuple[int, ...]
    waiting: float
    arrivals: tuple[float, ...]
    service_minutes: float
    elderly_share: float


def advise(situation: Situation, costs: Costs, longest_seconds: float = LONGEST_SECONDS) -> Plan:
    """The programme's plan, or the threshold rule's when none was found in time. Raises ValueError as
    `make_plan` does.
    """
    return make_plan(situation, costs, longest_seconds) or threshold_plan(situation)


def make_plan(situation: Situation, costs: Costs, longest_seconds: float = LONGEST_SECONDS) -> Plan | None:
    """The best moves found in time; None when none was found (the threshold rule may be asked then).

    Raises ValueError for a post or queue whose periods are not PERIODS.
    """
    spans = [one.minutes for one in situation.posts] + [one.arrivals for one in situation.queues]
    if wrong := [len(one) for one in spans if len(one) != PERIODS]:
        raise ValueError(f"{wrong[0]} periods, not {PERIODS}")
    began = time.perf_counter()
    programme = _Programme(situation, costs)
    solved = programme.rows.solve(programme.as_it_is, GAP * costs.switch, longest_seconds)
    if solved is None:
        return None
    values, gap = solved
    moves = programme.moves(values)
    return Plan(moves, "programme", time.perf_counter() - began, gap)


class _Programme:
    """One situation's programme: its columns by what they mean."""

    def __init__(self, situation: Situation, costs: Costs) -> None:
        self.situation, self.costs, self.rows = situation, costs, Rows()
        self.as_it_is: dict[int, float] = {}
        self._shared = _shared(situation)
        self.groups: dict[tuple[object, ...], list[Post]] = defaultdict(list)
        for post in situation.posts:
            self.groups[self._key(post)].append(post)
        self.set_to: dict[tuple[tuple[object, ...], Businesses], int] = {}
        """Group and way → its column; the empty way is a closed window, or nobody sent there."""
        self._serving: dict[_Class, dict[int, tuple[float, ...]]] = defaultdict(dict)
        for key, posts in self.groups.items():
            self._add_group(key, posts)
        self._take_once()
        self._keep_least()
        self._add_work(_lines(situation, self._serving.keys()))

    def _key(self, post: Post) -> tuple[object, ...]:
        """Who is alike; a clerk with a choice of posts, or a window with one of clerks, is like nobody."""
        alone = (post.window_id, post.clerk_id) if self._is_shared(post) else None
        return (post.serves, post.home, post.ways, post.minutes, post.reserve, post.elderly, post.held, alone)

    def _is_shared(self, post: Post) -> bool:
        return ("window", post.window_id) in self._shared or ("clerk", post.clerk_id) in self._shared

    def _add_group(self, key: tuple[object, ...], posts: list[Post]) -> None:
        """Its columns, and that each of its posts is set to one way; a closed post costs nothing."""
        one, many = posts[0], float(len(posts))
        ways = [one.serves] if one.held or not any(one.minutes) else [*one.ways]
        if one.serves not in ways:
            ways.append(one.serves)
        if one.open and not one.held and (one.reserve or self._is_shared(one)):
            ways.append(frozenset())
        for way in dict.fromkeys(ways):
            column = self.rows.column(self._cost(one, way), many, whole=True)
            self.set_to[key, way] = column
            if way == one.serves:
                self.as_it_is[column] = many
            if way:
                self._serving[way, one.home][column] = one.minutes
        self.rows.row({self.set_to[key, way]: 1.0 for way in dict.fromkeys(ways)}, many, many)

    def _cost(self, post: Post, way: Businesses) -> float:
        move, costs = move_of(post, way), self.costs
        if move is None:
            return 0.0
        return costs.switch * {"open": costs.opening, "switch": 1.0}.get(move.kind, costs.home)

    def _take_once(self) -> None:
        """No window and no clerk in two posts; a clerk at work stays at work."""
        for kind, number in sorted(self._shared):
            posts = [
                one
                for one in self.situation.posts
                if number == (one.window_id if kind == "window" else one.clerk_id)
            ]
            terms = {
                column: 1.0
                for one in posts
                for way in (*one.ways, one.serves)
                if way and (column := self.set_to.get((self._key(one), way))) is not None
            }
            stays = kind == "clerk" and any(one.open and not one.reserve for one in posts)
            self.rows.row(terms, 1.0 if stays else 0.0, 1.0)

    def _keep_least(self) -> None:
        """The least windows per business, and one that is elderly-friendly."""
        open_for: dict[int, dict[int, float]] = defaultdict(dict)
        now: Counter[int] = Counter()
        elderly: dict[int, float] = {}
        for (key, way), column in self.set_to.items():
            posts = self.groups[key]
            for code in way:
                open_for[code][column] = 1.0
                now[code] += len(posts) if way == posts[0].serves else 0
            if way and posts[0].elderly:
                elderly[column] = 1.0
        for code, terms in sorted(open_for.items()):
            self._at_least(terms, self.situation.least(code), now[code])
        if elderly:
            self._at_least(elderly, 1, sum(one.elderly and one.open for one in self.situation.posts))

    def _at_least(self, terms: dict[int, float], least: int, now: int) -> None:
        if now < least:
            missing = self.rows.column(SHORTFALL * self.costs.switch, float(least - now))
            self.as_it_is[missing] = float(least - now)
            terms = {**terms, missing: 1.0}
        self.rows.row(terms, float(least), highspy.kHighsInf)

    def _add_work(self, lines: list[_Line]) -> None:
        rows, costs = self.rows, self.costs
        done: dict[tuple[int, int], dict[int, float]] = defaultdict(dict)
        for (way, home), columns in self._serving.items():
            mine = [number for number, line in enumerate(lines) if line.businesses[0] in way]
            for period in range(PERIODS):
                terms = {column: -costs.fill * minutes[period] for column, minutes in columns.items()}
                for number in mine:
                    work = rows.column(0.0)
                    at_home = lines[number].businesses[0] in home
                    terms[work] = 1.0 if at_home else costs.away_factor
                    done[number, period][work] = 1.0
                rows.row(terms, -highspy.kHighsInf, 0.0)
        for number, line in enumerate(lines):
            weight = PERIOD_MINUTES / line.service_minutes * (1 + costs.elderly * line.elderly_share)
            before: int | None = None
            for period in range(PERIODS):
                left = rows.column(weight)
                terms = {left: 1.0, **done[number, period]}
                low = line.arrivals[period]
                if before is None:
                    low += line.waiting
                else:
                    terms[before] = -1.0
                rows.row(terms, low, highspy.kHighsInf)
                before = left

    def moves(self, values: list[float]) -> tuple[Move, ...]:
        """Which of a group's posts are moved: those where nobody is served, then the first."""
        found: list[Move] = []
        for key, posts in self.groups.items():
            free = sorted(posts, key=lambda one: (one.serving, one.window_id))
            for way in dict.fromkeys((*posts[0].ways, frozenset[int]())):
                column = self.set_to.get((key, way))
                if column is None or way == posts[0].serves:
                    continue
                for _ in range(round(values[column])):
                    move = move_of(free.pop(0), way)
                    if move is not None:
                        found.append(move)
        return tuple(sorted(found, key=lambda one: (one.window_id, one.clerk_id)))


def _shared(situation: Situation) -> set[tuple[str, int]]:
    """Windows and clerks that stand in several posts."""
    seen = Counter(("window", one.window_id) for one in situation.posts)
    seen.update(("clerk", one.clerk_id) for one in situation.posts)
    return {one for one, times in seen.items() if times > 1}


def _lines(situation: Situation, classes: Iterable[_Class]) -> list[_Line]:
    """The businesses that somebody may serve, together where the same classes serve them."""
    together: dict[tuple[tuple[bool, bool], ...], list[Queue]] = defaultdict(list)
    known = list(classes)
    for queue in situation.queues:
        code = queue.business_id
        by = tuple((code in way, code in home) for way, home in known)
        if any(served for served, _ in by) and queue.expected > 0:
            together[by].append(queue)
    return [_line(those) for those in together.values()]


def _line(queues: list[Queue]) -> _Line:
    people = sum(one.expected for one in queues)
    return _Line(
        tuple(one.business_id for one in queues),
        sum(one.waiting * one.service_minutes for one in queues),
        tuple(sum(one.arrivals[at] * one.service_minutes for one in queues) for at in range(PERIODS)),
        sum(one.expected * one.service_minutes for one in queues) / people,
        sum(one.expected * one.elderly_share for one in queues) / people,
    )
