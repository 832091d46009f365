"""What the twin knows of a hall and of its visitors; what happened to them is in hall/twin/day.py.

Frozen values only; the engine (hall/twin/engine.py) never changes them, so one hall and one list of visitors
can be run under many policies. Made by hall/twin/halls.py, and by hall/twin/drawing.py from a workload.

Units, everywhere: moments are seconds after the hall's local midnight on `Hall.day`, as floats (`…_at` or
`at_seconds`; 8:30 is 30600.0); durations are seconds (`…_seconds`). Ids are the database's where the hall is
a live one, else counted from 1. `datetime`s appear only where the rules are called.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from math import inf
from zoneinfo import ZoneInfo

from hall.config_model import BusinessGuarantee, ElderlyClaim, ElderlyWindows, Rules
from hall.config_rules import asker_of, guarantee_of
from hall.rules import calendar
from hall.rules.dispatcher import Asker, Guarantee, Preference
from hall.rules.lines import Caller, Layout
from hall.rules.references import Matter, reference_times
from hall.rules.tickets import VisitorClass
from hall.twin.known import Known

Span = tuple[float, float]  # from, until


@dataclass(frozen=True, slots=True)
class Rest:
    """A break: it begins when the clerk is next free at or after `at_seconds`, and lasts its full length."""

    at_seconds: float
    for_seconds: float


@dataclass(frozen=True)
class Clerk:
    """Who works at a window, how fast, and when.

    `skills`: business ids, None = certified for everything. `pace` multiplies service times (1.1 is slower).
    `home`: the businesses done at full speed, None = all; others take `Habits.away_factor` times as long.
    `staffed`: spans in order; at the end of one the clerk finishes the ticket at hand and leaves (lunch is a
    gap between two). Rests are taken inside them.
    """

    staffed: tuple[Span, ...]
    skills: frozenset[int] | None = None
    pace: float = 1.0
    home: frozenset[int] | None = None
    rests: tuple[Rest, ...] = ()

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """`staffed`, rounded as the clock's times are."""
        return tuple((round(begins, 6), round(ends, 6)) for begins, ends in self.staffed)

    @cached_property
    def breaks(self) -> tuple[Rest, ...]:
        """`rests`, rounded as the clock's times are."""
        return tuple(Rest(round(one.at_seconds, 6), one.for_seconds) for one in self.rests)


@dataclass(frozen=True)
class Window:
    """A window: what it serves now, which of that is its own work, and its clerk (None: nobody staffs it)."""

    id: int
    number: int
    kind: str
    serves: frozenset[int]
    own: frozenset[int] = frozenset()
    zone: str = ""
    clerk: Clerk | None = None
    preference: Preference | None = None
    elderly: ElderlyWindows = ElderlyWindows()  # noqa: RUF009 - frozen
    claim: ElderlyClaim = ElderlyClaim()  # noqa: RUF009 - frozen

    @cached_property
    def calls(self) -> frozenset[int]:
        """What it may call: its businesses ∩ the clerk's skills (handbook 3)."""
        if self.clerk is None:
            return frozenset()
        return self.serves if self.clerk.skills is None else self.serves & self.clerk.skills

    @cached_property
    def asker(self) -> Asker:
        """The window as the dispatcher sees it, made as the hall's book makes it."""
        return asker_of(self.kind, self.own, self.preference, self.elderly, self.claim)


@dataclass(frozen=True)
class Business:
    """What a visitor queues for. `service_seconds`, `service_cv`, `elderly_factor`: what is expected of a
    service; the engine itself only uses each visitor's own drawn seconds. `hours` None: the hall's. `own`:
    classes whose promise is its own. `length_seconds`: what reference times go by (None: `service_seconds`).
    """

    id: int
    code: str
    promises: Mapping[VisitorClass, float]
    service_seconds: float
    service_cv: float = 0.75
    elderly_factor: float = 1.0
    department: str = ""
    hours: calendar.Hours | None = None
    prefix: str = ""
    guarantee: BusinessGuarantee = BusinessGuarantee()  # noqa: RUF009 - frozen
    own: frozenset[VisitorClass] = frozenset()
    length_seconds: float | None = None


@dataclass(frozen=True)
class Habits:
    """What people take their time for, in seconds (handbook 12).

    `no_show_seconds`: from the call until the clerk marks it missed, never less than the rule allows.
    `look_again_seconds`: how often a clerk with nobody to call presses again where auto-call is off.
    `stays_seconds`: how long after a clerk's last span the window goes on for those who wait; inf: everybody
    in the hall is served, 0: they go home on time and who still waits expires.
    """

    call_to_seat_seconds: float = 25.0
    turn_over_seconds: float = 20.0
    no_show_seconds: float = 60.0
    look_again_seconds: float = 30.0
    stays_seconds: float = inf
    away_factor: float = 1.0


@dataclass(frozen=True)
class Hall:
    """A hall on one day. Dictionaries are by id, in the configured order."""

    code: str
    day: date
    businesses: Mapping[int, Business]
    windows: Mapping[int, Window]
    rules: Rules = field(default_factory=Rules)
    habits: Habits = field(default_factory=Habits)
    hours: calendar.Hours = field(default_factory=dict)
    closed_days: frozenset[date] = frozenset()
    open_days: frozenset[date] = frozenset()
    timezone: str = "Asia/Shanghai"

    @cached_property
    def midnight(self) -> datetime:
        """Second 0, in UTC."""
        return datetime.combine(self.day, time(), ZoneInfo(self.timezone)).astimezone(UTC)

    def moment(self, at_seconds: float) -> datetime:
        """The datetime (UTC) of a moment of the day, to the microsecond."""
        return self.midnight + timedelta(seconds=at_seconds)

    def seconds(self, moment: datetime) -> float:
        """The moment of the day of a datetime."""
        return (moment - self.midnight).total_seconds()

    @cached_property
    def promises(self) -> dict[tuple[int, VisitorClass], float]:
        of = self.businesses.values()
        return {(one.id, kind): seconds for one in of for kind, seconds in one.promises.items()}

    @cached_property
    def references(self) -> dict[tuple[int, VisitorClass], float]:
        """What the dispatcher measures waits by (hall/rules/references.py), as in the hall's book."""
        of = self.businesses.values()
        matters = (
            Matter(one.id, one.promises, one.own, one.length_seconds or one.service_seconds) for one in of
        )
        return reference_times(matters, self.rules.length_weight)

    @cached_property
    def guarantee(self) -> Guarantee:
        return guarantee_of(self.rules, ((one.id, one.guarantee) for one in self.businesses.values()))

    @cached_property
    def asks(self) -> dict[int, int]:
        """Window → the number of its way to ask: windows with one number are alike to the dispatcher."""
        askers: dict[Asker, int] = {}
        return {one.id: askers.setdefault(one.asker, len(askers)) for one in self.windows.values()}

    @cached_property
    def layout(self) -> Layout:
        """The lines of this hall, made once for however many runs."""
        callers = (Caller(one.id, one.calls, one.asker) for one in self.windows.values() if one.clerk)
        return Layout(callers, self.references, self.guarantee)

    @cached_property
    def layout_by_place(self) -> Layout:
        """The lines of this hall for a policy to which all promises are alike."""
        callers = (Caller(one.id, one.calls, one.asker) for one in self.windows.values() if one.clerk)
        return Layout(callers, dict.fromkeys(self.references, 1.0), Guarantee(inf, inf))

    @cached_property
    def open_spans(self) -> tuple[Span, ...]:
        """When the doors are open on this day; empty on a closed one."""
        return self._spans(self.hours)

    def spans_of(self, business_id: int) -> tuple[Span, ...]:
        """When numbers are issued for a business: its own hours where it has some, else the hall's."""
        return self._spans(self.businesses[business_id].hours or self.hours)

    def _spans(self, hours: calendar.Hours) -> tuple[Span, ...]:
        spans = calendar.spans_of(hours, self.closed_days, self.open_days, self.day, self.timezone)
        return tuple((self.seconds(opens_at), self.seconds(closes_at)) for opens_at, closes_at in spans)


@dataclass(frozen=True, slots=True)
class Hop:
    """Where a visit goes on after its present service: a transfer (`place`: keep | tail | None = the hall's
    rule), or, `planned`, the next step of a bundle (always keeps the place). `window_id`: pinned to that
    window.
    """

    business_id: int
    service_seconds: float
    window_id: int | None = None
    planned: bool = False
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Visitor:
    """One visitor, everything about them drawn in advance, so that every policy sees the same people.

    `id`: the order of arrival, from 1. `visitor_class`: what they come as; an appointment that is late
    becomes ordinary by the hall's rule. `service_seconds`: their own service at the first window, the elderly
    factor included, the clerk's pace not. `shows_up` False: the first call is missed; they come back
    `returns_after_seconds` after that, or never (None). `patience_seconds`: having waited so long without a
    call they give the number back. `hold_at_seconds`: after so much service they step aside for
    `hold_seconds`, once. `virtual`: stands in line and is called like anybody, but takes nobody's window and
    time: it only asks "when would somebody like me be called" (hall/twin/lookahead.py).
    """

    id: int
    at_seconds: float
    business_id: int
    visitor_class: VisitorClass
    service_seconds: float
    booked_at_seconds: float | None = None
    shows_up: bool = True
    returns_after_seconds: float | None = None
    patience_seconds: float = inf
    hops: tuple[Hop, ...] = ()
    hold_at_seconds: float | None = None
    hold_seconds: float = 0.0
    virtual: bool = False
    label: str = ""
    known: Known | None = None


# ---- the present: where a run starts that does not start in the morning ----
@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody in line now. `step_id`: among equal places the smaller goes first. `hop`: how many of the
    visitor's hops are behind them. The visitor's patience counts from `entered_at`.
    """

    visitor: Visitor
    step_id: int
    business_id: int
    visitor_class: VisitorClass
    queued_at: float
    rank: int = 0
    pinned_window_id: int | None = None
    entered_at: float = 0.0
    returns: int = 0
    hop: int = 0


class Phase(StrEnum):
    """What a window is at."""

    CALLED = "called"
    SERVING = "serving"


@dataclass(frozen=True, slots=True)
class AtWindow:
    """A ticket at a window: `until` is when the present phase ends (seated or missed; served or held), as the
    caller has drawn it. `holds`: will step aside, as its visitor is drawn. `remaining_seconds`: the service
    that began, or is to begin, here; None: its visitor's own, or its hop's.
    """

    step: Waiting
    phase: Phase
    called_at: float
    until: float
    holds: bool = False
    remaining_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """A window as it stands now. `state`: open | paused | closed. `ready_since`: stands ready for an arrival.
    `busy_until`: a turn-over in progress. A paused or closed one calls nobody until `opens_at` (None: not
    again today). `rests_taken`: how many of its clerk's rests are over (None: all that began before now).
    `idle_since`, without auto-call: since when the clerk has found nobody to call (None: looks at once).
    """

    state: str = "open"
    ready_since: float | None = None
    ticket: AtWindow | None = None
    busy_until: float | None = None
    opens_at: float | None = None
    held: tuple["Held", ...] = ()
    rests_taken: int | None = None
    idle_since: float | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """Somebody who stepped aside and comes back to the same window at `back_at`, for `remaining_seconds`."""

    step: Waiting
    back_at: float
    remaining_seconds: float
    called_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Away:
    """Somebody missed who will come back to the line at `back_at`."""

    step: Waiting
    back_at: float


@dataclass(frozen=True)
class Present:
    """A hall in the middle of its day. A window not in `desks` is as its clerk's day says, and free."""

    at_seconds: float
    waiting: tuple[Waiting, ...] = ()
    desks: Mapping[int, Desk] = field(default_factory=dict)
    away: tuple[Away, ...] = ()
    next_step_id: int = 1
