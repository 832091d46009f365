"""The kiosk's own store: a hall's database in small, holding a copy of what is configured, this kiosk's
leases and the numbers it gave out, in the hall's own tables; beside them what only a kiosk has to remember.

All of it is written through hall/records/database.py, so a number, its lease and its print job are one
durable commit. Used by kiosk/alone/desk.py and contact.py.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Column, Connection, MetaData, String, Table, delete, func, insert, select, update

from hall.actions.accounts import token_hash
from hall.actions.leases import lease_of, values_of
from hall.records.database import Database, Tx
from hall.records.tables import devices, halls, number_leases, tickets, windows
from hall.records.types import Id, Json
from hall.rules.leases import End, Lease, end_of
from hall.screens.copy import TABLES

own = MetaData()
memory = Table(
    "kiosk_memory", own, Column("name", String(32), primary_key=True), Column("value", Json, nullable=False)
)
given_out = Table(
    "kiosk_given_out",
    own,
    Column("ticket_id", Id, primary_key=True, autoincrement=False),
    Column("state", String(16), nullable=False, index=True),
    Column("instead_of", String(80)),
    Column("server_id", Id),
    Column("why", String(32)),
)
"""state: unsent, taken_in, refused (`why`), or the_servers: one that the server issued and this kiosk only
printed.
"""

UNSENT, TAKEN_IN, REFUSED, THE_SERVERS = "unsent", "taken_in", "refused", "the_servers"


def prepare(database: Database) -> None:
    """Makes the kiosk's own tables where they are missing."""
    own.create_all(database.engine)


def recall(connection: Connection, name: str) -> Any:
    """What was remembered under a name; None when nothing was."""
    return connection.execute(select(memory.c.value).where(memory.c.name == name)).scalar()


def remember(tx: Tx, name: str, value: Any) -> None:
    tx.connection.execute(delete(memory).where(memory.c.name == name))
    tx.connection.execute(insert(memory).values(name=name, value=value))


def store_name(tx: Tx) -> str:
    """This store's own name, made with it: the server tells a store that was lost by another name."""
    name = recall(tx.connection, "store")
    if name is None:
        name = uuid4().hex
        remember(tx, "store", name)
    return str(name)


def write_copy(tx: Tx, copy: Mapping[str, Any], device: str, token: str) -> None:
    """Writes what is configured over what was. The journal and everything live stay this store's own; a row
    that is gone from the copy is retired.
    """
    hall = dict(copy["row"])
    hall["settings"] = {**hall["settings"], "alone": True}
    _put(tx.connection, halls, hall)
    for table in TABLES:
        rows = [dict(row) for row in copy["rows"][table.name]]
        if "retired" in table.c:
            tx.connection.execute(update(table).values(retired=True))
        else:
            tx.connection.execute(delete(table))
        for row in rows:
            if table is windows:
                row |= {"state": "closed", "state_since": tx.now}
            if table is devices:
                row["token_hash"] = token_hash(token) if row["code"] == device else None
            _put(tx.connection, table, row)


def _put(connection: Connection, table: Table, row: Mapping[str, Any]) -> None:
    keys = [column == row[column.name] for column in table.primary_key.columns]
    if connection.execute(update(table).where(*keys).values(**row)).rowcount == 0:
        connection.execute(insert(table).values(**row))


# ---- leases ----


def leases(connection: Connection) -> list[tuple[int, Lease]]:
    """The leases that have not ended, the oldest numbers first, with their rows' ids."""
    wanted = select(number_leases).where(number_leases.c.closed_at.is_(None))
    rows = connection.execute(wanted.order_by(number_leases.c.business_day, number_leases.c.first_number))
    return [(row.id, lease_of(row)) for row in rows]


def take_number(tx: Tx, prefix: str, day: date, now: datetime) -> int | None:
    """The next number of this kiosk's own; None when it has none that may be used now."""
    for row_id, lease in leases(tx.connection):
        if lease.prefix == prefix and end_of(lease, day, now) is None:
            used = (
                update(number_leases)
                .where(number_leases.c.id == row_id, number_leases.c.next_number == lease.next)
                .values(next_number=lease.next + 1)
            )
            if tx.connection.execute(used).rowcount == 1:
                return lease.next
    return None


def keep_leases(tx: Tx, hall_id: int, device_id: int, granted: Sequence[Lease]) -> None:
    """What the server says holds, holds; every other lease is over for good."""
    open_now = leases(tx.connection)
    known = {(one.business_day, one.prefix, one.first): row_id for row_id, one in open_now}
    known_next = {(one.business_day, one.prefix, one.first): one.next for _, one in open_now}
    ever = {
        (row.business_day, row.prefix, row.first_number)
        for row in tx.connection.execute(
            select(number_leases.c.business_day, number_leases.c.prefix, number_leases.c.first_number)
        )
    }
    held = {(one.business_day, one.prefix, one.first): one for one in granted}
    for key, row_id in known.items():
        values: dict[str, Any] = {"closed_at": tx.now, "closed_why": End.LOST.value}
        if key in held:
            values = {"expires_at": held[key].expires_at, "next_number": max(known_next[key], held[key].next)}
        tx.connection.execute(update(number_leases).where(number_leases.c.id == row_id).values(**values))
    for key, lease in held.items():
        if key not in ever:
            about = {"hall_id": hall_id, "device_id": device_id, "store": "", "granted_at": tx.now}
            tx.connection.execute(insert(number_leases).values(**about, **values_of(lease)))


# ---- what was given out ----


def note_given(
    tx: Tx, ticket_id: int, state: str, instead_of: str | None = None, server_id: int | None = None
) -> None:
    values = {"ticket_id": ticket_id, "state": state, "instead_of": instead_of, "server_id": server_id}
    tx.connection.execute(insert(given_out).values(**values))


def unsent(connection: Connection, most: int) -> list[Any]:
    """The rows of numbers that have yet to be handed in, in order of arrival."""
    return list(
        connection.execute(
            select(tickets, given_out.c.instead_of)
            .join(given_out, given_out.c.ticket_id == tickets.c.id)
            .where(given_out.c.state == UNSENT)
            .order_by(tickets.c.arrived_at, tickets.c.id)
            .limit(most)
        )
    )


def count_of(connection: Connection, state: str) -> int:
    """How many numbers are in one state of having been handed in."""
    wanted = select(func.count()).select_from(given_out).where(given_out.c.state == state)
    return connection.execute(wanted).scalar_one()


def refused(connection: Connection, day: date) -> list[Any]:
    """The rows of a day's numbers that the server has not taken in, each with `why`, the refusal's code."""
    return list(
        connection.execute(
            select(tickets, given_out.c.why)
            .join(given_out, given_out.c.ticket_id == tickets.c.id)
            .where(given_out.c.state == REFUSED, tickets.c.business_day == day)
            .order_by(tickets.c.arrived_at, tickets.c.id)
        )
    )


def settle(tx: Tx, ticket_id: int, server_id: int | None, why: str | None) -> None:
    """A number was handed in, or refused. Its person may take another one here: the server knows them now."""
    state = TAKEN_IN if why is None else REFUSED
    changes = {"state": state, "server_id": server_id, "why": why}
    tx.connection.execute(update(given_out).where(given_out.c.ticket_id == ticket_id).values(**changes))
    tx.connection.execute(update(tickets).where(tickets.c.id == ticket_id).values(closed_at=tx.now))


def settle_as_the_servers(tx: Tx, ticket_id: int) -> None:
    """The server knows this ticket: here it is over, but for its paper."""
    tx.connection.execute(update(tickets).where(tickets.c.id == ticket_id).values(closed_at=tx.now))
