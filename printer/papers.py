"""From a claimed print job to its ticket's paper: the ticket's row, its present step and the hall's book.

`spool.py` calls `paper_of` right before printing, with a connection for looking. A first paper says what the
visitor was told at the kiosk; a reprint says how things stand now, since that is what its reader will do. A
kiosk that is on its own says of neither how long the wait is, for it does not know.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from hall.actions import waiting
from hall.actions.hand_in import ALONE
from hall.records import desks, visits
from hall.records.book import Book, Business, Item, Window
from hall.records.printjobs import PrintJob
from hall.rules.tickets import AT_A_WINDOW, State, VisitorClass
from hall.screens.tickets import materials_of, name_of, people_ahead
from printer.errors import PaperInvalid
from printer.layout import Words
from printer.paper import Language, Tag, TicketPaper
from printer.words import words_for

MOST_WINDOWS = 8
"""With more windows than that the paper names their zones only: the call will say which one."""

_TAGS: dict[str, Tag] = {
    VisitorClass.ELDERLY: "elderly",
    VisitorClass.PRIORITY: "green_channel",
    VisitorClass.APPOINTMENT: "appointment",
}


def paper_of(
    connection: Connection, book: Book, job: PrintJob, status_url: Callable[[str], str], now: datetime
) -> TicketPaper:
    """What the job's ticket says on paper; `status_url` makes a visit's address from its secret.

    Raises PaperInvalid when the ticket stands in a business that the hall no longer has.
    """
    ticket = visits.ticket(connection, book.id, job.ticket_id)
    step = visits.current_step(connection, book.id, job.ticket_id)
    business = book.businesses.get(step.business_id) if step is not None else None
    if ticket is None or step is None or business is None:
        raise PaperInvalid(f"ticket {job.ticket_id} stands in no business of hall {book.code}")
    language: Language = "en" if ticket.language == "en" else "zh"
    words = words_for(language)
    ahead, low, high = ticket.ahead_at_issue, ticket.low_minutes, ticket.high_minutes
    if (ticket.source == ALONE and not job.reprint) or (book.alone and job.reprint):
        ahead, low, high = None, None, None
    elif job.reprint:
        ahead, low, high = _present(connection, book, step, business, now)
    tags: list[Tag | None] = [_TAGS.get(step.visitor_class), "reprint" if job.reprint else None]
    items = [book.items[one] for one in visits.items_of(connection, step.id) if one in book.items]
    return TicketPaper(
        hall_name=book.name,
        hall_name_en=book.name_en or None,
        label=ticket.label,
        business=name_of(business, language),
        issued_at_local=ticket.arrived_at.astimezone(book.zone),
        ahead=ahead,
        wait_low_minutes=low,
        wait_high_minutes=high,
        where_to_wait=_where(book, step, business, language, words),
        status_url=status_url(ticket.secret),
        tags=tuple(tag for tag in tags if tag is not None),
        missed_return=book.rules.missed_return,
        missed_return_behind=book.rules.missed_return_behind,
        missed_return_times=book.rules.missed_return_times,
        missed_return_within_minutes=book.rules.missed_return_within_minutes,
        materials_hint=materials_hint(items, language, words) or None,
        language=language,
    )


def _present(
    connection: Connection, book: Book, step: Row[Any], business: Business, now: datetime
) -> tuple[int | None, int | None, int | None]:
    """People ahead and the wait's range as they are now; None where there is no line to stand in."""
    if step.state in AT_A_WINDOW:
        return 0, 0, 0
    if step.state != State.WAITING or step.business_day != book.day(now):
        return None, None, None
    ahead = people_ahead(connection, step)
    open_windows = len(desks.serving(connection, book, business))
    wait = waiting.estimate(
        connection,
        book,
        business,
        VisitorClass(step.visitor_class),
        ahead,
        open_windows,
        now,
        step.queued_at,
        step.pinned_window_id is not None,
    )
    return (ahead, wait.low_minutes, wait.high_minutes) if wait else (ahead, None, None)


def _where(book: Book, step: Row[Any], business: Business, language: str, words: Words) -> str:
    """Zones and windows to wait at: the one that called or is meant, else all that serve the business."""
    own = step.window_id if step.state in AT_A_WINDOW else step.pinned_window_id
    windows = [book.windows[own]] if own in book.windows else book.windows_of_business[business.id]
    zones: dict[int, list[Window]] = {}
    for window in windows:
        zones.setdefault(window.zone_id, []).append(window)
    names = {zone_id: name_of(book.zones[zone_id], language) for zone_id in zones}
    if len(windows) > MOST_WINDOWS:
        return words("printer.between_numbers").join(names.values())
    places = (
        words(
            "printer.place",
            zone=names[zone_id],
            numbers=words("printer.between_numbers").join(str(window.number) for window in there),
        )
        for zone_id, there in zones.items()
    )
    return words("printer.between_places").join(places)


def materials_hint(items: Iterable[Item], language: Language, words: Words) -> str:
    """What to have ready for the ticket's items, each once."""
    named = (
        words("printer.material_copies", name=_name(one, language), count=one["copies"])
        if (one.get("copies") or 1) > 1
        else _name(one, language)
        for item in items
        for one in materials_of(item)
    )
    return words("printer.between_numbers").join(dict.fromkeys(named))


def _name(material: dict[str, Any], language: Language) -> str:
    return str(material["name_en"] if language == "en" and material["name_en"] else material["name"])
