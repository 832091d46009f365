"""The speaking process alone: its sound measured, hostile texts and broken engines given to it."""

import contextlib
import json
import math
import resource
import subprocess
import sys
import threading
import wave
from array import array
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from display import voice_worker
from display.phrases import PhraseSettings, Segment, call_segments, ticket_segments, window_segments
from tests.display.hearing import hear
from tests.display.speech_engines import Tone

ROOT = Path(__file__).parents[2]
PINYIN_VOICE = "sit/cmn-latn-pinyin"
Ask = Callable[..., dict[str, Any]]


@contextmanager
def worker(engine: str, voice: str = PINYIN_VOICE, **options: Any) -> Iterator[tuple[dict[str, Any], Ask]]:
    """A real worker: its first line, and a way to ask it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "display.voice_worker", engine, voice, "150"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        **options,
    )
    with process:
        assert process.stdin
        assert process.stdout
        lines, out = process.stdout, process.stdin

        def ask(path: Path, text: str, voice: str = voice) -> dict[str, Any]:
            request = {"id": path.stem, "text": text, "voice": voice, "rate": 150, "path": str(path)}
            out.write(json.dumps(request).encode() + b"\n")
            out.flush()
            return json.loads(lines.readline())

        yield json.loads(lines.readline()), ask


@pytest.fixture(scope="module")
def say(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Path]]:
    """espeak-ng in one process for the whole module: text in, WAV out."""
    folder = tmp_path_factory.mktemp("said")
    with worker("espeak") as (ready, ask):
        assert ready == {"ready": True}

        def speak(text: str, voice: str = PINYIN_VOICE) -> Path:
            path = folder / f"{len(list(folder.iterdir()))}.wav"
            assert ask(path, text, voice) == {"id": path.stem, "error": None}
            return path

        yield speak


def voice_of(segment: Segment) -> str:
    return PINYIN_VOICE if segment.language == "zh" else "gmw/en-us"


def test_a_call_sounds_as_a_call_should(say: Callable[..., Path]) -> None:
    for segment in call_segments("A001", 12, PhraseSettings(second_language="en")):
        heard = hear(say(segment.spoken, voice_of(segment)))
        assert (heard.channels, heard.bits, heard.rate) == (1, 16, 22_050)
        assert 1.2 < heard.seconds < 3.5
        assert 3_000 < heard.loudness < 7_000
        assert 10_000 < heard.peak <= 31_000, "loud enough to be heard, and never clipped"
        assert heard.silent_before <= 0.1
        assert 0.2 <= heard.silent_after <= 0.35, "a comma's breath before the next segment, not more"


def test_every_letter_is_heard(say: Callable[..., Path]) -> None:
    sounds = set()
    for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        (segment,) = ticket_segments(f"{letter}1", PhraseSettings())
        heard = hear(say(segment.spoken))
        sounds.add(heard.samples.tobytes())
        assert 1.0 < heard.seconds < 2.5
    assert len(sounds) == 26


def test_different_digits_sound_different_and_more_digits_take_longer(say: Callable[..., Path]) -> None:
    digits = {
        digit: hear(say(ticket_segments(f"A{digit}", PhraseSettings())[0].spoken)) for digit in "0123456789"
    }
    assert len({heard.samples.tobytes() for heard in digits.values()}) == 10
    one = digits["1"]
    zero_zero_one = hear(say(ticket_segments("A001", PhraseSettings())[0].spoken))
    assert zero_zero_one.seconds > one.seconds + 0.4
    for short, long in ((1, 11), (11, 111), (2, 288)):
        first, second = (
            hear(say(window_segments(number, PhraseSettings())[0].spoken)) for number in (short, long)
        )
        assert second.seconds > first.seconds


def test_one_is_said_otherwise_where_the_hall_wants_yao(say: Callable[..., Path]) -> None:
    yi, yao = (hear(say(ticket_segments("A111", PhraseSettings(yao=yao))[0].spoken)) for yao in (False, True))
    assert yi.samples != yao.samples


def test_two_hundred_phrases_in_one_process_are_all_spoken(say: Callable[..., Path]) -> None:
    settings = PhraseSettings(second_language="en")
    for number in range(100):
        for segment in ticket_segments(f"B{number:03}", settings):
            assert 1.2 < hear(say(segment.spoken, voice_of(segment))).seconds < 4


@pytest.mark.parametrize(
    "text",
    [
        "a" * 5_000,
        "ling2 " * 5_000,
        "; rm -rf / #",
        "$(reboot) `reboot` && reboot",
        "qing3\x00\x07\x1b[2J\r\n yi1",
        "<speak><audio src='/etc/passwd'>x</audio></speak>",
        "\\ud800 \N{COMBINING ACUTE ACCENT}" * 30,
        "请 A 零零一 号",
        "-w /etc/x --stdout",
        '{"id": "x", "path": "/etc/x"}',
    ],
)
def test_a_hostile_text_is_spoken_harmlessly(say: Callable[..., Path], text: str) -> None:
    assert 0.1 < hear(say(text)).seconds < 300
    assert 0.3 < hear(say("yi1")).seconds < 1.5, "and the next one as if nothing had been"


@pytest.mark.parametrize(
    "text", ["", "   ", "\x00\x01\x02", "\u200b\ufeff", "...", "\ud800", "[[_:_:_:_:" * 40]
)
def test_a_text_without_sound_is_said_to_be_one(tmp_path: Path, text: str) -> None:
    with worker("espeak") as (_, ask):
        assert ask(tmp_path / "nothing.wav", text)["error"] == "no_sound"
        assert ask(tmp_path / "one.wav", "yi1")["error"] is None
    assert [path.name for path in tmp_path.iterdir()] == ["one.wav"]


def test_a_missing_voice_is_an_error_and_no_wav_in_another_voice(tmp_path: Path) -> None:
    with worker("espeak", "sit/klingon") as (ready, ask):
        assert ready == {"ready": True}
        assert ask(tmp_path / "first.wav", "yi1")["error"] == "voice_missing"
        assert ask(tmp_path / "second.wav", "yi1", PINYIN_VOICE)["error"] is None
        assert ask(tmp_path / "third.wav", "yi1")["error"] == "voice_missing"
    assert [path.name for path in tmp_path.iterdir()] == ["second.wav"]


def test_a_full_disk_neither_hangs_the_engine_nor_leaves_half_a_wav(tmp_path: Path) -> None:
    def fill_disk() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))

    with worker("espeak", preexec_fn=fill_disk) as (_, ask):
        for name in ("first.wav", "second.wav"):
            assert ask(tmp_path / name, "qing3 ei1 ling2 ling2 yi1 hao4")["error"] == "cannot_write"
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with worker("espeak") as (_, ask):
        answer = ask(tmp_path / "gone" / "x.wav", "yi1")
        assert answer["error"] == "cannot_write"
        assert "gone" in answer["detail"] or "No such file" in answer["detail"]


@pytest.mark.parametrize(
    ("engine", "error"),
    [
        ("shouting", "engine_unknown"),
        ("no.such.module:Engine", "engine_missing"),
        ("json:NoSuchClass", "engine_missing"),
        ("tests.display.speech_engines:Unstartable", "engine_broken"),
    ],
)
def test_an_engine_that_cannot_be_had_is_named_in_the_first_line(engine: str, error: str) -> None:
    with worker(engine) as (ready, _):
        assert (ready["ready"], ready["error"]) == (False, error)
        assert engine in ready["detail"]


@pytest.mark.parametrize(
    ("engine", "error"),
    [
        ("Unlicensed", "engine_broken"),
        ("Silent", "no_sound"),
        ("Mp3", "engine_broken"),
        ("Telephone", "engine_broken"),
    ],
)
def test_an_engine_that_makes_no_speech_is_found_out(tmp_path: Path, engine: str, error: str) -> None:
    with worker(f"tests.display.speech_engines:{engine}") as (ready, ask):
        assert ready == {"ready": True}
        assert ask(tmp_path / "x.wav", "一")["error"] == error
    assert list(tmp_path.iterdir()) == []


def test_processes_that_make_the_same_wav_at_once_never_show_half_of_it(tmp_path: Path) -> None:
    path, stop = tmp_path / "same.wav", threading.Event()
    torn: list[str] = []

    def play() -> None:
        while not stop.is_set():
            with contextlib.suppress(FileNotFoundError):
                try:
                    hear(path)
                except (wave.Error, EOFError, ValueError) as failure:
                    torn.append(repr(failure))

    player = threading.Thread(target=play)
    with worker("espeak") as (_, one), worker("espeak") as (_, other), ThreadPoolExecutor(2) as both:
        player.start()
        text = " ".join(["ling2 yi1"] * 20)
        said = both.map(lambda ask: [ask(path, text)["error"] for _ in range(15)], (one, other))
        assert list(said) == [[None] * 15] * 2
        stop.set()
        player.join()
    assert torn == []
    assert [one.name for one in tmp_path.iterdir()] == ["same.wav"]
    assert hear(path).seconds > 3


def test_servers_whose_processes_have_one_number_do_not_write_into_one_file(tmp_path: Path) -> None:
    begun, names = threading.Barrier(2), []

    class Together:
        """Both begin before either ends, as two machines' processes do."""

        def speak_to_file(self, text: str, path: str) -> None:
            names.append(path)
            begun.wait(30)
            Tone(PINYIN_VOICE, 150).speak_to_file(text, path)

    with ThreadPoolExecutor(2) as both:
        made = [both.submit(voice_worker.make_wav, Together(), "一", tmp_path / "same.wav") for _ in range(2)]
        assert [one.result() for one in made] == [None, None]
    assert len(set(names)) == 2
    assert {one.name for one in tmp_path.iterdir()} == {"same.wav", "order.log"}


def test_an_engine_that_prints_does_not_disturb_the_answers(tmp_path: Path) -> None:
    with worker("tests.display.speech_engines:Talkative") as (ready, ask):
        assert ready == {"ready": True}
        assert ask(tmp_path / "x.wav", "一") == {"id": "x", "error": None}


def test_a_stereo_tone_of_another_rate_arrives_as_mono_of_ours(tmp_path: Path) -> None:
    with worker("tests.display.speech_engines:Tone") as (_, ask):
        ask(tmp_path / "x.wav", "一")
    heard = hear(tmp_path / "x.wav")
    assert (heard.channels, heard.bits, heard.rate) == (1, 16, 22_050)
    assert heard.seconds == pytest.approx(
        0.3 + voice_worker.LEAD_SECONDS + voice_worker.TAIL_SECONDS, abs=0.02
    )


def test_a_segments_loudness_does_not_depend_on_how_loud_the_engine_was() -> None:
    for amplitude in (300, 3_000, 30_000):
        quiet_around = array("h", bytes(2 * 10_000))
        tone = array("h", [int(amplitude * math.sin(place / 10)) for place in range(22_050)])
        polished = voice_worker.polish(quiet_around + tone + quiet_around)
        assert voice_worker.root_mean_square(polished[3_000:15_000]) == pytest.approx(5_000, rel=0.05)
        assert len(polished) == pytest.approx(22_050 * 1.25, abs=500)


def test_a_click_above_the_speech_is_not_clipped() -> None:
    samples = array("h", [200] * 22_050)
    samples[11_000] = 32_767
    samples[11_001] = -32_768
    assert max(map(abs, voice_worker.polish(samples))) <= voice_worker.LOUDEST_SAMPLE


def test_silence_is_polished_to_nothing() -> None:
    assert voice_worker.polish(array("h", bytes(44_100))) == array("h")
    assert voice_worker.polish(array("h")) == array("h")
