"""What the engine writes down while a day runs, and the report it makes of it."""

from collections.abc import Iterable
from functools import partial
from operator import attrgetter

from hall.rules.dispatcher import Choice
from hall.twin.day import Call, Day, Left, Visit, Worked
from hall.twin.model import Hall, Present, Visitor
from hall.twin.moment import Record, Step

_AS_VISIT, _VISIT = attrgetter(*Visit._fields), partial(tuple.__new__, Visit)


class Notes:
    """One run's visits and calls."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self.records: dict[int, Record] = {}
        self.calls: list[Call] = []
        self.left: list[Left] = []

    def arrived(self, visitor: Visitor) -> Record:
        record = self.records[visitor.id] = Record(visitor)
        return record

    def called_in_thought(self, step: Step, window_id: int, now: float) -> None:
        """Notes when a virtual visitor's turn came."""
        record = step.record
        record.called_at, record.window_id = now, window_id

    def called(self, step: Step, choice: Choice, window_id: int, now: float) -> bool:
        """Notes a call and why; returns whether it is the visitor's first."""
        record = step.record
        first = record.called_at is None and not step.returns and not step.hop
        if first:
            record.called_at, record.window_id = now, window_id
        _, rule, tier, ratio, waited_seconds, _ = choice
        row = (
            step.visitor.id,
            step.step_id,
            step.business_id,
            step.visitor_class,
            window_id,
            now,
            step.entered_at,
            step.queued,
            step.rank,
            waited_seconds,
            rule,
            tier,
            ratio,
            first,
            step.pinned is not None,
        )
        self.calls.append(tuple.__new__(Call, row))  # a third of the time that names would take
        return first

    def left_line(self, step: Step, now: float) -> None:
        self.left.append(
            Left(
                step.visitor.id,
                step.step_id,
                step.business_id,
                step.visitor_class,
                step.entered_at,
                step.queued,
                step.rank,
                now,
                step.pinned is not None,
            )
        )

    def day(
        self, policy: str, worked: Iterable[tuple[int, Worked]], ended_at: float, present: Present | None
    ) -> Day:
        records = [self.records[visitor_id] for visitor_id in sorted(self.records)]
        return Day(
            hall=self._hall,
            policy=policy,
            visits=tuple(map(_VISIT, map(_AS_VISIT, records))),
            calls=tuple(self.calls),
            left=tuple(self.left),
            windows=dict(worked),
            ended_at=ended_at,
            present=present,
        )
