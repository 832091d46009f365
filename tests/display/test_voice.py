"""The server's voice with its real worker: made once, urgent first, started again, honest when it cannot."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from display.phrases import PhraseSettings, Segment, call_segments, ticket_segments, window_segments
from display.voice import REASONS, Voice, VoiceState
from tests.display.hearing import hear

ROOT = Path(__file__).parents[2]
PINYIN = PhraseSettings()
PATIENCE = 60
"""Seconds after which a test that waits gives up; never how long something is expected to take."""

MakeVoice = Callable[..., Voice]


def segment(text: str) -> Segment:
    return Segment(text, text, "zh")


def await_state(voice: Voice, kind: str) -> VoiceState:
    deadline = time.monotonic() + PATIENCE
    while voice.state().kind != kind:
        assert time.monotonic() < deadline, voice.state()
        time.sleep(0.02)
    return voice.state()


@pytest.fixture
def make_voice(tmp_path: Path) -> Iterator[MakeVoice]:
    """Starts voices on this test's own cache, and stops them."""
    voices = []

    def make(engine: str = "espeak", start: bool = True, **options) -> Voice:
        name = engine if engine.islower() else f"tests.display.speech_engines:{engine}"
        voice = Voice(name, "sit/cmn-latn-pinyin", 150, options.pop("cache", tmp_path / "voice"), **options)
        voices.append(voice)
        if start:
            voice.start()
        return voice

    yield make
    for voice in voices:
        voice.stop()
        assert voice.worker_pid is None


def test_a_call_is_spoken_in_four_wavs_of_two_languages(make_voice: MakeVoice) -> None:
    voice = make_voice()
    keys = voice.ensure(call_segments("A001", 12, PhraseSettings(second_language="en")), urgent=True)
    assert len(set(keys)) == 4
    for key in keys:
        assert voice.wait(key, PATIENCE)
        path = voice.path(key)
        assert path
        assert 1.2 < hear(path).seconds < 3.5
    assert voice.state() == VoiceState("ready")


def test_what_was_made_while_waiting_is_not_made_again_at_the_call(make_voice: MakeVoice) -> None:
    voice = make_voice("Tone")
    ahead = [*voice.ensure(ticket_segments("A001", PINYIN)), *voice.ensure(window_segments(3, PINYIN))]
    assert voice.ensure(call_segments("A001", 3, PINYIN), urgent=True) == ahead
    for key in ahead * 2:
        assert voice.wait(key, PATIENCE)
    path = voice.path(ahead[0])
    assert path
    spoken = (path.parent / "order.log").read_text(encoding="utf-8").splitlines()
    assert len(spoken) == len(set(spoken)) == 3, "the probe and two halves, each once"


def test_asking_a_hundred_times_from_many_threads_makes_one_wav(
    make_voice: MakeVoice, tmp_path: Path
) -> None:
    voice = make_voice("Tone")
    threads = [
        threading.Thread(target=lambda: [voice.ensure([segment("同一句")]) for _ in range(10)])
        for _ in range(10)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert voice.wait(voice.key(segment("同一句")), PATIENCE)
    assert (tmp_path / "voice" / "order.log").read_text(encoding="utf-8").count("同一句") == 1


def test_who_is_called_now_is_spoken_before_who_may_be_called_later(
    make_voice: MakeVoice, tmp_path: Path
) -> None:
    voice = make_voice("Patient")
    await_state(voice, "ready")
    ahead = voice.ensure([segment(f"以后{number}") for number in range(20)])
    voice.ensure([segment("现在一"), segment("以后9"), segment("现在二")], urgent=True)
    (tmp_path / "voice" / "go").touch()
    for key in ahead:
        assert voice.wait(key, PATIENCE)
    spoken = (tmp_path / "voice" / "order.log").read_text(encoding="utf-8").split()[2::3]
    assert spoken[0] == "一"
    urgent = [spoken.index(text) for text in ("现在一", "以后9", "现在二")]
    assert urgent == sorted(urgent)
    assert urgent[-1] <= 4, "at most the one already begun came before"
    later = [text for text in spoken if text.startswith("以后") and text != "以后9"]
    assert later == [f"以后{number}" for number in range(20) if number != 9]


def test_a_killed_worker_is_started_again_and_every_phrase_is_spoken(make_voice: MakeVoice) -> None:
    voice = make_voice()
    keys = [key for number in range(60) for key in voice.ensure(ticket_segments(f"A{number:03}", PINYIN))]
    killed = set()
    for key in keys[::20]:
        assert voice.wait(key, PATIENCE)
        pid = voice.worker_pid
        if pid:
            os.kill(pid, signal.SIGKILL)
            killed.add(pid)
    for key in keys:
        assert voice.wait(key, PATIENCE)
        path = voice.path(key)
        assert path
        assert hear(path).seconds > 1.2
    assert killed
    await_state(voice, "ready")
    assert voice.worker_pid not in killed


def test_a_worker_that_dies_while_idle_is_started_again(make_voice: MakeVoice) -> None:
    voice = make_voice("Tone")
    await_state(voice, "ready")
    first = voice.worker_pid
    assert first
    os.kill(first, signal.SIGKILL)
    (key,) = voice.ensure([segment("后来")])
    assert voice.wait(key, PATIENCE)
    assert voice.worker_pid != first


def test_a_text_that_kills_the_engine_stops_no_other(make_voice: MakeVoice) -> None:
    voice = make_voice("Fragile")
    keys = voice.ensure(segment(text) for text in ("A一", "C二", "B三"))
    assert [voice.wait(key, PATIENCE) for key in keys] == [True, False, True]
    await_state(voice, "ready")


@pytest.mark.parametrize(
    "text", ["ling2" * 100, "\x00\x07\x1b", "; rm -rf /", "😀", "", "\ud800", "../../etc/passwd"]
)
def test_a_hostile_text_leaves_the_voice_ready(make_voice: MakeVoice, text: str) -> None:
    voice = make_voice()
    hostile, harmless = voice.ensure([segment(text), segment("yi1")])
    voice.wait(hostile, PATIENCE)
    assert voice.wait(harmless, PATIENCE)
    assert await_state(voice, "ready")


def test_a_voice_that_is_off_says_so_and_starts_nothing(make_voice: MakeVoice, tmp_path: Path) -> None:
    voice = make_voice("none")
    assert voice.state() == VoiceState("unavailable", "voice_off")
    assert voice.ensure(call_segments("A001", 1, PINYIN)) == []
    assert voice.worker_pid is None
    assert not (tmp_path / "voice").exists()


@pytest.mark.parametrize(
    ("engine", "reason"),
    [
        ("Unlicensed", "engine_broken"),
        ("Unstartable", "engine_broken"),
        ("NoSuchClass", "engine_missing"),
        ("shouting", "engine_unknown"),
        ("Crashing", "engine_crashes"),
        ("Hanging", "engine_hangs"),
        ("Silent", "no_sound"),
        ("Mp3", "engine_broken"),
    ],
)
def test_a_broken_engine_is_unavailable_for_a_named_reason(
    make_voice: MakeVoice, engine: str, reason: str
) -> None:
    voice = make_voice(engine, patience_seconds=1 if engine == "Hanging" else PATIENCE)
    (key,) = voice.ensure([segment("请")], urgent=True)
    assert await_state(voice, "unavailable") == VoiceState("unavailable", reason)
    assert reason in REASONS
    assert not voice.wait(key, PATIENCE), "and nobody waits for what will not come"


def test_a_missing_voice_is_unavailable(tmp_path: Path) -> None:
    voice = Voice("espeak", "sit/klingon-pinyin", 150, tmp_path)
    voice.start()
    assert await_state(voice, "unavailable").reason == "voice_missing"
    voice.stop()


def test_the_voice_comes_back_when_its_folder_can_be_written_again(
    make_voice: MakeVoice, tmp_path: Path
) -> None:
    cache = tmp_path / "voice"
    cache.write_text("a file where the folder should be")
    voice = make_voice("Tone")
    assert await_state(voice, "unavailable").reason == "cannot_write"
    (key,) = voice.ensure([segment("等着")])
    cache.unlink()
    await_state(voice, "ready")
    assert voice.wait(key, PATIENCE), "what was asked meanwhile is not forgotten"


def test_a_key_from_a_browser_opens_no_other_file(make_voice: MakeVoice, tmp_path: Path) -> None:
    voice = make_voice("Tone", start=False)
    (tmp_path / "voice").mkdir()
    (tmp_path / "secret.wav").write_bytes(bytes(100))
    for key in ("../secret", "", ".", "a" * 63, "A" * 64, "a" * 64 + "\n", f"{'a' * 64}/..", str(tmp_path)):
        assert voice.path(key) is None
        assert not voice.wait(key, 0)


def test_a_wav_cut_short_by_a_power_cut_is_made_again(make_voice: MakeVoice, tmp_path: Path) -> None:
    voice = make_voice("Tone", start=False)
    (tmp_path / "voice").mkdir()
    key = voice.key(segment("断电"))
    (tmp_path / "voice" / f"{key}.wav").touch()
    voice.start()
    voice.ensure([segment("断电")])
    assert voice.wait(key, PATIENCE)


def test_another_engine_voice_rate_or_text_is_another_wav(tmp_path: Path) -> None:
    keys = {
        Voice(engine, voice, rate, tmp_path).key(segment(text))
        for engine, voice in (("espeak", "sit/cmn-latn-pinyin"), ("espeak", "sit/yue"), ("sapi5", "Huihui"))
        for rate in (140, 150)
        for text in ("一", "二")
    }
    assert len(keys) == 12


def test_the_cache_forgets_what_was_used_longest_ago(make_voice: MakeVoice, tmp_path: Path) -> None:
    cache = tmp_path / "voice"
    cache.mkdir()
    old = {age: cache / f"{age:064x}.wav" for age in range(1, 11)}
    for age, path in old.items():
        path.write_bytes(bytes(10_000))
        os.utime(path, (0, time.time() - 3_600 - age * 86_400))
    fresh = cache / f"{'f' * 64}.wav"
    fresh.write_bytes(bytes(90_000))
    abandoned = cache / f"{'e' * 64}.123.part"
    abandoned.write_bytes(bytes(10))
    os.utime(abandoned, (0, 0))
    (cache / "README").write_text("not ours")
    os.utime(cache / "README", (0, 0))
    voice = make_voice("Tone", cache_bytes=120_000, start=False)
    assert voice.path(old[3].stem), "used now, so the youngest"
    voice.start()
    await_state(voice, "ready")
    assert [age for age, path in old.items() if path.exists()] == [1, 2, 3]
    assert fresh.exists()
    assert (cache / "README").exists()
    assert not abandoned.exists()


SPEAKER = """
import sys, threading
monkey = sys.argv[2] == "gevent"
if monkey:
    from gevent import monkey
    monkey.patch_all()
import time
from pathlib import Path
from display.phrases import PhraseSettings, ticket_segments
from display.voice import Voice
voice = Voice("espeak", "sit/cmn-latn-pinyin", 150, Path(sys.argv[1]))
voice.start()
beats = []
def beat():
    while True:
        beats.append(1)
        time.sleep(0.01)
threading.Thread(target=beat, daemon=True).start()
keys = [k for n in range(40) for k in voice.ensure(ticket_segments(f"A{n:03}", PhraseSettings()))]
print(all([voice.wait(key, 60) for key in keys]), len(beats) > 10, voice.worker_pid, flush=True)
if sys.argv[2] == "stay":
    time.sleep(600)
voice.stop()
"""


def speaker(cache: Path, manner: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", SPEAKER, str(cache), manner], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


def test_two_servers_share_one_cache(tmp_path: Path) -> None:
    with speaker(tmp_path, "gevent") as first, speaker(tmp_path, "threads") as second:
        for process in (first, second):
            out, _ = process.communicate(timeout=PATIENCE)
            assert out.split()[:2] == ["True", "True"], "all spoken, and the process alive meanwhile"
    wavs = list(tmp_path.iterdir())
    assert len(wavs) == 41, "forty tickets and the probe, and nothing half done"
    for path in wavs:
        assert hear(path).seconds > 0.3


def test_the_worker_does_not_outlive_a_server_that_was_killed(tmp_path: Path) -> None:
    with speaker(tmp_path, "stay") as process:
        assert process.stdout
        worker = psutil.Process(int(process.stdout.readline().split()[2]))
        process.kill()
    psutil.wait_procs([worker], timeout=PATIENCE)
    assert not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE


def test_every_answer_of_the_worker_is_a_reason_of_the_voice() -> None:
    source = (ROOT / "display" / "voice_worker.py").read_text(encoding="utf-8")
    named = {part.split('"')[0] for part in source.split('VoiceError("')[1:]}
    assert named
    assert named <= set(REASONS), json.dumps(sorted(named))
