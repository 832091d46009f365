"""What a report answers: the indicators of a range of days, altogether and by one cut.

Called by hall/reporting/worker.py with one consistent picture of the database.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import Connection

from hall.records import summaries
from hall.records.book import Book
from hall.reporting.names import departments_of, name_of, names_of
from hall.rules.figures import Figures, Indicators, imbalance, indicators
from hall.rules.spans import Span

CUTS = ("hall", "department", "business", "window", "clerk", "hour", "day")
BUSY = {"all": None, "busy": True, "idle": False}
"""Which hours count."""

NOT_AT_A_WINDOW = dict.fromkeys(("taken", "abandoned", "second_visits"))
"""What has to do with the visitor's arrival, not with any window or clerk."""

LONGEST_BY_DAY = 100
"""Days of a range up to which each day's imbalance is worked out as well."""

Groups = dict[Any, tuple[Figures, float | None]]
"""Sums by subject, each with the imbalance of its windows where that can be said."""


def report(connection: Connection, book: Book, span: Span, by: str, hours: str) -> dict[str, Any]:
    """The range altogether and by its cut, rows in the order of the configuration, the clock or the
    calendar.
    """
    whole = groups(connection, book, span, "hall", hours)[None]
    parts = groups(connection, book, span, by, hours) if by != "hall" else {}
    if by == "hour":
        parts = _without_the_night(parts)
    names = names_of(connection, book, by) if parts and by not in ("hour", "day") else {}
    rows = [(name_of(names, by, subject), figures) for subject, figures in parts.items()]
    return {
        "from": span.first.isoformat(),
        "to": span.last.isoformat(),
        "by": by,
        "hours": hours,
        "first_day": _iso(summaries.first_day(connection, book.id)),
        "total": card(indicators(*whole)),
        "rows": [
            {"code": name.code, "name": name.name, "name_en": name.name_en}
            | card(indicators(*figures))
            | (NOT_AT_A_WINDOW if by in ("window", "clerk") else {})
            for name, figures in sorted(rows, key=lambda one: (str(type(one[0].place)), one[0].place))
        ],
    }


def groups(connection: Connection, book: Book, span: Span, by: str, hours: str) -> Groups:
    """The sums of a range by subject; the hall's are under None, and are there even when nothing happened."""
    busy = BUSY[hours]
    cut, column = {
        "hall": ("hour", ""),
        "day": ("hour", "business_day"),
        "hour": ("hour", "subject_id"),
        "department": ("business", "subject_id"),
    }.get(by, (by, "subject_id"))
    sums = summaries.totals(connection, book.id, cut, span.first, span.last, column, busy)
    if by == "department":
        sums = _by_department(sums, departments_of(connection, book))
    if by not in ("hall", "day"):
        return {subject: (figures, None) for subject, figures in sums.items()}
    if by == "day":
        spread = _imbalance_by_day(connection, book, span, busy)
        return {day: (figures, spread.get(day)) for day, figures in sums.items()}
    loads = summaries.loads(connection, book.id, span.first, span.last, busy)
    ranked = [served / stood for window, (served, stood) in loads.items() if not _supervises(book, window)]
    return {None: (sums.get(None, Figures()), imbalance(ranked))}


def _imbalance_by_day(
    connection: Connection, book: Book, span: Span, busy: bool | None
) -> dict[date, float | None]:
    """Of each day of a range that is not too long to look at every window of every day."""
    if len(span.days) > LONGEST_BY_DAY:
        return {}
    of_day: dict[date, list[float]] = {}
    loads = summaries.loads_by_day(connection, book.id, span.first, span.last, busy)
    for (day, window), (served, stood) in loads.items():
        if not _supervises(book, window):
            of_day.setdefault(day, []).append(served / stood)
    return {day: imbalance(ranked) for day, ranked in of_day.items()}


def card(found: Indicators) -> dict[str, Any]:
    """Indicators as JSON: seconds to a tenth, shares and grades to a ten-thousandth."""
    return {
        name: round(value, 1 if name.endswith("_seconds") else 4) if isinstance(value, float) else value
        for name, value in asdict(found).items()
    }


def _supervises(book: Book, window_id: int) -> bool:
    """A supervision window is not measured against the others (handbook 10)."""
    window = book.windows.get(window_id)
    return window is not None and window.kind == "supervision"


def _without_the_night(hours: Groups) -> Groups:
    """From the first to the last hour in which anything happened or a window should have been open."""
    with_something = [hour for hour, (figures, _) in hours.items() if figures != Figures()]
    if not with_something:
        return {}
    first, last = min(with_something), max(with_something)
    return {hour: found for hour, found in hours.items() if first <= hour <= last}


def _by_department(sums: Mapping[int, Figures], department: Mapping[int, int]) -> dict[int, Figures]:
    found: dict[int, Figures] = {}
    for business, figures in sums.items():
        found.setdefault(department.get(business, 0), Figures()).add(figures)
    return found


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
