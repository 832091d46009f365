"""Plays a past day again under a policy: the same visitors, the same clerks at the same windows, the hall's
real rules.

Windows that were switched during the day are switched again: the run is stopped at that moment and goes on
with the windows as they then were. Called by hall/twin/replay_command.py and by who wants to try a plan on a
day that was (hall/twin/replay_day.py reads one).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import inf

from hall.rules.dispatcher import Rule
from hall.twin.day import Call, Day, Visit, Worked
from hall.twin.engine import run
from hall.twin.model import Desk, Hall, Present, Visitor
from hall.twin.policies import Policy, as_it_is
from hall.twin.replay_day import Part, settled


def play_again(parts: Sequence[Part], visitors: Sequence[Visitor], policy: Policy) -> Day:
    """The whole day under a policy; `parts` and `visitors` as `PastDay` has them."""
    halls = [policy.reshape(part.hall, visitors) for part in parts]
    playing = replace(policy, reshape=as_it_is)
    days: list[Day] = []
    since, present = -inf, None
    for part, hall in zip(parts, halls, strict=True):
        coming = [one for one in visitors if since < one.at_seconds <= part.until]
        day = run(hall, coming, playing, present, part.until)
        days.append(day)
        if day.present is not None:
            after = halls[len(days)] if len(days) < len(halls) else hall
            present = looking_again(day.present, hall, after)
        since = part.until
    return days[0] if len(days) == 1 else _joined(days, settled(halls))


def looking_again(present: Present, before: Hall, after: Hall) -> Present:
    """A window that stands ready, and may now call somebody who waits, does so at once (as
    hall/actions/windows.py does); any other goes on standing ready since when it did.
    """
    desks: dict[int, Desk] = {}
    for window_id, desk in present.desks.items():
        window = after.windows[window_id]
        more = window.calls - before.windows[window_id].calls
        if desk.ready_since is not None and any(
            one.business_id in more and one.pinned_window_id is None and one.queued_at <= present.at_seconds
            for one in present.waiting
        ):
            desk = replace(desk, ready_since=None, idle_since=None)  # noqa: PLW2901 - the same desk, looking again
        desks[window_id] = desk
    return replace(present, desks=desks)


def _joined(days: Sequence[Day], hall: Hall) -> Day:
    """The parts of one day as one."""
    visits: dict[int, Visit] = {}
    for day in days:
        for visit in day.visits:
            earlier = visits.get(visit.visitor.id)
            visits[visit.visitor.id] = visit if earlier is None else _went_on(earlier, visit)
    calls = tuple(call for day in days for call in day.calls)
    return Day(
        hall=hall,
        policy=days[-1].policy,
        visits=tuple(visits[visitor_id] for visitor_id in sorted(visits)),
        calls=calls,
        left=tuple(one for day in days for one in day.left),
        windows=_worked(days, calls),
        ended_at=days[-1].ended_at,
    )


def _went_on(earlier: Visit, later: Visit) -> Visit:
    if earlier.called_at is None:
        return later
    return later._replace(
        called_at=earlier.called_at,
        window_id=earlier.window_id,
        started_at=later.started_at if earlier.started_at is None else earlier.started_at,
    )


def _worked(days: Sequence[Day], calls: Sequence[Call]) -> Mapping[int, Worked]:
    """Each part counts a visitor's time at a window when it is over; what of it lay before a cut is added."""
    found: dict[int, Worked] = {}
    began = -inf
    for day in days:
        for window_id, one in day.windows.items():
            busy, desk = one.busy_seconds, day.present.desks.get(window_id) if day.present else None
            if desk is not None and (desk.ticket is not None or desk.busy_until is not None):
                latest = max(
                    call.at_seconds
                    for call in calls
                    if call.window_id == window_id and call.at_seconds <= day.ended_at
                )
                busy += day.ended_at - max(latest, began)
            before = found.get(window_id, Worked(0.0, 0.0))
            found[window_id] = Worked(
                before.staffed_seconds + one.staffed_seconds, before.busy_seconds + busy
            )
        began = day.ended_at
    return found


def same_calls(one: Day, other: Day) -> float | None:
    """The share of the calls of `one`, resumed ones apart, that `other` made too: the same visitor for the
    same time to the same window. None where nobody was called.
    """
    mine, theirs = set(_calls(one)), set(_calls(other))
    return len(mine & theirs) / len(mine) if mine else None


def _calls(day: Day) -> Iterator[tuple[int, int, int]]:
    times: dict[int, int] = {}
    for call in day.calls:
        if call.rule is not Rule.RESUMED:
            times[call.visitor_id] = times.get(call.visitor_id, 0) + 1
            yield call.visitor_id, times[call.visitor_id], call.window_id
