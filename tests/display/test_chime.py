"""The chime before a call, measured."""

from itertools import pairwise
from pathlib import Path

from display.chime import chime_wav
from tests.display.hearing import hear


def test_the_chime_is_two_falling_tones_that_die_away(tmp_path: Path) -> None:
    path = tmp_path / "chime.wav"
    path.write_bytes(chime_wav())
    heard = hear(path)
    assert (heard.channels, heard.bits, heard.rate) == (1, 16, 22_050)
    assert 1 < heard.seconds < 2
    assert 10_000 < heard.peak < 20_000, "as loud as the speech, not startling"
    first, second = heard.samples[4_400:8_800], heard.samples[20_000:28_000]
    assert 620 < pitch(first) < 700
    assert 490 < pitch(second) < 560
    assert heard.levels[-1] < 50
    assert abs(heard.samples[0]) < 50, "no click at the start"


def pitch(samples) -> float:
    """Hertz, by counting how often the wave rises through zero."""
    rising = sum(1 for before, after in pairwise(samples) if before < 0 <= after)
    return rising * 22_050 / len(samples)
