"""What is to be rectified, and what mystery visitors saw, as a duty manager sees it.

hall/web/api/rectifications.py sends it; a standard's evidence (hall/reporting/judging.py) has the same cards.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from hall.actions.rectifications import usual_due_day
from hall.config_standards import standards_of
from hall.events import iso
from hall.records import rectifications
from hall.records.book import Book
from hall.rules.rectifications import LATELY_DAYS, standing
from hall.rules.standards import in_force

MOST_SHOWN = 500
"""Of each; how many there are is always told."""


def picture(connection: Connection, book: Book, now: datetime) -> dict[str, Any]:
    """All that are not done, the earliest due first, then those of the last 90 days; and their mystery
    visits. `usual_due`: the due day of one that is opened now.
    """
    since = now - timedelta(days=LATELY_DAYS)
    counts = rectifications.counts(connection, book.id, since, now)
    rows = rectifications.not_done(connection, book.id, MOST_SHOWN)
    rows += rectifications.done_since(connection, book.id, since, MOST_SHOWN)
    visits = rectifications.visits_on(connection, book.id, book.day(since), book.day(now))
    return {
        "now": iso(now),
        "today": book.day(now).isoformat(),
        "usual_due": usual_due_day(book, now).isoformat(),
        "working_days": standards_of(book.settings).rectify_working_days,
        "windows": [
            {"number": one.number, "label": one.label, "label_en": one.label_en}
            for one in sorted(book.windows.values(), key=lambda one: one.number)
        ],
        "todo": counts.todo,
        "overdue": counts.overdue,
        "done": counts.done,
        "rectifications": [rectification_card(book, one, now) for one in rows],
        "mystery_visits": [visit_card(book, one) for one in visits[:MOST_SHOWN]],
    }


def rectification_card(book: Book, row: Row[Any], now: datetime) -> dict[str, Any]:
    """One rectification. `finding` is the visitor's own comment where a negative rating opened it."""
    source = "rating" if row.ticket_id else "mystery_visit" if row.mystery_visit_id else "standard"
    rows = in_force(standards_of(book.settings).rows, row.business_day) if row.standard else []
    standard = next((one for one in rows if one.id == row.standard), None)
    is_late = row.overdue_at is not None or (row.rectified_at or now) > row.due_at
    business, window = book.businesses.get(row.business_id), book.windows.get(row.window_id)
    return {
        "id": row.id,
        "source": source,
        "state": standing(row.rectified_at is not None, is_late),
        "day": row.business_day.isoformat(),
        "ticket": row.label,
        "grade": row.grade,
        "score": row.score,
        "standard": row.standard,
        "standard_name": standard.name if standard else "",
        "standard_name_en": standard.name_en if standard else "",
        "indicator": standard.indicator if standard else None,
        "business_name": business.name if business else "",
        "business_name_en": business.name_en if business else "",
        "window": window.number if window else None,
        "clerk_name": row.clerk_name or "",
        "clerk_name_en": row.clerk_name_en or "",
        "finding": row.finding or row.comment or "",
        "owner": row.owner,
        "opened_at": iso(row.opened_at),
        "opened_by": row.opened_by or "",
        "opened_by_en": row.opened_by_en or "",
        "due_day": row.due_day.isoformat(),
        "due_at": iso(row.due_at),
        "rectified_at": iso(row.rectified_at) if row.rectified_at else None,
        "rectified_by": row.rectified_by or "",
        "rectified_by_en": row.rectified_by_en or "",
        "note": row.note or "",
    }


def visit_card(book: Book, row: Row[Any]) -> dict[str, Any]:
    """One mystery visit."""
    window = book.windows.get(row.window_id)
    return {
        "id": row.id,
        "visited_at": iso(row.visited_at),
        "window": window.number if window else None,
        "score": row.score,
        "finding": row.finding,
        "entered_at": iso(row.entered_at),
        "entered_by": row.entered_by or "",
        "entered_by_en": row.entered_by_en or "",
    }
