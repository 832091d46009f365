"""The daily summaries: their mark in the journal, adding to them, and reading any range of them.

Written by hall/records/summing.py, read by hall/reporting. What a report asks for is grouped by the database;
the histograms are added up with numpy, because a range of years holds hundreds of thousands of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection, and_, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from hall.records.tables import summaries, summary_marks
from hall.rules.figures import COUNTS, SECONDS, STEPS, Figures
from hall.rules.tally import Desk, Hall, Key, Tally

EDITION = 1
"""Goes up when something is counted differently: every hall is then counted anew from its first event."""

_KEY = ("cut", "business_day", "subject_id", "busy")
_FIRST = {
    "sqlite": sqlite.insert(summary_marks).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(summary_marks).on_conflict_do_nothing(),
}
_CHANGE = (
    update(summaries)
    .where(
        summaries.c.hall_id == bindparam("the_hall"),
        *(summaries.c[name] == bindparam(f"the_{name}") for name in _KEY),
    )
    .values({name: bindparam(name) for name in (*COUNTS, *SECONDS, "waits")})
)


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
    if not before.stored:
        connection.execute(delete(summaries).where(summaries.c.hall_id == hall_id))
    return True


def add(connection: Connection, hall_id: int, sums: Mapping[Key, Figures]) -> None:
    """Adds to the days' rows."""
    days = sorted({day for day, _, _, _ in sums})
    present: dict[Key, Figures] = {}
    wanted = select(summaries).where(summaries.c.hall_id == hall_id, summaries.c.business_day.in_(days))
    for row in connection.execute(wanted) if days else ():
        present[row.business_day, row.cut, row.subject_id, row.busy] = _figures(row)
    fresh, changed = [], []
    for (day, cut, subject, busy), more in sums.items():
        before = present.get((day, cut, subject, busy))
        if before is not None:
            before.add(more)
        values = _values(more if before is None else before)
        key = {"cut": cut, "business_day": day, "subject_id": subject, "busy": busy}
        if before is None:
            fresh.append({"hall_id": hall_id, **key, **values})
        else:
            changed.append({"the_hall": hall_id, **{f"the_{name}": key[name] for name in key}, **values})
    if fresh:
        connection.execute(insert(summaries), fresh)
    if changed:
        connection.execute(_CHANGE, changed)


def totals(
    connection: Connection, hall_id: int, cut: str, first: date, last: date, group: str, busy: bool | None
) -> dict[Any, Figures]:
    """The sums of the days from `first` to `last`, grouped by a column of the table ("subject_id",
    "business_day") or altogether under None when it is "". `busy`: only busy hours, only the others, or both.
    """
    where = _where(hall_id, cut, first, last, busy)
    column = summaries.c[group] if group else None
    columns = [func.sum(summaries.c[name]).label(name) for name in (*COUNTS, *SECONDS)]
    columns.append(func.max(summaries.c.longest_wait_seconds).label("longest"))
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
    _add_waits(connection, where, column, found)
    return found


def loads(
    connection: Connection, hall_id: int, first: date, last: date, busy: bool | None
) -> dict[tuple[date, int], tuple[float, float]]:
    """Per day and window: seconds in which it served, and in which it stood open."""
    window = summaries.c
    wanted = (
        select(
            window.business_day,
            window.subject_id,
            func.sum(window.service_seconds),
            func.sum(window.open_seconds),
        )
        .where(_where(hall_id, "window", first, last, busy), window.open_seconds > 0)
        .group_by(window.business_day, window.subject_id)
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


def _figures(row: Any) -> Figures:
    found = Figures(**{name: getattr(row, name) for name in (*COUNTS, *SECONDS)})
    found.waits.update({int(step): int(count) for step, count in _unpacked(row.waits)})
    return found


def _values(sums: Figures) -> dict[str, Any]:
    values = {name: getattr(sums, name) for name in (*COUNTS, *SECONDS)}
    return {**values, "waits": packed(sums.waits)}


def _unpacked(waits: bytes) -> Any:
    return np.frombuffer(waits, "<u4").reshape(-1, 2)


def _where(hall_id: int, cut: str, first: date, last: date, busy: bool | None) -> Any:
    conditions = [
        summaries.c.hall_id == hall_id,
        summaries.c.cut == cut,
        summaries.c.business_day.between(first, last),
    ]
    if busy is not None:
        conditions.append(summaries.c.busy.is_(busy))
    return and_(*conditions)


def _add_waits(connection: Connection, where: Any, column: Any, found: Mapping[Any, Figures]) -> None:
    """Adds the histograms of all rows to their groups."""
    wanted = select(summaries.c.waits if column is None else column, summaries.c.waits)
    rows: Sequence[Any] = connection.execute(wanted.where(where, summaries.c.called > 0)).all()
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
