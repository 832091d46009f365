"""A report as a file for a spreadsheet: CSV that Excel opens as UTF-8, and XLSX by openpyxl.

The headings are the catalogue's words, the definitions stand beside them (a second sheet in XLSX, last lines
in CSV). Text that a spreadsheet would take for a formula (= + - @, tab, carriage return at its beginning) is
written as text: OWASP, "CSV Injection".
"""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from hall.i18n import words_for
from hall.rules.figures import INDICATORS

FORMULA = ("=", "+", "-", "@", "\t", "\r")
WIDTH, WIDE = 13, 26
Cell = str | int | float | None


def made(report: dict[str, Any], kind: str, language: str, hall: str, hall_en: str) -> bytes:
    """The file's bytes. `report` is what hall/reporting/answers.py gives, `kind` csv or xlsx."""
    words = words_for(language)
    english = language == "en"
    title = words("report.file_title", hall=(english and hall_en) or hall)
    told = words("report.file_range", first=report["from"], last=report["to"])
    lines: list[list[Cell]] = [_heading(report["by"], words)]
    for row in report["rows"]:
        name = (english and row["name_en"]) or row["name"]
        lines.append([*_subject(report["by"], row["code"], name), *_cells(row)])
    total = [words("report.total"), *([""] if report["by"] in TWO_COLUMNS else [])]
    lines.append([*total, *_cells(report["total"])])
    meanings: list[list[Cell]] = [
        [words(f"report.{name}"), words(f"report.{name}_means")] for name in INDICATORS
    ]
    head: list[list[Cell]] = [[title], [told, words(f"report.hours.{report['hours']}")]]
    if kind == "csv":
        return _csv([*head, [], *lines, [], *meanings])
    return _xlsx(head, lines, meanings, words, _formats(report["by"]))


TWO_COLUMNS = ("department", "business", "window", "clerk")
"""Cuts whose rows have a code and a name."""


def plain(cell: Cell) -> Cell:
    """Text that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def _heading(by: str, words: Callable[..., str]) -> list[Cell]:
    subject: list[Cell] = [words(f"report.by.{by}")]
    if by in TWO_COLUMNS:
        subject.append(words("report.name"))
    units = (f"{words(f'report.{name}')}{_unit(name, words)}" for name in INDICATORS)
    return [*subject, *units]


def _unit(name: str, words: Callable[..., str]) -> str:
    return words("report.unit_seconds") if name.endswith("_seconds") else ""


def _subject(by: str, code: str, name: str) -> list[Cell]:
    if by == "hour":
        return [f"{code}:00"]
    return [code, name] if by in TWO_COLUMNS else [code]


def _cells(row: dict[str, Any]) -> list[Cell]:
    return [row[name] for name in INDICATORS]


def _formats(by: str) -> list[str | None]:
    """Number formats of the columns: shares as percentages."""
    shares = {"load", "load_imbalance", "rating_coverage", "rectified_on_time"}
    of = ["0.0%" if one.endswith("_rate") or one in shares else None for one in INDICATORS]
    return [None] * (2 if by in TWO_COLUMNS else 1) + of


def _csv(lines: Iterable[Sequence[Cell]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([plain(cell) for cell in line] for line in lines)
    return b"\xef\xbb\xbf" + text.getvalue().encode()  # Excel takes a file without the mark for GBK


def _xlsx(
    head: Sequence[Sequence[Cell]],
    lines: Sequence[Sequence[Cell]],
    meanings: Sequence[Sequence[Cell]],
    words: Callable[..., str],
    formats: Sequence[str | None],
) -> bytes:
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    sheet.title = words("report.sheet_figures")
    for line in (*head, (), *lines):
        sheet.append([None] * 0 if not line else list(line))
    first = len(head) + 2
    for row in sheet.iter_rows(min_row=1):
        for cell, form in zip(row, formats, strict=False):
            if isinstance(cell.value, str):
                cell.data_type = "s"  # text, whatever it begins with
                cell.quotePrefix = cell.value.startswith(FORMULA)
            elif form is not None:
                cell.number_format = form
    sheet["A1"].font = Font(bold=True, size=14)
    for cell in sheet[first]:
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="0B4DA2")
        cell.alignment = Alignment(wrap_text=True, vertical="center")
    for cell in sheet[sheet.max_row]:
        cell.font = Font(bold=True)
    named = sum(form is None for form in formats[:2])
    for column in range(1, len(formats) + 1):
        sheet.column_dimensions[get_column_letter(column)].width = WIDE if column <= named else WIDTH
    sheet.freeze_panes = sheet.cell(first + 1, named + 1)
    notes = book.create_sheet(words("report.sheet_meanings"))
    for meaning in meanings:
        notes.append(list(meaning))
    notes.column_dimensions["A"].width, notes.column_dimensions["B"].width = WIDE, 90
    made_file = io.BytesIO()
    book.save(made_file)
    return made_file.getvalue()
