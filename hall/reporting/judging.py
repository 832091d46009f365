"""The standards of a hall on one day: each row's value against its target, and the tickets that broke it.

Called by hall/reporting/worker.py. The tickets are found by counting the day's journal again with the very
code that made the sums (hall/records/summing.py), so that they are as many as the figure says.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import Connection

from hall.config_standards import StandardConfig, Standards, standards_of
from hall.events import iso
from hall.records import rectifications, summing
from hall.records.book import Book
from hall.reporting.answers import BUSY, Groups, groups
from hall.reporting.names import Name, departments_of, name_of, names_of
from hall.rules.errors import UnknownStandard
from hall.rules.figures import indicators
from hall.rules.spans import Span, around
from hall.rules.standards import CASES, EVIDENCE, all_met, in_force, is_met
from hall.rules.tally import Fact
from hall.screens.rectifications import rectification_card, visit_card

MOST_TICKETS = 200
"""So many tickets are shown; how many there are is always told."""


class Counted(Protocol):
    """Anything that is counted in an hour, and of whom."""

    @property
    def at(self) -> datetime: ...
    @property
    def business_id(self) -> int | None: ...
    @property
    def window_id(self) -> int | None: ...
    @property
    def clerk_id(self) -> int | None: ...


@dataclass(frozen=True)
class Case:
    """A rectification or a mystery visit, as it was counted."""

    at: datetime
    business_id: int | None = None
    window_id: int | None = None
    clerk_id: int | None = None


def standards(connection: Connection, book: Book, day: date, today: date) -> dict[str, Any]:
    """Every standard in force on a day, red or green, over the period that holds the day."""
    table = standards_of(book.settings)
    known: dict[tuple[Span, str, str], Groups] = {}
    rows = []
    for row in in_force(table.rows, day):
        span = around(day, row.period, today)
        asked = (span, row.scope, row.hours)
        if asked not in known:
            known[asked] = groups(connection, book, span, row.scope, row.hours)
        results = _results(connection, book, row, known[asked])
        rows.append(
            {
                **_card(row),
                "from": span.first.isoformat(),
                "to": span.last.isoformat(),
                "met": all_met(one["met"] for one in results),
                "results": results,
            }
        )
    return {"day": day.isoformat(), "busy_hours": list(table.busy_hours), "standards": rows}


def evidence(
    connection: Connection, book: Book, standard: str, day: date, now: datetime, subject: str
) -> dict[str, Any]:
    """The tickets that broke a standard, newest day first; for standards about windows the windows, worst
    first; for those about rectifications and mystery visits these. `subject` is the code of one department,
    business, window or clerk, or "" for all. Raises UnknownStandard.
    """
    table = standards_of(book.settings)
    row = next((one for one in in_force(table.rows, day) if one.id == standard), None)
    if row is None:
        raise UnknownStandard(standard=standard)
    span = around(day, row.period, book.day(now))
    answer: dict[str, Any] = {**_card(row), "from": span.first.isoformat(), "to": span.last.isoformat()}
    answer |= {"total": 0, "tickets": [], "windows": [], "rectifications": [], "mystery_visits": []}
    belongs = _belongs(connection, book, row, table, subject)
    if row.indicator in CASES:
        return answer | _cases(connection, book, row, span, belongs, now)
    fact = EVIDENCE.get(row.indicator)
    if fact is None:
        found = groups(connection, book, span, "window", row.hours)
        results = _results(connection, book, row, found, "window")
        wanted = [one for one in results if one["value"] is not None]
        wanted.sort(key=lambda one: one["value"])
        return {**answer, "windows": wanted}
    facts: list[tuple[date, Fact]] = []
    total = 0
    for one_day in reversed(span.days):
        of_day = [one for one in _facts(connection, book, one_day, fact) if belongs(one)]
        total += len(of_day)
        room = MOST_TICKETS - len(facts)
        of_day.sort(key=lambda one: -(one.seconds or 0.0))
        facts += [(one_day, one) for one in of_day[:room]]
    return {**answer, "total": total, "tickets": _tickets(connection, book, facts)}


def _cases(
    connection: Connection,
    book: Book,
    row: StandardConfig,
    span: Span,
    belongs: Callable[[Counted], bool],
    now: datetime,
) -> dict[str, Any]:
    """The rectifications that were not done in time; the mystery visits whose score was below the target,
    worst first.
    """
    if row.indicator == "rectified_on_time":
        late = rectifications.overdue_on(connection, book.id, span.first, span.last)
        found = [
            one
            for one in late
            if belongs(Case(rectifications.last_moment(one), one.business_id, one.window_id, one.clerk_id))
        ]
        shown = [rectification_card(book, one, now) for one in found[:MOST_TICKETS]]
        return {"total": len(found), "rectifications": shown}
    visits = rectifications.visits_on(connection, book.id, span.first, span.last)
    visits = [one for one in visits if belongs(Case(one.visited_at, window_id=one.window_id))]
    found = [one for one in visits if not is_met(one.score, row.at_least, row.at_most)]
    found.sort(key=lambda one: one.score)
    return {"total": len(found), "mystery_visits": [visit_card(book, one) for one in found[:MOST_TICKETS]]}


def _card(row: StandardConfig) -> dict[str, Any]:
    card = row.model_dump(mode="json")
    card["standard"] = card.pop("id")
    return card


def _results(
    connection: Connection, book: Book, row: StandardConfig, found: Groups, by: str = ""
) -> list[dict[str, Any]]:
    by = by or row.scope
    names = names_of(connection, book, by) if by != "hall" else {}
    results = []
    for subject, figures in found.items():
        value = asdict(indicators(*figures))[row.indicator]
        name = Name("") if by == "hall" else name_of(names, by, subject)
        met = is_met(value, row.at_least, row.at_most)
        results.append((name, {"value": round(value, 4) if value is not None else None, "met": met}))
    results.sort(key=lambda one: (str(type(one[0].place)), one[0].place))
    return [
        {"code": name.code, "name": name.name, "name_en": name.name_en, **result} for name, result in results
    ]


def _belongs(
    connection: Connection, book: Book, row: StandardConfig, table: Standards, subject: str
) -> Callable[[Counted], bool]:
    """Whether a fact counts for a row: in its hours, and of the subject asked for."""
    ids: set[Any] = set()
    if row.scope != "hall" and subject:
        ids = {one for one, name in names_of(connection, book, row.scope).items() if name.code == subject}
    department = departments_of(connection, book) if row.scope == "department" else {}

    def belongs(fact: Counted) -> bool:
        busy = fact.at.astimezone(book.zone).hour in table.busy_hours
        if BUSY[row.hours] not in (None, busy):
            return False
        its = {
            "hall": 0,
            "department": department.get(fact.business_id or 0),
            "business": fact.business_id,
            "window": fact.window_id,
            "clerk": fact.clerk_id,
        }[row.scope]
        return its is not None and (row.scope == "hall" or not subject or its in ids)

    return belongs


def _facts(connection: Connection, book: Book, day: date, name: str) -> list[Fact]:
    """The day's facts of one kind; "unrated" are the finished visits that nobody rated."""
    found: list[Fact] = []
    rated: set[int] = set()

    def notice(fact: Fact) -> None:
        if fact.name == ("visits" if name == "unrated" else name):
            found.append(fact)
        elif fact.name == "rated":
            rated.add(fact.ticket_id)

    summing.facts_of(connection, book, day, notice)
    return [one for one in found if one.ticket_id not in rated] if name == "unrated" else found


def _tickets(connection: Connection, book: Book, facts: list[tuple[date, Fact]]) -> list[dict[str, Any]]:
    of = {by: names_of(connection, book, by) for by in ("business", "window", "clerk")}
    tickets = []
    for day, one in facts:
        business = of["business"].get(one.business_id, Name(""))
        clerk = of["clerk"].get(one.clerk_id, Name(""))
        tickets.append(
            {
                "ticket": one.label,
                "ticket_id": one.ticket_id,
                "day": day.isoformat(),
                "at": iso(one.at),
                "business": business.code,
                "business_name": business.name,
                "business_name_en": business.name_en,
                "window": int(of["window"][one.window_id].code) if one.window_id in of["window"] else None,
                "clerk_name": clerk.name,
                "clerk_name_en": clerk.name_en,
                "visitor_class": one.visitor_class,
                "seconds": None if one.seconds is None else round(one.seconds, 1),
                "promise_seconds": one.promise_seconds or None,
            }
        )
    return tickets
