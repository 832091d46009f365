"""`python -m hall bench faults`, the command, once or twice; the hundreds are run by hand: docs/faults.md."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hall.bench.faults.listing import bench_faults
from hall.bench.faults.nursery import begin_hall
from hall.bench.faults.paper import SAYS, WELL
from tests.hall_server import nursery
from tests.printer.stand_in import StandIn

Rows = list[dict[str, Any]]
Tries = Callable[..., Rows]


@pytest.fixture
def tries(tmp_path: Path) -> Tries:
    """Runs the command for these faults; the rows, each of which must hold."""

    def run(*names: str, times: int = 1, postgres: str | None = None) -> Rows:
        command = ["bench", "faults", "--json", "--times", str(times)]
        command += [word for name in names for word in ("--only", name)]
        command += ["--postgres", postgres] if postgres else []
        begin_hall(command, tmp_path / "log", nursery()).wait()
        said = (tmp_path / "log").read_text(errors="replace")
        rows: Rows = next((json.loads(line) for line in said.splitlines() if line.startswith("[{")), [])
        assert [row["tried"] for row in rows if row["holds"]] == [times] * len(names), said
        return rows

    return run


def test_a_server_killed_while_it_prints_loses_nothing_and_a_second_copy_says_so(tries: Tries):
    (row,) = tries("crash-while-printing", times=2)
    assert (row["lost"], row["doubled"]) == (0, 0)
    assert row["notes"]["fault.note.acts"] > 5
    assert row["recover_longest"] < 85  # a claim that nobody knows to be dead lasts 90 s


@pytest.mark.postgres
def test_a_server_killed_under_load_loses_nothing_on_postgresql(tries: Tries, postgres_url: str):
    (row,) = tries("crash", postgres=postgres_url)
    assert (row["database"], row["lost"], row["doubled"]) == ("PostgreSQL", 0, 0)


def test_a_migration_killed_half_way_is_whole_after_the_next_start(tries: Tries):
    tries("crash-in-migration")


def test_a_kiosk_on_its_own_and_a_clerk_on_paper_lose_and_double_nothing_while_the_server_is_killed(
    tries: Tries,
):
    (row,) = tries("kiosk-alone")
    assert (row["lost"], row["doubled"]) == (0, 0)
    assert row["notes"] == {"fault.note.alone": 7, "fault.note.on_paper": 1}


@pytest.mark.browser
def test_a_kiosks_and_a_clerks_page_without_network_show_nothing_untrue_and_come_back_by_themselves(
    tries: Tries,
):
    (row,) = tries("pages-3s")
    assert (row["lost"], row["doubled"]) == (0, 0)
    assert row["notes"]["fault.note.shown"] == 3


@pytest.mark.parametrize(
    ("temper", "state"),
    [
        ("paper-out", {"paper": "out"}),
        ("cover-open", {"cover_open": True}),
        ("offline", {"offline": True}),
        ("jammed", {"cutter_jammed": True}),
    ],
)
def test_the_benchs_printer_says_what_is_wrong_as_the_tests_printer_does(temper: str, state: dict[str, Any]):
    said = [WELL[0] | SAYS[temper].get(query, 0) for query in (1, 2, 3, 4)]
    assert said == [StandIn(**state).answer(query) for query in (1, 2, 3, 4)]


def test_a_fault_that_nobody_knows_is_answered_with_the_list(capsys: pytest.CaptureFixture[str]):
    assert bench_faults(["nonsense"], None, None, as_json=False) == 2
    assert "crash-in-migration" in capsys.readouterr().out
