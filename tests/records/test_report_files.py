"""Each day's reports are written into a folder by themselves, once, also after a stop."""

from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook

from hall.records.database import Database
from hall.reporting.answers import report
from hall.reporting.worker import Reporter
from hall.rules.spans import Span
from tests.office import MORNING, Office

WANTED = {"folder": "out", "at": "18:30", "cuts": ["business", "hour"], "kinds": ["xlsx", "csv"]}


@pytest.fixture
def exporting(database: Database) -> Office:
    return Office(database, report_files=WANTED)


def exports(office: Office, root: Path) -> list[str]:
    reporter = Reporter(office.database)
    code = office.settings["id"]
    while reporter.catch_up(code):
        pass
    return [path.name.removeprefix(f"{code}-") for path in reporter.export(code, root)]


def test_the_days_files_are_written_once_when_the_hour_has_come(exporting: Office, tmp_path: Path):
    exporting.takes()
    assert exports(exporting, tmp_path) == []
    exporting.now = MORNING + timedelta(hours=9, minutes=30)
    assert exports(exporting, tmp_path) == [
        f"2026-11-23-{by}.{kind}" for by in ("business", "hour") for kind in ("xlsx", "csv")
    ]
    assert exports(exporting, tmp_path) == []
    assert len(list((tmp_path / "out").iterdir())) == 4


def test_a_day_whose_file_is_missing_is_written_later_and_an_empty_day_never(
    exporting: Office, tmp_path: Path
):
    exporting.takes()
    exporting.later(days=3)
    assert len(exports(exporting, tmp_path)) == 4
    (path,) = (tmp_path / "out").glob("*2026-11-23-business.xlsx")
    cells = [cell.value for row in load_workbook(path).worksheets[0] for cell in row]
    assert "社会保险" in cells


def test_a_day_by_the_hour_begins_with_the_hour_in_which_the_doors_open(database: Database):
    office = Office(database, hours={"mon": ["09:00-12:00"]})
    office.takes()
    office.later(hours=12)
    reporter = Reporter(office.database)
    while reporter.catch_up(office.settings["id"]):
        pass
    span = Span(office.book().day(office.now), office.book().day(office.now))
    with office.database.read() as connection:
        told = report(connection, office.book(), span, "hour", "all")
    assert [one["code"] for one in told["rows"]] == ["09", "10", "11"]


def test_a_folder_that_cannot_be_written_stops_nothing(exporting: Office, tmp_path: Path):
    exporting.takes()
    exporting.later(days=1)
    (tmp_path / "out").write_text("a file stands where the folder should be")
    assert exports(exporting, tmp_path) == []
    (tmp_path / "out").unlink()
    assert len(exports(exporting, tmp_path)) == 4


def test_without_a_folder_nothing_is_written(office: Office, tmp_path: Path):
    office.takes()
    office.later(days=1)
    assert exports(office, tmp_path) == []
    assert list(tmp_path.iterdir()) == []
