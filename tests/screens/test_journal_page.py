"""The journal as audit log: each page looks through a part of it only, and none is passed over."""

import pytest

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
