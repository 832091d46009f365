"""`python -m hall twin run`, as somebody at a terminal uses it."""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from hall import config, setup
from hall.twin.command import add_arguments

ROOT = Path(__file__).resolve().parent.parent.parent
VILLAGE = "hall/presets/village.yaml"


def twin_run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hall", "twin", "run", *arguments],
        cwd=ROOT,
        env={**os.environ, "HALL_LANGUAGE": "en"},
        capture_output=True,
        text=True,
        timeout=600,
    )


def test_days_are_played_in_processes_and_come_as_table_json_and_picture(tmp_path: Path):
    figures, picture = tmp_path / "days.json", tmp_path / "days.svg"
    done = twin_run(
        VILLAGE, "--workload", "normal", "--seeds", "3", "--processes", "2", "--day", "2026-11-23",
        "--policy", "own", "--policy", "by-length-0.7", "--json", str(figures), "--picture", str(picture),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "The hall's own rule" in done.stdout
    assert "By length, 0.7" in done.stdout
    assert "6/6" in done.stderr, "the progress bar counts days and policies"
    told = json.loads(figures.read_text(encoding="utf-8"))
    assert [one["policy"] for one in told["policies"]] == ["own", "by-length-0.7"]
    everybody = told["policies"][0]["waits_seconds"][0]
    assert (everybody["business"], everybody["visitor_class"]) == (None, None)
    assert everybody["mean"]["mean"] > 0
    assert "<svg" in picture.read_text(encoding="utf-8")
    alone = tmp_path / "alone.json"
    again = twin_run(
        VILLAGE, "--workload", "normal", "--seeds", "3", "--processes", "1", "--day", "2026-11-23",
        "--policy", "own", "--policy", "by-length-0.7", "--json", str(alone),
    )  # fmt: skip
    assert again.stdout == done.stdout
    assert json.loads(alone.read_text(encoding="utf-8")) == told


def test_a_mistake_in_the_workload_is_told_with_file_and_line(tmp_path: Path):
    file = tmp_path / "bad.yaml"
    file.write_text("name: x\nbusinesses:\n  no-such-business: {factor: 2}\n", encoding="utf-8")
    done = twin_run(VILLAGE, "--workload", str(file))
    assert done.returncode == 1
    assert f"{file}:3:" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_mistake_in_the_configuration_is_told_with_file_and_line(tmp_path: Path):
    text = (ROOT / VILLAGE).read_text(encoding="utf-8")
    file = tmp_path / "config.yaml"
    without_promise = "    rules: {promise_minutes: {ordinary: 0}}\n    zones:"
    file.write_text(text.replace("    zones:", without_promise, 1), encoding="utf-8")
    line = text[: text.index("    zones:")].count("\n") + 1
    done = twin_run(str(file), "--workload", "normal")
    assert done.returncode == 1
    assert f"{file}:{line}:" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_day_nobody_comes_is_an_empty_report(tmp_path: Path):
    # A Sunday: the village is closed.
    done = twin_run(
        VILLAGE, "--workload", "normal", "--day", "2026-11-22", "--seeds", "1", "--policy", "fifo"
    )
    assert done.returncode == 0, done.stderr
    assert "–" in done.stdout
    assert "Nobody came on 2026-11-22: the hall is closed on that day." in done.stdout


def test_visitors_who_come_while_no_numbers_are_given_out_are_told_on_the_workloads_own_day(tmp_path: Path):
    business = config.load(ROOT / VILLAGE).halls[0].businesses()[0].business.id
    file = tmp_path / "early.yaml"
    rows = "".join(f'  - {{at: "{at}", business: {business}}}\n' for at in ("03:00", "09:00", "23:00"))
    file.write_text(f"name: early\nday: 2026-11-23\narrivals:\n{rows}", encoding="utf-8")
    figures = tmp_path / "day.json"
    done = twin_run(
        VILLAGE, "--workload", str(file), "--seeds", "1", "--policy", "own", "--json", str(figures)
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(figures.read_text(encoding="utf-8"))
    assert told["day"] == "2026-11-23"
    (own,) = told["policies"]
    assert (own["outcomes"]["served"], own["outcomes"]["refused"]) == (1, 2)
    assert "No number" in done.stdout


@pytest.mark.parametrize(
    "wrong",
    [
        ["--seeds", "0"],
        ["--picture", "x.gif"],
        ["--policy", "magic"],
        ["--day", "2026-13-01"],
        ["--json", "no-such-folder/x.json"],
        ["--picture", "no-such-folder/x.svg"],
    ],
)
def test_what_cannot_be_asked_is_refused(wrong: list[str], capsys: pytest.CaptureFixture[str]):
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    with pytest.raises(SystemExit):
        parser.parse_args(["run", VILLAGE, "--workload", "normal", *wrong])
    assert wrong[0] in capsys.readouterr().err


def twin_replay(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hall", "twin", "replay", *arguments],
        cwd=ROOT,
        env={**os.environ, "HALL_LANGUAGE": "en"},
        capture_output=True,
        text=True,
        timeout=120,
    )


def a_hall_of_its_own(folder: Path) -> Path:
    """The village's configuration where its database may be made."""
    file = folder / "config.yaml"
    file.write_text((ROOT / VILLAGE).read_text(encoding="utf-8"), encoding="utf-8")
    return file


def test_replaying_where_no_hall_ever_opened_says_so_and_makes_no_database(tmp_path: Path):
    done = twin_replay("yesterday", str(a_hall_of_its_own(tmp_path)))
    assert (done.returncode, done.stdout) == (1, "")
    assert "yesterday: the database does not exist yet" in done.stderr
    assert "Traceback" not in done.stderr
    assert [one.name for one in tmp_path.iterdir()] == ["config.yaml"]


def test_replaying_an_unknown_hall_or_a_day_to_come_is_told(tmp_path: Path):
    file = a_hall_of_its_own(tmp_path)
    loaded = config.load(file)
    database = setup.open_database(loaded, tmp_path)
    nobody = twin_replay("2025-11-17", str(file))
    assert nobody.returncode == 1
    assert loaded.halls[0].id in nobody.stderr
    setup.apply(database, loaded.halls[0])
    database.engine.dispose()
    unknown = twin_replay("2025-11-17", str(file), "--hall", "atlantis")
    assert (unknown.returncode, "atlantis" in unknown.stderr) == (1, True)
    future = twin_replay("2199-11-17", str(file))
    assert future.returncode == 1
    assert f"{loaded.halls[0].id}, 2199-11-17: this day has not come yet." in future.stderr
    empty = twin_replay("2025-11-17", str(file), "--policy", "own", "fifo", "--rows", "0")
    assert empty.returncode == 0, empty.stderr
    assert "–" in empty.stdout
    assert not any("Traceback" in one.stderr for one in (nobody, unknown, future, empty))


@pytest.mark.parametrize("wrong", [["tomorrow-ish"], ["2025-13-01"], ["yesterday", "--policy", "magic"]])
def test_a_replay_that_cannot_be_asked_for_is_refused(wrong: list[str], capsys: pytest.CaptureFixture[str]):
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    with pytest.raises(SystemExit):
        parser.parse_args(["replay", *wrong])
    assert wrong[-1] in capsys.readouterr().err


def test_an_unknown_hall_is_named():
    done = twin_run(VILLAGE, "--workload", "normal", "--hall", "atlantis")
    assert done.returncode == 1
    assert "atlantis" in done.stderr
