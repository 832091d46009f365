"""Rows of print jobs: the line before each printer, claiming its first job, and the printers' own state.

A job goes waiting → printing → printed or failed. `claim` is a conditional update that one of several server
processes wins, and a unique index keeps a printer at one job at a time. Called by hall/actions/printing.py
and, for looking, by printer/spool.py.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, exists, func, or_, select, update

from hall.records.tables import devices, print_jobs, tickets
from hall.records.types import constant

_WAITING = print_jobs.c.state == constant("waiting")
_PRINTING = print_jobs.c.state == constant("printing")
_NOW = bindparam("now", type_=print_jobs.c.due_at.type)

_other = print_jobs.alias("other")
_printer_is_free = ~exists().where(
    _other.c.device_id == print_jobs.c.device_id,
    _other.c.state == constant("printing"),
)
_firsts = (
    select(func.min(_other.c.id))
    .where(_other.c.state == constant("waiting"))
    .group_by(_other.c.device_id)
    .scalar_subquery()
)
_in_order = select(print_jobs).order_by(print_jobs.c.id)
_HEADS = _in_order.where(
    print_jobs.c.hall_id.in_(bindparam("halls", expanding=True)),
    print_jobs.c.id.in_(_firsts),
    _printer_is_free,
    or_(print_jobs.c.due_at <= _NOW, print_jobs.c.created_at > _NOW),  # the clock was put back: it is due
)
_CLAIM = update(print_jobs).where(print_jobs.c.id == bindparam("job"), _WAITING, _printer_is_free)
_SETTLE = update(print_jobs).where(
    print_jobs.c.id == bindparam("job"), _PRINTING, print_jobs.c.attempts == bindparam("attempt")
)
_TOO_LATE = _in_order.where(
    print_jobs.c.hall_id.in_(bindparam("halls", expanding=True)), _WAITING, print_jobs.c.give_up_at <= _NOW
)
_ABANDONED = _in_order.where(
    print_jobs.c.hall_id.in_(bindparam("halls", expanding=True)),
    _PRINTING,
    print_jobs.c.claimed_at < bindparam("before", type_=print_jobs.c.claimed_at.type),
    func.coalesce(print_jobs.c.claimed_by, "") != bindparam("living"),
)
_CLAIMED_BY = _in_order.where(
    print_jobs.c.hall_id == bindparam("hall"), _PRINTING, print_jobs.c.claimed_by == bindparam("server")
)
_ABOUT = (
    select(print_jobs, tickets.c.label, devices.c.code.label("printer"))
    .join(tickets, tickets.c.id == print_jobs.c.ticket_id)
    .join(devices, devices.c.id == print_jobs.c.device_id)
    .where(print_jobs.c.id == bindparam("job"))
)
_UNCHECKED = (
    select(devices.c.id, devices.c.hall_id, devices.c.settings)
    .where(
        devices.c.hall_id.in_(bindparam("halls", expanding=True)),
        devices.c.kind == "printer",
        devices.c.retired.is_(False),
        or_(
            devices.c.checked_at.is_(None),
            devices.c.checked_at < bindparam("before", type_=devices.c.checked_at.type),
            devices.c.checked_at > bindparam("now", type_=devices.c.checked_at.type),
        ),
        ~exists().where(print_jobs.c.device_id == devices.c.id, _PRINTING),
    )
    .order_by(devices.c.id)
)


@dataclass(frozen=True)
class PrintJob:
    """A claimed job: `attempt` counts from 1 and tells this try from every other of the same job."""

    id: int
    hall_id: int
    ticket_id: int
    device_id: int
    reprint: bool
    attempt: int


def job(connection: Connection, hall_id: int, job_id: int) -> Row[Any] | None:
    wanted = select(print_jobs).where(print_jobs.c.id == job_id, print_jobs.c.hall_id == hall_id)
    return connection.execute(wanted).first()


def about(connection: Connection, job_id: int) -> Any:
    """A job with its ticket's `label` and its `printer`'s code."""
    return connection.execute(_ABOUT, {"job": job_id}).one()


def heads(connection: Connection, halls: Collection[int], now: datetime) -> list[Row[Any]]:
    """The first job of every free printer's line, where it is due."""
    return list(connection.execute(_HEADS, {"halls": list(halls), "now": now}))


def claim(connection: Connection, head: Row[Any], now: datetime, server: str | None) -> PrintJob | None:
    """Takes a job for printing by this server; None when another process was first."""
    changes = {"state": "printing", "claimed_at": now, "claimed_by": server}
    taken = connection.execute(
        _CLAIM.values(**changes, attempts=print_jobs.c.attempts + 1),
        {"job": head.id},
    )
    if taken.rowcount != 1:
        return None
    return PrintJob(head.id, head.hall_id, head.ticket_id, head.device_id, head.reprint, head.attempts + 1)


def settle(connection: Connection, job_id: int, attempt: int, changes: Mapping[str, Any]) -> bool:
    """Writes how a try ended; False when the job was taken away from it meanwhile."""
    values = {**changes, "claimed_at": None, "claimed_by": None}
    return connection.execute(_SETTLE.values(**values), {"job": job_id, "attempt": attempt}).rowcount == 1


def too_late(connection: Connection, halls: Collection[int], now: datetime) -> list[Row[Any]]:
    """Waiting jobs whose time is over."""
    return list(connection.execute(_TOO_LATE, {"halls": list(halls), "now": now}))


def fail(connection: Connection, job_id: int, error: str) -> None:
    """Ends a waiting job."""
    connection.execute(
        update(print_jobs).where(print_jobs.c.id == job_id, _WAITING).values(state="failed", error=error)
    )


def abandoned(
    connection: Connection, halls: Collection[int], before: datetime, living: str | None = None
) -> list[Row[Any]]:
    """Jobs claimed before that moment and never settled: whoever printed them is gone. `living` is the name
    of the server that asks, which knows what it prints, also when its clock was put forward.
    """
    values = {"halls": list(halls), "before": before, "living": living or "-"}
    return list(connection.execute(_ABANDONED, values))


def claimed_by(connection: Connection, hall_id: int, server: str) -> list[Row[Any]]:
    """Jobs that this server claimed and has not settled."""
    return list(connection.execute(_CLAIMED_BY, {"hall": hall_id, "server": server}))


def answering(connection: Connection, halls: Collection[int]) -> list[tuple[int, str]]:
    """Printers that have said how they are, by id, and the address where they did."""
    wanted = select(devices.c.id, devices.c.status).where(
        devices.c.hall_id.in_(list(halls)), devices.c.kind == "printer"
    )
    found = ((row.id, (row.status or {}).get("answers_at")) for row in connection.execute(wanted))
    return [(device_id, address) for device_id, address in found if address is not None]


def unchecked(
    connection: Connection, halls: Collection[int], before: datetime, now: datetime
) -> list[Row[Any]]:
    """Printers that print nothing and were not asked how they are since `before`, or were asked later than
    `now`: then the clock was put back.
    """
    return list(connection.execute(_UNCHECKED, {"halls": list(halls), "before": before, "now": now}))


def claim_check(connection: Connection, device_id: int, before: datetime, now: datetime) -> bool:
    """Takes the asking of one printer; False when another process was first."""
    checked_at = devices.c.checked_at
    free = or_(checked_at.is_(None), checked_at < before, checked_at > now)
    taken = connection.execute(update(devices).where(devices.c.id == device_id, free).values(checked_at=now))
    return taken.rowcount == 1


def note_status(
    connection: Connection, device_id: int, status: Mapping[str, Any], seen: bool, now: datetime
) -> None:
    """Keeps what a printer said of itself; `seen` when it was reached at all."""
    changes: dict[str, Any] = {"status": dict(status), "checked_at": now}
    if seen:
        changes["seen_at"] = now
    connection.execute(update(devices).where(devices.c.id == device_id).values(**changes))
