"""Take in what a kiosk gave out by itself while the server was away.

The paper is in somebody's hand already, so opening, quota and identity are not judged again: a number is
taken in unless it cannot be. It stands in the line where it would have stood, by its own arrival. The same
number with the same secret is the same ticket, however often it comes; the secret, chosen by the kiosk, is
what the paper's QR says. Called by the route that kiosk/alone/line.py sends to.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from hall.actions import closing, paper, transfer
from hall.actions.call import call_arrival
from hall.actions.issue import LAST, Kept, Wish, keep_ticket, label_of
from hall.events import HandInRefused, TicketIssued
from hall.records import desks, numbers, once, queue, visits
from hall.records.book import Book, Device
from hall.records.database import Tx
from hall.records.tables import number_leases
from hall.rules.dispatcher import Head
from hall.rules.errors import NumberTaken, Refusal
from hall.rules.tickets import State, VisitorClass, place_for

WITHDRAWN = "admin.reason_withdrawn"
"""The catalogue's key of why a number is taken back that was issued for a wish whose answer was lost."""
ALONE = "kiosk_alone"
"""The source of a number that a kiosk gave out by itself."""

_LEASE = select(number_leases.c.granted_at, number_leases.c.closed_at, number_leases.c.closed_why).where(
    number_leases.c.hall_id == bindparam("hall"),
    number_leases.c.business_day == bindparam("day"),
    number_leases.c.prefix == bindparam("prefix"),
    number_leases.c.first_number <= bindparam("number"),
    number_leases.c.last_number >= bindparam("number"),
    number_leases.c.device_id == bindparam("device"),
)


@dataclass(frozen=True)
class Given:
    """A number that a kiosk gave out. `instead_of` is the Idempotency-Key of the wish, if it was sent to the
    server first and no answer came.
    """

    business: str
    prefix: str
    number: int
    secret: str
    visitor_class: VisitorClass
    arrived_at: datetime
    items: Sequence[str] = ()
    booked_at: datetime | None = None
    language: str = "zh"
    identity_mask: str | None = None
    instead_of: str | None = None


@dataclass(frozen=True)
class TakenIn:
    """What became of it: the ticket, or the code of the refusal."""

    label: str
    ticket_id: int | None = None
    why: str | None = None


def hand_in(tx: Tx, book: Book, device: Device, given: Sequence[Given]) -> list[TakenIn]:
    """Takes in numbers in their order of arrival; one that cannot be is refused by itself and told to the
    journal.
    """
    done = []
    for one in sorted(given, key=lambda each: (each.arrived_at, each.number)):
        label = label_of(one.prefix, one.number)
        try:
            done.append(TakenIn(label, _take_in(tx, book, device, one, label)))
        except Refusal as refusal:
            tx.record(HandInRefused(device.code, label, refusal.code, one.arrived_at))
            done.append(TakenIn(label, None, refusal.code))
    return done


def _take_in(tx: Tx, book: Book, device: Device, one: Given, label: str) -> int:
    known = visits.ticket_by_secret(tx.connection, book.id, one.secret)
    if known is not None:
        return int(known.id)
    business = book.business(one.business)
    day = book.day(min(one.arrived_at, tx.now))
    where = {"hall": book.id, "day": day, "prefix": one.prefix}
    lease = tx.connection.execute(_LEASE, {**where, "number": one.number, "device": device.id}).first()
    arrived_at = min(max(one.arrived_at, lease.granted_at if lease else one.arrived_at), tx.now)
    unheard = lease is not None and lease.closed_at is not None and lease.closed_at <= arrived_at
    last = numbers.last_number(tx.connection, book.id, day, one.prefix)
    if one.number > last:
        # This database is older than the paper (a copy was restored): numbers only ever go up.
        numbers.count_up(tx.connection, book.id, day, one.prefix, one.number - last)
    if visits.ticket_by_label(tx.connection, book.id, day, label) is not None:
        raise NumberTaken(label=label)
    place = place_for(one.visitor_class, arrived_at, one.booked_at, book.rules.appointment_early_minutes)
    items = [book.items_by_code[code].id for code in one.items if code in book.items_by_code]
    wish = Wish(
        business,
        visitor_class=one.visitor_class,
        booked_at=one.booked_at,
        source=ALONE,
        language=one.language,
        device_id=device.id,
    )
    ahead = queue.ahead(tx.connection, business.id, day, place, LAST)
    kept = Kept(
        business,
        one.prefix,
        one.number,
        one.secret,
        one.visitor_class,
        arrived_at,
        place,
        items,
        ahead,
        identity_mask=one.identity_mask,
    )
    ticket_id, step_id = keep_ticket(tx, book, day, wish, kept)
    tx.record(
        TicketIssued(
            ticket_id,
            label,
            business.code,
            one.visitor_class.value,
            place.queued_at,
            device.code,
            arrived_at,
            lease.closed_why if lease is not None and unheard else None,
        )
    )
    if one.instead_of:
        _withdraw(tx, book, device, one, ticket_id)
    if paper.settle(tx, book, day, label):
        return ticket_id
    if day < book.day(tx.now):
        closing.expire_past_days(tx, book, book.day(tx.now))
        return ticket_id
    arrival = Head(step_id, ticket_id, label, business.id, one.visitor_class, place.queued_at, place.rank)
    call_arrival(tx, book, arrival, desks.serving(tx.connection, book, business))
    return ticket_id


def _withdraw(tx: Tx, book: Book, device: Device, one: Given, ticket_id: int) -> None:
    """The wish had been sent to the server, and its answer was lost: what the server may have issued for it
    is nobody's. Its key is used up, so that a request that is still under way comes to nothing.
    """
    asker = f"device:{device.id}"
    key = once.Key(asker, one.instead_of or "", "")
    earlier = once.find(tx.connection, [key]).get((asker, key.key))
    if earlier is None:
        once.keep(tx.connection, {key: (409, {"ticket": ticket_id})}, tx.now)
        return
    answer = earlier[1][1]
    nobodys = answer.get("ticket") if isinstance(answer, dict) else None
    if not isinstance(nobodys, dict):
        return
    step = visits.current_step(tx.connection, book.id, nobodys["id"])
    if step is not None and step.state == State.WAITING.value:
        transfer.cancel(tx, book, nobodys["id"], WITHDRAWN)
