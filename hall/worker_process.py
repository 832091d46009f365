"""One worker process as the server holds it: `python -m <module>`, started, started again when it died,
asked, and ended. hall/foresight.py, hall/reporting/keeper.py and hall/planning/keeper.py each keep theirs
with it; what runs on the other side of the pipe is hall/worker_loop.py or a loop of its own.

The first line on its stdin says what it works for; every further line is a question, answered by lines of
JSON on its stdout; it ends with its stdin. Plain threads and pipes: under gevent's monkey patch they become
greenlets, and a request that waits for its answer keeps nobody else waiting.
"""

import json
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

from hall.rules.errors import Refusal, Unavailable

log = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 300.0
"""Between two starts: one that dies at once is not started for every question."""
STEADY_SECONDS = 60.0
"""A process that ran so long had started well."""
END_SECONDS = 2.0
ROOT = Path(__file__).parent.parent

Progress = Callable[[float], None]
"""Told how much of an answer is worked out, from 0 to 1."""


def refusals(base: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    """Every named refusal: what the other side raised is raised on this one."""
    yield base
    for kind in base.__subclasses__():
        yield from refusals(kind)


class _Asked:
    """A question under way, and the process that was asked."""

    def __init__(self, progress: Progress | None) -> None:
        self.done = threading.Event()
        self.progress = progress
        self.line: dict[str, Any] | None = None
        self.process: subprocess.Popen[bytes] | None = None


class WorkerProcess:
    """Keeps one process. `told` is its first line; `away` is what a question raises that gets no answer."""

    def __init__(
        self,
        module: str,
        told: Mapping[str, Any],
        away: type[Unavailable] = Unavailable,
        longest_pause_seconds: float = LONGEST_PAUSE_SECONDS,
    ) -> None:
        self._module, self._told, self._away = module, dict(told), away
        self._longest_pause_seconds = longest_pause_seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._asked: dict[int, _Asked] = {}
        self._numbers = count(1)
        self._lock = threading.Lock()
        self._over = False
        self._pause = 0.0
        self._started_at = 0.0

    @property
    def pid(self) -> int | None:
        """The process, while it runs."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    @property
    def was_started(self) -> bool:
        """Whether it runs or ever ran."""
        return self._process is not None

    def start(self) -> bool:
        """Starts it unless it runs, or died so lately that it would only die again; returns whether it
        runs.
        """
        with self._lock:
            return self._start()

    def stop(self) -> None:
        """Ends it for good; an answer under way is not waited for."""
        self._over = True
        self._end()

    def ask(
        self,
        question: Mapping[str, Any],
        seconds: float,
        progress: Progress | None = None,
        drop: bool = False,
    ) -> dict[str, Any]:
        """The answer to one question, within so many seconds; the process is started when it does not run.

        `drop`: a process that has not answered in time is ended, for it would keep the next question
        waiting. Raises `away`, and the refusal that the answering raised.
        """
        asked, number = _Asked(progress), next(self._numbers)
        self._asked[number] = asked
        try:
            with self._lock:
                self._write({"id": number, **question})
                asked.process = self._process
            if not asked.done.wait(seconds) and drop:
                log.warning("%s did not answer in %.0f s: %s", self._module, seconds, question)
                self._end()
        finally:
            self._asked.pop(number, None)
        line = asked.line
        if line is None:
            raise self._away()
        if "refusal" in line:
            known = {kind.code: kind for kind in refusals()}
            refusal = known.get(line["refusal"], self._away)(**line["params"])
            refusal.more = line.get("more", {})
            raise refusal
        return dict(line["answer"])

    def _end(self) -> None:
        process = self._process
        if process is None:
            return
        with suppress(OSError):
            process.stdin.close()  # type: ignore[union-attr]
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _write(self, question: Mapping[str, Any]) -> None:
        if not self._start():
            raise self._away()
        try:
            self._process.stdin.write(json.dumps(question).encode() + b"\n")  # type: ignore[union-attr]
            self._process.stdin.flush()  # type: ignore[union-attr]
        except (OSError, ValueError) as error:  # it died, or was just ended
            log.warning("%s is not answering: %s", self._module, error)
            raise self._away() from error

    def _start(self) -> bool:
        if self.pid is not None:
            return True
        now = time.monotonic()
        if self._over or (self._process is not None and now < self._started_at + self._pause):
            return False
        steady = self._process is None or now > self._started_at + STEADY_SECONDS
        self._pause = min(FIRST_PAUSE_SECONDS if steady else 2 * self._pause, self._longest_pause_seconds)
        self._started_at = now
        try:
            process = subprocess.Popen(
                [sys.executable, "-m", self._module],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
            self._process = process
            process.stdin.write(json.dumps(self._told).encode() + b"\n")  # type: ignore[union-attr]
            process.stdin.flush()  # type: ignore[union-attr]
        except OSError as error:
            log.warning("%s does not start: %s", self._module, error)
            return False
        threading.Thread(target=self._listen, args=(process,), name=self._module, daemon=True).start()
        return True

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        """Hands out the answers; when the process has gone, nobody waits for it any longer."""
        with process.stdout as lines:  # type: ignore[union-attr]
            for line in lines:
                said = json.loads(line)
                asked = self._asked.get(said["id"])
                if asked is None:
                    continue
                if "progress" in said:
                    if asked.progress is not None:
                        asked.progress(said["progress"])
                    continue
                asked.line = said
                asked.done.set()
        process.wait()
        with suppress(OSError):
            process.stdin.close()  # type: ignore[union-attr]
        for asked in list(self._asked.values()):
            if asked.process in (process, None):
                asked.done.set()
