"""How long will I wait, as every page and paper tells it: from the newest forecast, else from what the
visitors called lately had waited.

The forecast is in memory (hall/records/forecasts.py); no request waits for one. Used by
hall/actions/issue.py, hall/screens and printer/papers.py.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from hall.brief import Brief
from hall.records import forecasts, queue
from hall.records.book import Book, Business
from hall.rules import waits
from hall.rules.tickets import VisitorClass

RECENT = timedelta(minutes=90)
"""How far back a called visitor still says something about today's waits."""

_recent: Brief[tuple[list[float], list[int]]] = Brief(15.0)


def estimate(
    connection: Connection,
    book: Book,
    business: Business,
    visitor_class: VisitorClass,
    ahead: int,
    open_windows: int,
    now: datetime,
    queued_at: datetime | None = None,
    pinned: bool = False,
) -> waits.Said | None:
    """What is said of the wait, from `now` on, to a visitor with `ahead` people before them; None where
    nobody can say.

    `queued_at` is the place of somebody who has a number already, or a booked time that is still to come. Who
    is `pinned` to one window stands in no line that is foreseen.
    """
    if open_windows <= 0:
        return None
    forecast = forecasts.newest(connection, book.id, now)
    if forecast is not None and not pinned:
        if queued_at is None:
            found = forecast.of_newcomer(business.id, visitor_class)
        else:
            found = forecast.of_waiting(business.id, visitor_class, queued_at, now)
        if found is not None:
            return waits.say(found)
    key = (id(connection.engine), business.id)
    recent = _recent.get(key)
    if recent is None:
        _recent[key] = recent = queue.recent_waits(connection, business.id, now - RECENT)
    return waits.say(waits.wait_range(ahead, open_windows, business.service_seconds, *recent))


def called_before_closing(
    connection: Connection, book: Book, business: Business, visitor_class: VisitorClass, now: datetime
) -> float | None:
    """How likely somebody who takes a number now is called before the business closes for the day; None where
    nobody can say.
    """
    forecast = forecasts.newest(connection, book.id, now)
    return forecast.called_share(business.id, visitor_class) if forecast is not None else None


def unlikely(
    connection: Connection, book: Book, business: Business, visitor_class: VisitorClass, now: datetime
) -> bool:
    """Whether the hall should warn such a visitor that the day will probably be over first."""
    share = called_before_closing(connection, book, business, visitor_class, now)
    return share is not None and share < book.rules.warn_before_closing_share
