"""The administrator's lists: accounts, print jobs, and the journal read backwards as the audit log.

`hall/web/api/admin.py` sends them. Password hashes and token hashes never leave the records.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, func, select

from hall.events import iso
from hall.records import journal, visits
from hall.records.book import Book
from hall.records.journal import every_event
from hall.records.tables import accounts, events, halls, print_jobs, tickets, windows

_ACCOUNTS = (
    select(accounts, windows.c.number.label("window"))
    .outerjoin(windows, windows.c.clerk_id == accounts.c.id)
    .where(accounts.c.hall_id == bindparam("hall"))
    .order_by(accounts.c.retired, accounts.c.username)
)
_JOBS = (
    select(print_jobs, tickets.c.label)
    .join(tickets, tickets.c.id == print_jobs.c.ticket_id)
    .where(print_jobs.c.hall_id == bindparam("hall"))
    .order_by(print_jobs.c.id.desc())
    .limit(bindparam("most"))
)
_CONFIGURED_AT = (
    select(events.c.at)
    .where(
        events.c.hall_id == bindparam("hall"),
        events.c.seq > bindparam("after"),
        events.c.type == "hall_configured",
    )
    .order_by(events.c.seq.desc())
    .limit(1)
)
_DAYS = select(func.min(tickets.c.business_day), func.max(tickets.c.business_day)).where(
    tickets.c.hall_id == bindparam("hall")
)
_SAME_NUMBER = (
    select(tickets.c.id)
    .where(
        tickets.c.hall_id == bindparam("hall"),
        tickets.c.business_day.in_(bindparam("days", expanding=True)),
        tickets.c.prefix == bindparam("prefix"),
        tickets.c.number == bindparam("number"),
    )
    .order_by(tickets.c.business_day.desc())
    .limit(20)
)
_OF_TICKETS = select(every_event).where(every_event.c.ticket_id.in_(bindparam("tickets", expanding=True)))
"""Unsorted, or a database would rather go through the whole journal in its order."""


def account_list(connection: Connection, book: Book) -> list[dict[str, Any]]:
    """Every account, the retired ones last."""
    return [account_card(row) for row in connection.execute(_ACCOUNTS, {"hall": book.id})]


def account_card(row: Row[Any]) -> dict[str, Any]:
    return {
        "username": row.username,
        "name": row.name,
        "name_en": row.name_en,
        "role": row.role,
        "badge": row.badge,
        "skills": row.skills,
        "has_password": row.password_hash is not None,
        "retired": row.retired,
        "window": row.window,
    }


def job_list(connection: Connection, book: Book, state: str | None, most: int) -> dict[str, Any]:
    """Print jobs, newest first, and how many there are in each state."""
    wanted = _JOBS.where(print_jobs.c.state == state) if state else _JOBS
    rows = connection.execute(wanted, {"hall": book.id, "most": most})
    counted = select(print_jobs.c.state, func.count()).where(print_jobs.c.hall_id == book.id)
    counts = connection.execute(counted.group_by(print_jobs.c.state))
    return {
        "print_jobs": [_job(book, row) for row in rows],
        "counts": {row[0]: row[1] for row in counts},
    }


def _job(book: Book, row: Row[Any]) -> dict[str, Any]:
    printer = book.devices.get(row.device_id)
    return {
        "id": row.id,
        "ticket": {"id": row.ticket_id, "label": row.label},
        "printer": {"code": printer.code, "name": printer.name} if printer else None,
        "state": row.state,
        "attempts": row.attempts,
        "error": row.error,
        "reprint": row.reprint,
        "created_at": iso(row.created_at),
        "printed_at": iso(row.printed_at) if row.printed_at else None,
    }


LOOKED_THROUGH = 100_000
"""So many events are looked through for one page of a type or an actor (50 ms on SQLite), for an index would
cost every action a write. Whoever seeks further back asks for the next page.
"""


@dataclass(frozen=True)
class Wanted:
    """Which journal rows: `before` a number (newest first), of a type, by somebody, about a ticket."""

    before: int | None = None
    type: str | None = None
    actor: str | None = None
    ticket: str | None = None
    limit: int = 50


def journal_page(connection: Connection, book: Book, wanted: Wanted) -> dict[str, Any]:
    """One page of the journal and where the next one starts; a page may hold nothing and yet have a next."""
    newest = journal.latest(connection, book.id) + 1 if wanted.before is None else wanted.before
    sparse = (wanted.type or wanted.actor) and not wanted.ticket
    oldest = max(1, newest - LOOKED_THROUGH) if sparse else 1
    values: dict[str, Any] = {}
    if wanted.ticket:
        query = _OF_TICKETS
        values["tickets"] = tickets_of_number(connection, book, wanted.ticket)
    else:
        query = select(every_event).where(
            every_event.c.hall_id == book.id, every_event.c.seq < newest, every_event.c.seq >= oldest
        )
        query = query.order_by(every_event.c.seq.desc()).limit(wanted.limit + 1)
    if wanted.type:
        query = query.where(every_event.c.type == wanted.type)
    if wanted.actor:
        query = _by_actor(connection, book, query, wanted.actor.strip().lower())
    rows = [row for row in connection.execute(query, values) if row.seq < newest]
    found = sorted(rows, key=lambda row: -row.seq)[: wanted.limit + 1]
    names = {row.id: row for row in connection.execute(_ACCOUNTS, {"hall": book.id})}
    shown = found[: wanted.limit]
    return {
        "events": [_event(book, row, names) for row in shown],
        "next_before": shown[-1].seq if len(found) > wanted.limit else oldest if oldest > 1 else None,
    }


def tickets_of_number(connection: Connection, book: Book, label: str) -> list[int]:
    """The ids of the newest tickets with a number, such as A007, today's first. Each day is looked up in the
    index that keeps numbers unique, so a million tickets cost no more than their days.
    """
    first, last = connection.execute(_DAYS, {"hall": book.id}).one()
    named = visits.number_of(label)
    if first is None or named is None:
        return []
    days = [last - timedelta(days=ago) for ago in range((last - first).days + 1)]
    values = {"hall": book.id, "days": days, "prefix": named[0], "number": named[1]}
    return list(connection.execute(_SAME_NUMBER, values).scalars())


def _by_actor(connection: Connection, book: Book, query: Select[Any], actor: str) -> Select[Any]:
    """By a username, a device's code, or one of the words system and anyone."""
    if actor in ("system", "anyone"):
        return query.where(every_event.c.actor_kind == actor)
    device = book.devices_by_code.get(actor)
    if device is not None:
        return query.where(every_event.c.actor_kind == "device", every_event.c.actor_id == device.id)
    same = select(accounts.c.id).where(accounts.c.hall_id == book.id, accounts.c.username == actor)
    ids = connection.execute(same).scalars().all()
    return query.where(every_event.c.actor_kind == "account", every_event.c.actor_id.in_(ids))


def _event(book: Book, row: Row[Any], names: dict[int, Row[Any]]) -> dict[str, Any]:
    about = names.get(row.data.get("account_id", 0))
    return {
        "seq": row.seq,
        "at": iso(row.at),
        "type": row.type,
        "actor": {"kind": row.actor_kind, **_actor(book, row, names)},
        "ticket": row.data.get("ticket"),
        "about": {"username": about.username, "name": about.name, "name_en": about.name_en}
        if about
        else None,
        "data": row.data,
    }


def _actor(book: Book, row: Row[Any], names: dict[int, Row[Any]]) -> dict[str, Any]:
    if row.actor_kind == "account" and row.actor_id in names:
        account = names[row.actor_id]
        return {"code": account.username, "name": account.name, "name_en": account.name_en}
    if row.actor_kind == "device" and row.actor_id in book.devices:
        device = book.devices[row.actor_id]
        return {"code": device.code, "name": device.name, "name_en": ""}
    return {"code": None, "name": "", "name_en": ""}


def configuration(connection: Connection, book: Book) -> dict[str, Any]:
    """Which configuration is in force, and what it holds; since when, if that is not too far back."""
    after = journal.latest(connection, book.id) - LOOKED_THROUGH
    values = {"hall": book.id, "after": after}
    applied: datetime | None = connection.execute(_CONFIGURED_AT, values).scalar()
    version = connection.execute(select(halls.c.settings_version).where(halls.c.id == book.id)).scalar_one()
    return {
        "version": version,
        "applied_at": iso(applied) if applied else None,
        "counts": {
            "departments": len(book.departments),
            "businesses": len(book.businesses),
            "items": len(book.items),
            "windows": len(book.windows),
            "zones": len(book.zones),
            "devices": len(book.devices),
        },
        "businesses": [
            {"code": one.code, "name": one.name, "name_en": one.name_en, "prefix": one.prefix}
            for one in book.businesses.values()
        ],
    }
