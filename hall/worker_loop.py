"""The worker's side of hall/worker_process.py: a process that is told what it works for, answers questions
one after another, and ends with its stdin. hall/reporting/worker.py and hall/planning/worker.py run in it.
"""

import json
import logging
import os
import queue
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

from hall.rules.errors import Refusal

log = logging.getLogger(__name__)

Question = dict[str, Any]
Tell = Callable[[float], None]
"""Tells the asker how much of the answer is worked out, from 0 to 1."""
Answer = Callable[[Question, Tell], dict[str, Any]]


def told() -> dict[str, Any] | None:
    """The first line; None when the server ended before it could say anything.

    Ctrl-C and a service manager's stop reach every process of the group; this one ends with the server.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    line = sys.stdin.readline()
    return dict(json.loads(line)) if line else None


class Questions:
    """The questions as they come in."""

    def __init__(self) -> None:
        # The answers have the pipe for themselves: what a library prints goes where the log goes.
        self._out = os.fdopen(os.dup(1), "w")
        os.dup2(2, 1)
        self._lines: queue.Queue[Question | None] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def empty(self) -> bool:
        """Nobody waits for an answer."""
        return self._lines.empty()

    def answer(
        self, answer: Answer, meanwhile: Callable[[], None] | None = None, every_seconds: float = 60.0
    ) -> None:
        """Answers until stdin ends; does `meanwhile` at once and then so often, when nobody asks."""
        wait = 0.0 if meanwhile is not None else None
        while True:
            try:
                question = self._lines.get(timeout=wait)
            except queue.Empty:
                if meanwhile is not None:
                    meanwhile()
                wait = every_seconds
                continue
            if question is None:
                return
            number = question["id"]
            self._say({"id": number, **_said(answer, question, self._teller(number))})

    def _teller(self, number: int) -> Tell:
        return lambda share: self._say({"id": number, "progress": round(share, 3)})

    def _say(self, line: dict[str, Any]) -> None:
        self._out.write(json.dumps(line, ensure_ascii=True) + "\n")
        self._out.flush()

    def _listen(self) -> None:
        for line in sys.stdin:
            self._lines.put(json.loads(line))
        self._lines.put(None)


def _said(answer: Answer, question: Question, tell: Tell) -> dict[str, Any]:
    """The answer as it is written, or the refusal."""
    try:
        return {"answer": answer(question, tell)}
    except Refusal as refusal:
        return {"refusal": refusal.code, "params": refusal.params, "more": refusal.more}
    except Exception:  # one question's trouble must not leave the others without an answer
        log.exception("%s", question)
        return {"refusal": "fault", "params": {}}
