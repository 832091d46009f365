"""A manager's draft of a plan outlives the tab, the machine and the server, and of two places the second is
told; on real databases.
"""

import threading
from typing import Any

import pytest

from hall.actions import drafts
from hall.actions.drafts import Draft
from hall.rules.errors import DraftChanged
from tests.office import Office

SWITCH = {"do": "switch", "window": 3, "businesses": ["social", "employment"]}
CLOSE = {"do": "close", "window": 4}


def keeps(office: Office, seen: int, *changes: dict[str, Any], who: str = "manager") -> int:
    version: int = office.does(who, drafts.keep, changes, seen)
    return version


def draft(office: Office, who: str = "manager") -> Draft:
    book = office.book()
    with office.database.read() as connection:
        return drafts.draft_of(connection, book, office.account(who), book.day(office.now))


def test_a_draft_is_kept_for_its_manager_alone(office: Office):
    assert draft(office) == Draft()
    assert keeps(office, 0, SWITCH) == 1
    assert keeps(office, 1, SWITCH, CLOSE) == 2
    assert draft(office) == Draft(2, [SWITCH, CLOSE], office.now)
    assert draft(office, "admin") == Draft()
    assert keeps(office, 0, CLOSE, who="admin") == 1
    assert list(draft(office).changes) == [SWITCH, CLOSE]


def test_who_changes_an_older_version_is_told_and_overwrites_nothing(office: Office):
    keeps(office, 0, SWITCH)
    keeps(office, 1)
    for seen in (0, 1, 3):
        with pytest.raises(DraftChanged):
            keeps(office, seen, CLOSE)
    assert draft(office).changes == []
    assert keeps(office, 2, CLOSE) == 3


def test_a_draft_ends_with_its_day(office: Office):
    keeps(office, 0, SWITCH)
    office.later(days=1)
    assert draft(office) == Draft()
    with pytest.raises(DraftChanged):
        keeps(office, 1, CLOSE)
    assert keeps(office, 0, CLOSE) == 1
    assert list(draft(office).changes) == [CLOSE]


def test_of_several_who_keep_one_at_once_exactly_one_is_kept(office: Office):
    office.account("manager")
    for seen in (0, 1):
        told: list[str] = []

        def keep(number: int, seen: int = seen, told: list[str] = told) -> None:
            try:
                keeps(office, seen, {"do": "close", "window": number})
                told.append("kept")
            except DraftChanged:
                told.append("told")

        people = [threading.Thread(target=keep, args=(number,)) for number in range(1, 6)]
        for one in people:
            one.start()
        for one in people:
            one.join()
        assert sorted(told) == ["kept", *["told"] * 4]
        assert draft(office).version == seen + 1


def test_keeping_a_draft_leaves_nothing_in_the_journal(office: Office):
    before = office.told()
    keeps(office, 0, SWITCH)
    assert office.told() == before
