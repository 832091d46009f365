"""Issue a number: the visitor's first step into the hall.

One transaction: quota and identity are checked, the number is counted up, the ticket, its first step, its
print job and its journal row are written. Called by the kiosk, the guide's desk and the API; `now` and the
connection come with the transaction.
"""

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.exc import IntegrityError

from hall.actions import closing, printing, waiting
from hall.actions.call import call_arrival
from hall.events import TicketIssued
from hall.records import taking, visits
from hall.records.book import Book, Business, Item
from hall.records.database import Tx
from hall.records.tables import tickets
from hall.rules import identity, waits
from hall.rules.dispatcher import Head
from hall.rules.errors import (
    BookedOtherDay,
    BookedTooEarly,
    BusinessClosed,
    HallClosed,
    ItemOfOtherBusiness,
    QuotaUsedUp,
    ReasonNeeded,
    SecondOpenTicket,
    UnlikelyBeforeClosing,
)
from hall.rules.tickets import Place, State, VisitorClass, check_in_from, class_on_arrival, place_for


@dataclass(frozen=True)
class Wish:
    """What a visitor asks for. `id_number` is read for age and identity and never stored."""

    business: Business
    items: Sequence[Item] = ()
    visitor_class: VisitorClass = VisitorClass.ORDINARY
    class_reason: str | None = None
    id_number: str | None = None
    booked_at: datetime | None = None
    source: str = "kiosk"
    language: str = "zh"
    device_id: int | None = None
    printer_id: int | None = None
    override_closed: bool = False


@dataclass(frozen=True)
class Issued:
    """The committed ticket; `wait` as it was said, None where nobody can say."""

    ticket_id: int
    step_id: int
    label: str
    secret: str
    visitor_class: VisitorClass
    arrived_at: datetime
    ahead: int
    wait: waits.Said | None
    print_job_id: int | None
    called_to: int | None
    """The window that was ready and called the visitor at once, by number."""


def issue(tx: Tx, book: Book, wish: Wish, identity_secret: bytes) -> Issued:
    """Gives out the next number of the business's prefix.

    Raises HallClosed, BusinessClosed, UnlikelyBeforeClosing, QuotaUsedUp, BadIdNumber, SecondOpenTicket,
    ItemOfOtherBusiness, ReasonNeeded, BookedOtherDay, BookedTooEarly.
    """
    business, now = wish.business, tx.now
    check_wish(wish)
    if not wish.override_closed:
        check_open(book, business, now)
    day = book.day(now)
    check_booking(book, wish, now)
    visitor_class, identity_key, identity_mask = identify(book, wish, now, identity_secret)
    if book.rules.stop_issuing_when_unlikely and not wish.override_closed:
        _check_likely(tx, book, business, visitor_class)
    place = place_for(visitor_class, tx.comes_at, wish.booked_at, book.rules.appointment_early_minutes)
    number, ahead = taking.count_and_look(tx.connection, book, business, day, place, LAST)
    if number == 1:
        closing.expire_past_days(tx, book, day)
    _check_quota(tx.connection, book, business, now)
    desks_open = tx.remembered.serving(tx.connection, book, business)
    wait = waiting.estimate(
        tx.connection, book, business, visitor_class, ahead, len(desks_open), now, _booked(place, now)
    )
    kept = Kept(
        business,
        business.prefix,
        number,
        secrets.token_urlsafe(16),
        visitor_class,
        now,
        place,
        [item.id for item in wish.items],
        ahead,
        wait,
        identity_key,
        identity_mask,
    )
    ticket_id, step_id = keep_ticket(tx, book, day, wish, kept)
    label = kept.label
    tx.record(TicketIssued(ticket_id, label, business.code, visitor_class.value, place.queued_at))
    job_id = printing.add_job(tx, ticket_id, wish.printer_id) if wish.printer_id is not None else None
    arrival = Head(step_id, ticket_id, label, business.id, visitor_class, place.queued_at, place.rank)
    called_to = call_arrival(tx, book, arrival, desks_open)
    return Issued(ticket_id, step_id, label, kept.secret, visitor_class, now, ahead, wait, job_id, called_to)


def label_of(prefix: str, number: int) -> str:
    """What is printed: the prefix and at least three digits."""
    return f"{prefix}{number:03d}"


@dataclass(frozen=True)
class Kept:
    """What of a number is written down, wherever it was given out."""

    business: Business
    prefix: str
    number: int
    secret: str
    visitor_class: VisitorClass
    arrived_at: datetime
    place: Place
    item_ids: Sequence[int] = ()
    ahead: int = 0
    wait: waits.Said | None = None
    identity_key: str | None = None
    identity_mask: str | None = None

    @property
    def label(self) -> str:
        return label_of(self.prefix, self.number)


def keep_ticket(tx: Tx, book: Book, day: date, wish: Wish, kept: Kept) -> tuple[int, int]:
    """Writes a ticket and its first step, with its items; returns both ids. Raises SecondOpenTicket."""
    values = {
        "hall_id": book.id,
        "business_day": day,
        "prefix": kept.prefix,
        "number": kept.number,
        "label": kept.label,
        "business_id": kept.business.id,
        "visitor_class": kept.visitor_class.value,
        "class_reason": wish.class_reason,
        "source": wish.source,
        "device_id": wish.device_id,
        "issued_by_id": tx.actor_id if tx.actor_kind == "account" else None,
        "secret": kept.secret,
        "identity_key": kept.identity_key,
        "identity_mask": kept.identity_mask,
        "booked_at": wish.booked_at,
        "arrived_at": kept.arrived_at,
        "language": wish.language,
        "ahead_at_issue": kept.ahead,
        "low_minutes": kept.wait.low_minutes if kept.wait else None,
        "high_minutes": kept.wait.high_minutes if kept.wait else None,
    }
    step = _step(tx, book, 1, day, kept.business, kept.visitor_class, State.WAITING, kept.place)
    try:
        ticket_id, step_id = taking.add_ticket(tx.connection, values, step)
    except IntegrityError as error:
        if kept.identity_key is None:
            raise
        raise SecondOpenTicket(business=kept.business.name) from error
    visits.add_items(tx.connection, step_id, list(kept.item_ids))
    return ticket_id, step_id


def check_open(book: Book, business: Business, now: datetime) -> None:
    """Raises HallClosed or BusinessClosed; the kiosk may issue a little before the doors open."""
    soon = now + timedelta(minutes=book.rules.issue_before_open_minutes)
    hall = book.opening(now)
    if not hall.open_now and not book.opening(soon).open_now:
        raise HallClosed(opens_at=_local(book, hall.opens_at))
    if not business.hours:
        return
    own = book.opening(now, business)
    if not own.open_now and not book.opening(soon, business).open_now:
        raise BusinessClosed(business=business.name, opens_at=_local(book, own.opens_at))


def quota_left(connection: Connection, book: Book, business: Business, now: datetime) -> int | None:
    """How many numbers are left now under the day's and the half-day's quota; None without a quota.

    Counted by those who came, not by the numbers: a kiosk's block and the gap behind a restored copy use up
    numbers for which nobody comes.
    """
    if not business.quota:
        return None
    day = book.day(now)
    midnight = datetime.combine(day, datetime.min.time(), book.zone)
    noon = midnight.replace(hour=12)
    half, begins = ("morning", midnight) if now < noon else ("afternoon", noon)
    left = []
    for period, since in (("day", midnight), (half, begins)):
        if period in business.quota:
            prefix = {"hall": book.id, "day": day, "prefix": business.prefix}
            taken = connection.execute(_TAKEN, {**prefix, "since": since}).scalar_one()
            left.append(business.quota[period] - taken)
    return max(0, min(left)) if left else None


def add_step(
    tx: Tx,
    book: Book,
    ticket_id: int,
    position: int,
    day: date,
    business: Business,
    visitor_class: VisitorClass,
    state: State,
    place: Place,
    pinned_window_id: int | None = None,
    note: str | None = None,
) -> int:
    """Adds a step to a visit; returns its id."""
    step = _step(tx, book, position, day, business, visitor_class, state, place, pinned_window_id, note)
    return taking.add_step(tx.connection, ticket_id, step)


def _step(
    tx: Tx,
    book: Book,
    position: int,
    day: date,
    business: Business,
    visitor_class: VisitorClass,
    state: State,
    place: Place,
    pinned_window_id: int | None = None,
    note: str | None = None,
) -> dict[str, Any]:
    return {
        "hall_id": book.id,
        "position": position,
        "business_day": day,
        "business_id": business.id,
        "visitor_class": visitor_class.value,
        "state": state.value,
        "queued_at": place.queued_at,
        "rank": place.rank,
        "pinned_window_id": pinned_window_id,
        "entered_at": tx.now,
        "recalls": 0,
        "returns": 0,
        "note": note,
    }


LAST = 2**62
"""A step id behind every other: where somebody who is only now coming would stand."""

_TAKEN = select(func.count()).where(
    tickets.c.hall_id == bindparam("hall"),
    tickets.c.business_day == bindparam("day"),
    tickets.c.prefix == bindparam("prefix"),
    tickets.c.arrived_at >= bindparam("since", type_=tickets.c.arrived_at.type),
)


def check_wish(wish: Wish) -> None:
    """Raises ItemOfOtherBusiness, ReasonNeeded."""
    for item in wish.items:
        if item.business_id != wish.business.id:
            raise ItemOfOtherBusiness(item=item.name, business=wish.business.name)
    if wish.visitor_class is VisitorClass.PRIORITY and not (wish.class_reason or "").strip():
        raise ReasonNeeded()


def check_booking(book: Book, wish: Wish, now: datetime) -> None:
    """Raises BookedOtherDay, BookedTooEarly."""
    if wish.visitor_class is not VisitorClass.APPOINTMENT or wish.booked_at is None:
        return
    # First the distance: a date at the end of the calendar has no day in another time zone.
    if abs(wish.booked_at - now) > timedelta(days=2) or book.day(wish.booked_at) != book.day(now):
        raise BookedOtherDay()
    begins = check_in_from(wish.booked_at, book.rules.appointment_check_in_minutes)
    if begins is not None and now < begins:
        raise BookedTooEarly(from_at=begins.astimezone(book.zone).strftime("%H:%M"))


def _check_likely(tx: Tx, book: Book, business: Business, visitor_class: VisitorClass) -> None:
    if waiting.unlikely(tx.connection, book, business, visitor_class, tx.now):
        raise UnlikelyBeforeClosing(business=business.name)


def _booked(place: Place, now: datetime) -> datetime | None:
    """A booked time that is still to come."""
    return place.queued_at if place.queued_at > now else None


def _check_quota(connection: Connection, book: Book, business: Business, now: datetime) -> None:
    if quota_left(connection, book, business, now) == 0:
        raise QuotaUsedUp(business=business.name)


def identify(
    book: Book, wish: Wish, now: datetime, secret: bytes
) -> tuple[VisitorClass, str | None, str | None]:
    """The class (ordinary when too late for an appointment, raised to elderly by age), the keyed hash and the
    mask of an identity number, if one was given.
    """
    grace_seconds = book.rules.appointment_grace_minutes * 60
    visitor_class = class_on_arrival(wish.visitor_class, now, wish.booked_at, grace_seconds)
    if not wish.id_number:
        return visitor_class, None, None
    number = identity.normalise(wish.id_number)
    age = identity.age(number, book.day(now))
    if visitor_class is VisitorClass.ORDINARY and age >= book.rules.elderly_age:
        visitor_class = VisitorClass.ELDERLY
    key = hmac.new(secret, f"{book.code}:{number}".encode(), sha256).hexdigest()
    return visitor_class, key if book.rules.id_once_per_business else None, identity.mask(number)


def _local(book: Book, moment: datetime | None) -> str:
    """A moment as people of this hall read it, for sentences; empty when unknown."""
    return moment.astimezone(book.zone).strftime("%m-%d %H:%M") if moment else ""
