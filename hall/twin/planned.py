"""A hall with a plan: its windows and clerks as the plan's changes have them, moment by moment, and the check
of a plan against the hall it is for.

A plan's openings, pauses and closings are times at which clerks are there; where windows serve something else
the day is cut, and goes on with the windows as they then are, as a replayed day does (hall/twin/replay.py).
Used for the live hall by hall/twin/what_if.py and for a day that was by hall/twin/replay_plan.py.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf

from hall.records.book import Book
from hall.rules.errors import (
    CannotServe,
    PlanChangesNothing,
    PlanClerkTwice,
    PlanNobodyThere,
    PlanNotCertified,
    PlanVisitors,
    PlanWithoutElderly,
    PlanWithoutWindow,
    Refusal,
)
from hall.rules.staffing import Businesses, Fault, Post, Situation, faults, move_of
from hall.rules.what_if import MOST_VISITORS, Change, Do, check_times, clock
from hall.twin.model import Clerk, Hall, Present, Span, Window
from hall.twin.replay import looking_again
from hall.twin.replay_day import Part

STAFFING = (Do.OPEN, Do.PAUSE, Do.CLOSE)


@dataclass(frozen=True)
class Person:
    """A clerk who could open a window: certified for `skills` (None: everything), as fast as `pace` says."""

    skills: Businesses | None = None
    pace: float = 1.0
    name: str = ""


@dataclass(frozen=True)
class Staff:
    """Who a plan may reckon with. `at`: window id → the account that sits there; `people`: account id → what
    they can; `paused`: windows whose clerk is there and does not call; `closes`: when everybody goes home;
    `minimum`: business id → windows it must keep (1 where nothing is said).
    """

    closes: float
    at: Mapping[int, int] = field(default_factory=dict)
    people: Mapping[int, Person] = field(default_factory=dict)
    paused: frozenset[int] = frozenset()
    minimum: Mapping[int, int] = field(default_factory=dict)


def parts_with(
    parts: Sequence[Part], changes: Sequence[Change], staff: Staff, now: float = -inf
) -> tuple[Part, ...]:
    """The stretches of a day (`parts`: as it goes without the plan) with the plan, cut wherever a window
    comes to serve something else.
    """
    cuts = {at for one in changes if one.do in (Do.SWITCH, Do.OPEN) for at in (one.since, one.until)}
    ends = sorted({*(part.until for part in parts), *(at for at in cuts if now < at < inf)})
    starts = [now, *ends[:-1]]
    return tuple(
        Part(until, hall_with(part_at(parts, since).hall, changes, staff, since))
        for since, until in zip(starts, ends, strict=True)
    )


def in_one_part(hall: Hall) -> tuple[Part, ...]:
    """A day in which nothing is switched unless a plan does it."""
    return (Part(inf, hall),)


def part_at(parts: Sequence[Part], at: float) -> Part:
    """The stretch that a moment lies in."""
    return next(part for part in parts if at < part.until or part is parts[-1])


def hall_with(hall: Hall, changes: Sequence[Change], staff: Staff, at: float) -> Hall:
    """The hall with the plan: its clerks' times for the whole day; what its windows serve, as at `at`."""
    windows = dict(hall.windows)
    for one in changes:
        window = windows.get(one.window_id)
        if window is not None:
            windows[window.id] = _with(window, one, staff, at)
    return replace(hall, windows=windows)


def _with(window: Window, change: Change, staff: Staff, at: float) -> Window:
    clerk, there = window.clerk, (change.since, min(change.until, staff.closes))
    if change.do is Do.OPEN:
        person = staff.people.get(change.clerk_id, Person())
        if clerk is None:
            clerk = Clerk((there,), skills=person.skills, pace=person.pace)
        else:
            clerk = replace(clerk, staffed=_more(clerk.staffed, there))
    elif change.do in STAFFING and clerk is not None:
        clerk = replace(clerk, staffed=_less(clerk.staffed, (change.since, change.until)))
    window = replace(window, clerk=clerk)
    if change.holds(at) and (change.businesses or change.kind):
        serves = change.businesses or window.serves
        window = replace(window, serves=serves, own=serves, kind=change.kind or window.kind)
    return window


def _more(spans: Sequence[Span], more: Span) -> tuple[Span, ...]:
    found: list[Span] = []
    for begins, ends in sorted((*spans, more)):
        if found and begins <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ends))
        else:
            found.append((begins, ends))
    return tuple(found)


def _less(spans: Sequence[Span], less: Span) -> tuple[Span, ...]:
    found: list[Span] = []
    for begins, ends in spans:
        found += [(begins, min(ends, less[0]))] if begins < less[0] else []
        found += [(max(begins, less[1]), ends)] if ends > less[1] else []
    return tuple(found)


def present_with(present: Present, before: Hall, after: Hall, changes: Sequence[Change]) -> Present:
    """The present at the moment the plan begins: who is paused and is to open begins to call, and who stands
    ready looks at the lines again where the window now calls more.
    """
    desks, now = dict(present.desks), present.at_seconds
    for one in changes:
        desk = desks.get(one.window_id)
        if one.do is Do.OPEN and one.holds(now) and desk is not None and desk.state != "open":
            desks[one.window_id] = replace(desk, state="open", opens_at=None)
    return looking_again(replace(present, desks=desks), before, after)


# ---- the check ----


def check(
    book: Book, parts: Sequence[Part], changes: Sequence[Change], staff: Staff, now: float = -inf
) -> None:
    """Raises the refusal of the first change that cannot be, with its number (`change`, from 1) in `more`."""
    numbers = {one.id: one.number for one in book.windows.values()}
    place = 0
    try:
        check_times(changes, now, staff.closes, numbers)
        for place, one in enumerate(changes, 1):
            _CHECKS[one.do](book, part_at(parts, one.since).hall, one, staff, place)
    except Refusal as refusal:
        refusal.more["change"] = refusal.params.get("change", place)
        raise
    _check_together(book, parts, changes, staff)


def _people(book: Book, hall: Hall, one: Change, staff: Staff, place: int) -> None:
    if not 1 <= one.people <= MOST_VISITORS:
        raise PlanVisitors(change=place, people=one.people, most=MOST_VISITORS)


def _switched(book: Book, hall: Hall, one: Change, staff: Staff, place: int) -> None:
    window = hall.windows[one.window_id]
    if window.clerk is None or not _there(window, one.since, one.until):
        raise PlanNobodyThere(change=place, window=window.number)
    if one.businesses in (window.serves, frozenset()) and one.kind in (window.kind, ""):
        raise PlanChangesNothing(change=place, window=window.number)
    _may_serve(book, window, one.businesses, window.clerk.skills, place)


def _opened(book: Book, hall: Hall, one: Change, staff: Staff, place: int) -> None:
    window = hall.windows[one.window_id]
    if _there(window, one.since) and window.id not in staff.paused:
        raise PlanChangesNothing(change=place, window=window.number)
    clerk = window.clerk
    skills = staff.people.get(one.clerk_id, Person()).skills if clerk is None else clerk.skills
    _may_serve(book, window, one.businesses, skills, place)
    if skills is not None and not (one.businesses or window.serves) & skills:
        business = book.businesses[min(one.businesses or window.serves)].name
        raise PlanNotCertified(change=place, window=window.number, business=business)


def _left(book: Book, hall: Hall, one: Change, staff: Staff, place: int) -> None:
    window = hall.windows[one.window_id]
    if not _there(window, one.since, one.until):
        raise PlanNobodyThere(change=place, window=window.number)


_CHECKS: Mapping[Do, Callable[[Book, Hall, Change, Staff, int], None]] = {
    Do.VISITORS: _people,
    Do.SWITCH: _switched,
    Do.OPEN: _opened,
    Do.PAUSE: _left,
    Do.CLOSE: _left,
}


def _may_serve(book: Book, window: Window, wanted: Businesses, skills: Businesses | None, place: int) -> None:
    may = book.windows[window.id].may
    for code in sorted(wanted):
        if code not in may:
            raise CannotServe(window=window.number, business=book.businesses[code].name)
        if skills is not None and code not in skills:
            name = book.businesses[code].name
            raise PlanNotCertified(change=place, window=window.number, business=name)


def _there(window: Window, at: float, until: float | None = None) -> bool:
    """Whether a clerk is there at that moment; with `until`, at some time before that."""
    last = at if until is None else until
    staffed = () if window.clerk is None else window.clerk.staffed
    return any(begins <= last and at < ends for begins, ends in staffed)


def _check_together(book: Book, parts: Sequence[Part], changes: Sequence[Change], staff: Staff) -> None:
    """What the changes do to the hall as a whole, at every moment at which one begins or ends: what the hall
    lacks anyway is no fault of theirs.
    """
    moments = {at for one in changes if one.window_id for at in (one.since, one.until)}
    for at in sorted(one for one in moments if one < staff.closes):
        before = part_at(parts, at).hall
        after = hall_with(before, changes, staff, at)
        opened = {one.window_id: one.clerk_id for one in changes if one.do is Do.OPEN and one.holds(at)}
        posts, moves = [], []
        for window_id, window in before.windows.items():
            is_now, is_then = _calls(window, at), _calls(after.windows[window_id], at)
            clerk_id = staff.at.get(window_id) or opened.get(window_id) or -window_id
            post = Post(
                window_id,
                clerk_id,
                is_now,
                is_now,
                (is_now, is_then),
                (1.0,),
                reserve=True,
            )
            posts.append(post)
            if (move := move_of(post, is_then)) is not None:
                moves.append(move)
        for fault, subject in faults(Situation(tuple(posts), (), staff.minimum), moves):
            raise _named(fault, subject, at, book, staff)
        if _elderly_open(before, at) and not _elderly_open(after, at):
            raise PlanWithoutElderly(time=clock(at))


def _elderly_open(hall: Hall, at: float) -> bool:
    """Asked here and not of `faults`, because a plan may change a window's kind."""
    return any(one.kind == "elderly" and _there(one, at) for one in hall.windows.values())


def _calls(window: Window, at: float) -> Businesses:
    return window.calls if _there(window, at) else frozenset()


def _named(fault: Fault, subject: int, at: float, book: Book, staff: Staff) -> Refusal:
    if fault is Fault.CLERK_TWICE:
        person = staff.people.get(subject)
        return PlanClerkTwice(clerk=person.name if person else "", time=clock(at))
    if fault is Fault.NO_WINDOW:
        return PlanWithoutWindow(business=book.businesses[subject].name, time=clock(at))
    raise ValueError(f"the plan's own posts have no fault such as {fault}")
