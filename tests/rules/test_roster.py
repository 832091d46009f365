"""Who works when at which window: what is wrong with a roster, as short tables."""

from collections.abc import Mapping
from datetime import date

import pytest

from hall.rules.roster import House, OpenDay, Shift, Terms, copied, stand_ins, taken_over
from hall.rules.roster_faults import Fault, all_faults, gaps, new_faults, shift_faults

MONDAY, TUESDAY, SUNDAY = date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 29)
ANNA, BO, CARLA = 1, 2, 3
SOCIAL, TAX = 10, 20
DOORS = ((510, 720), (810, 1020))


def at(text: str) -> int:
    hours, minutes = text.split(":")
    return 60 * int(hours) + int(minutes)


def shift(
    clerk: int, window: int | None, times: str = "8:30-10:30", *breaks: tuple[str, int], day: date = MONDAY
) -> Shift:
    begins, ends = times.split("-")
    return Shift(day, clerk, window, at(begins), at(ends), tuple((at(one), lasts) for one, lasts in breaks))


def house(**changes: object) -> House:
    """Windows 1 and 2 serve social insurance, 3 serves tax; everybody knows social insurance, Bo also tax."""
    given: dict[str, object] = {
        "windows": {1: frozenset({SOCIAL}), 2: frozenset({SOCIAL}), 3: frozenset({TAX})},
        "skills": {ANNA: frozenset({SOCIAL}), BO: frozenset({SOCIAL, TAX}), CARLA: frozenset({SOCIAL})},
        "days": {day: OpenDay(DOORS, {SOCIAL: DOORS, TAX: DOORS}) for day in (MONDAY, TUESDAY)},
        "terms": Terms(lunch=None),
    }
    return House(**{**given, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("shifts", "faults"),
    [
        ([shift(ANNA, 1)], []),
        ([shift(ANNA, None, "8:30-9:00")], []),
        ([shift(ANNA, 1, "10:00-9:00")], [(Fault.REVERSED, ANNA)]),
        ([shift(ANNA, 1, "9:00-9:00")], [(Fault.REVERSED, ANNA)]),
        ([shift(ANNA, 1, "8:00-9:00")], [(Fault.CLOSED, ANNA)]),
        ([shift(ANNA, 1, "16:00-17:30")], [(Fault.CLOSED, ANNA)]),
        ([shift(ANNA, 1, day=SUNDAY)], [(Fault.CLOSED, ANNA)]),
        ([shift(ANNA, 3)], [(Fault.SKILL, ANNA)]),
        ([shift(BO, 3)], []),
        ([shift(99, 1)], [(Fault.SKILL, 99)]),
        ([shift(ANNA, 99)], [(Fault.SKILL, ANNA)]),
        ([shift(ANNA, 1), shift(ANNA, 2, "10:00-11:00")], [(Fault.CLERK_TWICE, ANNA)]),
        ([shift(ANNA, 1), shift(ANNA, None, "10:00-11:00")], [(Fault.CLERK_TWICE, ANNA)]),
        ([shift(ANNA, 1), shift(CARLA, 1, "10:00-11:00")], [(Fault.WINDOW_TWICE, CARLA)]),
        ([shift(ANNA, None), shift(CARLA, None)], []),
        ([shift(ANNA, 1), shift(CARLA, 1, "10:30-12:00")], []),
        ([shift(ANNA, 1), shift(ANNA, 1, day=TUESDAY)], []),
        ([shift(ANNA, 1, "8:30-12:00")], [(Fault.UNBROKEN, ANNA)]),
        ([shift(ANNA, 1, "8:30-12:00", ("10:15", 10))], []),
        ([shift(ANNA, 1, "8:30-12:00", ("11:30", 10))], [(Fault.UNBROKEN, ANNA)]),
        ([shift(ANNA, 1), shift(ANNA, 2, "10:30-11:30")], [(Fault.UNBROKEN, ANNA)]),
        ([shift(ANNA, 1), shift(ANNA, 2, "10:40-11:30")], []),
        ([shift(ANNA, 1, "8:30-10:00", ("8:00", 10))], [(Fault.BREAK, ANNA)]),
        ([shift(ANNA, 1, "8:30-10:00", ("9:55", 10))], [(Fault.BREAK, ANNA)]),
        ([shift(ANNA, 1, "8:30-10:00", ("9:00", 10), ("9:05", 10))], [(Fault.BREAK, ANNA)]),
        ([shift(ANNA, 1, "8:30-10:00", ("9:00", 0))], [(Fault.BREAK, ANNA)]),
    ],
)
def test_a_shift_that_breaks_a_rule_is_told_which(shifts: list[Shift], faults: list[tuple[Fault, int]]):
    assert [(one.fault, one.clerk_id) for one in shift_faults(shifts, house())] == faults


def test_who_is_absent_has_no_shift():
    away = house(absent=frozenset({(ANNA, MONDAY)}))
    assert [one.fault for one in shift_faults([shift(ANNA, 1), shift(ANNA, 1, day=TUESDAY)], away)] == [
        Fault.ABSENT
    ]


def missing(shifts: list[Shift], where: House | None = None) -> list[tuple[Fault, int | None, int, int]]:
    found = gaps(shifts, where or house(), MONDAY)
    return [(one.fault, one.business_id, one.begins, one.ends) for one in found]


def test_a_business_without_a_window_or_without_a_certified_clerk_is_told_with_its_hours():
    both = [shift(ANNA, 1, "8:30-12:00"), shift(BO, 3, "8:30-12:00")]
    afternoon = [shift(ANNA, 1, "13:30-17:00"), shift(BO, 3, "13:30-17:00")]
    assert missing([*both, *afternoon]) == []
    assert missing([*both, *afternoon[:1]]) == [(Fault.NO_WINDOW, TAX, 810, 1020)]
    assert missing([*both[:1], shift(BO, 3, "9:30-12:00"), *afternoon]) == [(Fault.NO_WINDOW, TAX, 510, 570)]
    assert missing([*both[:1], shift(ANNA, 3, "8:30-12:00"), *afternoon]) == [(Fault.NO_CLERK, TAX, 510, 720)]
    assert missing([]) == []
    assert missing([shift(ANNA, None)]) == []


def test_a_business_that_must_have_two_windows_lacks_the_second():
    whole = [shift(BO, 3, times) for times in ("8:30-12:00", "13:30-17:00")]
    whole += [shift(ANNA, 1, times) for times in ("8:30-12:00", "13:30-17:00")]
    assert missing(whole, house(minimum={SOCIAL: 2})) == [
        (Fault.NO_WINDOW, SOCIAL, 510, 720),
        (Fault.NO_WINDOW, SOCIAL, 810, 1020),
    ]
    assert missing(whole, house(minimum={SOCIAL: 2, TAX: 0}))[0][1] == SOCIAL


def test_lunch_keeps_its_share_of_the_windows_open():
    doors = ((510, 1020),)
    noon = house(
        days={MONDAY: OpenDay(doors, {SOCIAL: doors})}, terms=Terms(lunch=(720, 810), lunch_open=0.5)
    )
    through = shift(ANNA, 1, "8:30-17:00")
    resting = [shift(CARLA, 2, "8:30-12:00"), shift(CARLA, 2, "13:30-17:00")]
    assert missing([through, *resting], noon) == []
    left = [shift(ANNA, 1, "8:30-12:30"), shift(ANNA, 1, "13:30-17:00"), *resting]
    assert (Fault.LUNCH, None, 750, 810) in missing(left, noon)


def test_a_change_is_refused_for_what_it_takes_away_and_not_for_what_was_missing():
    morning = [shift(ANNA, 1, "8:30-10:30"), shift(BO, 3, "8:30-10:30")]
    assert new_faults([], morning[:1], house()) == []  # a day is filled shift by shift
    assert new_faults(morning[:1], morning, house()) == []
    (found,) = new_faults(morning, morning[:1], house())
    assert (found.fault, found.business_id, found.begins, found.ends) == (Fault.NO_WINDOW, TAX, 510, 630)
    moved = [morning[0], shift(BO, 2, "8:30-10:30")]
    assert [one.business_id for one in new_faults(morning, moved, house())] == [TAX]
    assert {one.business_id for one in new_faults(morning, [], house())} == {SOCIAL, TAX}


def test_what_was_wrong_already_does_not_forbid_another_change():
    wrong = [shift(ANNA, 3), shift(BO, 1)]
    better = [*wrong, shift(CARLA, 2)]
    assert new_faults(wrong, better, house()) == []
    assert next(one.fault for one in all_faults(wrong, house())) is Fault.SKILL


@pytest.mark.parametrize(
    ("others", "backups", "absent", "found"),
    [
        ([shift(BO, None)], [BO], [], [(BO, True)]),
        ([shift(BO, None)], [], [], [(BO, False)]),
        ([], [BO], [], [(BO, True)]),
        ([], [], [], []),
        ([shift(BO, 3)], [BO], [], []),
        ([shift(BO, 3, "10:30-11:00")], [BO], [], [(BO, True)]),
        ([shift(BO, None)], [BO], [(BO, MONDAY)], []),
        ([shift(CARLA, None), shift(BO, None)], [BO], [], [(BO, True), (CARLA, False)]),
    ],
)
def test_the_ab_post_takes_over_first_then_whoever_is_in_the_house_and_certified(
    others: list[Shift], backups: list[int], absent: list[tuple[int, date]], found: list[tuple[int, bool]]
):
    ill = shift(ANNA, 1)
    assert stand_ins(ill, [ill, *others], backups, house(absent=frozenset(absent))) == found


def test_nobody_uncertified_stands_in():
    ill = shift(BO, 3)
    assert stand_ins(ill, [ill, shift(ANNA, None)], [CARLA], house()) == []


def test_who_takes_over_gives_up_the_time_in_the_house():
    ill, reserve, later = shift(ANNA, 1), shift(BO, None, "8:30-10:30"), shift(BO, None, "10:30-11:00")
    after = taken_over(ill, BO, [ill, reserve, later])
    assert {(one.clerk_id, one.window_id, one.begins) for one in after} == {(BO, 1, 510), (BO, None, 630)}


def test_a_day_is_copied_without_who_is_absent_and_not_onto_a_closed_day():
    whole = [shift(ANNA, 1, "8:30-10:30", ("9:00", 10)), shift(BO, 3)]
    onto: Mapping[date, date] = {MONDAY: TUESDAY}
    made, left_out = copied(whole, onto, house(absent=frozenset({(BO, TUESDAY)})))
    assert ([(one.day, one.clerk_id, one.breaks) for one in made], left_out) == (
        [(TUESDAY, ANNA, ((540, 10),))],
        1,
    )
    assert copied(whole, {MONDAY: SUNDAY}, house()) == ([], 2)
