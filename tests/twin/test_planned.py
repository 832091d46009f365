"""A plan is held against the hall it is for: what cannot be is refused with the change and the reason."""

from typing import Any

import pytest

from hall.actions import windows
from hall.rules.errors import (
    CannotServe,
    PlanChangesNothing,
    PlanClerkTwice,
    PlanEndsBeforeStart,
    PlanIncomplete,
    PlanInPast,
    PlanNobodyThere,
    PlanNotCertified,
    PlanVisitors,
    PlanWithoutElderly,
    PlanWithoutWindow,
    Refusal,
    UnknownAccount,
    UnknownBusiness,
    UnknownWindow,
)
from hall.twin.plan import PlannedChange, understood
from hall.twin.planned import check, in_one_part
from hall.twin.planned_live import floor
from tests.builders import small_hall
from tests.office import Office

# It is nine in the morning. 1 is comprehensive, 3 has social insurance, 4 tax, 5 is for the elderly, 6
# comprehensive and paused, its clerk certified for tax only; nobody sits at 2.
REFUSED: list[tuple[list[dict[str, Any]], type[Refusal], dict[str, object]]] = [
    ([{"do": "switch", "window": 9, "businesses": ["tax"]}], UnknownWindow, {"window": 9}),
    ([{"do": "switch", "window": 3, "businesses": ["dogs"]}], UnknownBusiness, {"business": "dogs"}),
    ([{"do": "open", "window": 2, "clerk": "nobody"}], UnknownAccount, {"username": "nobody"}),
    ([{"do": "switch", "window": 3}], PlanIncomplete, {"change": 1}),
    ([{"do": "visitors", "business": "tax"}], PlanIncomplete, {"change": 1}),
    (
        [{"do": "switch", "window": 3, "businesses": ["tax"]}],
        CannotServe,
        {"window": 3, "business": "涉税业务"},
    ),
    (
        [{"do": "switch", "window": 6, "businesses": ["social"]}],
        PlanNotCertified,
        {"change": 1, "window": 6, "business": "社会保险"},
    ),
    (
        [{"do": "switch", "window": 3, "businesses": ["social"]}],
        PlanChangesNothing,
        {"change": 1, "window": 3},
    ),
    ([{"do": "switch", "window": 2, "businesses": ["tax"]}], PlanNobodyThere, {"change": 1, "window": 2}),
    ([{"do": "open", "window": 1}], PlanChangesNothing, {"change": 1, "window": 1}),
    ([{"do": "close", "window": 2}], PlanNobodyThere, {"change": 1, "window": 2}),
    (
        [{"do": "open", "window": 2, "clerk": "clerk1"}],
        PlanClerkTwice,
        {"clerk": "窗口人员1", "time": "09:00"},
    ),
    (
        [
            {"do": "open", "window": 2, "clerk": "clerk7"},
            {"do": "close", "window": 5, "until": "10:00"},
        ],
        PlanWithoutElderly,
        {"time": "09:00"},
    ),
    (
        [{"do": "pause", "window": 1}, {"do": "pause", "window": 5, "since": "11:00"}],
        PlanWithoutWindow,
        {"business": "就业创业", "time": "11:00"},
    ),
    (
        [
            {"do": "open", "window": 2, "clerk": "clerk8", "businesses": ["tax"]},
            {"do": "switch", "window": 1, "businesses": ["tax"]},
            {"do": "switch", "window": 5, "businesses": ["tax"]},
        ],
        PlanWithoutWindow,
        {"business": "就业创业", "time": "09:00"},
    ),
    ([{"do": "switch", "window": 5, "kind": "special"}], PlanWithoutElderly, {"time": "09:00"}),
    (
        [{"do": "visitors", "business": "tax", "visitors": -3}],
        PlanVisitors,
        {"change": 1, "people": -3, "most": 5000},
    ),
    (
        [{"do": "pause", "window": 1, "since": "08:00"}],
        PlanInPast,
        {"change": 1, "time": "08:00", "now": "09:00"},
    ),
    (
        [{"do": "pause", "window": 1, "since": "11:00", "until": "10:00"}],
        PlanEndsBeforeStart,
        {"change": 1, "since": "11:00", "until": "10:00"},
    ),
]
ALLOWED: list[list[dict[str, Any]]] = [
    [],
    [{"do": "switch", "window": 3, "businesses": ["employment"], "until": "11:00"}],
    [{"do": "switch", "window": 1, "kind": "elderly"}, {"do": "pause", "window": 5}],
    [{"do": "open", "window": 2, "clerk": "clerk7", "businesses": ["tax"], "until": "11:30"}],
    [{"do": "open", "window": 2}, {"do": "open", "window": 6}],
    [{"do": "close", "window": 1}, {"do": "open", "window": 2, "clerk": "clerk1"}],
    [{"do": "close", "window": 4}, {"do": "visitors", "business": "tax", "visitors": 200, "until": "11:00"}],
]


@pytest.fixture
def morning(office: Office) -> Office:
    only_tax = {"skills": ["tax"]}
    accounts = [
        {**one, **(only_tax if one["username"] in ("clerk4", "clerk6") else {})}
        for one in small_hall()["accounts"]
    ]
    office.apply({**office.settings, "accounts": accounts})
    for number in (1, 3, 4, 5):
        office.sits(number, number)
    office.sits(6, 6, open_it=False)
    return office


def judged(office: Office, plan: list[dict[str, Any]]) -> None:
    planned = [PlannedChange.model_validate(one) for one in plan]
    with office.database.read() as connection:
        book = office.book()
        here = floor(connection, book, office.now)
        changes = understood(planned, book, here.now, here.accounts)
        check(book, in_one_part(here.hall), changes, here.staff, here.now)


def test_what_cannot_be_is_refused_with_the_reason_and_the_change(morning: Office):
    for plan, refused, params in REFUSED:
        with pytest.raises(Refusal) as told:
            judged(morning, plan)
        assert (type(told.value), told.value.params) == (refused, params), plan


def test_what_can_be_is_not(morning: Office):
    for plan in ALLOWED:
        judged(morning, plan)


def test_what_the_hall_lacks_already_is_no_fault_of_the_plan(office: Office):
    office.sits(1, 1)
    office.sits(3, 3)
    office.does("manager", windows.switch_businesses, 1, [office.book().business("social")])
    judged(office, [{"do": "switch", "window": 3, "businesses": ["social", "employment"]}])


def test_a_refused_change_is_marked(morning: Office):
    with pytest.raises(PlanNobodyThere) as told:
        judged(morning, [{"do": "pause", "window": 1}, {"do": "close", "window": 2}])
    assert told.value.more == {"change": 2}


def test_nothing_begins_after_the_hall_has_closed(office: Office):
    hours = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), ("08:30-17:00",))
    office.apply({**office.settings, "hours": hours})
    office.sits(1, 1)
    with pytest.raises(Refusal) as told:
        judged(office, [{"do": "open", "window": 2, "since": "17:00"}])
    assert told.value.params == {"change": 1, "time": "17:00", "closes": "17:00"}
