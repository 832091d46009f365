"""Staffing advice: it is wanted (by the clock, a manager or an alert), somebody works it out, its suggestions
are kept, and a manager applies one.

What works it out is hall/planning/advising.py, asked by hall/advising.py. Where several server processes
share a database, whoever claims an advice brings it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, update

from hall.actions import moves
from hall.events import AdviceFailed, AdviceMade, AdviceWanted
from hall.records import advice as records
from hall.records.book import Book, read_book
from hall.records.database import Tx
from hall.records.tables import advice, suggestions
from hall.rules.errors import (
    AdviceOutdated,
    AppliedAlready,
    Refusal,
    StaffingRefused,
    UnknownSuggestion,
)

EVERY = timedelta(minutes=15)
GOOD_FOR = timedelta(minutes=20)
"""A suggestion older than this is not applied: nobody knows what it would do now."""
AFTER_ALERT = timedelta(minutes=3)
"""Alerts that rise one after another want one advice, not one each."""


def want(tx: Tx, book: Book, cause: str) -> int:
    """Somebody wants advice; returns its id. One that is being worked out already is the same."""
    newest = records.newest(tx.connection, book.id)
    if newest is not None and newest.state in (records.WANTED, records.COMPUTING):
        return int(newest.id)
    row = {
        "hall_id": book.id,
        "cause": cause,
        "state": records.WANTED,
        "wanted_at": tx.now,
        "wanted_by_id": tx.actor_id if tx.actor_kind == "account" else None,
    }
    made = insert(advice).values(**row).returning(advice.c.id)
    advice_id: int = tx.connection.execute(made).scalar_one()
    tx.record(AdviceWanted(advice_id, cause))
    return advice_id


def want_after_alert(tx: Tx, book: Book) -> None:
    """An alert rose: advice is wanted unless the newest is of a moment ago."""
    newest = records.newest(tx.connection, book.id)
    if newest is None or tx.now - newest.wanted_at >= AFTER_ALERT:
        want(tx, book, "alert")


def keep(tx: Tx, book: Book, advice_id: int, answer: Mapping[str, Any]) -> bool:
    """Stores what was worked out, as hall/planning/advising.py answers; False when somebody else did."""
    mine = (advice.c.id == advice_id) & (advice.c.state == records.COMPUTING)
    values = {name: answer[name] for name in ("source", "took_seconds", "gap", "together")}
    values |= {"state": records.READY, "made_at": datetime.fromisoformat(answer["made_at"])}
    if tx.connection.execute(update(advice).where(mine).values(**values)).rowcount != 1:
        return False
    rows = [
        {
            "hall_id": book.id,
            "advice_id": advice_id,
            "position": position,
            "moves": one["moves"],
            "effect": one["effect"],
        }
        for position, one in enumerate(answer["suggestions"])
    ]
    if rows:
        tx.connection.execute(insert(suggestions), rows)
    tx.record(AdviceMade(advice_id, len(rows), answer["source"]))
    return True


def fail(tx: Tx, book: Book, advice_id: int) -> None:
    """It could not be worked out; the page says so and the next one is wanted as ever."""
    mine = (advice.c.id == advice_id) & (advice.c.state == records.COMPUTING)
    if tx.connection.execute(update(advice).where(mine).values(state=records.FAILED)).rowcount:
        tx.record(AdviceFailed(advice_id))


def apply_suggestion(tx: Tx, book: Book, suggestion_id: int, until: datetime | None) -> int:
    """A manager applies a suggestion until a moment (None: until somebody undoes it); returns the
    adjustment's id.

    Raises UnknownSuggestion; AppliedAlready when another manager was first; AdviceOutdated; and what
    `moves.apply` raises, for the state of the hall at this moment.
    """
    found = records.suggestion(tx.connection, book.id, suggestion_id)
    if found is None:
        raise UnknownSuggestion(suggestion=suggestion_id)
    first = records.applied(tx.connection, suggestion_id)
    if first is not None:
        raise AppliedAlready(name=first.by_name, at=f"{first.applied_at.astimezone(book.zone):%H:%M}")
    newest = records.newest_ready(tx.connection, book.id)
    if newest is None or newest.id != found.advice_id or tx.now - found.made_at > GOOD_FOR:
        raise AdviceOutdated(at=f"{found.made_at.astimezone(book.zone):%H:%M}")
    return moves.apply(tx, book, records.moves_of_json(found.moves), until, suggestion_id)


def apply_all(
    tx: Tx, book: Book, suggestion_ids: Sequence[int], until: datetime | None
) -> tuple[dict[int, int], dict[int, Refusal]]:
    """Applies suggestions one after the other, each held against the hall as those before it left it. Returns
    suggestion → adjustment of those applied, and suggestion → why not of the others: a suggestion is refused
    before anything of it is done, so the rest stand.

    Raises EndsBeforeItStarts, before anything is done.
    """
    applied: dict[int, int] = {}
    refused: dict[int, Refusal] = {}
    for one in dict.fromkeys(suggestion_ids):
        try:
            applied[one] = apply_suggestion(tx, read_book(tx.connection, book.code), one, until)
        except (StaffingRefused, UnknownSuggestion, AppliedAlready, AdviceOutdated) as refusal:
            refused[one] = refusal
    return applied, refused
