"""The server's side of the voice: what is to be said becomes WAV files in a cache, made by a process apart.

The app makes one Voice, starts it, and asks it to `ensure` the segments of display.phrases: without urgency
when a ticket is issued (its half of the call), urgently when it is called. Nothing here waits but `wait`. A
WAV's name is a hash of all that shapes its sound, so it is made once, for every board, every hall and every
server process that shares the cache directory. The worker (display.voice_worker) may crash or hang: it is
started again, what it was asked is asked again, and the hall goes on meanwhile, saying that it has no voice.

Plain threads and pipes: under gevent's monkey patch they become greenlets.
"""

import contextlib
import hashlib
import json
import logging
import os
import re
import subprocess
import sys
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from display.phrases import Segment, spelling_of
from display.voice_worker import VoiceError

log = logging.getLogger(__name__)

# Why there is no voice; each has a sentence in the display's catalogues.
REASONS = (
    "voice_off",  # config.yaml says engine: none
    "engine_unknown",  # config.yaml names an engine that is none
    "engine_missing",  # its package, library or class is not there
    "engine_broken",  # it answers with an error
    "engine_crashes",  # its process dies
    "engine_hangs",  # it does not answer
    "voice_missing",  # it has no voice of the configured name
    "no_sound",  # it writes silence
    "cannot_write",  # the cache directory cannot be written: full, or not ours
)

SOUND_VERSION = "1"  # a new one when display.voice_worker shapes the sound differently
WAV_NAME = re.compile(r"[0-9a-f]{64}\.wav")
CACHE_BYTES = 512 * 1024 * 1024  # about 6,000 segments
PRUNE_EVERY = 200  # WAVs made
KEPT_SECONDS = 600  # a WAV used so lately may be about to be played: never removed
TOUCHED_SECONDS = 3600  # use is noted no finer than this
LONGEST_BACKLOG = 5_000
ATTEMPTS = 3
FAILED_SECONDS = 60  # before a text that failed is tried again
START_PATIENCE_SECONDS = 60
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.2, 60.0
# On Windows: no console of its own, and behind clerks and kiosks (elsewhere the worker sees to that itself).
WINDOWS_FLAGS = getattr(subprocess, "CREATE_NO_WINDOW", 0) | getattr(
    subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0
)


@dataclass(frozen=True, slots=True)
class VoiceState:
    """Whether the hall can speak; `reason` is one of REASONS when it cannot."""

    kind: Literal["starting", "ready", "unavailable"]
    reason: str | None = None


@dataclass(slots=True)
class _Wish:
    """A WAV that is still to be made."""

    key: str
    segment: Segment
    attempts: int = 0


class Voice:
    """The hall's voice. Every method may be called from any thread or greenlet."""

    def __init__(
        self,
        engine: str,
        voice: str,
        rate: int,
        cache: Path,
        *,
        cache_bytes: int = CACHE_BYTES,
        patience_seconds: float = 20,
    ) -> None:
        """Engine, voice and rate as in config.yaml; `cache` is a directory, made when it is not there."""
        self._engine, self._rate, self._cache = engine, rate, cache.absolute()
        espeak = engine == "espeak"
        # The default voice is a name of espeak's; any other engine is asked for the language instead.
        self._voices = {
            "zh": voice if espeak or "/" not in voice else "zh",
            "en": "gmw/en-us" if espeak else "en",
        }
        spoken = "yi1" if spelling_of(engine, voice) == "pinyin" else "一"
        self._probe = Segment("一", spoken, "zh")
        self._cache_bytes, self._patience = cache_bytes, patience_seconds
        self.on_change: Callable[[], None] = lambda: None
        self._state = VoiceState("starting") if engine != "none" else VoiceState("unavailable", "voice_off")
        self._changed = threading.Condition()
        self._urgent: OrderedDict[str, _Wish] = OrderedDict()
        self._ahead: OrderedDict[str, _Wish] = OrderedDict()
        self._failed: dict[str, float] = {}
        self._worker: _Worker | None = None
        self._thread: threading.Thread | None = None
        self._stopping = False
        self._made = 0

    # ---- what the app calls ----

    def start(self) -> None:
        """Start making WAVs. With engine none there is nothing to start."""
        if self._engine != "none" and self._thread is None:
            self._thread = threading.Thread(target=self._run, name="voice", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Stop the worker and wait until it has gone."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
            worker = self._worker
        if worker:
            worker.close()
        if self._thread:
            self._thread.join()

    def state(self) -> VoiceState:
        """Ready, starting, or unavailable and why."""
        return self._state

    @property
    def worker_pid(self) -> int | None:
        """The speaking process, or None between two."""
        worker = self._worker
        return worker.pid if worker else None

    def key(self, segment: Segment) -> str:
        """The name of this segment's WAV: 64 hexadecimal digits."""
        shape = [SOUND_VERSION, self._engine, self._voices[segment.language], self._rate, segment.spoken]
        return hashlib.sha256(json.dumps(shape).encode()).hexdigest()

    def ensure(self, segments: Iterable[Segment], urgent: bool = False) -> list[str]:
        """The segments' keys, in their order, at once; what has no WAV yet is queued to be made.

        Urgent (being called now) goes before what is made ahead, also when it was queued ahead before. With
        engine none there is nothing to play: no keys.
        """
        if self._engine == "none":
            return []
        keys = []
        for segment in segments:
            key = self.key(segment)
            keys.append(key)
            if self.path(key) is None:
                self._queue(_Wish(key, segment), urgent)
        return keys

    def path(self, key: str) -> Path | None:
        """The WAV of this key, or None while there is none. Safe with any text a browser may send."""
        path = self._cache / f"{key}.wav"
        if not WAV_NAME.fullmatch(path.name):
            return None
        try:
            found = path.stat()
            if found.st_size <= 44:  # a bare header: the machine lost power while it was written
                return None
            if time.time() - found.st_mtime > TOUCHED_SECONDS:
                os.utime(path)
        except OSError:
            return None
        return path

    def wait(self, key: str, timeout_seconds: float) -> bool:
        """Until the WAV is there (True), or it cannot be made, was never asked for, or the time is over.

        Asked for means: by `ensure` in this process. So the process that answers a board ensures as well.
        """

        def settled() -> bool:
            if self._stopping or self._state.kind == "unavailable":
                return True
            return not (key in self._urgent or key in self._ahead) or self.path(key) is not None

        with self._changed:
            self._changed.wait_for(settled, timeout_seconds)
        return self.path(key) is not None

    # ---- the thread that keeps the worker at work ----

    def _queue(self, wish: _Wish, urgent: bool) -> None:
        with self._changed:
            if time.monotonic() < self._failed.get(wish.key, 0.0) or wish.key in self._urgent:
                return
            if urgent:
                self._urgent[wish.key] = self._ahead.pop(wish.key, wish)
            elif wish.key not in self._ahead and len(self._ahead) < LONGEST_BACKLOG:
                self._ahead[wish.key] = wish
            self._changed.notify_all()

    def _run(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        while not self._stopping:
            proven = False
            try:
                self._start_worker()
                self._make(_Wish(self.key(self._probe), self._probe))
                proven, pause = True, FIRST_PAUSE_SECONDS
                self._become(VoiceState("ready"))
                self._make_wishes()
            except VoiceError as failure:
                if not self._stopping:
                    log.warning("voice: %s: %s", failure.code, failure)
                    self._become(
                        VoiceState("starting") if proven else VoiceState("unavailable", failure.code)
                    )
            finally:
                self._end_worker()
            with self._changed:
                self._changed.wait_for(lambda: self._stopping, pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    def _start_worker(self) -> None:
        try:
            self._cache.mkdir(parents=True, exist_ok=True)
            self._prune()
        except OSError as failure:
            raise VoiceError("cannot_write", repr(failure)) from failure
        arguments = [self._engine, self._voices["zh"], str(self._rate)]
        with self._changed:
            if self._stopping:
                raise VoiceError("engine_crashes", "stopped before it started")
            try:
                self._worker = _Worker(arguments, self._changed)
            except OSError as failure:
                raise VoiceError("engine_crashes", f"it cannot be started: {failure!r}") from failure
        hello = self._worker.hear(START_PATIENCE_SECONDS)
        if not hello.get("ready"):
            raise VoiceError(hello["error"], hello["detail"])

    def _end_worker(self) -> None:
        with self._changed:
            worker, self._worker = self._worker, None
        if worker:
            worker.close()

    def _make_wishes(self) -> None:
        """Until the worker fails or the voice is stopped. What failed stays first in the queue, thrice."""
        worker = self._worker
        assert worker is not None  # noqa: S101 - _start_worker has just made it
        while True:
            with self._changed:
                self._changed.wait_for(
                    lambda: self._urgent or self._ahead or self._stopping or not worker.alive
                )
                if self._stopping:
                    return
                if not worker.alive:
                    raise VoiceError("engine_crashes", "the worker died while it had nothing to do")
                wishes = self._urgent or self._ahead
                wish = next(iter(wishes.values()))
            failure = None
            if self.path(wish.key) is None:
                try:
                    self._make(wish)
                except VoiceError as error:
                    failure = error
            self._settle(wish, failure)
            if failure and failure.code not in ("no_sound", "voice_missing"):
                raise failure

    def _make(self, wish: _Wish) -> None:
        worker, segment = self._worker, wish.segment
        assert worker is not None  # noqa: S101 - only called while there is one
        path = self._cache / f"{wish.key}.wav"
        voice = self._voices[segment.language]
        worker.ask(id=wish.key, text=segment.spoken, voice=voice, rate=self._rate, path=str(path))
        answer = worker.hear(self._patience)
        if answer["error"]:
            raise VoiceError(answer["error"], answer["detail"])
        self._made += 1
        if self._made % PRUNE_EVERY == 0:
            self._prune()

    def _settle(self, wish: _Wish, failure: VoiceError | None) -> None:
        with self._changed:
            wish.attempts += 1
            hopeless = failure and failure.code in ("no_sound", "voice_missing")
            if hopeless or (failure and wish.attempts >= ATTEMPTS):
                log.warning("voice: %r is not spoken: %s", wish.segment.spoken, failure)
                now = time.monotonic()
                self._failed = {key: until for key, until in self._failed.items() if until > now}
                self._failed[wish.key] = now + FAILED_SECONDS
            if not failure or wish.key in self._failed:
                self._urgent.pop(wish.key, None)
                self._ahead.pop(wish.key, None)
            self._changed.notify_all()

    def _become(self, state: VoiceState) -> None:
        with self._changed:
            if state != self._state:
                log.info("voice: %s %s", state.kind, state.reason or "")
            self._state = state
            self._changed.notify_all()
        self.on_change()

    def _prune(self) -> None:
        """Remove the WAVs unused for longest, and what a killed worker left half done."""
        now, total, files = time.time(), 0, []
        with os.scandir(self._cache) as entries:
            for entry in entries:
                if WAV_NAME.fullmatch(entry.name) or entry.name.endswith(".part"):
                    with contextlib.suppress(FileNotFoundError):  # another process prunes here as well
                        found = entry.stat()
                        files.append((found.st_mtime, found.st_size, Path(entry.path)))
        for used_at, size, path in sorted(files, reverse=True):
            total += size
            too_much = total > self._cache_bytes or path.suffix == ".part"
            if too_much and now - used_at > KEPT_SECONDS:
                with contextlib.suppress(OSError):  # gone already; or, on Windows, being played
                    path.unlink()


class _Worker:
    """The speaking process, and a thread that listens to it."""

    def __init__(self, arguments: list[str], changed: threading.Condition) -> None:
        self.alive = True
        self._changed = changed
        self._answers: deque[dict[str, Any]] = deque()
        # What this process can import (an engine of the hall's own), the worker can.
        known = os.pathsep.join(str(Path(entry).absolute()) for entry in sys.path)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "display.voice_worker", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": known},
            creationflags=WINDOWS_FLAGS,
        )
        self.pid = self._process.pid
        self._listener = threading.Thread(target=self._listen, name="voice-answers", daemon=True)
        self._listener.start()

    def ask(self, **request: Any) -> None:
        """One request; a process that has gone is found out by `hear`."""
        pipe = self._process.stdin
        with contextlib.suppress(OSError, ValueError):
            pipe.write(json.dumps(request).encode() + b"\n")  # type: ignore[union-attr]
            pipe.flush()  # type: ignore[union-attr]

    def hear(self, patience_seconds: float) -> dict[str, Any]:
        """The next answer, or why there is none."""
        with self._changed:
            self._changed.wait_for(lambda: self._answers or not self.alive, patience_seconds)
            if self._answers:
                return self._answers.popleft()
        raise VoiceError("engine_hangs" if self.alive else "engine_crashes")

    def close(self) -> None:
        """End the process, however it feels, and wait for its end. May be called twice, and at once."""
        self._process.kill()
        self._listener.join()
        with contextlib.suppress(OSError):
            self._process.stdin.close()  # type: ignore[union-attr]

    def _listen(self) -> None:
        try:
            with self._process.stdout as lines:  # type: ignore[union-attr]
                for line in lines:
                    answer = json.loads(line)
                    with self._changed:
                        self._answers.append(answer)
                        self._changed.notify_all()
        finally:
            self._process.wait()
            with self._changed:
                self.alive = False
                self._changed.notify_all()
