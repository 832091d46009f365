"""Rows of rectifications and mystery visits: those that are open, those of some days, those whose time has
passed.

Read by hall/actions/rectifications.py, hall/screens/rectifications.py and the reports; the only statements
that close one are here, and succeed for exactly one of several askers.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select, update

from hall.records.tables import accounts, mystery_visits, ratings, rectifications, tickets

AnyRow = Row[Any]

_opener, _doer, _clerk = (accounts.alias(name) for name in ("opener", "doer", "clerk"))
_ROWS = (
    select(
        rectifications,
        tickets.c.label,
        ratings.c.grade,
        ratings.c.comment,
        mystery_visits.c.score,
        _opener.c.name.label("opened_by"),
        _opener.c.name_en.label("opened_by_en"),
        _doer.c.name.label("rectified_by"),
        _doer.c.name_en.label("rectified_by_en"),
        _clerk.c.name.label("clerk_name"),
        _clerk.c.name_en.label("clerk_name_en"),
    )
    .outerjoin(tickets, tickets.c.id == rectifications.c.ticket_id)
    .outerjoin(ratings, ratings.c.ticket_id == rectifications.c.ticket_id)
    .outerjoin(mystery_visits, mystery_visits.c.id == rectifications.c.mystery_visit_id)
    .outerjoin(_opener, _opener.c.id == rectifications.c.opened_by_id)
    .outerjoin(_doer, _doer.c.id == rectifications.c.rectified_by_id)
    .outerjoin(_clerk, _clerk.c.id == rectifications.c.clerk_id)
    .where(rectifications.c.hall_id == bindparam("hall"))
)
_VISITS = (
    select(mystery_visits, accounts.c.name.label("entered_by"), accounts.c.name_en.label("entered_by_en"))
    .outerjoin(accounts, accounts.c.id == mystery_visits.c.entered_by_id)
    .where(mystery_visits.c.hall_id == bindparam("hall"))
)
_AT_ONCE = 100
"""So many fall overdue in one transaction, for others wait to write; the rest do with the next look."""
_OVERDUE = (
    select(rectifications.c.id)
    .where(
        rectifications.c.hall_id == bindparam("hall"),
        rectifications.c.rectified_at.is_(None),
        rectifications.c.overdue_at.is_(None),
        rectifications.c.due_at < bindparam("now", type_=rectifications.c.due_at.type),
    )
    .order_by(rectifications.c.due_at, rectifications.c.id)
    .limit(_AT_ONCE)
)


def last_moment(row: AnyRow) -> datetime:
    """The last moment of a rectification's time: within its due day, also where that ends at midnight."""
    due: datetime = row.due_at
    return due - timedelta(seconds=1)


def one(connection: Connection, hall_id: int, rectification_id: int) -> AnyRow | None:
    return connection.execute(_ROWS.where(rectifications.c.id == rectification_id), {"hall": hall_id}).first()


def of_standard(connection: Connection, hall_id: int, standard: str, day: date) -> AnyRow | None:
    """What a standard that was not met on a day has opened."""
    mine = (rectifications.c.standard == standard) & (rectifications.c.business_day == day)
    return connection.execute(_ROWS.where(mine), {"hall": hall_id}).first()


def not_done(connection: Connection, hall_id: int, most: int) -> list[AnyRow]:
    """Those that are not done, the earliest due first."""
    wanted = _ROWS.where(rectifications.c.rectified_at.is_(None))
    wanted = wanted.order_by(rectifications.c.due_at, rectifications.c.id).limit(most)
    return list(connection.execute(wanted, {"hall": hall_id}))


def done_since(connection: Connection, hall_id: int, since: datetime, most: int) -> list[AnyRow]:
    """Those that were done since a moment, the latest first."""
    wanted = _ROWS.where(rectifications.c.rectified_at >= since)
    wanted = wanted.order_by(rectifications.c.rectified_at.desc(), rectifications.c.id.desc()).limit(most)
    return list(connection.execute(wanted, {"hall": hall_id}))


def counts(connection: Connection, hall_id: int, since: datetime, now: datetime) -> Any:
    """How many are to be done (`todo`), of them `overdue`, and how many were `done` since a moment."""
    table = rectifications.c
    wanted = select(
        func.count().filter(table.rectified_at.is_(None)).label("todo"),
        func.count().filter(table.rectified_at.is_(None), table.due_at < now).label("overdue"),
        func.count().filter(table.rectified_at >= since).label("done"),
    )
    return connection.execute(wanted.where(table.hall_id == hall_id)).one()


def overdue_on(connection: Connection, hall_id: int, first: date, last: date) -> list[AnyRow]:
    """Those whose due day was one of these, and which were not done by then; the latest first."""
    wanted = _ROWS.where(
        rectifications.c.overdue_at.is_not(None), rectifications.c.due_day.between(first, last)
    )
    order = (rectifications.c.due_at.desc(), rectifications.c.id.desc())
    return list(connection.execute(wanted.order_by(*order), {"hall": hall_id}))


def visits_on(connection: Connection, hall_id: int, first: date, last: date) -> list[AnyRow]:
    """The mystery visits of these days, the latest first."""
    wanted = _VISITS.where(mystery_visits.c.business_day.between(first, last))
    order = (mystery_visits.c.visited_at.desc(), mystery_visits.c.id.desc())
    return list(connection.execute(wanted.order_by(*order), {"hall": hall_id}))


def falling_due(connection: Connection, hall_id: int, now: datetime) -> Sequence[int]:
    """The ids of some whose time has passed and of which that is not noted yet."""
    return connection.execute(_OVERDUE, {"hall": hall_id, "now": now}).scalars().all()


def claim_overdue(connection: Connection, rectification_id: int, now: datetime) -> bool:
    """Notes that its time has passed; False when somebody has done so, or it is done."""
    table = rectifications.c
    free = table.rectified_at.is_(None) & table.overdue_at.is_(None)
    return _set(connection, update(rectifications).where(table.id == rectification_id, free), overdue_at=now)


def claim_done(
    connection: Connection, rectification_id: int, now: datetime, by: int | None, note: str
) -> bool:
    """Notes that it is rectified; False when somebody has done so."""
    table = rectifications.c
    mine = update(rectifications).where(table.id == rectification_id, table.rectified_at.is_(None))
    return _set(connection, mine, rectified_at=now, rectified_by_id=by, note=note)


def _set(connection: Connection, change: Any, **values: Any) -> bool:
    return bool(connection.execute(change.values(**values)).rowcount == 1)
