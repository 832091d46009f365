"""Every mistake in config.yaml is named with its line and column, all of them at once."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from hall.config import ConfigError, Problem, load, render_problem

HALL = Path(__file__).parents[2] / "hall"
SOUND = """\
halls:
  - id: small
    name: 小厅
    timezone: Asia/Shanghai
    hours: {mon: ["08:30-12:00", "13:30-17:00"]}
    zones: [{id: west, name: 西区}]
    departments:
      - id: hrss
        name: 人社局
        businesses:
          - {id: insurance, name: 社会保险, prefix: A, items: [{id: enrol, name: 参保登记}]}
          - {id: retirement, name: 退休, prefix: B}
    windows:
      - {number: 1, zone: west, kind: special, businesses: [insurance, retirement]}
    accounts: [{username: li, name: 李, role: clerk, skills: all}]
    devices:
      - {id: printer-1, kind: printer, name: 打印机, driver: dummy}
      - {id: kiosk-1, kind: kiosk, name: 取号机, printer: printer-1}
"""


ROWS, MISSED = "standards: {rows", "{id: a, indicator: missed"
"""Beginnings of a table of standards and of one of its rows."""


def problems_of(tmp_path: Path, text: str | bytes) -> list[Problem]:
    path = tmp_path / "config.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ConfigError) as caught:
        load(path)
    problems = caught.value.problems
    for problem in problems:
        for language in ("zh", "en"):
            assert re.match(r".+:\d+:\d+: .+[。.?？]", render_problem(problem, language))
    return problems


def said(problems: list[Problem]) -> list[tuple[int, int, str]]:
    return [(one.line, one.column, one.message_key.removeprefix("config.")) for one in problems]


def place_of(text: str, piece: str) -> tuple[int, int]:
    before = text[: text.index(piece)]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def test_the_sound_hall_has_no_problems(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(SOUND, encoding="utf-8")
    assert load(path).halls[0].id == "small"


@pytest.mark.parametrize(
    ("right", "mistaken", "points_at", "reason"),
    [
        ("[insurance, retirement]", "[insurence, retirement]", "insurence", "unknown_business_nearest"),
        ("[insurance, retirement]", "[insurance, retirement, zzz]", "zzz", "unknown_business"),
        ("[insurance, retirement]", "{departments: [police]}", "police", "unknown_department"),
        ("[insurance, retirement]", "{departments: hrss}", "hrss}", "expected_list"),
        ("[insurance, retirement]", "{department: [hrss]}", "department: [", "unknown_key_nearest"),
        ("[insurance, retirement]", "most", "most", "expected_one_of"),
        ("prefix: B", "prefix: A", "A}", "duplicate_prefix"),
        ("prefix: B", "prefix: b", "b}", "bad_prefix"),
        ("prefix: B", "prefix: ABC", "ABC", "bad_prefix"),
        ("{id: retirement", "{id: insurance", "insurance, name: 退休", "duplicate_business"),
        ("{id: retirement", "{id: Retirement", "Retirement", "bad_id"),
        ("prefix: B}", "prefix: B, promise_minutes: {elderly: 0}}", "0}}", "promise_not_positive"),
        ("prefix: B}", "prefix: B, restricted: perhaps}", "perhaps", "expected_bool"),
        ("prefix: B}", "prefix: B, service_minutes: 0}", "0}", "not_above"),
        ("prefix: B}", "prefix: B, hours: {mon: [\"9-12\"]}}", '"9-12"', "bad_hours"),
        ('"13:30-17:00"]', '"11:30-17:00"]', '"11:30-17:00"', "hours_overlap"),
        ('"13:30-17:00"]', '"17:00-13:30"]', '"17:00-13:30"', "hours_reversed"),
        ("{mon:", "{monday:", "monday", "unknown_key"),
        ("Asia/Shanghai", "Asia/Shangai", "Asia/Shangai", "unknown_timezone_nearest"),
        ("Asia/Shanghai", "../../etc/passwd", "../../etc", "unknown_timezone"),
        ("zone: west", "zone: north", "north", "unknown_zone"),
        (
            "    zones:",
            "    alerts: {indicators: {missed: {yellow: 2, orange: 1, red: 3}}}\n    zones:",
            "{yellow: 2",
            "thresholds_not_rising",
        ),
        ("kind: special", "kind: specal", "specal", "expected_one_of"),
        ("number: 1", "number: one", "one, zone", "expected_number"),
        ("number: 1", "nummer: 1", "nummer", "unknown_key_nearest"),
        ("    zones:", "    qqq: 1\n    zones:", "qqq", "unknown_key"),
        ("printer: printer-1", "printer: printer-2", "printer-2", "unknown_printer_nearest"),
        ("printer: printer-1", "window: 9", "9}", "unknown_window"),
        ("driver: dummy", "driver: network, address: nowhere", "{id: printer-1", "bad_address"),
        (", driver: dummy", "", "{id: printer-1", "printer_without_driver"),
        ("kind: kiosk, ", "kind: pad, ", "{id: kiosk-1", "pad_without_window"),
        ("prefix: B}", "prefix: B, guarantee: {elderly_share: 0}}", "0}}", "not_above"),
        ("prefix: B}", "prefix: B, guarantee: {ordinary_minutes: 0}}", "0}}", "promise_not_positive"),
        ("    zones:", "    rules: {elderly_windows: {first: []}}\n    zones:", "[]}}", "empty_list"),
        ("    zones:", "    rules: {elderly_windows: {first: [me]}}\n    zones:", "me]", "expected_one_of"),
        ("    zones:", "    rules: {elderly_windows: {others: no}}\n    zones:", "no}}", "expected_one_of"),
        ("    zones:", "    rules: {elderly_windows: {first_from: 2}}\n    zones:", "2}}", "too_large"),
        ("    zones:", "    rules: {elderly_claim: {special_share: 0}}\n    zones:", "0}}", "not_above"),
        ("    zones:", "    rules: {elderly_claim: {elsewhere: no}}\n    zones:", "no}}", "expected_one_of"),
        ("    zones:", "    rules: {missed_return_times: 0}\n    zones:", "0}", "too_small"),
        ("    zones:", "    rules: {missed_return_within_minutes: 0}\n    zones:", "0}", "too_small"),
        ("    zones:", "    rules: {appointment_early_minutes: 300}\n    zones:", "300}", "too_large"),
        ("    zones:", "    rules: {appointment_check_in_minutes: -1}\n    zones:", "-1}", "too_small"),
        ("    zones:", f"    {ROWS}: [{{id: a, indicator: late}}]}}\n    zones:", "late", "expected_one_of"),
        ("    zones:", f"    {ROWS}: [{MISSED}}}]}}\n    zones:", "{id: a", "standard_without_target"),
        ("    zones:", f"    {ROWS}: [&a {MISSED}, at_most: 0}}, *a]}}\n    zones:", "{r", "standard_twice"),
        ("    zones:", "    roster: {minimum: {zzz: 2}}\n    zones:", "zzz", "unknown_business"),
        ("    zones:", "    report_files: {at: '6 pm'}\n    zones:", "'6 pm'", "bad_time_of_day"),
        ("halls:", "backup: {keep: 0}\nhalls:", "0}", "too_small"),
        ("halls:", "backup: {every_minutes: 0}\nhalls:", "0}", "too_small"),
        ("    zones:", "    standards: {busy_hours: [24]}\n    zones:", "24]", "too_large"),
        ("retirement]}", "retirement], prefers: {within: 0.1}}", "{within", "prefers_nobody"),
        ("retirement]}", "retirement], prefers: {classes: [old]}}", "old", "expected_one_of"),
        ("retirement]}", "retirement], prefers: {businesses: [tax]}}", "tax]", "unknown_business"),
        ("retirement]}", "retirement], prefers: {businesses: [insurance], within: 2}}", "2}}", "too_large"),
        ("retirement]}", "retirement], prefers: {class: [elderly]}}", "class:", "unknown_key_nearest"),
        (
            "[insurance, retirement]}",
            "[insurance], may_serve: [retirement], prefers: {businesses: [retirement]}}",
            "retirement]}}",
            "prefers_unserved",
        ),
        ("skills: all", "skills: [retirment]", "retirment", "unknown_business_nearest"),
        ("skills: all", "skills: some", "some", "expected_one_of"),
        ("name: 小厅", "name: 12", "12", "expected_text"),
        ("name: 小厅", 'name: ""', '""', "empty_text"),
        ("    hours:", "    closed_days: [2026-02-30]\n    hours:", "2026-02-30", "expected_date"),
        ("    hours:", "    closed_days: 2026-02-03\n    hours:", "2026-02-03", "expected_list"),
        ("西区}]", "西区}, {id: west, name: 东区}]", "west, name: 东区", "duplicate_zone"),
        ("    name: 小厅", "    name: 小厅\n    name: 大厅", "name: 大厅", "duplicate_key"),
    ],
)  # fmt: skip
def test_a_mistake_is_found_exactly_where_it_stands(
    tmp_path: Path, right: str, mistaken: str, points_at: str, reason: str
) -> None:
    assert right in SOUND
    text = SOUND.replace(right, mistaken, 1)
    assert (*place_of(text, points_at), reason) in said(problems_of(tmp_path, text))


def test_one_misspelt_name_is_one_problem(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, SOUND.replace("[insurance, retirement]", "[insurance, retirment]"))
    assert [(one.message_key, one.params["nearest"]) for one in problems] == [
        ("config.unknown_business_nearest", "retirement")
    ]


def test_a_key_left_out_is_asked_for_at_its_group(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, SOUND.replace("prefix: B", ""))
    assert said(problems) == [(12, 13, "missing_key")]
    assert problems[0].params["key"] == "prefix"


def test_two_windows_with_one_number_name_the_first_ones_line(tmp_path: Path) -> None:
    window = "      - {number: 1, zone: west, kind: special, businesses: [insurance, retirement]}\n"
    problems = problems_of(tmp_path, SOUND.replace(window, window + window))
    assert said(problems) == [(15, 18, "duplicate_window")]
    assert problems[0].params["line"] == 14


def test_a_business_that_no_window_can_serve_is_named(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, SOUND.replace("[insurance, retirement]", "[insurance]"))
    assert said(problems) == [(12, 18, "unserved_business")]


def test_elderly_windows_that_never_call_others_may_not_be_a_businesses_only_ones(tmp_path: Path) -> None:
    text = SOUND.replace("kind: special", "kind: elderly")
    path = tmp_path / "config.yaml"
    path.write_text(text, encoding="utf-8")
    assert load(path).halls
    kept = text.replace("    zones:", "    rules: {elderly_windows: {others: never}}\n    zones:")
    assert said(problems_of(tmp_path, kept)) == [
        (12, 18, "only_elderly_windows"),
        (13, 18, "only_elderly_windows"),
    ]


@pytest.mark.parametrize("key", ["also: [retirement]", "may_serve: [retirement]", "may_serve: all"])
def test_a_business_a_window_may_be_switched_to_counts_as_served(tmp_path: Path, key: str) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(SOUND.replace("[insurance, retirement]", f"[insurance], {key}"), encoding="utf-8")
    assert load(path).halls


def test_all_does_not_bring_a_restricted_business_to_any_window(tmp_path: Path) -> None:
    text = SOUND.replace("prefix: B", "prefix: B, restricted: true").replace("[insurance, retirement]", "all")
    assert said(problems_of(tmp_path, text)) == [(12, 18, "unserved_business")]


def test_a_comprehensive_window_may_not_name_a_restricted_business(tmp_path: Path) -> None:
    text = SOUND.replace("prefix: B", "prefix: B, restricted: true").replace("kind: special", "kind: tide")
    assert [one[2] for one in said(problems_of(tmp_path, text))] == ["restricted_business"]


def test_all_problems_of_shape_and_of_reference_are_reported_at_once_in_the_files_order(
    tmp_path: Path,
) -> None:
    text = (
        SOUND.replace("Asia/Shanghai", "Mars/Base")
        .replace("prefix: B", "prefix: 7, colour: red")
        .replace("[insurance, retirement]", "[nothing]")
        .replace("printer: printer-1", "printer: kiosk-1")
    )
    assert [line for line, _, _ in said(problems_of(tmp_path, text))] == [4, 12, 12, 14, 18]


def test_two_boards_that_speak_in_one_place_are_refused_and_both_are_named(tmp_path: Path) -> None:
    boards = """\
      - {id: east, kind: board, name: 屏, speaks: true}
      - {id: west-1, kind: board, name: 屏, zone: west, speaks: true}
      - {id: west-2, kind: board, name: 屏, zone: west}
      - {id: above-1, kind: board, name: 屏, window: 1, speaks: true}
"""
    path = tmp_path / "config.yaml"
    path.write_text(SOUND + boards, encoding="utf-8")
    assert len(load(path).halls[0].devices) == 6
    text = SOUND + boards.replace("name: 屏, zone: west}", "name: 屏, zone: west, speaks: true}")
    (problem,) = problems_of(tmp_path, text)
    assert said([problem]) == [(21, text.splitlines()[20].index("true") + 1, "two_voices")]
    assert problem.params.items() >= {"value": "west-2", "other": "west-1", "line": 20}.items()


def test_a_mistake_in_something_used_through_an_anchor_stands_where_it_is_written(tmp_path: Path) -> None:
    text = "x-hours: &day\n  - 08:30-12:00\n  - 10:00-17:00\n" + SOUND.replace(
        '["08:30-12:00", "13:30-17:00"]', "*day"
    )
    assert said(problems_of(tmp_path, text)) == [(3, 5, "hours_overlap")]


def test_an_anchor_used_twice_is_named_with_the_line_of_the_first(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, "x-a: &day [1]\nx-b: &day [2]\n" + SOUND)
    assert [(*said(problems)[0], problems[0].params["line"])] == [(2, 6, "duplicate_anchor", 1)]


def test_a_key_overridden_after_a_merge_is_no_repetition(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    text = "x-window: &window {zone: west, kind: special, number: 5}\n" + SOUND.replace(
        "{number: 1, zone: west, kind: special,", "{<<: *window, number: 1,"
    )
    path.write_text(text, encoding="utf-8")
    assert load(path).halls[0].windows[0].number == 1


@pytest.mark.parametrize(
    ("text", "line", "column", "reason"),
    [
        ("", 1, 1, "empty_file"),
        ("# 只有注释\n", 1, 1, "empty_file"),
        ("halls:\n\t- id: a\n", 2, 1, "tab"),
        ("halls:\n  \t- id: a\n", 2, 3, "tab"),
        ("halls: [\n", 2, 1, "syntax"),
        ("halls: a: b\n", 1, 9, "syntax"),
        ("a: *nothing\n", 1, 4, "syntax"),
        ("- 1\n", 1, 1, "expected_mapping"),
        ("halls: []\n", 1, 8, "empty_list"),
        ("halls: &a [*a]\n", 1, 8, "expected_mapping"),
        ("halls: !!python/object:os.system ls\n", 1, 8, "syntax"),
        ("server: {port: 8000}\n", 1, 1, "missing_key"),
        (b"halls:\n  - id: \xb4\xf3\n", 2, 1, "not_utf8"),
    ],
)  # fmt: skip
def test_what_is_no_hall_at_all_is_said_plainly(
    tmp_path: Path, text: str | bytes, line: int, column: int, reason: str
) -> None:
    found = said(problems_of(tmp_path, text))
    assert (found[0][0], found[0][2]) == (line, reason)
    assert reason == "syntax" or found[0][1] == column


def test_a_file_that_is_not_there_is_a_problem_not_a_crash(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere.yaml", tmp_path):
        with pytest.raises(ConfigError) as caught:
            load(path)
        assert caught.value.problems[0].message_key in {"config.no_such_file", "config.unreadable"}


def test_a_file_from_windows_with_a_mark_and_its_line_ends_is_read(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + SOUND.replace("\n", "\r\n").encode())
    assert load(path).halls[0].name == "小厅"


def test_a_problem_is_one_line_that_begins_with_its_place(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, SOUND.replace("zone: west", "zone: wset"))
    path = tmp_path / "config.yaml"
    assert render_problem(problem, "zh") == f"{path}:14:27: 没有编号为“wset”的区域。是不是想写“west”？"
    assert render_problem(problem, "en") == (
        f'{path}:14:27: There is no zone "wset" in this hall. Did you mean "west"?'
    )


def test_a_percent_sign_in_a_value_is_only_text(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, SOUND.replace("zone: west", "zone: '%(x)s%d'"))
    assert "%(x)s%d" in render_problem(problem, "zh")


def test_the_error_reads_as_all_its_sentences(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(
        SOUND.replace("zone: west", "zone: wset").replace("prefix: B", "prefix: b"), encoding="utf-8"
    )
    with pytest.raises(ConfigError) as caught:
        load(path)
    assert len(str(caught.value).splitlines()) == 2


def catalogue(language: str) -> dict[str, str]:
    with (HALL / "translations" / language / "LC_MESSAGES" / "config.po").open("rb") as stream:
        return {str(message.id): str(message.string) for message in read_po(stream) if message.id}


def test_both_catalogues_hold_the_same_sentences_with_the_same_blanks() -> None:
    chinese, english = catalogue("zh"), catalogue("en")
    assert chinese.keys() == english.keys()
    for key in chinese:
        assert chinese[key], key
        blanks = [re.findall(r"%\((\w+)\)s", sentence) for sentence in (chinese[key], english[key])]
        assert sorted(set(blanks[0])) == sorted(set(blanks[1])), key


def test_every_reason_the_code_can_give_has_a_sentence_and_every_sentence_is_used() -> None:
    readers = [*HALL.glob("config*.py"), *HALL.glob("twin/*.py")]
    code = "".join(path.read_text(encoding="utf-8") for path in sorted(readers))
    reasons = {key.removeprefix("config.") for key in catalogue("zh")}
    texts = set(re.findall(r'"(?:config\.)?([a-z0-9_]+)"', code))
    assert {reason for reason in reasons if not {reason, reason.removesuffix("_nearest")} & texts} == set()
    given = {text for text in texts if text.startswith(("bad_", "unknown_", "duplicate_", "expected_"))}
    given |= set(re.findall(r'(?:wrong|_refuse)\([^")]*"(?:config\.)?([a-z0-9_]+)"', code))
    assert len(given) > 30
    assert given - reasons == set()


FLOOR = """\
    floor:
      size: [6, 4]
      zones:
        - {zone: west, at: [0, 0], size: [4, 3]}
      rows:
        - {windows: ["1-2"], at: [1, 1]}
        - {windows: [3], at: [3, 2], runs: up}
      marks:
        - {kind: door, at: [5, 3]}
"""
"""A sound plan for the sound hall with two windows more."""


@pytest.mark.parametrize(
    ("wrong", "right", "reason", "at"),
    [
        ('["1-2"]', '["1-2", 9]', "unknown_window", "9]"),
        ("zone: west, at: [0", "zone: wesd, at: [0", "unknown_zone_nearest", "wesd"),
        ("{windows: [3], at: [3, 2]", "{windows: [3], at: [2, 1]", "floor_place_taken", "3], at"),
        ("[3], at: [3, 2], runs: up", "[3], at: [5, 2], runs: up", "floor_wrong_zone", "3], at"),
        ("[3], at: [3, 2], runs: up", "[3], at: [3, 7], runs: up", "floor_off_plan", "3], at"),
        ("size: [4, 3]}", "size: [7, 3]}", "floor_off_plan", "[0, 0]"),
        ('"1-2"]', '"1-2", 1]', "floor_window_twice", "1], at"),
        ("{kind: door, at: [5, 3]}", "{kind: door, at: [6, 3]}", "floor_off_plan", "[6, 3]"),
        ("{kind: door, at: [5, 3]}", "{kind: seats, at: [2, 1]}", "floor_mark_covers", "[2, 1]}"),
        ("        - {windows: [3], at: [3, 2], runs: up}\n", "", "floor_window_missing", "rows:"),
        ("size: [6, 4]", "size: [6, x]", "floor_pair", "[6, x]"),
        ('"1-2"', '"2-1"', "floor_windows", '"2-1"'),
        ("runs: up", "runs: away", "expected_one_of", "away"),
        ("size: [6, 4]", "size: [0, 4]", "too_small", "0, 4]"),
        (
            "size: [4, 3]}\n",
            "size: [4, 3]}\n        - {zone: east, at: [3, 2], size: [2, 2]}\n",
            "floor_zones_overlap",
            "[3, 2], size",
        ),
        (
            "size: [4, 3]}\n",
            "size: [4, 3]}\n        - {zone: west, at: [4, 0], size: [2, 2]}\n",
            "floor_zone_twice",
            "west, at: [4",
        ),
    ],
)
def test_a_mistaken_floor_plan_is_refused_at_its_place(
    tmp_path: Path, wrong: str, right: str, reason: str, at: str
) -> None:
    more = "".join(
        f"      - {{number: {number}, zone: west, kind: tide, businesses: [insurance]}}\n"
        for number in (2, 3)
    )
    sound = SOUND.replace("    accounts:", more + FLOOR + "    accounts:").replace(
        "{id: west, name: 西区}", "{id: west, name: 西区}, {id: east, name: 东区}"
    )
    (tmp_path / "sound.yaml").write_text(sound)
    assert load(tmp_path / "sound.yaml").halls[0].floor is not None
    assert wrong in FLOOR
    text = sound.replace(FLOOR, FLOOR.replace(wrong, right))
    found = said(problems_of(tmp_path, text))
    floor_at = text.index("    floor:")
    line, column = place_of(text[floor_at:], at)
    line += text[:floor_at].count("\n")
    assert (line, column, reason) in found
