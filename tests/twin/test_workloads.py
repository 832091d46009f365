"""Workload files: the shipped days suit any hall, and every mistake is named at its line."""

import re
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from statistics import fmean

import pytest

from hall import config
from hall.config import ConfigError, render_problem
from hall.rules.tickets import VisitorClass
from hall.twin.drawing import least_helped, staffed, visitors, wanted
from hall.twin.engine import run
from hall.twin.halls import hall_of_config
from hall.twin.model import Hall, Visitor
from hall.twin.workloads import Workload, load_workload, shipped
from tests.builders import ALWAYS_OPEN

ROOT = Path(__file__).parents[2]
A_MONDAY = date(2026, 11, 23)
FILES = [ROOT / "config.yaml", *sorted((ROOT / "hall" / "presets").glob("*.yaml"))]


@cache
def hall_of(file: Path) -> Hall:
    return hall_of_config(config.load(file).halls[0], A_MONDAY)


@pytest.fixture(scope="module")
def small() -> Hall:
    return hall_of(ROOT / "config.yaml")


def of_day(hall: Hall, name: str, seed: int = 1) -> tuple[Hall, tuple[Visitor, ...]]:
    workload = load_workload(name, hall)
    place = staffed(hall, workload)
    return place, visitors(place, workload, seed)


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "workload.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def visits(hall: Hall, name: str) -> dict[int, float]:
    workload = load_workload(name, hall)
    return {one.business_id: one.visits for one in wanted(staffed(hall, workload), workload)}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
@pytest.mark.parametrize("name", shipped())
def test_every_shipped_day_can_be_drawn_for_every_hall_that_is_shipped(file: Path, name: str):
    place, people = of_day(hall_of(file), name)
    served = frozenset().union(*(one.calls for one in place.windows.values()))
    assert {one.business_id for one in people} <= served
    assert len(people) > 10


def test_the_days_of_the_handbook_are_there():
    assert {"normal", "monday", "month-end", "after-holiday", "after-holiday-x3", "lunch"} <= set(shipped())
    assert {"overloaded", "reader-down"} <= set(shipped())


def test_the_same_seed_is_the_same_day_and_another_seed_another(small: Hall):
    assert of_day(small, "normal") == of_day(small, "normal")
    assert of_day(small, "normal", 1)[1] != of_day(small, "normal", 2)[1]


def test_a_shipped_day_runs_by_the_halls_own_rules_and_everybody_ends(small: Hall):
    place, people = of_day(small, "normal")
    day = run(place, people)
    assert len(day.visits) == len(people)
    assert {one.outcome.value for one in day.visits} <= {"served", "missed", "abandoned"}


def test_mondays_month_ends_and_holidays_multiply_an_ordinary_day(small: Hall):
    usual = visits(small, "normal")
    for name, factor in (
        ("monday", 1.25),
        ("month-end", 1.3),
        ("after-holiday", 1.6),
        ("after-holiday-x3", 3),
    ):
        assert visits(small, name) == pytest.approx({code: factor * one for code, one in usual.items()})


def test_people_are_as_the_handbook_says(small: Hall):
    people = [one for seed in range(12) for one in of_day(small, "normal", seed)[1]]
    kinds = [one.visitor_class for one in people]
    assert kinds.count(VisitorClass.ELDERLY) / len(kinds) == pytest.approx(0.22, abs=0.03)
    assert kinds.count(VisitorClass.APPOINTMENT) / len(kinds) == pytest.approx(0.2 * 0.78, abs=0.03)
    assert all((one.booked_at_seconds is not None) == (one.visitor_class == "appointment") for one in people)
    assert fmean(not one.shows_up for one in people) == pytest.approx(0.066, abs=0.015)
    missed = [one for one in people if not one.shows_up]
    assert fmean(one.returns_after_seconds is not None for one in missed) == pytest.approx(0.5, abs=0.12)
    assert fmean(bool(one.hops) for one in people) == pytest.approx(0.04, abs=0.015)
    assert fmean(one.patience_seconds < 1200 for one in people) == pytest.approx(0.02, abs=0.01)


def test_at_lunch_three_windows_in_ten_stay_and_nobody_works_without_a_break():
    place, _ = of_day(hall_of(ROOT / "hall" / "presets" / "haimen.yaml"), "normal")
    clerks = [one.clerk for one in place.windows.values() if one.clerk]
    at_noon = [any(begins <= 45_000 < ends for begins, ends in one.staffed) for one in clerks]
    assert fmean(at_noon) == pytest.approx(0.3, abs=0.02)
    assert all(one.rests for one in clerks)
    assert fmean(one.pace for one in clerks) == pytest.approx(1, abs=0.03)


def test_the_overloaded_department_is_the_one_comprehensive_windows_help_least():
    district = hall_of(ROOT / "hall" / "presets" / "district.yaml")
    crowded = least_helped(district)
    helped: dict[str, list[bool]] = {}
    for window in district.windows.values():
        for department in {district.businesses[code].department for code in window.calls}:
            helped.setdefault(department, []).append(window.kind == "comprehensive")
    assert fmean(helped[crowded]) == min(fmean(those) for those in helped.values())
    usual, overloaded = visits(district, "normal"), visits(district, "overloaded")
    for code, business in district.businesses.items():
        factor = 1.8 if business.department == crowded else 0.7
        assert overloaded[code] == pytest.approx(factor * usual[code])


def test_while_the_reader_is_down_numbers_come_one_by_one_and_the_elderly_are_not_known(small: Hall):
    down = of_day(small, "reader-down", 3)[1]
    later = [one for one in down if 34_200 <= one.at_seconds < 37_800]
    gaps = [after.at_seconds - before.at_seconds for before, after in pairwise(later)]
    assert min(gaps) >= 20 - 1e-6
    known = [
        one.visitor_class is VisitorClass.ELDERLY
        for seed in range(30)
        for one in of_day(small, "reader-down", seed)[1]
        if 34_300 <= one.at_seconds < 37_800
    ]
    assert fmean(known) == pytest.approx(0.11, abs=0.03)


def test_visitors_written_down_by_hand_come_exactly_so(tmp_path: Path, small: Hall):
    codes = [one.code for one in small.businesses.values()]
    path = written(
        tmp_path,
        "name: 两个人\narrivals:\n"
        f'  - {{at: "09:00:30", business: {codes[1]}, visitor_class: elderly, service_minutes: 4}}\n'
        f'  - {{at: "08:45", business: {codes[0]}}}\n',
    )
    people = of_day(small, str(path))[1]
    assert [(one.at_seconds, one.visitor_class.value) for one in people] == [
        (31_500.0, "ordinary"),
        (32_430.0, "elderly"),
    ]
    assert people[1].service_seconds == 240.0
    assert people[0].service_seconds > 0


def test_numbers_of_a_business_replace_what_would_be_drawn(tmp_path: Path, small: Hall):
    code = small.businesses[1].code
    path = written(
        tmp_path, f"name: x\nbusinesses:\n  {code}: {{visits: 50, service_minutes: 3, elderly: 0.35}}\n"
    )
    workload = load_workload(path, small)
    one = wanted(staffed(small, workload), workload)[0]
    assert (one.visits, one.service_seconds, one.elderly_share) == (50, 180, 0.35)


BAD = [
    ("name: x\nbusinesses:\n  socail: {visits: 3}\n", 3, "unknown_business"),
    ("name: x\narrivals:\n  - at: '09:00'\n    business: nowhere\n", 4, "unknown_business"),
    ("name: x\narrivals:\n  - {business: BUSINESS}\n", 3, "missing_key"),
    ("name: x\narrivals:\n  - {at: '-9:00', business: BUSINESS}\n", 3, "bad_time"),
    ("name: x\narrivals:\n  - {at: '24:30', business: BUSINESS}\n", 3, "bad_time"),
    (
        "name: x\narrivals:\n  - at: '09:00'\n    business: BUSINESS\n    service_minutes: -1\n",
        5,
        "not_above",
    ),
    ("name: x\narrivals: []\n", 2, "no_arrivals"),
    ("name: x\nvisits: 0\n", 2, "not_above"),
    ("name: x\ndepartments: {EVERY: 0}\n", 2, "no_arrivals"),
    ("name: x\noverload: {factor: 0, others: 0}\n", 2, "no_arrivals"),
    ("name: x\nfactor: -1\n", 2, "not_above"),
    ("name: x\nshape:\n  '08:30-09:00': 0\n", 3, "no_arrivals"),
    ("name: x\nshape:\n  '08:30-10:00': 5\n  '09:00-11:00': 5\n", 4, "hours_overlap"),
    ("name: x\nshape:\n  '9-10': 5\n", 3, "bad_hours"),
    ("name: x\ndepartments:\n  nobody: 2\n", 3, "unknown_department"),
    ("name: x\noverload:\n  department: nobody\n", 3, "unknown_department"),
    ("name: x\nclerks:\n  absent: [9999]\n", 3, "unknown_window"),
    ("name: x\nclerks:\n  absent: ALL\n", 3, "nobody_staffs"),
    ("name: x\nvisiters: {elderly: 1}\n", 2, "unknown_key_nearest"),
    ("factor: 2\n", 1, "missing_key"),
    ("", 1, "empty_file"),
]


@pytest.mark.parametrize(("text", "line", "reason"), BAD)
def test_every_mistake_is_named_with_its_line(tmp_path: Path, small: Hall, text: str, line: int, reason: str):
    numbers = [one.number for one in small.windows.values()]
    text = text.replace("BUSINESS", small.businesses[1].code).replace("ALL", str(numbers))
    every = sorted({one.department for one in small.businesses.values()})
    text = text.replace("EVERY: 0", ", ".join(f"{one}: 0" for one in every))
    with pytest.raises(ConfigError) as caught:
        load_workload(written(tmp_path, text), small)
    found = [(one.line, one.message_key.removeprefix("config.")) for one in caught.value.problems]
    assert any(at == line and key.startswith(reason) for at, key in found), found
    for problem in caught.value.problems:
        for language in ("zh", "en"):
            assert re.match(r".+workload.yaml:\d+:\d+: .+[。.?？]", render_problem(problem, language))


@pytest.mark.parametrize(
    ("kinds", "given", "expected"),
    [
        (("enquiry",), {}, (180, 0.8)),
        (("cannot_do",), {}, (1500, 0.8)),
        (("one_matter", "comprehensive"), {}, (1560, 0.4)),
        (("comprehensive", "elderly"), {}, (660, 0.9)),
        (("special", "comprehensive"), {}, (480, 0.75)),
        (("enquiry",), {"service_minutes": 5}, (300, 0.8)),
        (("comprehensive",), {"service_minutes": 5, "service_cv": 0.5}, (300, 0.5)),
    ],
)
def test_a_business_without_service_figures_takes_the_handbooks_by_the_kind_of_its_windows(
    kinds: tuple[str, ...], given: dict, expected: tuple[float, float]
):
    business = {"id": "some", "name": "某项业务", "prefix": "A", **given}
    hall = config.HallConfig.model_validate(
        {
            "id": "h",
            "name": "厅",
            "hours": ALWAYS_OPEN,
            "zones": [{"id": "z", "name": "区"}],
            "departments": [{"id": "d", "name": "部门", "businesses": [business]}],
            "windows": [
                {"number": number, "zone": "z", "kind": kind, "businesses": ["some"]}
                for number, kind in enumerate(kinds, 1)
            ],
        }
    )
    one = hall_of_config(hall, A_MONDAY).businesses[1]
    assert (one.service_seconds, one.service_cv) == expected


def test_a_file_that_is_not_there_is_said_so(small: Hall):
    with pytest.raises(ConfigError) as caught:
        load_workload("no-such-day", small)
    assert [one.message_key for one in caught.value.problems] == ["config.no_such_file"]


def test_on_a_closed_day_nobody_comes_and_nothing_fails(small: Hall):
    workload = Workload(name="Sunday", day=date(2026, 11, 22))
    place = staffed(small, workload)
    assert visitors(place, workload, 1) == ()
    assert run(place, ()).visits == ()
