"""Who was called before whom: a day's calls played again over its lines, and counted.

A call overtakes everybody who stood before the called one, whom the calling window might have called instead.
Three counts matter (handbook 5): the same business and class must never be overtaken; how often the elderly
are called before an ordinary visitor is the price of their shorter promise; and who has waited past the
guarantee must not see somebody with a lower tier called.
"""

from bisect import bisect_left, insort
from dataclasses import dataclass
from math import inf

from hall.rules.dispatcher import Head, Rule
from hall.rules.tickets import VisitorClass
from hall.twin.day import Call, Day, Left
from hall.twin.model import Hall, Window

Place = tuple[float, int, int]
_CHOSEN_BY_RULE = (Rule.PROMISE_SHARE, Rule.GUARANTEE, Rule.PREFERENCE)
_CALLED_WITHOUT_CHOICE = (Rule.RESUMED, Rule.CHOSEN, Rule.PAPER, Rule.PINNED)


@dataclass(frozen=True)
class Overtakes:
    """`same_class`: pairs of one business and class called the wrong way round. `elderly`: pairs in which an
    elderly visitor is called before an ordinary one; also per ordinary ticket. `guarantee_breaches`: calls of
    a lower tier while an ordinary visitor past the guarantee waited whom that window could have called.
    `passed_at_elderly_windows`: the same where an elderly window called one of its own first, which is its
    rule and no breach.
    """

    same_class: int = 0
    elderly: int = 0
    elderly_per_ordinary: float | None = None
    guarantee_breaches: int = 0
    passed_at_elderly_windows: int = 0


def count_overtakes(day: Day) -> Overtakes:
    """Counts over the whole day."""
    lines = _Lines(day.hall)
    moves: list[tuple[float, int, Call | Left]] = []
    steps: list[Call | Left] = [*day.calls, *day.left]
    for step in steps:
        if isinstance(step, Call) and step.rule is Rule.RESUMED:
            continue
        # Who comes and is called in one moment comes first; a booked time not yet come is no place in line.
        moves.append((max(step.entered_at, min(step.queued_at, step.at_seconds)), 0, step))
        moves.append((step.at_seconds, 1, step))
    same_class = elderly = breaches = at_elderly = 0
    for at, leaves, step in sorted(moves, key=lambda one: one[:2]):
        if not leaves:
            lines.join(step)
            continue
        lines.leave(step)
        if isinstance(step, Left) or step.rule in _CALLED_WITHOUT_CHOICE:
            continue
        window = day.hall.windows[step.window_id]
        same_class += lines.ahead_alike(step)
        if step.visitor_class is VisitorClass.ELDERLY:
            elderly += lines.ordinary_ahead(step, window)
        if step.tier == 1 and lines.someone_past_guarantee(at, window):
            if step.rule in _CHOSEN_BY_RULE:
                breaches += 1
            else:
                at_elderly += 1
    ordinary = sum(call.first and call.visitor_class is VisitorClass.ORDINARY for call in day.calls)
    return Overtakes(same_class, elderly, elderly / ordinary if ordinary else None, breaches, at_elderly)


class _Lines:
    """Who waits in each business and class, in order of place; who is pinned is nobody's to overtake."""

    def __init__(self, hall: Hall) -> None:
        self._lines: dict[tuple[int, VisitorClass], list[Place]] = {}
        self._hall = hall
        self._ordinary: list[Place] = []
        self._may: dict[int, tuple[int, ...]] = {}
        self._soonest = min((hall.guarantee.of(one).ordinary_seconds for one in hall.businesses), default=inf)

    def join(self, step: Call | Left) -> None:
        if not step.pinned:
            insort(self._line(step.business_id, step.visitor_class), _place(step))
            if step.visitor_class is VisitorClass.ORDINARY:
                insort(self._ordinary, _place(step))

    def leave(self, step: Call | Left) -> None:
        if not step.pinned:
            _take(self._line(step.business_id, step.visitor_class), _place(step))
            if step.visitor_class is VisitorClass.ORDINARY:
                _take(self._ordinary, _place(step))

    def ahead_alike(self, call: Call) -> int:
        return bisect_left(self._line(call.business_id, call.visitor_class), _place(call))

    def ordinary_ahead(self, call: Call, window: Window) -> int:
        place = _place(call)
        return sum(
            bisect_left(self._line(business_id, VisitorClass.ORDINARY), place)
            for business_id in self._callable(window)
        )

    def someone_past_guarantee(self, now: float, window: Window) -> bool:
        """Whether an ordinary visitor whom this window could have called has waited past the guarantee."""
        if not self._ordinary or now - self._ordinary[0][0] < self._soonest:
            return False
        for business_id in self._callable(window):
            line = self._line(business_id, VisitorClass.ORDINARY)
            # Half a microsecond: the rule compares moments, we their seconds.
            reached = self._hall.guarantee.of(business_id).ordinary_seconds + 5e-7
            if line and now - line[0][0] >= reached:
                return True
        return False

    def _callable(self, window: Window) -> tuple[int, ...]:
        """The businesses whose ordinary visitors the window may call."""
        found = self._may.get(window.id)
        if found is None:
            moment = self._hall.midnight
            found = self._may[window.id] = tuple(
                one
                for one in sorted(window.calls)
                if window.asker.may_call(Head(0, 0, "", one, VisitorClass.ORDINARY, moment))
            )
        return found

    def _line(self, business_id: int, visitor_class: VisitorClass) -> list[Place]:
        return self._lines.setdefault((business_id, visitor_class), [])


def _place(step: Call | Left) -> Place:
    return step.queued_at, step.rank, step.step_id


def _take(line: list[Place], place: Place) -> None:
    del line[bisect_left(line, place)]
