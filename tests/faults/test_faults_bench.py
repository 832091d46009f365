"""`python -m hall bench faults`, the command, once or twice; the hundreds are run by hand: docs/faults.md."""

import json
import subprocess
import sys
from typing import Any

import pytest

from hall.bench.faults.nursery import ROOT

COMMAND = [sys.executable, "-m", "hall", "bench", "faults"]


def tries(*names: str, times: int = 1, postgres: str | None = None) -> list[dict[str, Any]]:
    """The rows of these faults, each of which must hold."""
    command = [*COMMAND, "--json", "--times", str(times)]
    command += [word for name in names for word in ("--only", name)]
    command += ["--postgres", postgres] if postgres else []
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    rows = json.loads(ran.stdout.splitlines()[-1])
    assert all(row["holds"] and row["tried"] == times for row in rows)
    return rows


def test_a_server_killed_while_it_prints_loses_nothing_and_a_second_copy_says_so():
    (row,) = tries("crash-while-printing", times=2)
    assert (row["lost"], row["doubled"]) == (0, 0)
    assert row["notes"]["fault.note.acts"] > 5
    assert row["recover_longest"] < 60  # a claim that nobody knows to be dead lasts 90 s


@pytest.mark.postgres
def test_a_server_killed_under_load_loses_nothing_on_postgresql(postgres_url: str):
    (row,) = tries("crash", postgres=postgres_url)
    assert (row["database"], row["lost"], row["doubled"]) == ("PostgreSQL", 0, 0)


def test_a_migration_killed_half_way_is_whole_after_the_next_start():
    tries("crash-in-migration")


def test_a_kiosk_on_its_own_and_a_clerk_on_paper_lose_and_double_nothing_while_the_server_is_killed():
    (row,) = tries("kiosk-alone")
    assert (row["lost"], row["doubled"]) == (0, 0)
    assert row["notes"] == {"fault.note.alone": 7, "fault.note.on_paper": 1}


@pytest.mark.browser
def test_a_kiosks_and_a_clerks_page_without_network_show_nothing_untrue_and_come_back_by_themselves():
    (row,) = tries("pages-3s")
    assert (row["lost"], row["doubled"]) == (0, 0)
    assert row["notes"]["fault.note.shown"] == 3


def test_a_fault_that_nobody_knows_is_answered_with_the_list():
    ran = subprocess.run([*COMMAND, "--only", "nonsense"], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 2
    assert "crash-in-migration" in ran.stdout
