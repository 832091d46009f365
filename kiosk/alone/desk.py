"""What a kiosk does at its own desk: give out a number by itself, keep one that the server issued so that
it can be printed here, and say what it knows of its hall while nobody else can be asked.

kiosk/alone/routes.py calls these in one transaction of the kiosk's own store.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from hall.actions import issue, printing
from hall.actions.issue import Issued, Kept, Wish
from hall.events import TicketIssued
from hall.records.book import Book, Business, Device
from hall.records.database import Tx
from hall.rules.errors import NumbersUsedUp, QuotaUsedUp
from hall.rules.leases import end_of
from hall.rules.tickets import VisitorClass, place_for
from hall.rules.waits import Said
from hall.screens import catalogue, tickets
from hall.web.server import Server
from kiosk.alone import store
from kiosk.alone.clock import Clock, Known
from kiosk.alone.line import Line

PLACE = "kiosk alone"
"""Under this name the server's `places` hold the desk."""


@dataclass
class Desk:
    """One kiosk that works alone: its small hall, its line to the server and its clock. `device` is its
    code.
    """

    server: Server
    line: Line
    clock: Clock
    hall: str
    device: str

    def kiosk(self, book: Book) -> Device:
        return book.device(self.device)


def give(tx: Tx, book: Book, desk: Desk, wish: Wish, instead_of: str | None) -> dict[str, Any]:
    """Gives out the next of this kiosk's own numbers, as the server would, as far as that is known here;
    answers as the server does, with the wait unknown.

    Raises what issue.issue raises, and NumbersUsedUp when there is no number that may be used now.
    """
    business, now = wish.business, to_milliseconds(tx.now)
    issue.check_wish(wish)
    issue.check_open(book, business, now)
    issue.check_booking(book, wish, now)
    visitor_class, key, mask = issue.identify(book, wish, now, desk.server.secret)
    if _quota_left(tx.connection, book, business, now) == 0:
        raise QuotaUsedUp(business=business.name)
    day = book.day(now)
    number = store.take_number(tx, business.prefix, day, now) if desk.clock.trusted else None
    if number is None:
        raise NumbersUsedUp(business=business.name)
    place = place_for(visitor_class, now, wish.booked_at, book.rules.appointment_early_minutes)
    kept = Kept(
        business,
        business.prefix,
        number,
        secrets.token_urlsafe(16),
        visitor_class,
        now,
        place,
        [item.id for item in wish.items],
        identity_key=key,
        identity_mask=mask,
    )
    ticket_id, step_id = issue.keep_ticket(tx, book, day, wish, kept)
    store.note_given(tx, ticket_id, store.UNSENT, instead_of)
    store.remember(tx, "clock", _written(desk.clock.known()))
    tx.record(TicketIssued(ticket_id, kept.label, business.code, visitor_class.value, place.queued_at))
    job_id = _print(tx, book, desk, ticket_id)
    issued = Issued(ticket_id, step_id, kept.label, kept.secret, visitor_class, now, 0, None, job_id, None)
    answer = tickets.slip(book, issued, business, None)
    answer["ticket"] |= {"ahead": None, "status_url": desk.server.visit_url(book.code, kept.secret)}
    return answer


def keep(tx: Tx, book: Book, desk: Desk, wish: Wish, answer: dict[str, Any]) -> dict[str, Any]:
    """Keeps a ticket that the server issued, and prints it here; answers with the ids of this store, which
    are all that the kiosk's page is to know.
    """
    told, business = answer["ticket"], wish.business
    said = told["wait_range"]
    wait = Said(said["low_minutes"], said["high_minutes"]) if said else None
    kept = Kept(
        business,
        business.prefix,
        int(told["label"].removeprefix(business.prefix)),
        told["secret"],
        VisitorClass(told["visitor_class"]),
        datetime.fromisoformat(told["arrived_at"]),
        place_for(VisitorClass(told["visitor_class"]), tx.now, wish.booked_at),
        [item.id for item in wish.items],
        told["ahead"],
        wait,
    )
    desk.clock.at_least(kept.arrived_at + timedelta(milliseconds=1))
    ticket_id, _ = issue.keep_ticket(tx, book, book.day(kept.arrived_at), wish, kept)
    store.note_given(tx, ticket_id, store.THE_SERVERS, server_id=told["id"])
    store.settle_as_the_servers(tx, ticket_id)
    tx.record(TicketIssued(ticket_id, kept.label, business.code, told["visitor_class"], kept.place.queued_at))
    job_id = _print(tx, book, desk, ticket_id)
    job = {"id": job_id, "state": "waiting"} if job_id else None
    return {"ticket": {**told, "id": ticket_id}, "print_job": job}


def picture(connection: Connection, book: Book, desk: Desk, now: datetime) -> dict[str, Any]:
    """The catalogue as far as it is known here: what is open and what can still be given out; nobody knows
    who waits.
    """
    whole = catalogue.picture(connection, book, now)
    left = numbers_left(connection, book, desk, now)
    for department in whole["departments"]:
        department["wait_range"] = None
        for card in department["businesses"]:
            quota = _quota_left(connection, book, book.businesses_by_code[card["code"]], now)
            card |= {
                "waiting": None,
                "wait_range": None,
                "wait_ranges": dict.fromkeys(card["wait_ranges"]),
                "unlikely_before_closing": [],
                "quota_left": quota,
            }
            reason = "quota_used_up" if quota == 0 else None
            if left.get(card["prefix"], 0) == 0:
                reason = NumbersUsedUp.code
            if card["why_closed"] in (None, "quota_used_up"):
                card |= {"open": reason is None, "why_closed": reason}
    return whole


def numbers_left(connection: Connection, book: Book, desk: Desk, now: datetime) -> dict[str, int]:
    """By prefix, how many numbers this kiosk may give out by itself now."""
    left: dict[str, int] = {}
    if desk.clock.trusted:
        for _, lease in store.leases(connection):
            if end_of(lease, book.day(now), now) is None:
                left[lease.prefix] = left.get(lease.prefix, 0) + lease.left
    return left


def how_it_is(connection: Connection, book: Book, desk: Desk, now: datetime) -> dict[str, Any]:
    """What the kiosk's page shows of its line, and whoever looks after the kiosk asks."""
    line = desk.line
    return {
        "there": line.there,
        "since": line.since.isoformat(),
        "refused": line.refused,
        "clock_trusted": desk.clock.trusted,
        "version": book.version,
        "left": numbers_left(connection, book, desk, now),
        "unsent": store.count_of(connection, store.UNSENT),
        "not_taken_in": [row.label for row in store.refused(connection, book.day(now))],
    }


def status(connection: Connection, book: Book, desk: Desk, now: datetime) -> dict[str, Any]:
    """The same for the status page, with names: `left` by business, and of each number that was not taken in
    today what it was for, when it was given out, and the refusal's code.
    """
    left = numbers_left(connection, book, desk, now)
    return {
        **how_it_is(connection, book, desk, now),
        "since": desk.line.since,
        "left": [(one, left.get(one.prefix, 0)) for one in book.businesses.values()],
        "not_taken_in": [
            {
                "label": row.label,
                "business": book.businesses[row.business_id],
                "arrived_at": row.arrived_at,
                "why": row.why,
            }
            for row in store.refused(connection, book.day(now))
        ],
    }


def to_milliseconds(moment: datetime) -> datetime:
    """As it is written in JSON, so that a number arrives at the server when it arrived here."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _print(tx: Tx, book: Book, desk: Desk, ticket_id: int) -> int | None:
    printer = book.devices_by_code.get(desk.kiosk(book).settings.get("printer") or "")
    return printing.add_job(tx, ticket_id, printer.id) if printer is not None else None


def _quota_left(connection: Connection, book: Book, business: Business, now: datetime) -> int | None:
    """What was left at the last contact, less what was given out here since; None without a quota, or on
    another day than that of the contact.
    """
    told = store.recall(connection, "quota") or {}
    if told.get("day") != book.day(now).isoformat() or business.code not in told["left"]:
        return business.quota.get("day")
    since = sum(one.business_id == business.id for one in store.unsent(connection, 10_000))
    return max(0, int(told["left"][business.code]) - since)


def _written(known: Known) -> dict[str, Any]:
    return {"ahead": known.ahead.total_seconds(), "passed": known.passed.isoformat()}


def known_clock(connection: Connection) -> Known | None:
    """What the store remembers of the clock."""
    told = store.recall(connection, "clock")
    if told is None:
        return None
    return Known(timedelta(seconds=told["ahead"]), datetime.fromisoformat(told["passed"]))


def note_clock(tx: Tx, clock: Clock) -> None:
    store.remember(tx, "clock", _written(clock.known()))
