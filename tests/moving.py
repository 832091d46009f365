"""Windows moved in tests: how it is asked for, what is left of it; a plug-in of tests/conftest.py."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from hall.actions import accounts, moves
from hall.records import moves as records
from hall.records.tables import adjustments, window_moves
from hall.records.tables import windows as window_rows
from hall.rules.errors import Refusal
from hall.rules.staffing import Kind, Move
from tests.office import Office

HALF_AN_HOUR = timedelta(minutes=30)


def codes(office: Office, *names: str) -> frozenset[int]:
    return frozenset(office.book().business(name).id for name in names)


def window(office: Office, number: int) -> int:
    return office.book().windows_by_number[number].id


def switch(office: Office, clerk: str, number: int, before: Sequence[str], after: Sequence[str]) -> Move:
    kind = Kind.SWITCH if before else Kind.OPEN
    return Move(
        kind, window(office, number), office.account(clerk), codes(office, *before), codes(office, *after)
    )


def helps_out(office: Office, clerk: str = "clerk2") -> Move:
    """Window 3 does employment as well as its own social insurance."""
    return switch(office, clerk, 3, ["social"], ["social", "employment"])


def applies(
    office: Office, *chosen: Move, who: str = "manager", until: timedelta | None = HALF_AN_HOUR
) -> int:
    at = None if until is None else office.now + until
    return int(office.does(who, moves.apply, list(chosen), at))


def serves(office: Office, number: int) -> set[str]:
    book = office.book()
    return {book.businesses[one].code for one in book.windows_by_number[number].serves}


def states(office: Office) -> list[str]:
    with office.database.read() as connection:
        wanted = select(window_moves.c.state).where(window_moves.c.hall_id == office.hall_id)
        return list(connection.execute(wanted.order_by(window_moves.c.id)).scalars())


def adjustment(office: Office, one: int) -> Any:
    with office.database.read() as connection:
        return connection.execute(select(adjustments).where(adjustments.c.id == one)).one()


def goes_on(office: Office) -> None:
    """What hall/rounds.py does every few seconds."""
    with office.database.read() as connection:
        if not records.anything_due(connection, office.hall_id, office.now):
            return
    office.does("", moves.go_on)


def refused(office: Office, reason: type[Refusal], *chosen: Move, **more: Any) -> Refusal:
    """The moves are refused for this reason, and nothing has changed."""
    before = office.dump()
    with pytest.raises(reason) as caught:
        applies(office, *chosen, **more)
    assert office.dump() == before
    return caught.value


def signs_in(office: Office, name: str) -> str:
    """Somebody is in the house, at no window."""
    office.does(name, lambda tx, book: accounts.note_sign_in(tx, tx.actor_id, True))
    return name


@pytest.fixture
def staffed(office: Office) -> Office:
    """Windows 1 (everything) and 3 (social insurance) are open."""
    office.sits(1, 1)
    office.sits(2, 3)
    return office


@pytest.fixture
def asked(office: Office) -> tuple[Office, int]:
    """Clerk 5 is in the house and is asked to open window 4."""
    office.sits(1, 1)
    signs_in(office, "clerk5")
    applies(office, switch(office, "clerk5", 4, [], ["tax"]), until=timedelta(hours=1))
    with office.database.read() as connection:
        (row,) = records.live(connection, office.hall_id)
    return office, row.id


def stands(office: Office, number: int) -> tuple[str, bool]:
    """A window's state, and whether somebody sits there."""
    with office.database.read() as connection:
        wanted = select(window_rows.c.state, window_rows.c.clerk_id)
        row = connection.execute(wanted.where(window_rows.c.id == window(office, number))).one()
    return row.state, row.clerk_id is not None
