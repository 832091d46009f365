"""The journal as audit log: each page looks through a part of it only, and none is passed over."""

from datetime import timedelta

import pytest
from sqlalchemy import event, insert, select, text, update

from hall.records.tables import events, halls, tickets
from hall.screens import admin
from tests.office import Office


def test_a_rare_event_far_back_is_found_by_asking_for_the_next_page(
    office: Office, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(admin, "LOOKED_THROUGH", 10)
    office.sits(1, 1, open_it=False)
    for _ in range(25):
        office.takes()
    pages, before = [], None
    while True:
        wanted = admin.Wanted(before=before, type="window_signed_in")
        with office.database.read() as connection:
            page = admin.journal_page(connection, office.book(), wanted)
        pages.append([one["type"] for one in page["events"]])
        before = page["next_before"]
        if before is None:
            break
    assert len(pages) > 2
    assert [one for page in pages for one in page] == ["window_signed_in"]


def test_without_a_filter_a_page_is_as_long_as_it_may_be(office: Office, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(admin, "LOOKED_THROUGH", 3)
    for _ in range(8):
        office.takes()
    with office.database.read() as connection:
        page = admin.journal_page(connection, office.book(), admin.Wanted(limit=6))
        rest = admin.journal_page(connection, office.book(), admin.Wanted(before=page["next_before"]))
    assert len(page["events"]) == 6
    seen = [one["seq"] for one in (*page["events"], *rest["events"])]
    assert seen == list(range(seen[0], 0, -1))
    assert rest["next_before"] is None


MANY, FEW = (150, 40), (5, 4)
"""Days, and tickets on each: PostgreSQL plans by how much there is, SQLite by its indexes alone."""


def years_behind(office: Office, number: int) -> None:
    """The first ticket again on many days before today's, with the last of them number `number`; each with
    two events.
    """
    days, a_day = MANY if office.database.engine.dialect.name == "postgresql" else FEW
    with office.database.engine.begin() as connection:
        mine = select(tickets).where(tickets.c.hall_id == office.hall_id)
        first = dict(connection.execute(mine).mappings().one())
        told = dict(
            connection.execute(select(events).where(events.c.ticket_id == first["id"])).mappings().first()
        )
        after, rows = 10_000_000 + 100_000 * office.hall_id, []
        for day in range(1, days + 1):
            for each in range(1, a_day + 1):
                named = number if (day, each) == (days, a_day) else each
                after += 1
                fresh = {"id": after, "business_day": first["business_day"] - timedelta(days=day)}
                fresh |= {"prefix": "A", "number": named, "label": f"A{named:03d}", "secret": f"old {after}"}
                rows.append({**first, **fresh, "closed_at": office.now})
        connection.execute(insert(tickets), rows)
        mine = halls.c.id == office.hall_id
        seq = connection.execute(select(halls.c.journal_seq).where(mine)).scalar_one()
        connection.execute(update(halls).where(mine).values(journal_seq=seq + 2 * len(rows)))
        journal = [
            {**told, "seq": seq + 1 + 2 * place + turn, "ticket_id": row["id"]}
            for place, row in enumerate(rows)
            for turn in range(2)
        ]
        connection.execute(insert(events), journal)
        if connection.dialect.name == "postgresql":
            connection.execute(text("ANALYZE tickets, events"))


def test_a_number_is_found_in_the_journal_without_reading_what_lies_behind(office: Office):
    office.takes()
    years_behind(office, 777)
    plans: list[str] = []

    def explain(connection, cursor, statement, parameters, *_) -> None:
        if "tickets" in statement or "events" in statement:
            postgres = connection.dialect.name == "postgresql"
            cursor.execute(("EXPLAIN " if postgres else "EXPLAIN QUERY PLAN ") + statement, parameters)
            plans.append("\n".join(str(row) for row in cursor.fetchall()))

    with office.database.read() as connection:
        event.listen(connection, "before_cursor_execute", explain)
        found = admin.journal_page(connection, office.book(), admin.Wanted(ticket="a777"))
        event.remove(connection, "before_cursor_execute", explain)
    last = len(office.journal())
    assert [one["seq"] for one in found["events"]] == [last, last - 1]
    assert found["next_before"] is None
    whole = "\n".join(plans)
    assert "uq_tickets_hall_id_business_day_prefix_number" in whole or "number=?" in whole, whole
    assert "ix_events_ticket_id" in whole, whole
    for one in ("SCAN tickets", "SCAN events", "Seq Scan on tickets", "Seq Scan on events"):
        assert one not in whole, whole
