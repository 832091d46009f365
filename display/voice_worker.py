"""The one process that speaks: `python -m display.voice_worker engine voice rate`, run by display.voice.

Speech engines crash, hang and mind threads (pyttsx3 above all), so they live here, where nothing but a WAV
can be lost. Each line on stdin is a request {"id", "text", "voice", "rate", "path"}; each is answered by one
line on stdout, {"id", "error": null} when the WAV stands at `path` or {"id", "error": code, "detail": text}.
The first line out is {"ready": true}, or the reason why there is no engine. The process ends with stdin.

Engines: `espeak` (espeak-ng as it comes in the espeakng-loader package), `sapi5` (Windows), or any
"package.module:ClassName" written for a hall. Such a class is made as `ClassName(voice, rate)` and has

    def speak_to_file(self, text: str, path: str) -> None    # a WAV file, 16 bit, any rate, mono or stereo

It is given Chinese characters; for the second language `voice` is that language's code ("en").
A WAV leaves here mono, 16 bit, 22,050 Hz, without the engine's silence around it and as loud as every other,
so that segments join into a sentence.
"""

import contextlib
import ctypes
import errno
import functools
import importlib
import json
import math
import os
import queue
import signal
import sys
import threading
import unicodedata
import wave
from array import array
from pathlib import Path
from typing import IO, Any, Protocol, TypeAlias
from uuid import uuid4

Samples: TypeAlias = "array[int]"  # 16-bit, mono unless said otherwise

SAMPLE_RATE = 22_050
LONGEST_TEXT = 500

FRAME = SAMPLE_RATE // 100  # 10 ms: the grain in which silence is told from speech
LEAD_SECONDS, TAIL_SECONDS = 0.03, 0.22  # together the breath a speaker takes at a comma
FADE = SAMPLE_RATE // 200  # 5 ms, so that a cut does not click
LOUDNESS = 5_000  # root mean square of the spoken part, about -16 dB of full scale
LOUDEST_SAMPLE = 31_000
QUIETEST_SPEECH = 30  # root mean square below which a frame is silence whatever stands around it
ORPHAN_SECONDS = 30


class VoiceError(Exception):
    """Why a text became no WAV; `code` is one of display.voice.REASONS."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(detail or code)
        self.code = code


class Engine(Protocol):
    """What a speech engine must be able to do."""

    def speak_to_file(self, text: str, path: str) -> None:
        """Write `text` as a WAV file at `path`, and return when it is complete."""


# ---- sound ----


def mix_to_mono(samples: Samples, channels: int) -> Samples:
    """The mean of the channels."""
    if channels == 1:
        return samples
    return array("h", [sum(frame) // channels for frame in zip(*[iter(samples)] * channels, strict=True)])


def resample(samples: Samples, rate: int) -> Samples:
    """From `rate` to SAMPLE_RATE by straight lines between samples: enough for speech."""
    if rate == SAMPLE_RATE or not samples:
        return samples
    last, step = len(samples) - 1, rate / SAMPLE_RATE
    resampled = array("h")
    for place in range(int(len(samples) / step)):
        left, share = divmod(place * step, 1)
        before, after = samples[int(left)], samples[min(int(left) + 1, last)]
        resampled.append(round(before + (after - before) * share))
    return resampled


def root_mean_square(samples: Samples) -> float:
    """The loudness of some samples, 0 to 32,767."""
    return math.sqrt(sum(sample * sample for sample in samples) / len(samples)) if samples else 0.0


def polish(samples: Samples) -> Samples:
    """Speech between a short lead and a comma's tail, brought to one loudness, never clipped.

    Empty when there is no speech in it.
    """
    frames = [samples[start : start + FRAME] for start in range(0, len(samples), FRAME)]
    levels = [root_mean_square(frame) for frame in frames]
    floor = max(QUIETEST_SPEECH, 0.015 * max(levels, default=0.0))
    spoken = [place for place, level in enumerate(levels) if level > floor]
    if not spoken:
        return array("h")
    speech = samples[spoken[0] * FRAME : (spoken[-1] + 1) * FRAME]
    loudness = math.sqrt(sum(levels[place] ** 2 for place in spoken) / len(spoken))
    gain = min(LOUDNESS / loudness, LOUDEST_SAMPLE / max(map(abs, speech)))
    speech = array("h", [int(sample * gain) for sample in speech])
    for place in range(min(FADE, len(speech) // 2)):
        speech[place] = speech[place] * place // FADE
        speech[-1 - place] = speech[-1 - place] * place // FADE
    return silence(LEAD_SECONDS) + speech + silence(TAIL_SECONDS)


def silence(seconds: float) -> Samples:
    """So many seconds of nothing."""
    return array("h", bytes(2 * int(seconds * SAMPLE_RATE)))


def read_wav(path: Path) -> Samples:
    """The samples of an engine's WAV, as mono at SAMPLE_RATE."""
    with wave.open(str(path), "rb") as file:
        if file.getsampwidth() != 2:
            raise VoiceError(
                "engine_broken", f"the engine writes {8 * file.getsampwidth()}-bit sound, not 16"
            )
        samples = array("h", file.readframes(file.getnframes()))
        if sys.byteorder == "big":
            samples.byteswap()
        return resample(mix_to_mono(samples, file.getnchannels()), file.getframerate())


def write_wav(path: Path, samples: Samples) -> None:
    """Write samples as a WAV file."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(samples.tobytes())


# ---- engines ----


@functools.cache
def load_pyttsx3(driver: str) -> Any:
    """pyttsx3's engine for `driver`; for espeak with the library and data that espeakng-loader brought.

    pyttsx3 looks for the library in system directories only, so its one look-up is answered by us. The data
    directory is given relative to it: espeak-ng cuts paths off at 160 bytes, and on Windows reads them in
    the ANSI code page. The empty run at the end brings the engine out of its first state, in which it
    queues what it is asked, into the one in which it does it at once.
    """
    import pyttsx3

    if driver == "espeak":
        import espeakng_loader

        load, library = ctypes.cdll.LoadLibrary, espeakng_loader.get_library_path()
        os.chdir(Path(espeakng_loader.get_data_path()).parent)
        os.environ["ESPEAK_DATA_PATH"] = "."
        ctypes.cdll.LoadLibrary = lambda _name: load(library)  # type: ignore[assignment,method-assign]
    try:
        engine = pyttsx3.init(driver)
    finally:
        vars(ctypes.cdll).pop("LoadLibrary", None)
    if driver == "espeak":
        engine.proxy._driver.stop = lambda: None
    engine.runAndWait()
    return engine


class Pyttsx3Engine:
    """pyttsx3 in one voice; all of them share the process' one engine, so each sets it before it speaks.

    save_to_file + runAndWait holds for thousands of texts in one process, with three repairs. espeak-ng works
    in a thread of its own, busy for a moment after its last callback and after every property set; runAndWait
    takes that for an old text being spoken and cancels the new one (an empty WAV, about one in a hundred), so
    the driver is not let cancel anything (load_pyttsx3). The driver's loop ends only by that last callback:
    when it fails (the WAV cannot be written) ctypes swallows the exception and the loop would turn for ever,
    so we end it. And a property that cannot be set (a voice that is missing) is only notified, so we listen.
    startLoop(False) is no way around: the espeak driver's iterate() is no iterator. Nor is espeak-ng's
    synchronous mode: it never sends the last callback. SAPI5 has written the file when save_to_file returns;
    its loop would wait for an event that may have come already.
    """

    def __init__(self, driver: str, voice: str, rate: int) -> None:
        self._engine = load_pyttsx3(driver)
        self._voice = voice if driver == "espeak" else self._installed_voice(voice)
        self._driver, self._rate = driver, rate
        self._failures: list[BaseException] = []

    def speak_to_file(self, text: str, path: str) -> None:
        self._failures.clear()
        listening = self._engine.connect("error", self._note_failure)
        sys.unraisablehook = self._end_failed_loop
        try:
            self._engine.setProperty("voice", self._voice)
            self._engine.setProperty("rate", self._rate)
            self._engine.save_to_file(text, path)
            if self._driver == "espeak":
                self._engine.runAndWait()
        finally:
            sys.unraisablehook = sys.__unraisablehook__
            self._engine.disconnect(listening)
        if self._failures:
            code = "voice_missing" if isinstance(self._failures[0], ValueError) else "cannot_write"
            raise VoiceError(code, str(self._failures[0]))

    def _installed_voice(self, wanted: str) -> str:
        """The first of the machine's voices that has this name or speaks this language."""
        wanted = wanted.lower()
        for voice in self._engine.getProperty("voices"):
            languages = [str(language).lower() for language in voice.languages or []]
            if wanted in f"{voice.id} {voice.name}".lower() or any(
                language.startswith(wanted) for language in languages
            ):
                return str(voice.id)
        raise VoiceError("voice_missing", f"no voice of this machine is called or speaks {wanted!r}")

    def _note_failure(self, exception: BaseException, name: str | None = None) -> None:
        self._failures.append(exception)

    def _end_failed_loop(self, failure: Any) -> None:
        self._failures.append(failure.exc_value or RuntimeError(str(failure.exc_type)))
        # Not the engine's endLoop: it takes its loop for ended, and would cancel from inside the callback.
        self._engine.proxy._driver.endLoop()


def load_engine(name: str, voice: str, rate: int) -> Engine:
    """The engine of this name in this voice. Whatever it lacks is a VoiceError that says what."""
    module, colon, class_name = name.partition(":")
    if not colon and name not in ("espeak", "sapi5"):
        raise VoiceError("engine_unknown", name)
    try:
        if not colon:
            return Pyttsx3Engine(name, voice, rate)
        engine: Engine = getattr(importlib.import_module(module), class_name)(voice, rate)
        return engine
    except VoiceError:
        raise
    except (ImportError, AttributeError) as failure:
        raise VoiceError("engine_missing", f"{name}: {failure!r}") from failure
    except Exception as failure:  # the edge of a device: it may raise anything
        raise VoiceError("engine_broken", f"{name}: {failure!r}") from failure


# ---- requests ----


def clean(text: str) -> str:
    """At most LONGEST_TEXT characters, none of them a control character."""
    printable = "".join(" " if unicodedata.category(sign)[0] == "C" else sign for sign in text)
    return " ".join(printable[:LONGEST_TEXT].split())


def make_wav(engine: Engine, text: str, target: Path) -> None:
    """One text into one WAV at `target`, which stands there whole or not at all."""
    text = clean(text)
    if not text:
        raise VoiceError("no_sound", "nothing to say")
    # Several servers may share one cache: each writes under a name of its own, and the last one stays.
    part = target.with_name(f"{target.stem}.{uuid4().hex}.part")
    try:
        part.touch()
        speak(engine, text, part)
        samples = polish(read_wav(part))
        if not samples:
            raise VoiceError("no_sound", f"the engine is silent at {text!r}")
        write_wav(part, samples)
        try:
            part.replace(target)
        except PermissionError:  # Windows, when another process made it first and a board is fetching it
            if not target.exists():
                raise
    except (wave.Error, EOFError) as failure:
        raise VoiceError("engine_broken", f"no WAV came of {text!r}: {failure!r}") from failure
    except OSError as failure:
        raise VoiceError("cannot_write", repr(failure)) from failure
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def speak(engine: Engine, text: str, part: Path) -> None:
    """The engine's own work. Its failures are the engine's, but for a disk that is full."""
    try:
        engine.speak_to_file(text, str(part))
    except VoiceError:
        raise
    except Exception as failure:  # the edge of a device: it may raise anything
        full = isinstance(failure, OSError) and failure.errno in (errno.ENOSPC, errno.EDQUOT)
        raise VoiceError("cannot_write" if full else "engine_broken", repr(failure)) from failure


def read_requests(requests: queue.SimpleQueue[bytes | None]) -> None:
    """stdin into the queue; when the server is gone, a process that hangs in its engine goes too."""
    for line in sys.stdin.buffer:
        requests.put(line)
    requests.put(None)
    threading.Timer(ORPHAN_SECONDS, os._exit, [1]).start()


def serve(engine_name: str, voice: str, rate: int, answers: IO[bytes]) -> None:
    """Answer requests one by one until stdin ends."""

    def tell(**answer: Any) -> None:
        with contextlib.suppress(BrokenPipeError):  # the server has gone; stdin says so next
            answers.write(json.dumps(answer).encode() + b"\n")

    engines: dict[tuple[str, int], Engine] = {}
    try:
        engines[voice, rate] = load_engine(engine_name, voice, rate)
    except VoiceError as failure:
        return tell(ready=False, error=failure.code, detail=str(failure))
    tell(ready=True)
    requests: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
    threading.Thread(target=read_requests, args=[requests], daemon=True).start()
    while (line := requests.get()) is not None:
        request = json.loads(line)
        manner = request["voice"], request["rate"]
        try:
            if manner not in engines:
                engines[manner] = load_engine(engine_name, *manner)
            make_wav(engines[manner], request["text"], Path(request["path"]))
        except VoiceError as failure:
            tell(id=request["id"], error=failure.code, detail=str(failure))
        else:
            tell(id=request["id"], error=None)
    return None


def main() -> None:
    """Engines print to stdout as they like, so the answers leave by a copy of it that only we know."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C stops the server, and the server stops us
    if hasattr(os, "nice"):
        os.nice(10)  # a morning's tickets are made ahead at once; clerks and kiosks go first
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    engine_name, voice, rate = sys.argv[1:]
    serve(engine_name, voice, int(rate), answers)
    os._exit(0)  # a native engine may crash while it is being taken down; nothing is left to save


if __name__ == "__main__":
    main()
