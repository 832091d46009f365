"""What the rows of a report are called: businesses, windows and people by id, those that were retired too."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from hall.records.book import Book
from hall.records.tables import accounts, businesses, departments, windows


@dataclass(frozen=True)
class Name:
    """`place` orders the rows; `code` is the id in config.yaml, a window's number, an hour or a date."""

    code: str
    name: str = ""
    name_en: str = ""
    place: Any = 0


def names_of(connection: Connection, book: Book, by: str) -> dict[Any, Name]:
    """The names of every business, department, window or clerk that this hall ever had."""
    if by == "window":
        rows = connection.execute(select(windows).where(windows.c.hall_id == book.id))
        return {row.id: Name(str(row.number), row.label, row.label_en, row.number) for row in rows}
    if by == "clerk":
        people = select(accounts.c.id, accounts.c.username, accounts.c.name, accounts.c.name_en)
        rows = connection.execute(people.where(accounts.c.hall_id == book.id))
        return {row.id: Name(row.username, row.name, row.name_en, row.username) for row in rows}
    table = departments if by == "department" else businesses
    rows = connection.execute(select(table).where(table.c.hall_id == book.id))
    return {row.id: Name(row.code, row.name, row.name_en, (row.position, row.code)) for row in rows}


def departments_of(connection: Connection, book: Book) -> dict[int, int]:
    """Business id → department id."""
    wanted = select(businesses.c.id, businesses.c.department_id).where(businesses.c.hall_id == book.id)
    return {row[0]: row[1] for row in connection.execute(wanted)}


def name_of(found: dict[Any, Name], by: str, subject: Any) -> Name:
    """One row's name; an hour is "09", a day its date."""
    if by == "hour":
        return Name(f"{subject:02d}", place=subject)
    if by == "day":
        day = subject if isinstance(subject, date) else date.fromisoformat(subject)
        return Name(day.isoformat(), place=day)
    return found.get(subject, Name(str(subject), place=""))
