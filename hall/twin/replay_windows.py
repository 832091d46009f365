"""What the windows of a past day did, told from the journal: when their clerks worked, what each might call
at which time, and how long a clerk took from one visitor to the next. For hall/twin/replay_day.py.

A window works from the first time its clerk asks for somebody after opening it until it is paused, closed or
left; nothing is known of what a clerk would have done before or after. What windows serve is the present
configuration with every switch since then taken back, and what the day's calls show besides.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from statistics import median
from typing import Any, NamedTuple

from sqlalchemy import Row

from hall.config_model import HallConfig
from hall.records.book import Book
from hall.records.past import Past
from hall.rules.dispatcher import Rule
from hall.twin.model import Clerk, Hall, Span, Window
from hall.twin.replay_errors import CannotReplay
from hall.twin.replay_history import History, Turn

Usual = Mapping[int, Collection[str]]
"""Window number → the business codes it serves where nobody has switched it."""


def usual_of(configured: HallConfig) -> Usual:
    """What the windows of a configuration serve."""
    return {one.number: [code for code, _ in configured.window_serves(one)] for one in configured.windows}


_STOPS = ("window_paused", "window_signed_out", "window_closed")
_ASKS = ("ticket_called", "window_ready")
_CALLS_OF_ALL = (Rule.PINNED.value, Rule.RESUMED.value, Rule.PAPER.value)
"""Such calls say nothing of what a window serves."""


@dataclass
class Period:
    """From `since` on a window serves these businesses; its clerk is certified for `skills` (None: all)."""

    since: float
    serves: frozenset[int]
    skills: frozenset[int] | None

    @property
    def calls(self) -> frozenset[int]:
        return self.serves if self.skills is None else self.serves & self.skills


@dataclass
class Worked:
    """One window's day: when somebody worked there, and what might be called."""

    window_id: int
    spans: tuple[Span, ...] = ()
    periods: list[Period] = field(default_factory=list)
    moves: list["Move"] = field(default_factory=list)
    usual_seconds: float = 0.0
    """A turn-over where nobody knows."""

    def turn_over_seconds(self, turn: Turn) -> float:
        """From the end of a turn until the clerk went on; nothing where that was the clerk's last deed."""
        known = self.known_turn_over(turn)
        return self.usual_seconds if known is None else known

    def known_turn_over(self, turn: Turn) -> float | None:
        """None where the clerk may have asked for somebody when nobody was there."""
        at = bisect_right(self.moves, turn.end_number, key=lambda one: one.number)
        if turn.ended_at is None or at == len(self.moves):
            return 0.0
        following = self.moves[at]
        if following.joined_at is not None and following.joined_at > turn.ended_at:
            return None
        return following.at - turn.ended_at


class Move(NamedTuple):
    """What ends a turn-over: the clerk asks for somebody, or stops. `joined_at`: since when the visitor who
    was called had waited, where a clerk who asks in vain leaves no word (without auto-call).
    """

    number: int
    at: float
    joined_at: float | None = None


def worked(
    past: Past, book: Book, hall: Hall, told: Iterable[History], over_at: float, usual: Usual
) -> dict[int, Worked]:
    """The windows that somebody worked at, by id. `over_at`: when the last thing happened. Raises
    CannotReplay.
    """
    turns: dict[int, list[Turn]] = {}
    for history in told:
        for turn in history.turns:
            turns.setdefault(turn.window_id, []).append(turn)
    serving = _Serving(past, book, hall, usual)
    says: dict[int, list[Row[Any]]] = {}
    for event in past.events:
        if event.type in (*_ASKS, *_STOPS, "window_opened", "window_signed_in"):
            if "window" not in event.data:
                raise CannotReplay("unreadable", number=event.seq)
            says.setdefault(event.data["window"], []).append(event)
    found = {}
    for number, events in says.items():
        window = book.windows_by_number.get(number)
        if window is None:
            continue  # nobody was called there, or the tickets' history would have said so
        before = [event for event in past.before if event.data.get("window") == number]
        mine = sorted(turns.get(window.id, ()), key=lambda one: one.called_at)
        one = _spans(hall, Worked(window.id), number, before, events, mine, over_at)
        if one.spans:
            one.periods = serving.periods(window.id, number, before, events, mine)
            found[window.id] = one
    known = [one.known_turn_over(turn) for one in found.values() for turn in turns.get(one.window_id, ())]
    usually = median([seconds for seconds in known if seconds] or [0.0])
    return {window_id: replace(one, usual_seconds=usually) for window_id, one in found.items()}


def _spans(
    hall: Hall,
    one: Worked,
    number: int,
    before: Iterable[Row[Any]],
    events: Iterable[Row[Any]],
    turns: list[Turn],
    over_at: float,
) -> Worked:
    opened = False
    for event in before:
        if event.type == "window_opened":
            opened = True
        elif event.type in _STOPS or event.type == "window_signed_in":
            opened = False
    joined = {} if hall.rules.auto_call else {turn.call.id: turn.entered_at for turn in turns}
    begins: float | None = None
    spans, last, before_at = [], "", 0.0
    for event in events:
        at, last = hall.seconds(event.at), event.type
        if at < before_at:
            raise CannotReplay("window_backwards", number=event.seq, window=number)
        before_at = at
        if event.type == "window_opened":
            opened = True
        elif event.type in _ASKS:
            if not opened:
                raise CannotReplay("unstaffed", number=event.seq, window=number)
            begins = at if begins is None else begins
            one.moves.append(Move(event.seq, at, joined.get(event.data.get("call_id"))))
        elif event.type in _STOPS:
            one.moves.append(Move(event.seq, at))
            if begins is not None and begins < at:
                spans.append((begins, at))
            opened, begins = False, None
    if begins is not None:
        # Never closed: until the end where it stood ready or served, else until its clerk's last deed.
        ended = turns[-1].ended_at if last == "ticket_called" and turns else None
        spans.append((begins, max(begins, over_at if ended is None else ended)))
    one.spans = tuple(span for span in spans if span[0] < span[1])
    return one


class _Serving:
    """What each window served when, and who might call what there."""

    def __init__(self, past: Past, book: Book, hall: Hall, usual: Usual) -> None:
        self._past, self._book, self._hall = past, book, hall
        now: dict[int, list[str]] = {}
        for event in past.switches:
            _switch(now, event)
        self._usual = {
            one.number: (
                self._ids(usual[one.number]) if one.number in now and one.number in usual else one.serves
            )
            for one in book.windows.values()
        }

    def periods(
        self, window_id: int, number: int, before: list[Row[Any]], events: list[Row[Any]], turns: list[Turn]
    ) -> list[Period]:
        """In order; the first one is that of the morning."""
        clerks = [(0.0, event.actor_id) for event in before if event.type == "window_signed_in"][-1:]
        clerks += [
            (self._hall.seconds(event.at), event.actor_id)
            for event in events
            if event.type == "window_signed_in"
        ]
        if clerks:
            clerks[0] = (0.0, clerks[0][1])
        served = self._served(number)
        found: list[Period] = []
        for since in sorted({0.0, *(at for at, _ in clerks), *(at for at, _ in served)}):
            clerk = next((who for at, who in reversed(clerks) if at <= since), None)
            serves = next(those for at, those in reversed(served) if at <= since)
            found.append(Period(since, serves, self._skills(clerk)))
        starts = [one.since for one in found]
        for turn in turns:
            if turn.call.rule not in _CALLS_OF_ALL:
                self._also(found[bisect_right(starts, turn.called_at) - 1], turn)
        return found

    def _served(self, number: int) -> list[tuple[float, frozenset[int]]]:
        """What the window served from which second on, the first before everything."""
        now: dict[int, list[str]] = {}
        found: list[tuple[float, frozenset[int]]] = []
        for event in self._past.switches:
            at = self._hall.seconds(event.at)
            if at >= 86_400:
                break
            if at >= 0 and not found:
                found.append((0.0, self._now(now, number)))
            _switch(now, event)
            if at >= 0:
                found.append((at, self._now(now, number)))
        return found or [(0.0, self._now(now, number))]

    def _now(self, switched: Mapping[int, list[str]], number: int) -> frozenset[int]:
        return self._ids(switched[number]) if number in switched else self._usual[number]

    def _ids(self, codes: Collection[str]) -> frozenset[int]:
        known = self._book.businesses_by_code
        return frozenset(known[code].id for code in codes if code in known)

    def _skills(self, clerk: int | None) -> frozenset[int] | None:
        skills = self._past.skills.get(clerk or 0, "all")
        return None if skills == "all" else self._ids(skills)

    @staticmethod
    def _also(period: Period, turn: Turn) -> None:
        """What was called there could be called there, whatever is configured today."""
        business_id = turn.business_id
        period.serves |= {business_id}
        if period.skills is not None:
            period.skills |= {business_id}


def _switch(now: dict[int, list[str]], event: Row[Any]) -> None:
    """`now`: the windows that serve something else than configured."""
    if event.type == "hall_configured":
        now.clear()
    elif {"window", "businesses"} <= event.data.keys():
        now[event.data["window"]] = event.data["businesses"]
    else:
        raise CannotReplay("unreadable", number=event.seq)


def cuts(windows: Iterable[Worked]) -> list[float]:
    """The moments at which some window may call something else than before, in order."""
    found = set()
    for one in windows:
        for earlier, later in zip(one.periods, one.periods[1:], strict=False):
            if earlier.calls != later.calls:
                found.add(later.since)
    return sorted(found)


def windows_at(hall: Hall, past: Past, windows: Mapping[int, Worked], at: float) -> dict[int, Window]:
    """The hall's windows with their clerks, as they served just after second `at`."""
    found = {}
    for window in hall.windows.values():
        one = windows.get(window.id)
        if one is None:
            found[window.id] = replace(window, clerk=None)
            continue
        period = next(each for each in reversed(one.periods) if each.since <= at)
        found[window.id] = replace(
            window,
            serves=period.serves,
            own=period.serves & past.own.get(window.id, frozenset()),
            clerk=Clerk(one.spans, skills=period.skills),
        )
    return found
