"""What the clients of a hall were told, kept outside the hall, and the comparison with its journal: the one
judge of what a fault lost or doubled.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from hall.events import Recorded
from hall.records import journal
from hall.records.database import Database
from hall.records.tables import tickets

Act = tuple[str, int, Any]
"""An event's type, its ticket's id and what must not change of it: a label, a window, a note, a grade."""

KEPT: dict[str, str] = {
    "ticket_issued": "ticket",
    "ticket_called": "window",
    "ticket_started": "window",
    "ticket_held": "note",
    "ticket_finished": "window",
    "ticket_rated": "grade",
}
PAGE = 5000


@dataclass
class Ledger:
    """Every act that was acknowledged, and the labels and secrets of the tickets."""

    acts: Counter[Act] = field(default_factory=Counter)
    labels: dict[int, str] = field(default_factory=dict)
    secrets: dict[int, str] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    """Refusals that a client who does everything in order should never meet: each a sign of a doubled act."""

    def note(self, kind: str, ticket_id: int, kept: Any) -> None:
        self.acts[kind, ticket_id, kept] += 1


@dataclass(frozen=True)
class Verdict:
    """What is missing and what is there too often; both empty when all is well."""

    lost: tuple[Act, ...]
    doubled: tuple[Any, ...]


def whole_journal(database: Database, hall_id: int, after: int = 0) -> list[Recorded]:
    """Every event after a number, in order."""
    found: list[Recorded] = []
    with database.read() as connection:
        while page := journal.after(connection, hall_id, found[-1].seq if found else after, PAGE):
            found += page
    return found


def compare(ledger: Ledger, database: Database, hall_id: int, without: str | None = None) -> Verdict:
    """The ledger against the journal, once every client has its answer: what was said is there, once, and
    nothing else is; the journal has no gap; no number was given out twice. `without`: the business of others,
    who keep a ledger of their own.
    """
    events = whole_journal(database, hall_id)
    there = Counter(
        (one.type, one.data["ticket_id"], one.data.get(KEPT[one.type]))
        for one in events
        if one.type in KEPT and (without is None or one.data.get("business") != without)
    )
    lost: list[Any] = list((ledger.acts - there).elements())
    doubled: list[Any] = list((there - ledger.acts).elements()) + ledger.refused
    if [one.seq for one in events] != list(range(1, len(events) + 1)):
        lost.append(("journal gap", len(events), events[-1].seq))
    with database.read() as connection:
        rows = connection.execute(
            select(tickets.c.id, tickets.c.business_day, tickets.c.label).where(tickets.c.hall_id == hall_id)
        ).all()
    given = Counter((row.business_day, row.label) for row in rows)
    doubled += [label for label, count in given.items() if count > 1]
    told = Counter(ledger.labels.values())
    doubled += [label for label, count in told.items() if count > len({row.business_day for row in rows})]
    return Verdict(tuple(lost), tuple(doubled))
