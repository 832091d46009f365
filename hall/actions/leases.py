"""Lease blocks of numbers to a kiosk, so that it can go on while the server is away; and close leases.

A kiosk that works alone is in touch every few seconds (kiosk/alone/line.py): it tells how far it has used
what it holds, hears which of its leases still hold, and gets more where less than half a block is left.
Numbers come from the same counter as everybody's, so they can never meet; those that a closed lease leaves
unused are a gap that the journal names and nobody fills.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from hall.actions import closing
from hall.events import LeaseClosed, NumbersLeased, iso
from hall.records import numbers
from hall.records.book import Book, Device
from hall.records.database import Tx
from hall.records.tables import devices, number_leases, tickets
from hall.rules.leases import End, Lease, end_of, top_up

_OPEN = (
    select(number_leases)
    .where(
        number_leases.c.hall_id == bindparam("hall"),
        number_leases.c.device_id == bindparam("device"),
        number_leases.c.closed_at.is_(None),
    )
    .order_by(number_leases.c.id)
)
_USED = (
    select(func.count())
    .select_from(tickets)
    .where(
        tickets.c.hall_id == bindparam("hall"),
        tickets.c.business_day == bindparam("day"),
        tickets.c.prefix == bindparam("prefix"),
        tickets.c.number.between(bindparam("first"), bindparam("last")),
    )
)
_GRANT = insert(number_leases)


@dataclass(frozen=True)
class Held:
    """A lease as the kiosk says it holds it: `next` is the first number it has not given out."""

    prefix: str
    first: int
    next: int


def renew(tx: Tx, book: Book, device: Device, store: str, held: Sequence[Held]) -> list[Lease]:
    """Closes what has ended, tops up every business, and pushes the end of the rest away; returns the leases
    that this kiosk may use from now on.
    """
    day = book.day(tx.now)
    tx.connection.execute(update(devices).where(devices.c.id == device.id).values(seen_at=tx.now))
    told = {(one.prefix, one.first): one.next for one in held}
    kept: list[Lease] = []
    for row in tx.connection.execute(_OPEN, {"hall": book.id, "device": device.id}).all():
        lease = lease_of(row)
        used = told.get((row.prefix, row.first_number), row.next_number)
        lease = replace(lease, next=min(max(lease.next, used), lease.last + 1))
        end = End.LOST if row.store != store else end_of(lease, day, tx.now)
        if end is not None:
            _close(tx, row.id, lease, device.code, end)
        else:
            kept.append(lease)
    granted = _grant(tx, book, device, store, kept)
    until = tx.now + timedelta(minutes=book.rules.kiosk_lease_minutes)
    for lease in kept:
        tx.connection.execute(
            update(number_leases)
            .where(
                number_leases.c.hall_id == book.id,
                number_leases.c.business_day == day,
                number_leases.c.prefix == lease.prefix,
                number_leases.c.first_number == lease.first,
            )
            .values(next_number=lease.next, expires_at=until)
        )
    return [replace(one, expires_at=until) for one in [*kept, *granted]]


def revoke(tx: Tx, book: Book, device: Device) -> None:
    """Ends every lease of a device: who holds its token from now on begins anew."""
    for row in tx.connection.execute(_OPEN, {"hall": book.id, "device": device.id}).all():
        _close(tx, row.id, lease_of(row), device.code, End.REVOKED)


def _grant(tx: Tx, book: Book, device: Device, store: str, kept: Sequence[Lease]) -> list[Lease]:
    day, size = book.day(tx.now), book.rules.kiosk_lease_numbers
    until = tx.now + timedelta(minutes=book.rules.kiosk_lease_minutes)
    granted = []
    for prefix in dict.fromkeys(one.prefix for one in book.businesses.values()):
        count = top_up(sum(one.left for one in kept if one.prefix == prefix), size)
        if count == 0:
            continue
        last = numbers.count_up(tx.connection, book.id, day, prefix, count)
        first = last - count + 1
        if first == 1:
            closing.expire_past_days(tx, book, day)
        granted.append(Lease(day, prefix, first, last, first, until))
    if granted:
        rows = [
            {
                "hall_id": book.id,
                "device_id": device.id,
                "store": store,
                "granted_at": tx.now,
                **values_of(lease),
            }
            for lease in granted
        ]
        tx.connection.execute(_GRANT, rows)
        tx.record(NumbersLeased(device.code, [span_of(lease) for lease in granted]))
    return granted


def _close(tx: Tx, lease_id: int, lease: Lease, device: str, end: End) -> None:
    tx.connection.execute(
        update(number_leases)
        .where(number_leases.c.id == lease_id)
        .values(closed_at=tx.now, closed_why=end.value, next_number=lease.next)
    )
    if end is not End.USED_UP:
        tx.record(LeaseClosed(device, span_of(lease), lease.left, end.value))


def lease_of(row: Row[Any]) -> Lease:
    return Lease(
        row.business_day,
        row.prefix,
        row.first_number,
        row.last_number,
        row.next_number,
        row.expires_at,
    )


def values_of(lease: Lease) -> dict[str, Any]:
    """A lease as columns of number_leases."""
    return {
        "business_day": lease.business_day,
        "prefix": lease.prefix,
        "first_number": lease.first,
        "last_number": lease.last,
        "next_number": lease.next,
        "expires_at": lease.expires_at,
    }


def span_of(lease: Lease) -> str:
    """A block as people write it: A011-A020."""
    return f"{lease.prefix}{lease.first:03d}-{lease.prefix}{lease.last:03d}"


def of_today(connection: Connection, book: Book, now: datetime) -> list[dict[str, Any]]:
    """Every lease of the business day for the device list, newest last: its numbers, how many of them stand
    on a ticket, what is left or stays a gap.
    """
    wanted = (
        select(number_leases, devices.c.code)
        .join(devices, devices.c.id == number_leases.c.device_id)
        .where(number_leases.c.hall_id == book.id, number_leases.c.business_day == book.day(now))
        .order_by(number_leases.c.id)
    )
    found = []
    for row in connection.execute(wanted).all():
        lease = lease_of(row)
        span = {"first": lease.first, "last": lease.last}
        used = connection.execute(
            _USED, {"hall": book.id, "day": lease.business_day, "prefix": lease.prefix, **span}
        ).scalar_one()
        end = row.closed_why or end_of(lease, book.day(now), now)
        found.append(
            {
                "device": row.code,
                "numbers": span_of(lease),
                "used": used,
                "unused": lease.last - lease.first + 1 - used,
                "expires_at": iso(lease.expires_at),
                "ended": end,
            }
        )
    return found
