"""The roster as managers change it, on both databases."""

from datetime import date, timedelta
from typing import Any

import pytest

from hall.actions import roster as actions
from hall.records import roster
from hall.rules import errors
from hall.rules.roster import Shift
from hall.screens import roster as screen
from tests.office import Office

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
MORNING = (540, 660)


def shift(office: Office, clerk: int, window: int | None, day: date = TUESDAY, times: Any = MORNING) -> Shift:
    number = office.book().window(window).id if window else None
    return Shift(day, office.account(f"clerk{clerk}"), number, *times)


def puts(office: Office, *added: Shift, removed: list[int] | None = None, seen: int | None = None) -> int:
    day = added[0].day if added else TUESDAY
    edition = edition_of(office, day) if seen is None else seen
    return int(office.does("manager", actions.change_day, day, edition, removed or [], list(added)))


def edition_of(office: Office, day: date = TUESDAY) -> int:
    with office.database.read() as connection:
        return roster.editions(connection, office.hall_id, [day])[day]


def week(office: Office, first: date = MONDAY) -> dict[str, Any]:
    with office.database.read() as connection:
        return screen.week(connection, office.book(), first, office.now)


def there(office: Office, day: date = TUESDAY) -> set[tuple[str, int | None]]:
    return {(one["clerk"], one["window"]) for one in week(office)["shifts"] if one["day"] == str(day)}


def test_shifts_are_put_in_moved_and_taken_out_and_the_journal_says_so(office: Office):
    assert puts(office, shift(office, 1, 1), shift(office, 2, 4)) == 1
    (first, second) = week(office)["shifts"]
    assert (first["clerk"], first["window"], first["begins"]) == ("clerk1", 1, 540)
    puts(office, shift(office, 2, 2), removed=[second["id"]])
    assert there(office) == {("clerk1", 1), ("clerk2", 2)}
    told = [one for one in office.journal() if one.type == "roster_changed"]
    assert [len(one.data["added"]) for one in told] == [2, 1]
    assert "added" not in told[0].public() and told[0].staff()["edition"] == 1


def test_the_second_manager_is_told_that_the_first_changed_the_day(office: Office):
    puts(office, shift(office, 1, 1), seen=0)
    with pytest.raises(errors.RosterChangedSince):
        puts(office, shift(office, 2, 2), seen=0)
    assert there(office) == {("clerk1", 1)}


@pytest.mark.parametrize(
    ("clerk", "window", "times", "refusal"),
    [
        (1, 1, (660, 540), errors.ShiftReversed),
        (1, 2, MORNING, errors.ClerkRosteredTwice),
        (2, 1, MORNING, errors.WindowRosteredTwice),
        (3, 3, (540, 900), errors.ShiftUnbroken),
    ],
)
def test_what_breaks_a_rule_is_refused_by_name_and_changes_nothing(
    office: Office, clerk: int, window: int, times: Any, refusal: type[errors.RosterFault]
):
    puts(office, shift(office, 1, 1))
    before = office.dump()
    with pytest.raises(refusal) as refused:
        puts(office, shift(office, clerk, window, times=times))
    assert refused.value.params["day"] == "2026-11-24"
    assert office.dump() == before


def test_the_last_window_of_a_business_stays(office: Office):
    puts(office, shift(office, 1, 3), shift(office, 2, 4))
    tax = next(one["id"] for one in week(office)["shifts"] if one["window"] == 4)
    with pytest.raises(errors.BusinessWithoutWindow) as refused:
        puts(office, removed=[tax])
    assert refused.value.params["business"] == "涉税业务"


def test_a_day_that_is_over_keeps_its_roster(office: Office):
    with pytest.raises(errors.RosterInPast):
        puts(office, shift(office, 1, 1, day=MONDAY - timedelta(days=1)))


def test_a_day_is_copied_over_another_and_one_changed_meanwhile_is_not(office: Office):
    puts(office, shift(office, 1, 1), shift(office, 2, 2))
    puts(office, shift(office, 3, 1, day=MONDAY))
    wednesday = TUESDAY + timedelta(days=1)
    assert office.does("manager", actions.copy_days, TUESDAY, wednesday, 1, {}) == {
        "copied": 2,
        "left_out": 0,
    }
    assert there(office, wednesday) == {("clerk1", 1), ("clerk2", 2)}
    with pytest.raises(errors.RosterChangedSince):
        office.does("manager", actions.copy_days, TUESDAY, wednesday, 1, {wednesday: 0})
    next_week = MONDAY + timedelta(days=7)
    office.does(
        "manager", actions.mark_absent, office.account("clerk1"), next_week, next_week + timedelta(9), None
    )
    copied = office.does("manager", actions.copy_days, MONDAY, next_week, 7, {})
    assert copied == {"copied": 3, "left_out": 2}


def test_the_ab_post_is_proposed_for_who_is_absent_and_takes_over_once(office: Office):
    puts(office, shift(office, 1, 4), shift(office, 2, None), shift(office, 3, None))
    office.does("manager", actions.name_backup, office.account("clerk3"), window=4)
    absence = office.does("manager", actions.mark_absent, office.account("clerk1"), TUESDAY, TUESDAY, "病假")
    (card,) = week(office)["absences"]
    (proposed,) = card["shifts"]
    assert proposed["stand_ins"] == [
        {"clerk": "clerk3", "backup": True},
        {"clerk": "clerk2", "backup": False},
    ]
    assert week(office)["faults"][0]["fault"] == "shift_of_absent"
    office.does("manager", actions.take_over, proposed["shift"], office.account("clerk3"))
    assert there(office) == {("clerk3", 4), ("clerk2", None)}
    with pytest.raises(errors.UnknownShift):
        office.does("manager", actions.take_over, proposed["shift"], office.account("clerk2"))
    office.does("manager", actions.end_absence, absence)
    with pytest.raises(errors.AbsenceOver):
        office.does("manager", actions.end_absence, absence)


def test_nobody_takes_a_shift_whose_clerk_is_there(office: Office):
    puts(office, shift(office, 1, 4), shift(office, 2, None))
    with pytest.raises(errors.CannotStandIn):
        office.does("manager", actions.take_over, week(office)["shifts"][0]["id"], office.account("clerk2"))


def test_who_is_in_the_house_without_a_window_is_known_until_when_and_with_the_breaks_to_come(office: Office):
    today = Shift(MONDAY, office.account("clerk1"), None, 480, 720, ((490, 10), (600, 10)))
    puts(office, today, shift(office, 2, None, day=MONDAY), shift(office, 3, 1, day=MONDAY))
    office.sits(2, 2)
    with office.database.read() as connection:
        (one,) = roster.in_the_house(connection, office.book(), office.now)
        there_now = roster.there_now(connection, office.book(), office.now)
    assert one.clerk_id == office.account("clerk1")
    assert one.until - office.now == timedelta(hours=3)
    assert [(at - office.now, lasts) for at, lasts in one.breaks] == [(timedelta(hours=1), 10)]
    assert [ends - begins for begins, ends in there_now[one.clerk_id]] == [
        timedelta(minutes=100),
        timedelta(minutes=110),
    ]
    with office.database.read() as connection:
        assert roster.in_the_house(connection, office.book(), office.now + timedelta(hours=3)) == []


def drawn(office: Office, *those: Shift) -> int:
    plan = office.does("manager", actions.ask_plan, MONDAY)
    result = {
        "shifts": [actions.written(one) for one in those],
        "lacking": [["2026-11-23", code] for code in office.book().businesses]
        + [["2026-11-24", code] for code in office.book().businesses],
        "backups": [[office.book().window(4).id, office.account("clerk3")]],
    }
    office.does("", actions.keep_plan, plan, result)
    return int(plan)


def test_a_drawn_week_is_put_in_force_once_with_its_ab_posts(office: Office):
    plan = drawn(office, shift(office, 1, 1), shift(office, 2, 4))
    office.does("manager", actions.apply_plan, plan)
    assert there(office) == {("clerk1", 1), ("clerk2", 4)}
    assert {one["number"]: one["backup"] for one in week(office)["windows"]}[4] == "clerk3"
    with pytest.raises(errors.WeekNotReady):
        office.does("manager", actions.apply_plan, plan)


def test_a_week_drawn_for_a_day_that_was_changed_since_is_refused_whole(office: Office):
    plan = drawn(office, shift(office, 1, 1, day=MONDAY), shift(office, 2, 4))
    puts(office, shift(office, 3, 1))
    before = office.dump()
    with pytest.raises(errors.RosterChangedSince):
        office.does("manager", actions.apply_plan, plan)
    assert office.dump() == before


def test_a_week_drawn_with_somebody_who_is_now_absent_is_refused(office: Office):
    plan = drawn(office, shift(office, 1, 1))
    office.does("manager", actions.mark_absent, office.account("clerk1"), TUESDAY, TUESDAY, None)
    with pytest.raises(errors.RosterChangedSince):
        office.does("manager", actions.apply_plan, plan)
