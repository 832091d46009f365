"""What the staffing advisor is asked and what it answers: the windows with their clerks, the lines before
them, and moves (open, switch, send home, close). Handbook 11.

Plain values, and the one check of a plan against the rules of staffing (`faults`): certified skills, one
clerk per window, minimum windows per business, an elderly-friendly window open. The integer programme
(hall/rules/staffing_programme.py) and the threshold rule (hall/rules/staffing_threshold.py) both answer with
a `Plan` that passes it; whoever applies a plan checks it again against the state of that moment.

Units: minutes; people. A period is `PERIOD_MINUTES` long, the next three are looked at.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

PERIOD_MINUTES = 15.0
PERIODS = 3

Businesses = frozenset[int]
"""Business ids."""


@dataclass(frozen=True)
class Post:
    """A window with the clerk who sits at it, or who could.

    `serves`: what is called there now; empty where this clerk does not sit there. `home`: what the clerk does
    at full speed and the window serves when nobody moved it. `ways`: what the window may be set to with this
    clerk, each within the clerk's certified skills and the window's allowed businesses; `serves` is among
    them where it is not empty. `minutes`: how long the clerk can be there in each period (closing time,
    breaks, hours of a tide window). `reserve`: may be opened and closed; others are open as the roster says.
    `elderly`: an elderly-friendly window. `serving`: a ticket is at the window, so a move takes effect after
    it. `held`: stays as it is, because a person said so or it was moved a moment ago.
    """

    window_id: int
    clerk_id: int
    serves: Businesses
    home: Businesses
    ways: tuple[Businesses, ...]
    minutes: tuple[float, ...]
    reserve: bool = False
    elderly: bool = False
    serving: bool = False
    held: bool = False

    @property
    def open(self) -> bool:
        return bool(self.serves)


@dataclass(frozen=True)
class Queue:
    """One business: people `waiting` now, people expected to come in each period, the minutes one of them
    occupies a window, and the share of the elderly among them.
    """

    business_id: int
    waiting: float
    arrivals: tuple[float, ...]
    service_minutes: float
    elderly_share: float = 0.0

    @property
    def expected(self) -> float:
        """People waiting now or to come."""
        return self.waiting + sum(self.arrivals)


@dataclass(frozen=True)
class Situation:
    """What an advisor looks at. `minimum`: business id → windows it must have (1 where nothing is said).

    A window or a clerk may stand in several posts (who could open it; where they could sit): at most one of
    them is taken.
    """

    posts: tuple[Post, ...]
    queues: tuple[Queue, ...]
    minimum: Mapping[int, int] = field(default_factory=dict)

    def least(self, business_id: int) -> int:
        return self.minimum.get(business_id, 1)


@dataclass(frozen=True)
class Costs:
    """What a move is worth, in minutes of waiting: `switch` is κ (handbook 11: about 12 in small and medium
    halls, 40 in large ones), opening 1.5 of it, going home 0.6. `fill`: how much of a window's time can be
    planned; `away_factor`: how much longer work outside the home set takes; an elderly visitor's waiting
    counts 1 + `elderly` times.
    """

    switch: float = 12.0
    opening: float = 1.5
    home: float = 0.6
    fill: float = 0.9
    elderly: float = 0.5
    away_factor: float = 1.15


def costs_of(windows: int) -> Costs:
    """The costs for a hall of so many windows."""
    return Costs(switch=40.0) if windows > 150 else Costs()


class Kind(StrEnum):
    """What a move does. No advice pauses a window or lets it go on: only people's plans do."""

    OPEN = "open"
    SWITCH = "switch"
    HOME = "home"
    CLOSE = "close"
    PAUSE = "pause"
    RESUME = "resume"


@dataclass(frozen=True)
class Move:
    """One window: from what to what, with which clerk, for how many minutes (the advice is looked at again
    long before). `after_ticket`: takes effect when the ticket at the window is done; nobody is moved while
    serving.
    """

    kind: Kind
    window_id: int
    clerk_id: int
    before: Businesses
    after: Businesses
    for_minutes: float = PERIODS * PERIOD_MINUTES
    after_ticket: bool = False

    @property
    def touched(self) -> Businesses:
        """The businesses that gain or lose this window."""
        return self.before ^ self.after


@dataclass(frozen=True)
class Plan:
    """What to do. `source`: who decided it (programme, threshold); `took_seconds`, `gap`: how long the
    programme took, and by how many minutes of waiting its cost may exceed the least possible.
    """

    moves: tuple[Move, ...]
    source: str
    took_seconds: float = 0.0
    gap: float = 0.0


def move_of(post: Post, after: Businesses) -> Move | None:
    """The move that sets a post to `after`; None where it is so already."""
    if after == post.serves:
        return None
    if not post.serves:
        kind = Kind.OPEN
    elif not after:
        kind = Kind.CLOSE
    else:
        kind = Kind.HOME if after == post.home else Kind.SWITCH
    return Move(kind, post.window_id, post.clerk_id, post.serves, after, after_ticket=post.serving)


def suggestions(moves: Iterable[Move]) -> list[tuple[Move, ...]]:
    """The moves as a person is told them: windows that do the same are one suggestion; the one that moves
    most windows first.
    """
    together: dict[tuple[Kind, Businesses, Businesses], list[Move]] = {}
    for one in moves:
        together.setdefault((one.kind, one.before, one.after), []).append(one)
    return sorted((tuple(those) for those in together.values()), key=lambda those: -len(those))


class Fault(StrEnum):
    """Why a plan cannot be applied as it is."""

    UNKNOWN = "unknown_post"
    CHANGED = "changed"
    HELD = "held"
    SKILL = "not_certified"
    ABSENT = "clerk_absent"
    MUST_STAY_OPEN = "must_stay_open"
    WINDOW_TWICE = "window_twice"
    CLERK_TWICE = "clerk_twice"
    NO_WINDOW = "business_without_window"
    NO_ELDERLY = "no_elderly_window"


def faults(situation: Situation, moves: Sequence[Move]) -> list[tuple[Fault, int]]:
    """What is wrong with these moves in this situation: each with the window, clerk or business it concerns
    (0 for the hall). Empty: they may be applied. What the situation itself lacks already is no fault of the
    moves.
    """
    posts = {(one.window_id, one.clerk_id): one for one in situation.posts}
    found: list[tuple[Fault, int]] = []
    for move in moves:
        post = posts.get((move.window_id, move.clerk_id))
        found += [(fault, move.window_id) for fault in _faults_of(post, move)]
    after = {key: one.serves for key, one in posts.items()}
    after |= {(move.window_id, move.clerk_id): move.after for move in moves}
    taken = [key for key, serves in after.items() if serves]
    found += [(Fault.WINDOW_TWICE, one) for one in _repeated(window_id for window_id, _ in taken)]
    found += [(Fault.CLERK_TWICE, one) for one in _repeated(clerk_id for _, clerk_id in taken)]
    at_work = {clerk_id for _, clerk_id in taken}
    found += [
        (Fault.MUST_STAY_OPEN, one.window_id)
        for (_, clerk_id), one in posts.items()
        if one.open and not one.reserve and clerk_id not in at_work
    ]
    had = Counter(code for one in posts.values() for code in one.serves)
    has = Counter(code for serves in after.values() for code in serves)
    found += [
        (Fault.NO_WINDOW, code) for code in sorted(had) if has[code] < min(situation.least(code), had[code])
    ]
    elderly = [key for key, one in posts.items() if one.elderly]
    if any(posts[key].open for key in elderly) and not any(after[key] for key in elderly):
        found.append((Fault.NO_ELDERLY, 0))
    return found


def _faults_of(post: Post | None, move: Move) -> list[Fault]:
    if post is None:
        return [Fault.UNKNOWN]
    found = []
    if move.before != post.serves:
        found.append(Fault.CHANGED)
    if post.held:
        found.append(Fault.HELD)
    if move.after and move.after not in post.ways:
        found.append(Fault.SKILL)
    if move.after and not sum(post.minutes):
        found.append(Fault.ABSENT)
    return found


def _repeated(those: Iterable[int]) -> list[int]:
    return sorted(one for one, times in Counter(those).items() if times > 1)


@lru_cache(maxsize=2000)
def ways(home: Businesses, may: Businesses, teams: tuple[Businesses, ...]) -> tuple[Businesses, ...]:
    """What a window may sensibly be set to, of all that it and its clerk `may`: its home set, that with one
    more team's businesses, and everything. A clerk who helps another team goes on serving the own one: the
    dispatcher gives whoever is worst off.
    """
    home = home & may
    wider: list[Businesses] = []
    for team in sorted(set(teams), key=lambda one: (-len(one), min(one, default=0))):
        if team <= may and not any(home | team <= one for one in (home, *wider)):
            wider.append(home | team)
    return tuple(one for one in dict.fromkeys((home, *wider, home | may)) if one)
