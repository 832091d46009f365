"""`python -m hall bench staffing`: its table and its bounds."""

import re

import pytest

from hall.bench.run import Report
from hall.bench.staffing import ROWS, Figures, bench_staffing, check


def test_the_table_has_a_row_for_everybody_and_each_bound_says_whether_it_holds(
    capsys: pytest.CaptureFixture[str],
):
    code = bench_staffing(1, 1, "small")
    printed = capsys.readouterr().out
    for row in ROWS:
        assert re.search(rf"^  {re.escape(row)} +\d+\.\d\d ", printed, re.MULTILINE), row
    bounds = re.findall(r"^([✓✗]) small: (.+?)  ", printed, re.MULTILINE)
    kept = {what for mark, what in bounds if mark == "✓"}
    assert {
        "mean wait ÷ no action",
        "mean wait ÷ threshold rule",
        "as planned: mean wait ÷ no action",
    } <= kept
    assert {"foretold effect, sign right", "foretold wait, range holds"} <= {what for _, what in bounds}
    assert code == (1 if len(kept) < len(bounds) else 0)


def test_only_what_was_foretold_is_held_against_what_happened_when_that_is_asked(
    capsys: pytest.CaptureFixture[str],
):
    bench_staffing(1, 1, "small", only_foretold=True)
    printed = capsys.readouterr().out
    bounds = re.findall(r"^[✓✗] small: (.+?)  ", printed, re.MULTILINE)
    assert bounds
    assert all("foretold" in one or one.startswith("…") for one in bounds)
    assert "no action" not in printed


def test_advice_that_does_harm_fails_the_bound(capsys: pytest.CaptureFixture[str]):
    figures = Figures(windows=12, means={row: [10.0] for row in ROWS}, p95s={row: [30.0] for row in ROWS})
    figures.means["as planned: advisor"] = [11.0]
    figures.moves = {row: [0] for row in ROWS}
    report = Report()
    check(report, "small", figures)
    printed = capsys.readouterr().out
    assert "✗ small: as planned: mean wait ÷ no action" in printed
    assert "✗ small: mean wait ÷ no action" in printed
    assert "✓ small: mean wait ÷ threshold rule" in printed
    assert report.failed == 3
