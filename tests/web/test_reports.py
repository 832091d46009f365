"""Reports and standards over the real interface, answered by their own process."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psutil
import pytest
from openpyxl import load_workbook

from hall.reporting.files import made, plain
from hall.rules.figures import INDICATORS
from tests.builders import settings, small_hall
from tests.hall_server import HallServer, StartHall
from tests.people import TIMEOUT, Refused


def today() -> date:
    return datetime.now(UTC).astimezone(ZoneInfo("Asia/Shanghai")).date()


def busy_day(hall: HallServer) -> None:
    """Three numbers: one served and rated well, one missed, one still waiting."""
    visitor, clerk = hall.visitor(), hall.clerk(1).sits_at(1)
    first = visitor.takes_a_number()
    second = visitor.takes_a_number("employment")
    visitor.takes_a_number()
    clerk.calls_next(ticket=first["id"])
    clerk.does("start")
    clerk.does("finish")
    hall.anyone().post(f"/visits/{first['secret']}/rating", {"grade": 5})
    clerk.calls_next(ticket=second["id"])
    clerk.does("missed")


def test_a_report_of_today_holds_what_was_committed_a_moment_ago(own_hall: HallServer):
    busy_day(own_hall)
    report = own_hall.manager().api.get("/reports")
    total = report["total"]
    assert (total["taken"], total["called"], total["served"], total["missed"]) == (3, 2, 1, 1)
    assert (total["rated"], total["mean_grade"], total["rating_coverage"]) == (1, 5.0, 1.0)
    assert total["wait_target_rate"] == 1.0
    assert (report["from"], report["to"], report["behind"]) == (str(today()), str(today()), 0)
    own_hall.visitor().takes_a_number()
    assert own_hall.manager().api.get("/reports")["total"]["taken"] == 4


@pytest.mark.parametrize(
    ("by", "rows"),
    [
        ("department", {"hrss": 2}),
        ("business", {"social": 1, "employment": 1}),
        ("window", {"1": 2}),
        ("clerk", {"clerk1": 2}),
        ("day", {"today": 2}),
    ],
)
def test_every_cut_lists_its_own_rows(own_hall: HallServer, by: str, rows: dict[str, int]):
    busy_day(own_hall)
    rows = {str(today()) if code == "today" else code: called for code, called in rows.items()}
    report = own_hall.manager().api.get("/reports", by=by)
    assert {one["code"]: one["called"] for one in report["rows"] if one["called"]} == rows
    assert sum(one["served"] for one in report["rows"]) == report["total"]["served"] == 1


def test_busy_and_idle_hours_are_apart_and_make_up_the_whole(own_hall: HallServer):
    busy_day(own_hall)
    api = own_hall.manager().api
    found = {hours: api.get("/reports", by="hour", hours=hours) for hours in ("all", "busy", "idle")}
    assert {one["code"] for one in found["busy"]["rows"]} <= {"09", "10", "14", "15"}
    assert {one["code"] for one in found["idle"]["rows"]} & {"09", "10", "14", "15"} == set()
    totals = {hours: one["total"]["taken"] for hours, one in found.items()}
    assert totals["busy"] + totals["idle"] == totals["all"] == 3


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"from": "2026-11-20", "to": "2026-11-19"}, "range_reversed"),
        ({"to": "2199-01-01"}, "range_in_future"),
        ({"from": "2199-01-01"}, "range_in_future"),
        ({"from": "2001-01-01", "to": "2026-01-01"}, "range_too_long"),
        ({"from": "2026-02-30"}, "bad_request"),
        ({"from": "yesterday"}, "bad_request"),
        ({"from": "1700000000"}, "bad_request"),
        ({"from": "٢٠٢٦-٠١-٠١"}, "bad_request"),
        ({"by": "colour"}, "bad_request"),
        ({"hours": "happy"}, "bad_request"),
    ],
)
def test_a_range_or_cut_that_makes_no_sense_is_refused(
    own_hall: HallServer, query: dict[str, str], code: str
):
    with pytest.raises(Refused) as refused:
        own_hall.manager().api.get("/reports", **query)
    assert (refused.value.status, refused.value.code) == (422, code)
    assert refused.value.detail


@pytest.mark.parametrize("path", ["/reports", "/standards", "/standards/wait-target/evidence"])
def test_only_managers_read_reports(own_hall: HallServer, path: str):
    for api, status in ((own_hall.anyone(), 401), (own_hall.clerk(1).api, 403), (own_hall.guide().api, 403)):
        with pytest.raises(Refused) as refused:
            api.get(path)
        assert refused.value.status == status


def download(hall: HallServer, kind: str, **query: str) -> Any:
    session = hall.manager().api.session
    url = f"{hall.url}/halls/{hall.hall}/reports/file.{kind}"
    return session.get(url, params=query, headers={"Accept": "text/html"}, timeout=TIMEOUT)


def test_a_csv_opens_in_excel_with_chinese_headings_and_their_meanings(own_hall: HallServer):
    busy_day(own_hall)
    answer = download(own_hall, "csv", by="business", lang="zh")
    assert (
        answer.headers["Content-Disposition"].endswith('.csv"')
        or ".csv" in answer.headers["Content-Disposition"]
    )
    assert answer.content.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    heading = next(one for one in lines if one and one[0] == "业务")
    assert heading[1:4] == ["名称", "取号", "叫号"]
    rows = {one[0]: one for one in lines if one}
    assert rows["social"][1:3] == ["社会保险", "2"]
    assert rows["合计"][heading.index("取号")] == "3"
    assert any(one and one[0] == "等候达标率" and "承诺" in one[1] for one in lines)


def test_an_excel_file_has_figures_as_numbers_and_definitions_on_a_second_sheet(own_hall: HallServer):
    busy_day(own_hall)
    answer = download(own_hall, "xlsx", by="window", lang="en")
    book = load_workbook(io.BytesIO(answer.content))
    figures, meanings = book.worksheets
    heading = [cell.value for cell in figures[4]]
    assert heading[:4] == ["Window", "Name", "Numbers taken", "Called"]
    total = [cell.value for cell in figures[figures.max_row]]
    assert total[heading.index("Called")] == 2
    rate = figures.cell(figures.max_row, heading.index("Wait-target rate") + 1)
    assert (rate.value, rate.number_format) == (1, "0.0%")
    assert meanings.max_row == len(INDICATORS)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_name_becomes_a_formula(start: str):
    name = f"{start}HYPERLINK(1)"
    empty = dict.fromkeys(INDICATORS, 0)
    report = {
        "from": "2026-11-20",
        "to": "2026-11-20",
        "by": "business",
        "hours": "all",
        "total": empty,
        "rows": [{"code": "a", "name": name, "name_en": "", **empty}],
    }
    assert plain(name) == f"'{name}"
    lines = list(csv.reader(io.StringIO(made(report, "csv", "zh", name, "").decode("utf-8-sig"), newline="")))
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for line in lines for cell in line)
    sheet = load_workbook(io.BytesIO(made(report, "xlsx", "zh", name, ""))).worksheets[0]
    assert {cell.data_type for line in sheet for cell in line if cell.value} <= {"s", "n"}


def test_a_file_of_nonsense_is_refused_with_a_page(own_hall: HallServer):
    for kind, query in (("csv", {"from": "2199-01-01"}), ("csv", {"by": "colour"}), ("exe", {})):
        answer = download(own_hall, kind, **query)
        assert answer.status_code == 422
        assert answer.headers["Content-Type"].startswith("text/html")


def test_standards_turn_red_with_the_very_tickets_that_broke_them(start_hall: StartHall):
    rows = [
        {"id": "ratings", "indicator": "rating_coverage", "at_least": 1},
        {"id": "nobody-missed", "indicator": "missed", "at_most": 0, "scope": "business", "owner": "王主任"},
        {"id": "quick", "indicator": "wait_target_rate", "at_least": 0.9},
        {"id": "open", "indicator": "window_open_rate", "at_least": 0.0},
    ]
    hall = start_hall(settings(small_hall(standards={"rows": rows})))
    busy_day(hall)
    api = hall.manager().api
    found = {one["standard"]: one for one in api.get("/standards")["standards"]}
    assert {name: one["met"] for name, one in found.items()} == {
        "ratings": True,
        "nobody-missed": False,
        "quick": True,
        "open": True,
    }
    red = {one["code"]: one["met"] for one in found["nobody-missed"]["results"]}
    assert red == {"social": True, "employment": False}
    assert found["nobody-missed"]["owner"] == "王主任"
    evidence = api.get("/standards/nobody-missed/evidence")
    assert evidence["total"] == 1
    (ticket,) = evidence["tickets"]
    assert (ticket["ticket"], ticket["business"], ticket["window"]) == ("B001", "employment", 1)
    assert api.get("/standards/nobody-missed/evidence", subject="social")["total"] == 0
    windows = api.get("/standards/open/evidence")["windows"]
    assert sorted(one["code"] for one in windows) == ["1", "2", "3", "4", "5", "6"]
    with pytest.raises(Refused) as refused:
        api.get("/standards/none/evidence")
    assert (refused.value.status, refused.value.code) == (404, "unknown_standard")


def test_a_hall_whose_reports_process_was_killed_answers_again(start_hall: StartHall):
    hall = start_hall()
    busy_day(hall)
    api = hall.manager().api
    assert api.get("/reports")["total"]["taken"] == 3
    for child in psutil.Process(hall.process.pid).children(recursive=True):
        if "hall.reporting.worker" in " ".join(child.cmdline()):
            child.kill()
            child.wait(TIMEOUT)
    hall.visitor().takes_a_number()
    deadline = datetime.now(UTC) + timedelta(seconds=60)
    while True:
        try:
            assert api.get("/reports")["total"]["taken"] == 4
            return
        except Refused as refused:
            assert refused.code == "reports_away"
            assert datetime.now(UTC) < deadline
