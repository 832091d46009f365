"""What run.sh promises: pinned packages, no download addresses, a sentence where it cannot go on."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PINNED = re.compile(r"[A-Za-z0-9._-]+(\[\w+\])?==[0-9][\w.]*( *;.*)?")


def run_setup(folder: Path, programs: dict[str, str]) -> subprocess.CompletedProcess:
    """run.sh in an empty folder on a machine with only these programs, each given as a shell script."""
    shutil.copy(ROOT / "run.sh", folder)
    machine = folder / "bin"
    machine.mkdir()
    for name in ("sh", "dirname", "rm"):
        (machine / name).symlink_to(shutil.which(name))
    for name, text in programs.items():
        (machine / name).write_text(f"#!/bin/sh\n{text}\n")
        (machine / name).chmod(0o755)
    return subprocess.run(
        [machine / "sh", folder / "run.sh"],
        env={"PATH": str(machine)},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


PYTHON_WITHOUT_VENV = 'case "$*" in *ensurepip*) exit 1 ;; *--version*) echo Python 3.12.3 ;; esac'


@pytest.mark.parametrize("path", ["requirements.txt", "tests/requirements.txt"])
def test_every_python_package_is_pinned_to_one_version(path):
    lines = [line.partition(" #")[0].strip() for line in (ROOT / path).read_text().splitlines()]
    packages = [line for line in lines if line and not line.startswith(("#", "-r "))]
    assert packages
    assert [line for line in packages if not PINNED.fullmatch(line)] == []


def test_the_lockfile_pins_every_browser_library_and_records_no_download_address():
    lock = json.loads((ROOT / "package-lock.json").read_text())
    libraries = {name: entry for name, entry in lock["packages"].items() if name}
    assert libraries
    assert all(entry["version"] and entry["integrity"] for entry in libraries.values())
    assert not any("resolved" in entry for entry in libraries.values())


def test_an_old_python_is_told_which_one_is_needed(tmp_path):
    old = 'if [ "$1" = --version ]; then echo Python 3.10.12; else exit 1; fi'
    run = run_setup(tmp_path, {"python3": old})
    assert run.returncode == 1
    assert "Python 3.11 or later; this machine has: Python 3.10.12" in run.stderr


def test_without_root_the_missing_venv_package_is_named_as_a_command(tmp_path):
    run = run_setup(
        tmp_path, {"python3": PYTHON_WITHOUT_VENV, "id": "echo 1000", "apt-get": 'echo apt-get "$@" >> log'}
    )
    assert run.returncode == 1
    assert "sudo apt-get install -y python3-venv" in run.stderr
    assert not (tmp_path / "log").exists()


def test_as_root_only_the_venv_package_is_asked_of_apt(tmp_path):
    apt = 'echo "$@" >> log; exit 100'
    run = run_setup(tmp_path, {"python3": PYTHON_WITHOUT_VENV, "id": "echo 0", "apt-get": apt})
    assert run.returncode == 1
    assert "apt-get update && apt-get install -y python3-venv" in run.stderr
    asked = (tmp_path / "log").read_text().splitlines()
    assert {line.split()[-1] for line in asked} == {"python3-venv", "update"}


def test_a_start_with_everything_in_place_asks_no_registry(tmp_path):
    for name in ("requirements.txt", "package.json", "package-lock.json"):
        shutil.copy(ROOT / name, tmp_path)
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    log = tmp_path / "log"
    hashing = f'case "$*" in *hashlib*) exec {sys.executable} "$@" ;; esac'
    python.write_text(f'#!/bin/sh\necho "$*" >> {log}\n{hashing}\n')
    python.chmod(0o755)
    npm = f'echo npm "$@" >> {log}; case "$1" in --version) echo 10.9.2 ;; ci) mkdir node_modules ;; esac'
    programs = {"npm": npm} | {name: f'exec {shutil.which(name)} "$@"' for name in ("cat", "mkdir")}

    first = run_setup(tmp_path, programs)
    assert first.returncode == 0, first.stderr
    assert "pip install" in log.read_text()
    assert "npm ci" in log.read_text()

    log.unlink()
    shutil.rmtree(tmp_path / "bin")
    second = run_setup(tmp_path, programs)
    assert second.returncode == 0, second.stderr
    assert "install" not in log.read_text()
    assert "npm" not in log.read_text()
    assert log.read_text().splitlines()[-1] == "-m hall serve"
