"""The daily summaries and those of whole months: their mark in the journal, adding to them, and reading any
range of them.

Written by hall/records/summing.py, read by hall/reporting. A range is read as whole months and the days at
its ends; what a report asks for is grouped by the database, the histograms are added up with numpy.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import Connection, Table, and_, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from hall.records.tables import summaries, summary_marks, summary_months
from hall.rules.figures import COUNTS, SECONDS, STEPS, Figures
from hall.rules.tally import Desk, Hall, Key, Tally

EDITION = 1
"""Goes up when something is counted differently: every hall is then counted anew from its first event."""

_KEY = ("cut", "business_day", "subject_id", "busy")
_FIRST = {
    "sqlite": sqlite.insert(summary_marks).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(summary_marks).on_conflict_do_nothing(),
}
Part = tuple[Table, date, date]
"""Rows of days or of months, from the first to the last day."""


@dataclass(frozen=True)
class Mark:
    """How far the summaries reach. `stored` is False before the hall's first."""

    seq: int
    turn: int
    state: Mapping[str, Any]
    stored: bool
    settled_at: datetime | None = None


def mark(connection: Connection, hall_id: int) -> Mark:
    """The hall's mark; one of an older edition stands at the beginning."""
    row = connection.execute(select(summary_marks).where(summary_marks.c.hall_id == hall_id)).first()
    if row is None:
        return Mark(0, 0, {}, False)
    if row.edition != EDITION:
        return Mark(0, row.turn, {}, False)
    return Mark(row.seq, row.turn, row.state, True, row.settled_at)


def move(connection: Connection, hall_id: int, before: Mark, seq: int, tally: Tally, now: datetime) -> bool:
    """Moves the mark on; False when somebody else did so since it was read, who has then added the events."""
    if not before.stored:
        connection.execute(
            _FIRST[connection.dialect.name],
            {"hall_id": hall_id, "edition": EDITION, "seq": 0, "turn": 0, "state": {}},
        )
    moved = connection.execute(
        update(summary_marks)
        .where(summary_marks.c.hall_id == hall_id, summary_marks.c.turn == before.turn)
        .values(edition=EDITION, seq=seq, turn=before.turn + 1, settled_at=now, state=_state(tally))
    )
    if moved.rowcount != 1:
        return False
    for table in (summaries, summary_months) if not before.stored else ():
        connection.execute(delete(table).where(table.c.hall_id == hall_id))
    return True


def add(connection: Connection, hall_id: int, sums: Mapping[Key, Figures]) -> None:
    """Adds to the rows of the days and of their months."""
    months: dict[Key, Figures] = {}
    for (day, cut, subject, busy), more in sums.items():
        months.setdefault((day.replace(day=1), cut, subject, busy), Figures()).add(more)
    _add_to(connection, summaries, hall_id, sums)
    _add_to(connection, summary_months, hall_id, months)


def totals(
    connection: Connection, hall_id: int, cut: str, first: date, last: date, group: str, busy: bool | None
) -> dict[Any, Figures]:
    """The sums of the days from `first` to `last`, grouped by a column of the table ("subject_id",
    "business_day") or altogether under None when it is "". `busy`: only busy hours, only the others, or both.
    """
    parts = [(summaries, first, last)] if group == "business_day" else _parts(first, last)
    found: dict[Any, Figures] = {}
    for part in parts:
        for subject, sums in _totals(connection, hall_id, cut, part, group, busy).items():
            found.setdefault(subject, Figures()).add(sums)
    return found


def loads(
    connection: Connection, hall_id: int, first: date, last: date, busy: bool | None
) -> dict[int, tuple[float, float]]:
    """Per window: seconds in which it served, and in which it stood open."""
    found: dict[int, tuple[float, float]] = {}
    for part in _parts(first, last):
        column = part[0].c
        wanted = (
            select(column.subject_id, func.sum(column.service_seconds), func.sum(column.open_seconds))
            .where(_where(hall_id, "window", part, busy), column.open_seconds > 0)
            .group_by(column.subject_id)
        )
        for window, served, stood in connection.execute(wanted):
            before = found.get(window, (0.0, 0.0))
            found[window] = (before[0] + served, before[1] + stood)
    return found


def loads_by_day(
    connection: Connection, hall_id: int, first: date, last: date, busy: bool | None
) -> dict[tuple[date, int], tuple[float, float]]:
    """The same per day and window."""
    column = summaries.c
    wanted = (
        select(
            column.business_day,
            column.subject_id,
            func.sum(column.service_seconds),
            func.sum(column.open_seconds),
        )
        .where(_where(hall_id, "window", (summaries, first, last), busy), column.open_seconds > 0)
        .group_by(column.business_day, column.subject_id)
    )
    return {(row[0], row[1]): (row[2], row[3]) for row in connection.execute(wanted)}


def first_day(connection: Connection, hall_id: int) -> date | None:
    """The earliest day of which there are sums."""
    wanted = select(func.min(summaries.c.business_day))
    return connection.execute(
        wanted.where(summaries.c.hall_id == hall_id, summaries.c.cut == "hour")
    ).scalar()


def restored(hall: Hall, state: Mapping[str, Any]) -> Tally:
    """A count that goes on where the mark left it."""
    tally = Tally(hall)
    if state:
        tally.day = date.fromisoformat(state["day"]) if state["day"] else None
        tally.due_until = _read(state["due_until"])
        tally.desks = {
            int(window): Desk(clerk, is_open, datetime.fromisoformat(since))
            for window, (clerk, is_open, since) in state["desks"].items()
        }
        tally.serving = {
            int(ticket): (_read(began), seconds) for ticket, (began, seconds) in state["serving"].items()
        }
    return tally


def packed(waits: Mapping[int, int]) -> bytes:
    """A histogram as the table keeps it: pairs of step and count."""
    return np.array(sorted(waits.items()), "<u4").tobytes()


def _state(tally: Tally) -> dict[str, Any]:
    return {
        "day": tally.day.isoformat() if tally.day else None,
        "due_until": _write(tally.due_until),
        "desks": {
            str(window): [desk.clerk_id, desk.open, _write(desk.since)]
            for window, desk in tally.desks.items()
        },
        "serving": {
            str(ticket): [_write(began), seconds] for ticket, (began, seconds) in tally.serving.items()
        },
    }


def _read(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None


def _write(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _parts(first: date, last: date) -> list[Part]:
    """A range as whole months and the days at its ends, so that years are a few dozen rows per subject."""
    after = last + timedelta(days=1)
    begin = first if first.day == 1 else _next_month(first)
    end = after.replace(day=1)
    if begin >= end:
        return [(summaries, first, last)]
    one = timedelta(days=1)
    parts = [(summaries, first, begin - one), (summary_months, begin, end - one), (summaries, end, last)]
    return [part for part in parts if part[1] <= part[2]]


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)


def _add_to(connection: Connection, table: Table, hall_id: int, sums: Mapping[Key, Figures]) -> None:
    days = sorted({day for day, _, _, _ in sums})
    wanted = select(table).where(
        table.c.hall_id == hall_id,
        table.c.cut.in_(sorted({cut for _, cut, _, _ in sums})),  # the key's second part: without it all days
        table.c.business_day.in_(days),
    )
    changed, present = [], set()
    for row in connection.execute(wanted) if days else ():
        key = (row.business_day, row.cut, row.subject_id, row.busy)
        if key in sums:
            present.add(key)
            changed.append({"the_hall": hall_id, **_named(key, "the_"), **_added(row, sums[key])})
    fresh = [
        {"hall_id": hall_id, **_named(key), **_values(more)}
        for key, more in sums.items()
        if key not in present
    ]
    if fresh:
        connection.execute(insert(table), fresh)
    if changed:
        change = update(table).where(
            table.c.hall_id == bindparam("the_hall"),
            *(table.c[name] == bindparam(f"the_{name}") for name in _KEY),
        )
        new: dict[str, Any] = {name: bindparam(name) for name in (*COUNTS, *SECONDS, "waits")}
        connection.execute(change.values(new), changed)


def _named(key: Key, start: str = "") -> dict[str, Any]:
    day, cut, subject, busy = key
    values = {"cut": cut, "business_day": day, "subject_id": subject, "busy": busy}
    return {f"{start}{name}": value for name, value in values.items()}


def _added(row: Any, more: Figures) -> dict[str, Any]:
    """A row's values with more added; a histogram to which nothing is added stays as it is."""
    values = {name: getattr(row, name) + getattr(more, name) for name in (*COUNTS, *SECONDS)}
    values["longest_wait_seconds"] = max(row.longest_wait_seconds, more.longest_wait_seconds)
    if not more.waits:
        return {**values, "waits": row.waits}
    waits = Counter({int(step): int(count) for step, count in _unpacked(row.waits)})
    waits.update(more.waits)
    return {**values, "waits": packed(waits)}


def _values(sums: Figures) -> dict[str, Any]:
    values = {name: getattr(sums, name) for name in (*COUNTS, *SECONDS)}
    return {**values, "waits": packed(sums.waits)}


def _unpacked(waits: bytes) -> Any:
    return np.frombuffer(waits, "<u4").reshape(-1, 2)


def _where(hall_id: int, cut: str, part: Part, busy: bool | None) -> Any:
    table, first, last = part
    conditions = [
        table.c.hall_id == hall_id,
        table.c.cut == cut,
        table.c.business_day.between(first, last),
    ]
    if busy is not None:
        conditions.append(table.c.busy.is_(busy))
    return and_(*conditions)


def _totals(
    connection: Connection, hall_id: int, cut: str, part: Part, group: str, busy: bool | None
) -> dict[Any, Figures]:
    table, where = part[0], _where(hall_id, cut, part, busy)
    column = table.c[group] if group else None
    columns = [func.sum(table.c[name]).label(name) for name in (*COUNTS, *SECONDS)]
    columns.append(func.max(table.c.longest_wait_seconds).label("longest"))
    wanted = select(*columns).where(where)
    if column is not None:
        wanted = wanted.add_columns(column.label("the_group")).group_by(column)
    found: dict[Any, Figures] = {}
    for row in connection.execute(wanted):
        if row.taken is None:
            continue  # no row at all
        values = {name: getattr(row, name) for name in (*COUNTS, *SECONDS)}
        values["longest_wait_seconds"] = row.longest
        found[row.the_group if column is not None else None] = Figures(**values)
    _add_waits(connection, table, where, column, found)
    return found


def _add_waits(
    connection: Connection, table: Table, where: Any, column: Any, found: Mapping[Any, Figures]
) -> None:
    """Adds the histograms of all rows to their groups."""
    wanted = select(table.c.waits if column is None else column, table.c.waits)
    rows: Sequence[Any] = connection.execute(wanted.where(where, table.c.called > 0)).all()
    if not rows:
        return
    groups = {group: number for number, group in enumerate(found)}
    whose = [groups[None if column is None else row[0]] for row in rows]
    pairs = _unpacked(b"".join(row[1] for row in rows))
    group_of_pair = np.repeat(whose, [len(row[1]) // 8 for row in rows])
    counted = np.bincount(group_of_pair * STEPS + pairs[:, 0], pairs[:, 1], minlength=len(groups) * STEPS)
    for group, number in groups.items():
        steps = counted[number * STEPS : (number + 1) * STEPS]
        found[group].waits.update({int(step): int(steps[step]) for step in np.flatnonzero(steps)})
