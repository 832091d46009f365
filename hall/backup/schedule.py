"""The copies that a hall makes of itself: when the newest is older than config.yaml wants, a process of its
own makes another. Started by hall/app.py; the device list and the alerts hear of it as of the voice.

What is looked at is the folder: so a copy that somebody made by hand counts, and after a stop the next one is
made at once. Where several server processes share a folder they may make one copy too many, never one too
few.
"""

import logging
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hall.backup import manifest
from hall.records.heartbeats import BACKUP, Source
from hall.rules.errors import Refusal
from hall.web.server import Server

log = logging.getLogger(__name__)

LOOK_SECONDS = 5.0
AGAIN = timedelta(minutes=5)
"""After a copy that failed."""
LONGEST_SECONDS = 3600
ROOT = Path(__file__).parent.parent.parent


class Copies:
    """`start` it as a task of its own; it does nothing in a hall whose settings name no folder, or that was
    not started from a file.
    """

    def __init__(self, server: Server) -> None:
        self._server = server
        self._said: dict[str, Any] | None = None
        self._not_before = datetime.min.replace(tzinfo=UTC)
        server.beats.own.append(self._beats)

    def keep_making(self) -> None:
        """Forever."""
        settings, file = self._server.config.backup, self._server.file
        while settings.folder is not None and file is not None:
            time.sleep(LOOK_SECONDS)
            now = datetime.now(UTC)
            if now >= self._not_before and self.is_due(settings.place(file.parent), now):
                self._make(file, settings.place(file.parent), settings.keep)

    def is_due(self, folder: Path, now: datetime) -> bool:
        made = manifest.copies(folder)
        try:
            newest = manifest.read(made[-1]).moment if made else None
        except Refusal:
            newest = None
        if newest is not None and self._said is None:
            self._say_made(folder, newest)
        every = timedelta(minutes=self._server.config.backup.every_minutes)
        # One from the future is of a clock that was wrong.
        return newest is None or not newest <= now < newest + every

    def _make(self, file: Path, folder: Path, keep: int) -> None:
        command = [sys.executable, "-m", "hall", "--config", str(file), "backup"]
        command += ["--to", str(folder), "--keep", str(keep)]
        try:
            subprocess.run(
                command, cwd=ROOT, capture_output=True, text=True, timeout=LONGEST_SECONDS, check=True
            )
            why = ""
        except subprocess.CalledProcessError as error:
            why = (error.stderr.strip().splitlines() or [str(error)])[-1]
        except (OSError, subprocess.TimeoutExpired) as error:
            why = str(error)
        if why:
            log.error("no copy of the hall was made: %s", why)
            self._not_before = datetime.now(UTC) + AGAIN
            self._say({"backup": "failed", "why": why})
        else:
            self._say_made(folder, datetime.now(UTC))

    def _say_made(self, folder: Path, moment: datetime) -> None:
        count = len(manifest.copies(folder))
        self._say({"backup": "made", "made_at": moment.isoformat(timespec="seconds"), "count": count})

    def _say(self, said: dict[str, Any]) -> None:
        self._said = said
        self._server.beats.have_news()

    def _beats(self) -> Iterator[tuple[int, Source, dict[str, Any]]]:
        if self._said is None:
            return
        yield from self._server.in_every_hall(BACKUP, self._said)
