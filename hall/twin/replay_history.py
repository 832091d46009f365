"""What happened to each ticket of a past day, told from the journal: its stays in line, its turns at windows,
and how it ended. hall/twin/replay_visits.py makes the twin's visitors of it, hall/twin/replay_day.py the day
as it was.

The journal is believed only where it makes sense: a time that runs backwards, a step that is missing, a
business or a window that is no longer configured raise CannotReplay with the journal's number.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row

from hall.events import iso, moment_of
from hall.records.book import Book
from hall.records.past import Past
from hall.rules.tickets import State, VisitorClass
from hall.twin.model import Hall
from hall.twin.replay_errors import CannotReplay


@dataclass(slots=True)
class Turn:
    """One call and what came of it, at one window. Moments are seconds of the day. `entered_at`: since when
    it had stood in that line as what it was called as. `ended`: the state the turn ended in; None while the
    ticket was still at the window when the day's journal stopped.
    """

    call: Row[Any]
    business_id: int
    window_id: int
    visitor_class: VisitorClass
    entered_at: float
    called_at: float
    returns: int
    resumed: bool
    started_at: float | None = None
    ended_at: float | None = None
    ended: State | None = None
    end_number: int = 0
    """The journal's number of the end."""


@dataclass(slots=True)
class Leg:
    """One step of a visit: a line, and the turns that came of it. `place`: keep | tail where a clerk sent the
    visitor here, `planned` where it is the next step of a bundle.
    """

    business_id: int
    entered_at: float
    window_id: int | None = None
    place: str | None = None
    planned: bool = False
    turns: list[Turn] = field(default_factory=list)


@dataclass(slots=True)
class History:
    """One ticket. `returned_at`: when it came back from being missed. `left_at`: when it was given back.
    `state`: the one it was in when the day's journal stopped.
    """

    ticket: Row[Any]
    arrived_at: float
    visitor_class: VisitorClass
    legs: list[Leg]
    state: State = State.WAITING
    returned_at: list[float] = field(default_factory=list)
    left_at: float | None = None
    line_entered_at: float = 0.0

    @property
    def turns(self) -> list[Turn]:
        return [turn for leg in self.legs for turn in leg.turns]


_ENDS = {"ticket_finished": State.FINISHED, "ticket_missed": State.MISSED, "ticket_held": State.HELD}
_NEEDS: Mapping[str, frozenset[State]] = {
    "ticket_called": frozenset({State.WAITING, State.HELD}),
    "ticket_started": frozenset({State.CALLED}),
    "ticket_finished": frozenset({State.SERVING}),
    "ticket_missed": frozenset({State.CALLED}),
    "ticket_returned": frozenset({State.MISSED}),
    "ticket_held": frozenset({State.CALLED, State.SERVING}),
    "ticket_transferred": frozenset({State.WAITING, State.CALLED, State.SERVING}),
    "ticket_waiting": frozenset({State.FINISHED}),
    "ticket_cancelled": frozenset({State.WAITING}),
    "ticket_expired": frozenset(State),
    "ticket_reclassified": frozenset({State.WAITING}),
}
"""What moves a ticket, and from where; other events of a ticket change nothing here."""


def histories(past: Past, book: Book, hall: Hall) -> list[History]:
    """Every ticket of the day, in order of arrival. Raises CannotReplay."""
    of_ticket: dict[int, list[Row[Any]]] = {}
    for event in past.events:
        if event.ticket_id is not None:
            of_ticket.setdefault(event.ticket_id, []).append(event)
    follow = _Follower(past, book, hall)
    return [follow.ticket(row, of_ticket.get(row.id, ())) for row in past.tickets]


class _Follower:
    def __init__(self, past: Past, book: Book, hall: Hall) -> None:
        self._past, self._book, self._hall = past, book, hall

    def ticket(self, row: Row[Any], events: Iterable[Row[Any]]) -> History:
        history: History | None = None
        before = self._hall.seconds(row.arrived_at)
        for event in events:
            at = self._hall.seconds(moment_of(event.at, event.data))
            if "happened_at" in event.data:
                at = max(at, before)  # told in milliseconds, which the ticket's row is finer than
            if at < before:
                raise CannotReplay("backwards", number=event.seq, ticket=row.label)
            before = at
            try:
                history = self._follows(row, history, event, at)
            except (KeyError, TypeError, ValueError) as error:
                raise CannotReplay("says_too_little", number=event.seq, ticket=row.label) from error
        if history is None:
            raise CannotReplay("not_in_journal", ticket=row.label)
        return history

    def _follows(self, row: Row[Any], history: History | None, event: Row[Any], at: float) -> History | None:
        if event.type == "ticket_issued":
            return self._issued(row, event, at)
        if event.type in _NEEDS:
            if history is None:
                raise CannotReplay("not_issued", number=event.seq, ticket=row.label)
            if history.state not in _NEEDS[event.type]:
                raise CannotReplay("out_of_order", number=event.seq, ticket=row.label)
            self._goes_on(history, event, at)
        return history

    def _issued(self, row: Row[Any], event: Row[Any], at: float) -> History:
        visitor_class = VisitorClass(event.data["visitor_class"])
        leg = Leg(self._business(event, row.label, event.data["business"]), at)
        return History(row, at, visitor_class, [leg], line_entered_at=at)

    def _goes_on(self, history: History, event: Row[Any], at: float) -> None:
        match event.type:
            case "ticket_called":
                self._called(history, event, at)
            case "ticket_started":
                history.legs[-1].turns[-1].started_at = at
                history.state = State.SERVING
            case "ticket_finished" | "ticket_missed" | "ticket_held":
                self._ends(history, event, at, _ENDS[event.type])
            case "ticket_returned":
                history.returned_at.append(at)
                history.state, history.line_entered_at = State.WAITING, at
            case "ticket_transferred":
                self._transferred(history, event, at)
            case "ticket_waiting":
                business_id = self._business(event, history.ticket.label, event.data["business"])
                self._stands(history, Leg(business_id, at, planned=True))
            case "ticket_cancelled":
                history.state, history.left_at = State.CANCELLED, at
            case "ticket_expired":
                if event.data["from_state"] != State.PLANNED:
                    history.state = State.EXPIRED
            case "ticket_reclassified":
                history.visitor_class = VisitorClass(event.data["visitor_class"])
                history.line_entered_at = at

    def _called(self, history: History, event: Row[Any], at: float) -> None:
        call = self._past.calls.get(event.data["call_id"])
        if call is None:
            raise CannotReplay("no_call", number=event.seq, ticket=history.ticket.label)
        leg = history.legs[-1]
        leg.turns.append(
            Turn(
                call,
                leg.business_id,
                self._window(event, event.data["window"]),
                VisitorClass(event.data["visitor_class"]),
                history.line_entered_at,
                at,
                len(history.returned_at),
                history.state is State.HELD,
            )
        )
        history.state = State.CALLED

    def _ends(self, history: History, event: Row[Any], at: float, state: State) -> None:
        turn = history.legs[-1].turns[-1]
        turn.ended_at, turn.ended, turn.end_number = at, state, event.seq
        history.state = state

    def _transferred(self, history: History, event: Row[Any], at: float) -> None:
        if history.state is not State.WAITING:
            self._ends(history, event, at, State.TRANSFERRED)
        to_window = event.data.get("to_window")
        place = "tail" if event.data["queued_at"] == iso(event.at) else "keep"
        business_id = self._business(event, history.ticket.label, event.data["to_business"])
        window_id = self._window(event, to_window) if to_window is not None else None
        self._stands(history, Leg(business_id, at, window_id, place))

    @staticmethod
    def _stands(history: History, leg: Leg) -> None:
        history.legs.append(leg)
        history.state, history.line_entered_at = State.WAITING, leg.entered_at

    def _business(self, event: Row[Any], ticket: str, code: str) -> int:
        business = self._book.businesses_by_code.get(code)
        if business is None:
            raise CannotReplay("unknown_business", number=event.seq, ticket=ticket, business=code)
        return business.id

    def _window(self, event: Row[Any], number: int) -> int:
        window = self._book.windows_by_number.get(number)
        if window is None:
            raise CannotReplay("unknown_window", number=event.seq, window=number)
        return window.id
