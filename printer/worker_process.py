"""The print worker as the server holds it: started, asked, heard, ended, and started again when it died.

printer/spool.py owns one. Plain threads and pipes: under gevent's monkey patch they become greenlets.
"""

import contextlib
import json
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.2, 60.0
END_SECONDS = 1.0
ROOT = Path(__file__).parent.parent


class WorkerProcess:
    """`hear` gets each of its answers, from another thread, and None when the process has ended."""

    def __init__(self, hear: Callable[[dict[str, Any] | None], None]) -> None:
        self._hear = hear
        self._process: subprocess.Popen[bytes] | None = None
        self._listener: threading.Thread | None = None
        self._pause = FIRST_PAUSE_SECONDS
        self._starts_at = 0.0
        self.ready = False
        """It runs and has everything it needs."""

    @property
    def alive(self) -> bool:
        """Until its last answer was heard, which may be a moment after its end."""
        return self._listener is not None and self._listener.is_alive()

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None and self.alive else None

    def start_when_due(self) -> None:
        """Starts it unless it died so lately that it would only die again."""
        if self.alive or time.monotonic() < self._starts_at:
            return
        self._starts_at = time.monotonic() + self._pause
        self._pause = min(2 * self._pause, LONGEST_PAUSE_SECONDS)
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "printer.worker"],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            log.warning("the print worker does not start: %s", error)
            return
        self._listener = threading.Thread(
            target=self._listen, args=(self._process,), name="print answers", daemon=True
        )
        self._listener.start()

    def ask(self, request: Mapping[str, Any]) -> None:
        """One request. That the process has gone is heard, not raised."""
        if self._process is not None and self._process.stdin is not None:
            with contextlib.suppress(OSError, ValueError):
                self._process.stdin.write(json.dumps(request).encode() + b"\n")
                self._process.stdin.flush()

    def kill(self) -> None:
        """Ends it at once, whatever it is doing."""
        if self._process is not None:
            self._process.kill()

    def close(self) -> None:
        """Ends it and waits for its end."""
        if self._process is None or self._listener is None:
            return
        with contextlib.suppress(OSError):
            self._process.stdin.close()  # type: ignore[union-attr]
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._listener.join()

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        try:
            with process.stdout as lines:  # type: ignore[union-attr]
                for line in lines:
                    if self.ready:
                        self._pause = FIRST_PAUSE_SECONDS
                    self.ready = True
                    self._hear(json.loads(line))
        finally:
            self.ready = False
            process.wait()
            with contextlib.suppress(OSError):
                process.stdin.close()  # type: ignore[union-attr]
            self._hear(None)
