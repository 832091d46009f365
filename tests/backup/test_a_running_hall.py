"""A real server that copies itself, says when it cannot, dies, and comes back elsewhere by command."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hall.bench.faults.nursery import ROOT
from tests.builders import settings, small_hall
from tests.hall_server import PASSWORD, HallServer, StartHall
from tests.people import Api

PATIENCE_SECONDS = 60


def hall(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """`python -m hall` with the settings of a folder, in English."""
    command = [sys.executable, "-m", "hall", "--config", str(folder / "config.yaml"), *words]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, env={**os.environ, "HALL_LANGUAGE": "en"}
    )


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_a_hall_copies_itself_and_comes_back_elsewhere(start_hall: StartHall, tmp_path: Path):
    trouble = {"device_trouble": {"yellow": 1, "orange": 2, "red": 3}}
    wanted = settings(small_hall(alerts={"indicators": trouble}), backup={"folder": "copies"})
    server = start_hall(wanted)
    manager = server.manager().api

    def said() -> dict[str, Any]:
        others = manager.get("/devices")["others"]
        return next((one for one in others if one["source"] == "backup"), {"status": {}, "troubles": []})

    given = [server.visitor().takes_a_number()["label"] for _ in range(2)]
    server.clerk(1).sits_at(1).calls_next()
    wait_until(lambda: said()["status"].get("backup") == "made")
    assert hall(server.folder, "backup", "--to", str(server.folder / "copies"), "--keep", "1").returncode == 0
    (copy,) = (server.folder / "copies").glob("hall-*")
    given += [server.visitor().takes_a_number()["label"] for _ in range(20)]
    shutil.copytree(copy, tmp_path / "copy")
    shutil.rmtree(server.folder / "copies")
    (server.folder / "copies").write_text("a file where the folder was")
    wait_until(lambda: said()["troubles"] == ["device.trouble.backup"])
    assert said()["state"] == "trouble"
    refused = hall(server.folder, "restore", str(tmp_path / "copy"))
    assert (refused.returncode, "not overwritten" in refused.stderr) == (1, True)
    server.kill()

    elsewhere = tmp_path / "elsewhere"
    ran = hall(elsewhere, "restore", str(tmp_path / "copy"))
    assert ran.returncode == 0, ran.stderr
    for told in (
        "the copy ends with A002; the next number is A201",
        "There is no secret",
        "copy’s own are now",
    ):
        assert told in ran.stdout
    back = HallServer(elsewhere, wanted, server.hall, server.tokens)
    back.start()
    try:
        journal = back.anyone().get("/events", after=0)["events"]
        assert [one["seq"] for one in journal] == list(range(1, len(journal) + 1))
        assert "hall_restored" in {one["type"] for one in journal}
        # kiosks are still paired; whoever was signed in signs in again and sits where they sat
        new = [back.visitor().takes_a_number()["label"] for _ in range(2)]
        assert new == ["A201", "A202"]
        assert set(new).isdisjoint(given)
        again = Api(back.url, back.hall).sign_in("clerk1", PASSWORD)
        assert again.get("/windows/1/desk")["ticket"]["label"] == given[0]
    finally:
        back.stop()
