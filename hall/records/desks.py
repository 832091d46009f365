"""Windows as they are now: who is signed in, what they hold, which of them serve a business."""

from collections import namedtuple
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update

from hall.records.book import Book, Business
from hall.records.prepared import Prepared
from hall.records.tables import accounts, steps, tickets, window_businesses, windows
from hall.records.types import constant
from hall.records.visits import STEP_COLUMNS
from hall.rules.errors import NoOpenTicket
from hall.rules.tickets import AT_A_WINDOW


@dataclass(frozen=True)
class OpenDesk:
    """An open window that may call a business now, and since when it stands ready for an arrival (None: it
    does not).
    """

    id: int
    clerk_id: int
    ready_since: datetime | None
    skills: str | Sequence[str]


@dataclass(frozen=True)
class Standing:
    """A window's live row with its clerk (as `desk` gives it), and the called or serving step it holds, with
    what visits.STEP_COLUMNS names, if any.
    """

    desk: Any
    step: Any

    def open_step(self) -> Any:
        """The step at this window; raises NoOpenTicket."""
        if self.step is None:
            raise NoOpenTicket(window=self.desk.number)
        return self.step


_columns: tuple[Any, ...] = (
    windows.c.id,
    windows.c.number,
    windows.c.state,
    windows.c.state_since,
    windows.c.clerk_id,
    windows.c.ready_since,
    windows.c.pause_reason,
    windows.c.move_waits,
    accounts.c.name.label("clerk_name"),
    accounts.c.name_en.label("clerk_name_en"),
    accounts.c.badge,
    accounts.c.skills,
)
_DESK = (
    select(*_columns)
    .outerjoin(accounts, accounts.c.id == windows.c.clerk_id)
    .where(windows.c.id == bindparam("window"))
)
_STANDING = Prepared(
    select(*_columns, *(column.label(f"step_{column.key}") for column in STEP_COLUMNS))
    .select_from(
        windows.outerjoin(accounts, accounts.c.id == windows.c.clerk_id)
        .outerjoin(
            steps,
            (steps.c.window_id == windows.c.id) & steps.c.state.in_([constant(one) for one in AT_A_WINDOW]),
        )
        .outerjoin(tickets, tickets.c.id == steps.c.ticket_id)
    )
    .where(windows.c.id == bindparam("window"))
)
_STEP_NAMES = [column.key for column in STEP_COLUMNS]
_Desk = namedtuple("_Desk", [column.key for column in _columns])  # type: ignore[misc]
_DESK_OF_CLERK = (
    select(*_columns)
    .outerjoin(accounts, accounts.c.id == windows.c.clerk_id)
    .where(windows.c.clerk_id == bindparam("clerk"))
)
_DESKS = (
    select(*_columns)
    .outerjoin(accounts, accounts.c.id == windows.c.clerk_id)
    .where(windows.c.hall_id == bindparam("hall"), windows.c.retired.is_(False))
    .order_by(windows.c.number)
)
_serving = (
    select(windows.c.id, windows.c.clerk_id, windows.c.ready_since, accounts.c.skills)
    .select_from(window_businesses.join(windows).join(accounts, accounts.c.id == windows.c.clerk_id))
    .where(
        window_businesses.c.business_id == bindparam("business"),
        window_businesses.c.serves.is_(True),
        windows.c.state == "open",
    )
)
_SERVING = Prepared(_serving)


def desk(connection: Connection, window_id: int) -> Row[Any]:
    """A window's live row with its clerk's name, badge and skills (None when nobody is signed in)."""
    return connection.execute(_DESK, {"window": window_id}).one()


def standing(connection: Connection, window_id: int) -> Standing:
    """A window, its clerk and the ticket it holds, in one look."""
    row = _STANDING.first(connection, {"window": window_id})
    step = SimpleNamespace(**dict(zip(_STEP_NAMES, row[-len(_STEP_NAMES) :], strict=True)))
    desk = _Desk(*row[: -len(_STEP_NAMES)])
    return Standing(desk, step if step.id is not None else None)


def step_of(row: Any, label: str) -> Any:
    """A step's own row, named by its columns, as a window holds it (Standing.step)."""
    return SimpleNamespace(
        **{name: getattr(row, name) for name in _STEP_NAMES if name != "label"}, label=label
    )


def desk_of_clerk(connection: Connection, account_id: int) -> Row[Any] | None:
    """Where a clerk is signed in, if anywhere."""
    return connection.execute(_DESK_OF_CLERK, {"clerk": account_id}).first()


def desks(connection: Connection, hall_id: int) -> list[Row[Any]]:
    """All windows of a hall, by number."""
    return list(connection.execute(_DESKS, {"hall": hall_id}))


def serving(connection: Connection, book: Book, business: Business) -> list[OpenDesk]:
    """Open windows whose clerk may call this business now."""
    return [
        OpenDesk(row.id, row.clerk_id, row.ready_since, row.skills)
        for row in _SERVING.rows(connection, {"business": business.id})
        if row.skills == "all" or business.code in row.skills
    ]


def callable_businesses(book: Book, window_id: int, skills: str | Sequence[str] | None) -> frozenset[int]:
    """What a window may call: its businesses ∩ the signed-in clerk's skills (handbook 3)."""
    window = book.windows[window_id]
    if skills == "all" or skills is None:
        return window.serves
    known = {book.businesses_by_code[code].id for code in skills if code in book.businesses_by_code}
    return window.serves & known


def claim(connection: Connection, window_id: int, expected: dict[str, Any], changes: dict[str, Any]) -> bool:
    """Changes a window only if it still is as `expected`; False when somebody else was first."""
    conditions = [
        windows.c[name] == value if value is not None else windows.c[name].is_(None)
        for name, value in expected.items()
    ]
    result = connection.execute(
        update(windows).where(windows.c.id == window_id, *conditions).values(**changes)
    )
    return result.rowcount == 1
