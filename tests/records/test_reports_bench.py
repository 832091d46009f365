"""The measurement of reports runs through every cut."""

import pytest

from hall.bench.reports import bench_reports
from hall.reporting.answers import CUTS


def test_the_bench_tells_the_seconds_of_every_cut(capsys: pytest.CaptureFixture[str]):
    assert bench_reports(days=3, seed=1) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if line.endswith("×")]
    assert len(lines) == len(CUTS)
