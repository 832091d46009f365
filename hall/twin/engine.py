"""A day of a hall, event by event: simulated visitors and clerks, the hall's real rules.

`run` is called by the command line, the measurements and the look-ahead. It draws nothing: who comes, how
long each service takes and who does not show up stand in the visitors, so two policies see the same people.
Who is called next, which window an arrival goes to, every state and every place in line are decided by
hall/rules, as in hall/actions; the order of what happens inside one moment is that of the actions, too.
"""

import gc
from collections.abc import Sequence
from math import ceil, inf
from operator import attrgetter

from hall.rules.dispatcher import Choice, ReadyWindow, Rule
from hall.rules.lines import Lines, Ready
from hall.rules.tickets import Place, Verb, check_missed, transition
from hall.twin import places
from hall.twin.chooser import Chooser
from hall.twin.clock import Clock
from hall.twin.day import Day, Outcome
from hall.twin.doors import Doors
from hall.twin.looks import Looks
from hall.twin.model import Hall, Present, Visitor
from hall.twin.moment import CALLED, Desk, Step, report, seat
from hall.twin.notes import Notes
from hall.twin.policies import OWN, Policy

_ARRIVAL, _ID = attrgetter("at_seconds"), attrgetter("id")
_RESUMED, _SERVED = Rule.RESUMED, Outcome.SERVED
_CALL, _RESUME, _START, _FINISH = Verb.CALL, Verb.RESUME, Verb.START, Verb.FINISH


def run(
    hall: Hall,
    visitors: Sequence[Visitor],
    policy: Policy = OWN,
    present: Present | None = None,
    until: float = inf,
    stop_after_virtual: bool = False,
    looks: Looks | None = None,
) -> Day:
    """Plays the day, from the morning or from `present`, until nobody is left or until second `until`.

    With `present`, `visitors` are those still to come. `stop_after_virtual` ends the run once every virtual
    visitor was called and every one of the `looks` taken. Nothing but `looks` is changed by it.
    """
    course = Run(policy.reshape(hall, visitors), policy)
    collects = gc.isenabled()
    gc.disable()  # many small things and hardly a cycle: looking for those takes a tenth of a run's time
    try:
        seat(course, present)
        if looks is not None:
            looks.announce(course)
        # By arrival, then id: two stable sorts of numbers are quicker than one of pairs.
        course.play(sorted(sorted(visitors, key=_ID), key=_ARRIVAL), until, stop_after_virtual)
        return report(course)
    finally:
        if collects:
            gc.enable()


class Run:
    """The state of one run; hall/twin/moment.py sets it up and reads it back."""

    def __init__(self, hall: Hall, policy: Policy) -> None:
        self.hall, self.policy, self.rules, self.habits = hall, policy, hall.rules, hall.habits
        self.clock, self.notes = Clock(hall), Notes(hall)
        layout = hall.layout_by_place if policy.by_place else hall.layout
        self.lines, self.ready = Lines(layout), Ready(layout)
        self._doors, self._chooser = Doors(hall), Chooser(hall, policy)
        self._choose_window = policy.choose_window
        self._auto_call, self._call_to_seat = hall.rules.auto_call, hall.habits.call_to_seat_seconds
        self.steps: dict[int, Step] = {}
        """Steps in line, by id."""
        self.away: dict[int, tuple[float, Step]] = {}
        """Missed visitors who will come back, and when, by the visitor's id."""
        self.desks = {one.id: Desk.of(one) for one in hall.windows.values() if one.clerk}
        self.started_at, self.next_step_id = 0.0, 1
        self.awaited, self.stopped = 0, False  # virtual visitors to be called and looks to be taken still
        ends = [span[1] for desk in self.desks.values() for span in desk.spans[-1:]]
        self._closing = hall.open_spans[-1][1] if hall.open_spans else max(ends, default=0.0)

    def play(self, coming: Sequence[Visitor], until: float, stop_after_virtual: bool) -> None:
        """Visitors come and the clock goes on, until nothing is left to happen."""
        self.awaited += sum(one.virtual for one in coming)
        enough = (lambda: not self.awaited) if stop_after_virtual else None
        self.stopped = not self.clock.play(coming, self._arrive, until, enough) or until < inf
        if until < inf and not (enough and enough()):
            self.clock.go_to(until)

    # ---- visitors ----

    def _arrive(self, visitor: Visitor) -> None:
        clock, business_id, kind = self.clock, visitor.business_id, visitor.visitor_class
        now, queued, queued_at, rank = clock.now, clock.now, clock.moment, 0
        record = self.notes.arrived(visitor)
        if not self._doors.open_for(business_id, now):
            record.outcome, record.ended_at = Outcome.REFUSED, now
            return
        if visitor.booked_at_seconds is not None:
            kind, place = places.on_arrival(self.hall, visitor, clock.moment)
            queued_at, rank, queued = place.queued_at, place.rank, self.hall.seconds(place.queued_at)
        step_id, seconds = self._next_id(), visitor.service_seconds
        step = Step(visitor, record, step_id, business_id, kind, queued_at, queued, rank, now, seconds)
        step.hold_at = visitor.hold_at_seconds
        if visitor.patience_seconds < inf:
            clock.at(clock.now + visitor.patience_seconds, self.give_up, step)
        self._join(step)

    def _next_id(self) -> int:
        self.next_step_id += 1
        return self.next_step_id - 1

    def _join(self, step: Step) -> None:
        """The step waits from now on; a window that stands ready calls it (hall/actions/call.py)."""
        now = self.clock.moment
        ready = self._ready_for(step) if self._auto_call and step.queued_at <= now else []
        if not ready:
            self.stand(step)
            if not self._auto_call and step.queued_at <= now:
                self.be_noticed(step)
            return
        window = self._choose_window(step.visitor_class, ready)
        if window and not step.visitor.virtual and not self.lines.anybody(window.window_id):
            # As nearly always: nobody else waits for this window, so nobody need stand in line for a moment.
            desk = self.desks[window.window_id]
            choice = self._chooser.alone(step, desk.window, now)
            if choice is not None:
                self._call(desk, step, choice)
                return
        self.stand(step)
        refused: set[int] = set()
        while step.step_id in self.steps:
            ready = [one for one in self._ready_for(step) if one.window_id not in refused]
            window = self._choose_window(step.visitor_class, ready)
            if window is None:
                return
            desk = self.desks[window.window_id]
            choice = self._pick(desk)
            if choice is None:
                refused.add(window.window_id)
            else:
                self._call(desk, self._leave_line(choice.head.step_id), choice)

    def stand(self, step: Step) -> None:
        """Puts the step into its line, and nothing more."""
        self.steps[step.step_id] = step
        self.lines.add(step.head(), step.pinned, not step.visitor.virtual)
        if step.queued_at > self.clock.moment:
            self.clock.at(step.queued, self._be_due, step)

    def _be_due(self, step: Step) -> None:
        """A booked time has come."""
        if self.steps.get(step.step_id) is step:
            self._join(self._leave_line(step.step_id))

    def _leave_line(self, step_id: int) -> Step:
        self.lines.remove(step_id)
        return self.steps.pop(step_id)

    def _ready_for(self, step: Step) -> list[ReadyWindow]:
        if step.pinned is None:
            return self.ready.for_business(step.business_id)
        one = self.ready.of(step.pinned)
        return [one] if one else []

    def be_noticed(self, step: Step) -> None:
        """Without auto-call a clerk with nobody to call looks again every so often."""
        for desk in self.desks.values():
            may = step.pinned == desk.window.id if step.pinned else step.business_id in desk.window.calls
            if may and desk.idle and not desk.looks:
                every = self.habits.look_again_seconds
                turns = max(1, ceil((self.clock.now - desk.idle_since) / every))
                desk.looks = True
                self.clock.at(desk.idle_since + turns * every, self._look, desk)

    def _look(self, desk: Desk) -> None:
        desk.looks = False
        if desk.idle:
            self.next(desk)

    def give_up(self, step: Step) -> None:
        """Patience is over: who still waits for the first call gives the number back."""
        if self.steps.get(step.step_id) is step and not step.returns:
            step.state = transition(Verb.CANCEL, step.state, step.visitor.label)
            self.notes.left_line(self._leave_line(step.step_id), self.clock.now)
            step.ends(Outcome.ABANDONED, self.clock.now)

    def come_back_at(self, step: Step, when: float) -> None:
        """A missed visitor will be back at second `when`."""
        self.away[step.visitor.id] = (self.clock.at(when, self._return, step), step)

    def _return(self, step: Step) -> None:
        """Somebody missed is back (hall/actions/serve.py); or takes a new number, where that is the rule."""
        del self.away[step.visitor.id]
        state = transition(Verb.RETURN, step.state, step.visitor.label)
        ahead = self.lines.next_places(step.business_id, self.rules.missed_return_behind or 1)
        place = places.on_return(self.hall, step, ahead, self.clock.moment)
        if place is None:
            if not self._doors.open_for(step.business_id, self.clock.now):
                return
            step.step_id, place = self._next_id(), Place(self.clock.moment)
        step.state, step.queued_at, step.rank = state, place.queued_at, place.rank
        step.queued = self.hall.seconds(place.queued_at)
        step.returns += 1
        step.entered_at = self.clock.now
        step.record.outcome, step.record.ended_at = Outcome.HERE, None
        self._join(step)

    # ---- windows ----

    def expect(self, desk: Desk) -> None:
        """The clerk's next span today, if there is one."""
        begins = next((span[0] for span in desk.spans if span[0] >= self.clock.now), None)
        if begins is not None:
            desk.until = self.clock.at(begins, self.come, desk)

    def come(self, desk: Desk) -> None:
        """The clerk sits down for the span that begins now."""
        desk.state, desk.until = "open", None
        while desk.rest < len(desk.rests) and desk.rests[desk.rest].at_seconds < self.clock.now:
            desk.rest += 1
        self.begin_span(desk)
        self.next(desk)

    def begin_span(self, desk: Desk) -> None:
        """Until when the clerk is there: the span under way, and after the hall's last `stays_seconds`."""
        clock = self.clock
        desk.span_end = next((ends for begins, ends in reversed(desk.spans) if begins <= clock.now), inf)
        stays = self.habits.stays_seconds if desk.span_end >= self._closing else 0.0
        desk.leave_at = inf
        if desk.span_end + stays < inf:
            desk.leave_at = clock.at(desk.span_end + stays, self._look_at_clock, desk)
        for rest in desk.rests[desk.rest :]:
            if clock.now < rest.at_seconds < desk.span_end:
                clock.at(rest.at_seconds, self._look_at_clock, desk)

    def _look_at_clock(self, desk: Desk) -> None:
        """A span, or the time until a rest, is over; who is busy looks at the clock when free."""
        if desk.idle or (desk.state == "paused" and self.clock.now >= desk.leave_at):
            self.next(desk)

    def go_on(self, desk: Desk) -> None:
        """The turn-over or the rest is over."""
        if desk.until != self.clock.now or desk.state == "closed":
            return
        if desk.state == "open":
            desk.count_busy(self.clock.now, self.started_at)
        desk.state, desk.until = "open", None
        self.next(desk)

    def come_back_to(self, desk: Desk) -> None:
        """Somebody who stepped aside is back."""
        if desk.idle:
            self.next(desk)

    def next(self, desk: Desk) -> None:
        """What the clerk of a free window does now: leave, rest, resume, call, or stand ready."""
        now = self.clock.now
        if now >= desk.leave_at:
            if not any(begins <= now < ends for begins, ends in desk.spans):
                self._leave(desk)
                return
            self.begin_span(desk)
        if desk.rest < len(desk.rests) and desk.rests[desk.rest].at_seconds <= now:
            self._rest(desk)
            return
        if desk.held and desk.held[0][0] <= now:
            self._resume(desk)
            return
        choice = self._pick(desk)
        if choice is not None:
            self._call(desk, self._leave_line(choice.head.step_id), choice)
            return
        desk.idle_since = now
        if self._auto_call and desk.window.id not in self.ready:
            self.ready.add(desk.window.id, self.clock.moment)

    def _leave(self, desk: Desk) -> None:
        self.ready.discard(desk.window.id)
        desk.state, desk.leave_at, desk.until = "closed", inf, None
        self.expect(desk)

    def _rest(self, desk: Desk) -> None:
        self.ready.discard(desk.window.id)
        lasts = desk.rests[desk.rest].for_seconds
        desk.rest += 1
        desk.state = "paused"
        desk.rested_seconds += max(0.0, min(lasts, desk.span_end - self.clock.now))
        desk.until = self.clock.at(self.clock.now + lasts, self.go_on, desk)

    def _resume(self, desk: Desk) -> None:
        _, step = desk.held.pop(0)
        self._call(desk, step, self._chooser.resumed(step, self.clock.moment))

    def _pick(self, desk: Desk) -> Choice | None:
        """Whom the policy gives this window; virtual visitors are noted and take nobody's turn."""
        now, window = self.clock.moment, desk.window
        while heads := self.lines.heads(window.id, now):
            choice = self._chooser.among(heads, window, now)
            if choice is None or not self.steps[choice.head.step_id].visitor.virtual:
                return choice
            step = self._leave_line(choice.head.step_id)
            self.notes.called_in_thought(step, desk.window.id, self.clock.now)
            step.ends(Outcome.SERVED, self.clock.now)
            self.awaited -= 1
        return None

    def _call(self, desk: Desk, step: Step, choice: Choice) -> None:
        """Calls a step, which has left its line, to the window."""
        verb, visitor = _RESUME if choice.rule is _RESUMED else _CALL, step.visitor
        step.state = transition(verb, step.state, visitor.label)
        now, window_id = self.clock.now, desk.window.id
        self.ready.discard(window_id)
        step.called_at = desk.busy_from = now
        desk.step = step
        first = self.notes.called(step, choice, window_id, now)
        if visitor.shows_up or not first:
            self.seat_at(desk, step, now + self._call_to_seat)
        else:
            wait = max(step.no_show_seconds(self.habits), self.rules.missed_after_seconds)
            desk.until = self.clock.at(now + wait, self.miss, desk)

    def seat_at(self, desk: Desk, step: Step, when: float) -> None:
        """The called visitor will sit down at second `when`. Nothing can come between that and the service,
        so both are announced as one and `sit` is done later.
        """
        desk.seated_at = when = round(when * 1e6) / 1e6
        pace = desk.own_pace
        if desk.home is not None and step.business_id not in desk.home:
            pace *= self.habits.away_factor
        if step.hold_at is None:
            desk.until = self.clock.at(when + step.remaining * pace, self.finish, desk)
        else:
            before = min(step.hold_at, step.remaining)
            desk.until = self.clock.at(when + before * pace, self.hold, desk)

    def sit(self, desk: Desk) -> Step:
        """The called visitor has sat down; the step at the window."""
        step = desk.ticket()
        if step.state is CALLED:
            step.state = transition(_START, CALLED, step.visitor.label)
            if step.record.started_at is None:
                step.record.started_at = desk.seated_at
        return step

    def hold(self, desk: Desk) -> None:
        """The visitor steps aside, and is resumed here once back."""
        step = self.sit(desk)
        step.state = transition(Verb.HOLD, step.state, step.visitor.label)
        step.remaining = max(0.0, step.remaining - (step.hold_at or 0.0))
        step.hold_at = None
        back_at = self.clock.at(self.clock.now + step.visitor.hold_seconds, self.come_back_to, desk)
        desk.held.append((back_at, step))
        desk.held.sort(key=lambda one: one[0])
        self._turn_over(desk, step)

    def finish(self, desk: Desk) -> None:
        """The service is over; the visit ends, or goes on elsewhere (hall/actions/transfer.py)."""
        step = self.sit(desk)
        if step.hop == len(step.visitor.hops):
            step.state = transition(_FINISH, step.state, step.visitor.label)
            step.ends(_SERVED, self.clock.now)
        else:
            hop = step.visitor.hops[step.hop]
            verb = Verb.FINISH if hop.planned else Verb.TRANSFER
            step.state = transition(verb, step.state, step.visitor.label)
            keeps = hop.planned or (hop.place or self.rules.transfer_place) == "keep"
            clock = self.clock
            place = (step.queued_at, step.queued, step.rank) if keeps else (clock.moment, clock.now, 0)
            onward = Step(
                step.visitor,
                step.record,
                self._next_id(),
                hop.business_id,
                step.visitor_class,
                *place,
                clock.now,
                hop.service_seconds,
                hop.window_id,
                hop=step.hop + 1,
            )
            self._join(onward)
        self._turn_over(desk, step)

    def miss(self, desk: Desk) -> None:
        """The called visitor did not come."""
        step = desk.ticket()
        step.state = transition(Verb.MISS, step.state, step.visitor.label)
        called_at = self.hall.moment(step.called_at)
        check_missed(self.clock.moment, called_at, self.rules.missed_after_seconds)
        step.ends(Outcome.MISSED, self.clock.now)
        if step.visitor.returns_after_seconds is not None:
            self.come_back_at(step, self.clock.now + step.visitor.returns_after_seconds)
        self._turn_over(desk, step)

    def _turn_over(self, desk: Desk, step: Step) -> None:
        desk.step, seconds, now = None, step.turn_over_seconds(self.habits), self.clock.now
        if seconds > 0:
            desk.until = self.clock.at(now + seconds, self.go_on, desk)
        else:
            desk.count_busy(now, self.started_at)
            desk.until = None
            self.next(desk)
