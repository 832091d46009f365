"""Apply a configuration file to a hall's records: what is new is added, what changed is updated, what is gone
is retired.

Nothing with history is deleted and no ticket is dropped: a business that is left out of the file but still
has people waiting is refused. `differences` says beforehand, line by line, what `apply` would do. Used by
`python -m hall apply` and at the first start.
"""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, insert, or_, select, update

from hall.actions.call import call_waiting
from hall.actions.configured import Kind, hall_row, kinds
from hall.config_model import HallConfig
from hall.events import HallConfigured, WindowClosed
from hall.records.book import read_book
from hall.records.database import Tx
from hall.records.tables import (
    accounts,
    businesses,
    departments,
    halls,
    steps,
    tickets,
    window_businesses,
    windows,
    zones,
)
from hall.rules.calendar import business_day
from hall.rules.errors import BusinessInUse, WindowBusy
from hall.rules.tickets import AT_A_WINDOW, CLOSED


@dataclass(frozen=True)
class Difference:
    """One line of what applying would change: `sign` is +, - or ~; `kind` names the record; `fields` what
    differs.
    """

    sign: str
    kind: str
    code: str
    name: str
    fields: tuple[str, ...] = ()


def differences(connection: Connection, hall: HallConfig) -> list[Difference]:
    """What applying this file would change in the records, in the order of the file; empty when nothing
    would.
    """
    present = connection.execute(select(halls).where(halls.c.code == hall.id)).first()
    found: list[Difference] = []
    if present is None:
        found.append(Difference("+", "hall", hall.id, hall.name))
    else:
        changed = tuple(name for name, value in hall_row(hall).items() if getattr(present, name) != value)
        if changed:
            found.append(Difference("~", "hall", hall.id, hall.name, changed))
    for kind in kinds(hall):
        found.extend(_compare(connection, present.id if present else None, kind))
    if present is not None:
        found.extend(_compare_links(connection, present.id, hall))
    return found


def apply(tx: Tx, hall: HallConfig) -> int:
    """Makes the records follow the file; returns the hall's id. Raises BusinessInUse, WindowBusy when a live
    ticket would be lost.
    """
    hall_id = _put_hall(tx.connection, hall)
    tx.hall_id = hall_id
    _refuse_losses(tx, hall_id, hall)
    _close_gone_windows(tx, hall_id, hall)
    ids: dict[str, dict[Any, int]] = {}
    for kind in kinds(hall):
        ids[kind.table.name] = _put(tx, hall_id, kind, ids)
    _put_links(tx.connection, hall, ids)
    version = tx.connection.execute(
        update(halls)
        .where(halls.c.id == hall_id)
        .values(settings_version=halls.c.settings_version + 1)
        .returning(halls.c.settings_version)
    ).scalar_one()
    tx.record(HallConfigured(version))
    book = read_book(tx.connection, hall.id)
    for number in book.windows_by_number:
        call_waiting(tx, book, number)
    return hall_id


def _put_hall(connection: Connection, hall: HallConfig) -> int:
    present = connection.execute(select(halls.c.id).where(halls.c.code == hall.id)).scalar()
    if present is None:
        return connection.execute(
            insert(halls).values(code=hall.id, **hall_row(hall)).returning(halls.c.id)
        ).scalar_one()
    connection.execute(update(halls).where(halls.c.id == present).values(**hall_row(hall)))
    return int(present)


_FIRST = {
    "windows": lambda now: {"state": "closed", "state_since": now},
    "accounts": lambda now: {"session_stamp": secrets.token_hex(8)},
}
"""Columns that only a new row needs."""


def _resolve(row: Mapping[str, Any], ids: Mapping[str, Mapping[Any, int]]) -> dict[str, Any]:
    """Replaces `<table>:<code>` by the id."""
    resolved = {}
    for name, value in row.items():
        if name.endswith("_id") and isinstance(value, str):
            table, _, code = value.partition(":")
            resolved[name] = ids[table][int(code) if table == "windows" else code]
        else:
            resolved[name] = value
    return resolved


def _put(tx: Tx, hall_id: int, kind: Kind, ids: Mapping[str, Mapping[Any, int]]) -> dict[Any, int]:
    table, key = kind.table, kind.table.c[kind.key]
    present = {
        getattr(row, kind.key): row
        for row in tx.connection.execute(select(table).where(table.c.hall_id == hall_id))
    }
    fresh = []
    for code, raw in kind.rows.items():
        row = {**_resolve(raw, ids), "retired": False}
        before = present.get(code)
        if before is None:
            first = _FIRST.get(table.name, lambda now: {})(tx.now)
            fresh.append({**row, **first, kind.key: code, "hall_id": hall_id})
        elif any(getattr(before, name) != value for name, value in row.items()):
            tx.connection.execute(update(table).where(table.c.id == before.id).values(**row))
    if fresh:
        tx.connection.execute(insert(table), fresh)
    gone = [row.id for code, row in present.items() if code not in kind.rows and not row.retired]
    if gone and table is not accounts:
        tx.connection.execute(update(table).where(table.c.id.in_(gone)).values(retired=True))
    rows = tx.connection.execute(select(table.c.id, key).where(table.c.hall_id == hall_id))
    return {code: row_id for row_id, code in rows}


def _links(hall: HallConfig) -> dict[int, dict[str, tuple[bool, bool]]]:
    """Per window number: business code → (serves now, is its own), for all it may be switched to."""
    wanted: dict[int, dict[str, tuple[bool, bool]]] = {}
    for window in hall.windows:
        mine = dict.fromkeys(hall.window_may_serve(window), (False, False))
        mine.update({code: (True, own) for code, own in hall.window_serves(window)})
        wanted[window.number] = mine
    return wanted


def _put_links(connection: Connection, hall: HallConfig, ids: Mapping[str, Mapping[Any, int]]) -> None:
    present: dict[tuple[int, int], tuple[bool, bool]] = {
        (row.window_id, row.business_id): (row.serves, row.own)
        for row in connection.execute(
            select(window_businesses).where(window_businesses.c.window_id.in_(list(ids["windows"].values())))
        )
    }
    wanted = {
        (ids["windows"][number], ids["businesses"][code]): flags
        for number, mine in _links(hall).items()
        for code, flags in mine.items()
    }
    changed = [pair for pair, flags in present.items() if wanted.get(pair) != flags]
    for window_id, business_id in changed:
        connection.execute(
            window_businesses.delete().where(
                window_businesses.c.window_id == window_id, window_businesses.c.business_id == business_id
            )
        )
    fresh = [
        {"window_id": pair[0], "business_id": pair[1], "serves": flags[0], "own": flags[1]}
        for pair, flags in wanted.items()
        if present.get(pair) != flags
    ]
    if fresh:
        connection.execute(insert(window_businesses), fresh)


def _refuse_losses(tx: Tx, hall_id: int, hall: HallConfig) -> None:
    """Live tickets must keep their business and their window. What an earlier day left waiting is over."""
    today = business_day(tx.now, hall.timezone)
    open_steps = tx.connection.execute(
        select(tickets.c.label, businesses.c.code, windows.c.number)
        .select_from(
            steps.join(tickets, tickets.c.id == steps.c.ticket_id).join(
                businesses, businesses.c.id == steps.c.business_id
            )
        )
        .outerjoin(windows, windows.c.id == func.coalesce(steps.c.window_id, steps.c.pinned_window_id))
        .where(
            steps.c.hall_id == hall_id,
            steps.c.state.not_in([state.value for state in CLOSED]),
            or_(steps.c.business_day >= today, steps.c.state.in_([state.value for state in AT_A_WINDOW])),
        )
        .order_by(steps.c.id)
    )
    numbers = {one.number for one in hall.windows}
    # All rows first: a refusal that leaves a statement half read would leave its connection, for whoever gets
    # it from the pool next, in the past.
    for row in open_steps.all():
        if hall.business(row.code) is None:
            raise BusinessInUse(business=row.code, label=row.label)
        if row.number is not None and row.number not in numbers:
            raise WindowBusy(window=row.number, label=row.label)


def _close_gone_windows(tx: Tx, hall_id: int, hall: HallConfig) -> None:
    """Signs the clerks of windows out that the file no longer has; nobody could do so afterwards."""
    gone = tx.connection.execute(
        update(windows)
        .where(
            windows.c.hall_id == hall_id,
            windows.c.state != "closed",
            windows.c.number.not_in([one.number for one in hall.windows]),
        )
        .values(state="closed", state_since=tx.now, ready_since=None, pause_reason=None, clerk_id=None)
        .returning(windows.c.number)
    )
    for number in sorted(gone.scalars()):
        tx.record(WindowClosed(number))


def _compare(connection: Connection, hall_id: int | None, kind: Kind) -> list[Difference]:
    table = kind.table
    mine = select(table).where(table.c.hall_id == hall_id).order_by(table.c.id)
    rows: Iterable[Any] = connection.execute(mine) if hall_id is not None else []
    present = {getattr(row, kind.key): row for row in rows}
    codes = _codes_by_id(connection, hall_id)
    found = []
    for code, row in kind.rows.items():
        before = present.get(code)
        if before is None or before.retired:
            found.append(Difference("+", table.name, str(code), row.get("name", row.get("label", ""))))
            continue
        changed = tuple(
            name for name, value in row.items() if _shown(name, getattr(before, name), codes) != value
        )
        if changed:
            found.append(
                Difference("~", table.name, str(code), row.get("name", row.get("label", "")), changed)
            )
    if table is not accounts:
        found.extend(
            Difference("-", table.name, str(code), getattr(row, "name", ""))
            for code, row in present.items()
            if code not in kind.rows and not row.retired
        )
    return found


def _codes_by_id(connection: Connection, hall_id: int | None) -> dict[str, dict[int, str]]:
    if hall_id is None:
        return {}
    named = {"department_id": departments, "business_id": businesses, "zone_id": zones}
    codes = {
        name: {
            row.id: f"{table.name}:{row.code}"
            for row in connection.execute(select(table).where(table.c.hall_id == hall_id))
        }
        for name, table in named.items()
    }
    rows = connection.execute(select(windows).where(windows.c.hall_id == hall_id))
    codes["window_id"] = {row.id: f"windows:{row.number}" for row in rows}
    return codes


def _shown(name: str, value: Any, codes: Mapping[str, Mapping[int, str]]) -> Any:
    return codes[name].get(value, value) if name in codes and value is not None else value


def _compare_links(connection: Connection, hall_id: int, hall: HallConfig) -> list[Difference]:
    present: dict[int, dict[str, tuple[bool, bool]]] = {}
    rows = connection.execute(
        select(windows.c.number, businesses.c.code, window_businesses.c.serves, window_businesses.c.own)
        .select_from(
            window_businesses.join(windows).join(
                businesses, businesses.c.id == window_businesses.c.business_id
            )
        )
        .where(windows.c.hall_id == hall_id)
    )
    for row in rows:
        present.setdefault(row.number, {})[row.code] = (row.serves, row.own)
    return [
        Difference("~", "windows", str(number), "", ("businesses",))
        for number, mine in _links(hall).items()
        if number in present and present[number] != mine
    ]
