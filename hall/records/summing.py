"""Brings the daily summaries up to the journal: reads the events after the mark, looks up what they do not
say, counts them (hall/rules/tally.py) and adds the sums, mark and all in one transaction.

An event is therefore in the sums exactly once, whatever stops or dies, and whoever of several servers gets
there first. Called by the process of hall/reporting/worker.py, never in a request.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Table, bindparam, select
from sqlalchemy.sql.elements import ColumnElement

from hall.config_standards import standards_of
from hall.events import moment_of
from hall.records import summaries
from hall.records.book import Book
from hall.records.connections import begin_writing
from hall.records.database import Database
from hall.records.journal import every_event
from hall.records.rectifications import last_moment
from hall.records.tables import (
    businesses,
    calls,
    halls,
    mystery_visits,
    ratings,
    rectifications,
    steps,
    tickets,
    windows,
)
from hall.rules import calendar
from hall.rules.tally import Fact, Hall, Happening, Tally
from hall.rules.tickets import State, VisitorClass

log = logging.getLogger(__name__)

BATCH = 4_000
"""Events in one transaction."""
SECOND_VISIT = timedelta(days=30)
SURE = timedelta(seconds=10)
"""A transaction that began longer ago than this has been committed: time up to then can be counted."""

_COLUMNS = (
    every_event.c.seq,
    every_event.c.at,
    every_event.c.type,
    every_event.c.actor_kind,
    every_event.c.actor_id,
    every_event.c.data,
)
_NEXT = (
    select(*_COLUMNS)
    .where(every_event.c.hall_id == bindparam("hall"), every_event.c.seq > bindparam("after"))
    .order_by(every_event.c.seq)
    .limit(bindparam("most"))
)
_OF_DAY = (
    select(*_COLUMNS)
    .where(
        every_event.c.hall_id == bindparam("hall"),
        every_event.c.ticket_id.in_(
            select(tickets.c.id).where(
                tickets.c.hall_id == bindparam("hall"), tickets.c.business_day == bindparam("day")
            )
        ),
    )
    .order_by(every_event.c.seq)
)
_LATEST = select(halls.c.journal_seq).where(halls.c.id == bindparam("hall"))


def catch_up(database: Database, book: Book, now: datetime, batches: int = 1) -> int:
    """Adds what the journal has more, at most so many batches; returns how many events are still to come."""
    for _ in range(batches):
        behind = _add_batch(database, book, now)
        if behind == 0:
            break
    return behind


def facts_of(connection: Connection, book: Book, day: date, notice: Callable[[Fact], None]) -> Tally:
    """Counts one day's tickets again from their events alone, telling every fact to `notice`."""
    tally = Tally(hall_of(book), notice=notice)
    rows = connection.execute(_OF_DAY, {"hall": book.id, "day": day}).all()
    for start in range(0, len(rows), BATCH):
        _tell(tally, _look_up(connection, book, rows[start : start + BATCH]))
    return tally


def hall_of(book: Book) -> Hall:
    """What counting needs of a hall's book."""

    def spans(day: date) -> Sequence[tuple[datetime, datetime]]:
        if day not in known:
            known[day] = calendar.spans_of(
                book.settings["hours"], book.closed_days, book.open_days, day, book.zone.key
            )
        return known[day]

    known: dict[date, Sequence[tuple[datetime, datetime]]] = {}
    standards = standards_of(book.settings)
    return Hall(
        book.zone,
        spans,
        tuple(book.windows),
        frozenset(standards.busy_hours),
        60.0 * standards.overtime_minutes,
    )


def _add_batch(database: Database, book: Book, now: datetime) -> int:
    with database.read() as connection:
        mark = summaries.mark(connection, book.id)
        latest = connection.execute(_LATEST, {"hall": book.id}).scalar_one()
        rows = connection.execute(_NEXT, {"hall": book.id, "after": mark.seq, "most": BATCH}).all()
        told = _look_up(connection, book, rows)
    tally = summaries.restored(hall_of(book), mark.state)
    _tell(tally, told)
    seq = rows[-1].seq if rows else mark.seq
    if seq == latest:
        tally.settle(max(now - SURE, rows[-1].at) if rows else now - SURE)
    if tally.sums or seq != mark.seq or not mark.stored:
        with begin_writing(database.engine) as connection:
            if summaries.move(connection, book.id, mark, seq, tally, now):
                summaries.add(connection, book.id, tally.sums)
    return latest - seq


def _tell(tally: Tally, happenings: Iterable[Happening]) -> None:
    for one in happenings:
        try:
            tally.tell(one)
        except (KeyError, TypeError) as error:  # a row of another making: it must not stop the others
            log.warning("not counted: %s %s (%r)", one.type, one.at, error)


def _look_up(connection: Connection, book: Book, rows: Sequence[Any]) -> list[Happening]:
    """The events with what the other tables know of them."""
    ids = sorted({row.data["ticket_id"] for row in rows if "ticket_id" in row.data})
    known = _by(connection, select(tickets).where(tickets.c.hall_id == book.id), tickets.c.id, ids)
    lines: dict[int, list[Row[Any]]] = {}
    for step in _some(connection, select(steps), steps.c.ticket_id, ids):
        lines.setdefault(step.ticket_id, []).append(step)
    first_calls: dict[int, Row[Any]] = {}
    called = select(calls.c.id, calls.c.step_id, calls.c.clerk_id, calls.c.ticket_id)
    clerks: dict[int, int] = {}
    for call in sorted(_some(connection, called, calls.c.ticket_id, ids), key=lambda one: one.id):
        first_calls.setdefault(call.step_id, call)
        clerks[call.id] = call.clerk_id
    step_of_call = {call.id: step_id for step_id, call in first_calls.items()}
    step_ids = {step.id: step for of_ticket in lines.values() for step in of_ticket}
    rated = _by(connection, select(ratings), ratings.c.ticket_id, ids)
    again = _second_visits(
        connection, book, [known[row.data["ticket_id"]] for row in rows if _takes(row, known)]
    )
    to_rectify = _named(connection, rows, rectifications, "rectification")
    visited = _named(connection, rows, mystery_visits, "mystery_visit")
    codes = dict(_pairs(connection, businesses.c.code, businesses.c.id, book.id))
    numbers = dict(_pairs(connection, windows.c.number, windows.c.id, book.id))
    happenings = []
    for row in rows:
        at, ticket = moment_of(row.at, row.data), known.get(row.data.get("ticket_id", 0))
        more: dict[str, Any] = {"window_id": numbers.get(row.data.get("window", 0))}
        if row.actor_kind == "account" and more["window_id"] is not None:
            more["clerk_id"] = row.actor_id
        if ticket is not None:
            more |= {
                "business_day": ticket.business_day,
                "arrived_at": ticket.arrived_at,
                "business_id": codes.get(row.data.get("business", ""), ticket.business_id),
                "visitor_class": row.data.get("visitor_class", ticket.visitor_class),
                "known": ticket.identity_key is not None,
                "second_visit": ticket.id in again,
            }
            if row.type == "ticket_called":
                more["clerk_id"] = clerks.get(row.data["call_id"])
                first = step_ids.get(step_of_call.get(row.data["call_id"], 0))
                if first is not None:
                    more |= _waited(book, first, at, datetime.fromisoformat(row.data["queued_at"]))
            elif row.type in ("ticket_cancelled", "ticket_expired"):
                more |= _left(book, row, ticket, lines.get(ticket.id, ()))
            elif row.type == "ticket_rated" and ticket.id in rated:
                more |= _rated(rated[ticket.id], step_ids)
        if "rectification" in row.data:
            more |= _to_rectify(row.type, to_rectify[row.data["rectification"]])
        elif "mystery_visit" in row.data:
            visit = visited[row.data["mystery_visit"]]
            more |= {"business_day": visit.business_day, "window_id": visit.window_id}
            more |= {"belongs_at": visit.visited_at, "score": visit.score}
        happenings.append(Happening(at=at, type=row.type, data=row.data, **more))
    return happenings


def _takes(row: Row[Any], known: Mapping[int, Row[Any]]) -> bool:
    return row.type == "ticket_issued" and row.data.get("ticket_id") in known


def _waited(book: Book, step: Row[Any], until: datetime, queued_at: datetime) -> dict[str, Any]:
    """The wait in this line: not before the booked time of an appointment, nor before the visitor entered
    it, however old the place they kept.
    """
    since = max(queued_at, step.entered_at)
    visitor_class = VisitorClass(step.visitor_class)
    promise = book.promises.get((step.business_id, visitor_class))
    if promise is None:
        promise = 60.0 * getattr(book.rules.promise_minutes, visitor_class.value)
    return {
        "visitor_class": visitor_class.value,
        "waited_seconds": max(0.0, (until - since).total_seconds()),
        "promise_seconds": promise,
    }


def _left(book: Book, row: Row[Any], ticket: Row[Any], line: Sequence[Row[Any]]) -> dict[str, Any]:
    """Who left uncalled waited until then, at the longest until the hall closed for the day."""
    ended = [one for one in line if one.state in (State.CANCELLED, State.EXPIRED)]
    step = min(ended, key=lambda one: one.position, default=None)
    if step is None or step.called_at is not None or row.data.get("from_state") == State.PLANNED:
        return {}
    spans = hall_of(book).open_spans(ticket.business_day)
    until = row.at
    if spans and book.day(row.at) != ticket.business_day:
        until = min(until, max(spans[-1][1], step.entered_at))
    return _waited(book, step, until, step.queued_at)


def _rated(rating: Row[Any], step_ids: Mapping[int, Row[Any]]) -> dict[str, Any]:
    step = step_ids.get(rating.step_id)
    return {
        "belongs_at": step.ended_at if step is not None else None,
        "window_id": rating.window_id,
        "clerk_id": rating.clerk_id,
        **({"business_id": step.business_id} if step is not None else {}),
    }


def _to_rectify(event: str, row: Row[Any]) -> dict[str, Any]:
    """Whom it is about; one that is overdue belongs to the last moment of its time."""
    about = {"business_id": row.business_id, "window_id": row.window_id, "clerk_id": row.clerk_id}
    if event != "rectification_overdue":
        return about
    return {**about, "business_day": row.due_day, "belongs_at": last_moment(row)}


def _named(connection: Connection, rows: Sequence[Any], table: Table, name: str) -> dict[int, Row[Any]]:
    """The rows of a table that events name, by their ids."""
    return _by(
        connection, select(table), table.c.id, sorted({one.data[name] for one in rows if name in one.data})
    )


def _second_visits(connection: Connection, book: Book, taken: Sequence[Row[Any]]) -> set[int]:
    """Of these tickets, those whose person was served for the same business in the 30 days before."""
    keys = sorted({one.identity_key for one in taken if one.identity_key is not None})
    wanted = select(
        tickets.c.identity_key, tickets.c.business_id, tickets.c.arrived_at, steps.c.ended_at
    ).join(steps, steps.c.ticket_id == tickets.c.id)
    wanted = wanted.where(tickets.c.hall_id == book.id, steps.c.state == State.FINISHED.value)
    served: dict[tuple[str, int], list[Row[Any]]] = {}
    for row in _some(connection, wanted, tickets.c.identity_key, keys):
        served.setdefault((row.identity_key, row.business_id), []).append(row)
    return {
        one.id
        for one in taken
        for before in served.get((one.identity_key or "", one.business_id), ())
        if before.ended_at < one.arrived_at <= before.arrived_at + SECOND_VISIT
    }


def _pairs(
    connection: Connection, name: ColumnElement[Any], value: ColumnElement[Any], hall_id: int
) -> list[tuple[Any, Any]]:
    table = name.table
    return [tuple(row) for row in connection.execute(select(name, value).where(table.c.hall_id == hall_id))]


def _by(connection: Connection, wanted: Any, column: Any, values: Sequence[Any]) -> dict[Any, Row[Any]]:
    return {getattr(row, column.name): row for row in _some(connection, wanted, column, values)}


def _some(connection: Connection, wanted: Any, column: Any, values: Sequence[Any]) -> list[Row[Any]]:
    """Rows whose column is one of these, asked for in portions that both databases take."""
    rows: list[Row[Any]] = []
    for start in range(0, len(values), 500):
        rows += connection.execute(wanted.where(column.in_(values[start : start + 500])))
    return rows
