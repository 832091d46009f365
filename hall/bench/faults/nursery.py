"""Starts `python -m hall` in a process of its own; where many are started, from a nursery that has loaded
their modules (hall/bench/faults/nursery_process.py). The tests start their halls with it as well.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import psutil

ROOT = Path(__file__).parent.parent.parent.parent
CAN_FORK = hasattr(os, "fork")
"""Windows cannot; there every server loads its modules itself."""


class Nursery:
    """The process that forks servers. It ends with `close`, or with whoever holds it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "hall.bench.faults.nursery_process"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def fork(self, arguments: Sequence[str], log: Path) -> psutil.Process:
        """A child that runs `python -m hall` with these arguments."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps({"arguments": list(arguments), "log": str(log)}) + "\n")
        self._process.stdin.flush()
        return psutil.Process(int(self._process.stdout.readline()))

    def close(self) -> None:
        """Ends the nursery; what it has forked goes on."""
        self._process.terminate()
        self._process.communicate()


def begin_hall(arguments: Sequence[str], log: Path, nursery: Nursery | None = None) -> psutil.Process:
    """Starts `python -m hall` with these arguments and does not wait for it; its words go to the log."""
    if nursery is not None:
        return nursery.fork(arguments, log)
    with log.open("ab") as words:
        return psutil.Popen(
            [sys.executable, "-m", "hall", *arguments],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=words,
        )
