"""`python -m hall bench faults`, the command, a few times each: the hundreds are run by hand (docs/faults.md)."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from tests.hall_server import ROOT


def tries(*names: str, times: int = 1, postgres: str | None = None) -> list[dict[str, Any]]:
    """The rows of these faults, each of which must hold."""
    command = [sys.executable, "-m", "hall", "bench", "faults", "--json", "--times", str(times)]
    command += [word for name in names for word in ("--only", name)]
    command += ["--postgres", postgres] if postgres else []
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env={**os.environ})
    assert ran.returncode == 0, ran.stdout + ran.stderr
    rows = json.loads(ran.stdout.splitlines()[-1])
    assert all(row["holds"] and row["tried"] == times for row in rows)
    return rows


def test_a_server_killed_under_load_loses_and_doubles_nothing():
    (row,) = tries("crash", times=2)
    assert (row["lost"], row["doubled"]) == (0, 0)
    assert row["notes"]["fault.note.acts"] > 20


def test_a_ticket_that_was_being_printed_comes_out_and_a_second_copy_says_so():
    (row,) = tries("crash-while-printing")
    assert (
        row["recover_longest"] < 60
    )  # the dead server's claim lasts 90 s where nobody knows that it is dead


@pytest.mark.postgres
def test_the_same_on_postgresql_where_a_migration_is_killed_as_well(postgres_url: str):
    rows = tries("crash", "crash-in-migration", postgres=postgres_url)
    assert {row["database"] for row in rows} == {"SQLite", "PostgreSQL"}


def test_a_fault_that_nobody_knows_is_answered_with_the_list():
    command = [sys.executable, "-m", "hall", "bench", "faults", "--only", "nonsense"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 2
    assert "crash-in-migration" in ran.stdout
