"""What went wrong is to be rectified, by when, and whether it was (整改, handbook 9 and 10); and the visits
of mystery visitors (暗访), whose findings are to be rectified too.

A negative rating opens one by itself, in the rating's transaction; a manager opens one for a finding or for a
standard that was not met. hall/rounds.py notes what has fallen overdue, so that the figure of the day turns
red whether or not anybody ever comes back to it.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, insert
from sqlalchemy.exc import IntegrityError

from hall.config_standards import standards_of
from hall.events import MysteryVisited, RectificationDone, RectificationOpened, RectificationOverdue
from hall.holidays import calendar_day
from hall.records import rectifications as records
from hall.records.book import Book
from hall.records.database import Tx
from hall.records.tables import mystery_visits, rectifications
from hall.rules.calendar import spans_of
from hall.rules.errors import (
    AlreadyRectified,
    DueInPast,
    FindingMissing,
    RangeInFuture,
    RectificationStands,
    UnknownRectification,
    UnknownStandard,
    VisitNotLately,
)
from hall.rules.rectifications import LATELY_DAYS, due_day
from hall.rules.standards import in_force


@dataclass(frozen=True)
class ToRectify:
    """What a manager says of it: what was found, who answers for it, until when; the hall's usual time
    without a day.
    """

    finding: str = ""
    owner: str = ""
    due: date | None = None


def for_rating(tx: Tx, book: Book, day: date, about: dict[str, Any]) -> date:
    """A visitor of that day was not satisfied; returns the due day. `about`: ticket, business, window and
    clerk by their ids.
    """
    due = usual_due_day(book, tx.now)
    _open(tx, book, day, due, **about)
    return due


def for_standard(tx: Tx, book: Book, standard: str, day: date, wish: ToRectify) -> int:
    """A standard was not met on a day, or in the period up to it; returns the id.

    Raises UnknownStandard, RangeInFuture, DueInPast, RectificationStands (when somebody else was first).
    """
    today = book.day(tx.now)
    if day > today:
        raise RangeInFuture(today=today.isoformat())
    if standard not in {one.id for one in in_force(standards_of(book.settings).rows, day)}:
        raise UnknownStandard(standard=standard)
    if records.of_standard(tx.connection, book.id, standard, day) is not None:
        raise RectificationStands()
    try:
        return _opened(tx, book, day, wish, standard=standard)
    except IntegrityError as error:  # another process was quicker
        raise RectificationStands() from error


def mystery_visit(
    tx: Tx, book: Book, visited_at: datetime, window: int | None, score: int, finding: str
) -> int:
    """Enters what a mystery visitor saw, at a window or in the whole hall; returns the visit's id.

    Raises VisitNotLately, UnknownWindow.
    """
    if not tx.now - timedelta(days=LATELY_DAYS) <= visited_at <= tx.now:
        said = f"{visited_at.astimezone(book.zone):%Y-%m-%d %H:%M}"
        raise VisitNotLately(time=said, days=LATELY_DAYS)
    values = {
        "hall_id": book.id,
        "visited_at": visited_at,
        "business_day": book.day(visited_at),
        "window_id": book.window(window).id if window is not None else None,
        "score": score,
        "finding": finding,
        "entered_at": tx.now,
        "entered_by_id": tx.actor_id,
    }
    added = insert(mystery_visits).values(values).returning(mystery_visits.c.id)
    visit: int = tx.connection.execute(added).scalar_one()
    tx.record(MysteryVisited(visit))
    return visit


def for_finding(
    tx: Tx, book: Book, visit: int, visited_at: datetime, window: int | None, wish: ToRectify
) -> int:
    """What a mystery visitor found is to be rectified; returns the id. Raises FindingMissing, DueInPast."""
    if not wish.finding:
        raise FindingMissing()
    about = {"mystery_visit_id": visit, "window_id": book.window(window).id if window is not None else None}
    return _opened(tx, book, book.day(visited_at), wish, **about)


def rectify(tx: Tx, book: Book, rectification_id: int, note: str) -> None:
    """It is rectified; the note says how. Raises UnknownRectification, AlreadyRectified."""
    row = records.one(tx.connection, book.id, rectification_id)
    if row is None:
        raise UnknownRectification(rectification=rectification_id)
    if row.rectified_at is None and row.due_at < tx.now:
        _fall_overdue(tx, rectification_id)
    if not records.claim_done(tx.connection, rectification_id, tx.now, tx.actor_id, note):
        raise AlreadyRectified()
    in_time = row.overdue_at is None and tx.now <= row.due_at  # also when the clock was put back since
    tx.record(RectificationDone(rectification_id, in_time))


def note_overdue(tx: Tx, book: Book) -> None:
    """Writes down what has fallen overdue since somebody last looked, not too much at once."""
    for one in records.falling_due(tx.connection, book.id, tx.now):
        _fall_overdue(tx, one)


def anything_overdue(connection: Connection, book: Book, now: datetime) -> bool:
    """Whether there is something for `note_overdue` to write."""
    return bool(records.falling_due(connection, book.id, now))


def usual_due_day(book: Book, now: datetime) -> date:
    """The hall's usual number of working days from now: those of the holiday calendar, but for the days that
    this hall closes or opens of its own.
    """

    def works(day: date) -> bool:
        return day in book.open_days or (calendar_day(day).working and day not in book.closed_days)

    return due_day(book.day(now), standards_of(book.settings).rectify_working_days, works)


def _fall_overdue(tx: Tx, rectification_id: int) -> None:
    if records.claim_overdue(tx.connection, rectification_id, tx.now):
        tx.record(RectificationOverdue(rectification_id))


def _opened(tx: Tx, book: Book, day: date, wish: ToRectify, **about: Any) -> int:
    today = book.day(tx.now)
    due = wish.due or usual_due_day(book, tx.now)
    if due < today:
        raise DueInPast(due=due.isoformat(), today=today.isoformat())
    about |= {"finding": wish.finding, "owner": wish.owner, "opened_by_id": tx.actor_id}
    rectification = _open(tx, book, day, due, **about)
    tx.record(RectificationOpened(rectification, due.isoformat()))
    return rectification


def _open(tx: Tx, book: Book, day: date, due: date, **about: Any) -> int:
    values = {"finding": "", "owner": "", **about, "hall_id": book.id, "business_day": day}
    values |= {"opened_at": tx.now, "due_day": due, "due_at": _end_of(book, due, tx.now)}
    added = insert(rectifications).values(values).returning(rectifications.c.id)
    rectification: int = tx.connection.execute(added).scalar_one()
    return rectification


def _end_of(book: Book, day: date, now: datetime) -> datetime:
    """When the hall closes on a day; its midnight where it does not open, or has closed already."""
    spans = spans_of(book.settings["hours"], book.closed_days, book.open_days, day, book.zone.key)
    if spans and spans[-1][1] > now:
        return spans[-1][1]
    return datetime.combine(day + timedelta(days=1), time(), book.zone).astimezone(UTC)
