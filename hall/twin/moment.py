"""One moment of a run: the steps and desks the engine moves, and the way in from a `Present` and back out.

`seat` puts a hall in the middle of its day (or an empty one in the morning) into a run; `report` makes the
`Day` of a run, and `present_of` reads a stopped one as a `Present`, so that a run may be stopped, its windows
changed, and gone on with.
"""

from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from typing import TYPE_CHECKING

from hall.rules.dispatcher import Head
from hall.rules.tickets import State, Verb, VisitorClass, transition
from hall.twin import model
from hall.twin.day import Day, Outcome, Worked
from hall.twin.model import AtWindow, Away, Habits, Held, Phase, Present, Rest, Span, Visitor, Waiting, Window

if TYPE_CHECKING:
    from hall.twin.engine import Run

CALLED, SERVING, HELD, MISSED = State.CALLED, State.SERVING, State.HELD, State.MISSED
"""Looked up once, as also in hall/twin/engine.py: to find an enum's member takes as long as a call."""


@dataclass(slots=True, eq=False)
class Record:
    """What has happened to one visitor so far."""

    visitor: Visitor
    outcome: Outcome = Outcome.HERE
    called_at: float | None = None
    window_id: int | None = None
    started_at: float | None = None
    ended_at: float | None = None


@dataclass(slots=True, eq=False)
class Step:
    """One step of a visit on its way: what the table `steps` is in the live hall."""

    visitor: Visitor
    record: Record
    step_id: int
    business_id: int
    visitor_class: VisitorClass
    queued_at: datetime
    queued: float
    """The same in seconds of the day."""
    rank: int
    entered_at: float
    remaining: float
    """Seconds of service still to come here, at the clerk's usual pace."""
    pinned: int | None = None
    returns: int = 0
    hop: int = 0
    hold_at: float | None = None
    state: State = State.WAITING
    called_at: float = 0.0

    def ends(self, outcome: Outcome, now: float) -> None:
        """The visit is over, as far as anybody knows."""
        record = self.record
        record.outcome, record.ended_at = outcome, now

    def no_show_seconds(self, habits: Habits) -> float:
        """From a call that nobody follows until it is marked missed."""
        known = self.visitor.known
        return known.no_show_seconds if known else habits.no_show_seconds

    def turn_over_seconds(self, habits: Habits) -> float:
        """From the end of the service, or of its part before a hold, until the clerk asks for the next; none
        where the visitor was missed.
        """
        known, state = self.visitor.known, self.state
        if state is MISSED:
            return known.after_no_show_seconds if known else 0.0
        if known is None:
            return habits.turn_over_seconds
        return known.after_hold_seconds if state is HELD else known.turn_over_seconds[self.hop]

    def head(self) -> Head:
        """The step as the rules see it; made as a tuple, which is three times as quick as by name."""
        visitor = self.visitor
        return tuple.__new__(
            Head,
            (
                self.step_id,
                visitor.id,
                visitor.label,
                self.business_id,
                self.visitor_class,
                self.queued_at,
                self.rank,
                self.pinned is not None,
            ),
        )


@dataclass(slots=True, eq=False)
class Desk:
    """One window at work. `state`: open, paused (a rest) or closed (the clerk is not there)."""

    window: Window
    spans: tuple[Span, ...] = ()
    rests: tuple[Rest, ...] = ()
    state: str = "closed"
    step: Step | None = None
    until: float | None = None
    """When the present phase, turn-over, rest or absence ends."""
    seated_at: float = 0.0
    """When the visitor who was called last sits down."""
    span_end: float = inf
    leave_at: float = inf
    rest: int = 0
    """How many rests are taken or let pass."""
    held: list[tuple[float, Step]] = field(default_factory=list)
    busy_from: float = 0.0
    busy_seconds: float = 0.0
    rested_seconds: float = 0.0
    idle_since: float = 0.0
    looks: bool = False
    own_pace: float = 1.0
    """What the clerk multiplies the seconds of a service with, away from `home` the hall's habit besides."""
    home: frozenset[int] | None = None

    @classmethod
    def of(cls, window: Window) -> "Desk":
        """The empty desk of a window with a clerk; its times are rounded as the clock's are."""
        clerk = window.clerk
        if clerk is None:
            raise ValueError(f"nobody staffs window {window.number}")
        return cls(window, clerk.spans, clerk.breaks, own_pace=clerk.pace, home=clerk.home)

    @property
    def idle(self) -> bool:
        return self.state == "open" and self.step is None and self.until is None

    def ticket(self) -> Step:
        """The step at this window, which there must be."""
        if self.step is None:
            raise ValueError(f"nobody is at window {self.window.number}")
        return self.step

    def count_busy(self, now: float, since: float) -> None:
        """Adds what of the time since the call lies inside the clerk's span."""
        begun = self.busy_from if self.busy_from > since else since
        ended = now if now < self.span_end else self.span_end
        if ended > begun:
            self.busy_seconds += ended - begun

    def staffed_seconds(self, since: float, until: float) -> float:
        """Time the clerk was there between two moments, rests not counted."""
        there = sum(max(0.0, min(ends, until) - max(begins, since)) for begins, ends in self.spans)
        return max(0.0, there - self.rested_seconds)


def seat(run: "Run", present: Present | None) -> None:
    """Everybody takes the place they have at the beginning of the run."""
    if present is None:
        for desk in run.desks.values():
            run.expect(desk)
        return
    now = present.at_seconds
    run.clock.go_to(now)
    run.started_at = now
    run.next_step_id = present.next_step_id
    for one in present.waiting:
        step = _step(run, one)
        run.stand(step)
        run.awaited += one.visitor.virtual
        if one.visitor.patience_seconds < inf and not one.returns and not one.hop:
            run.clock.at(one.entered_at + one.visitor.patience_seconds, run.give_up, step)
    for gone in present.away:
        step = _step(run, gone.step)
        step.state = State.MISSED
        step.ends(Outcome.MISSED, now)
        run.come_back_at(step, gone.back_at)
    for desk in run.desks.values():
        _seat(run, desk, present.desks.get(desk.window.id))
    for desk in run.desks.values():
        as_now = present.desks.get(desk.window.id)
        if desk.idle and desk.window.id not in run.ready and (as_now is None or as_now.idle_since is None):
            run.next(desk)
    if not run.rules.auto_call:
        for step in run.steps.values():
            run.be_noticed(step)


def _seat(run: "Run", desk: Desk, as_now: model.Desk | None) -> None:
    clock = run.clock
    desk.rest = sum(rest.at_seconds < clock.now for rest in desk.rests)
    if as_now is None:
        if any(begins <= clock.now < ends for begins, ends in desk.spans):
            desk.state = "open"
            run.begin_span(desk)
        else:
            run.expect(desk)
        return
    if as_now.rests_taken is not None:
        desk.rest = as_now.rests_taken
    desk.state, desk.idle_since = as_now.state, as_now.idle_since or clock.now
    for held in as_now.held:
        step = _step(run, held.step)
        step.state, step.remaining, step.hold_at = State.HELD, held.remaining_seconds, None
        step.called_at = step.record.called_at = held.called_at
        desk.held.append((clock.at(held.back_at, run.come_back_to, desk), step))
    if as_now.state == "closed":
        if as_now.opens_at is not None:
            desk.until = clock.at(as_now.opens_at, run.come, desk)
        return
    run.begin_span(desk)
    if as_now.state == "paused":
        if as_now.opens_at is not None:
            desk.until = clock.at(as_now.opens_at, run.go_on, desk)
    elif as_now.ticket is not None:
        _seat_ticket(run, desk, as_now.ticket)
    elif as_now.busy_until is not None:
        desk.busy_from = clock.now
        desk.until = clock.at(as_now.busy_until, run.go_on, desk)
    elif as_now.ready_since is not None:
        run.ready.add(desk.window.id, run.hall.moment(as_now.ready_since))


def _seat_ticket(run: "Run", desk: Desk, ticket: AtWindow) -> None:
    step = desk.step = _step(run, ticket.step)
    step.called_at, desk.busy_from = ticket.called_at, ticket.called_at
    if ticket.remaining_seconds is not None:
        step.remaining = ticket.remaining_seconds
    first = not ticket.step.returns and not ticket.step.hop
    if first:
        step.record.called_at, step.record.window_id = ticket.called_at, desk.window.id
    step.hold_at = step.hold_at if ticket.holds else None
    step.state = State.SERVING if ticket.phase is Phase.SERVING else State.CALLED
    if ticket.phase is Phase.SERVING:
        desk.until = run.clock.at(ticket.until, run.hold if ticket.holds else run.finish, desk)
    elif ticket.step.visitor.shows_up or not first:
        run.seat_at(desk, step, ticket.until)
    else:
        desk.until = run.clock.at(ticket.until, run.miss, desk)


def _step(run: "Run", one: Waiting) -> Step:
    visitor = one.visitor
    record = run.notes.arrived(visitor)
    seconds = visitor.hops[one.hop - 1].service_seconds if one.hop else visitor.service_seconds
    return Step(
        visitor,
        record,
        one.step_id,
        one.business_id,
        one.visitor_class,
        run.hall.moment(one.queued_at),
        one.queued_at,
        one.rank,
        one.entered_at,
        seconds,
        one.pinned_window_id,
        one.returns,
        one.hop,
        None if one.hop else visitor.hold_at_seconds,
    )


def report(run: "Run") -> Day:
    """The day as it went. Who still waits at its natural end has expired; a stopped run says where it
    stands.
    """
    now = run.clock.now
    if not run.stopped:
        held = [step for desk in run.desks.values() for _, step in desk.held]
        for step in (*run.steps.values(), *held):
            step.state = transition(Verb.EXPIRE, step.state, step.visitor.label)
            step.ends(Outcome.EXPIRED, now)
        for step in run.steps.values():
            run.notes.left_line(step, now)
    until = now if run.stopped else inf
    worked = [
        (desk.window.id, Worked(desk.staffed_seconds(run.started_at, until), desk.busy_seconds))
        for desk in run.desks.values()
    ]
    return run.notes.day(run.policy.name, worked, now, present_of(run) if run.stopped else None)


def present_of(run: "Run") -> Present:
    """The run as it stands now."""
    for desk in run.desks.values():
        if (
            desk.step is not None
            and desk.seated_at >= desk.step.called_at
            and desk.seated_at <= run.clock.now
        ):
            run.sit(desk)
    return Present(
        at_seconds=run.clock.now,
        waiting=tuple(_waiting(run, step) for step in run.steps.values()),
        desks={one.window.id: _desk(run, one) for one in run.desks.values()},
        away=tuple(Away(_waiting(run, step), back_at) for back_at, step in run.away.values()),
        next_step_id=run.next_step_id,
    )


def _waiting(run: "Run", step: Step) -> Waiting:
    return Waiting(
        step.visitor,
        step.step_id,
        step.business_id,
        step.visitor_class,
        step.queued,
        step.rank,
        step.pinned,
        step.entered_at,
        step.returns,
        step.hop,
    )


def _desk(run: "Run", desk: Desk) -> model.Desk:
    ready = run.ready.of(desk.window.id)
    ticket = None
    if desk.step is not None and desk.until is not None:
        step = desk.step
        ticket = AtWindow(
            _waiting(run, step),
            Phase.SERVING if step.state is State.SERVING else Phase.CALLED,
            step.called_at,
            desk.seated_at if step.state is State.CALLED and desk.seated_at > run.clock.now else desk.until,
            step.hold_at is not None,
            step.remaining,
        )
    open_now = desk.state == "open"
    return model.Desk(
        state=desk.state,
        ready_since=run.hall.seconds(ready.ready_since) if ready else None,
        ticket=ticket,
        busy_until=desk.until if open_now and ticket is None else None,
        opens_at=None if open_now else desk.until,
        held=tuple(
            Held(_waiting(run, step), back_at, step.remaining, step.called_at) for back_at, step in desk.held
        ),
        rests_taken=desk.rest,
        idle_since=desk.idle_since if desk.idle else None,
    )
