"""How tests listen to a WAV: by measuring it."""

import wave
from array import array
from dataclasses import dataclass
from pathlib import Path

from display.voice_worker import root_mean_square

FRAME = 441  # 20 ms


@dataclass(frozen=True)
class Heard:
    """What is in a WAV. Times in seconds, levels as samples (0 to 32,767)."""

    samples: "array[int]"
    channels: int
    bits: int
    rate: int

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate

    @property
    def peak(self) -> int:
        return max(map(abs, self.samples))

    @property
    def levels(self) -> list[float]:
        return [
            root_mean_square(self.samples[start : start + FRAME])
            for start in range(0, len(self.samples), FRAME)
        ]

    @property
    def loudness(self) -> float:
        """Of the spoken frames only."""
        spoken = [level for level in self.levels if level > 200]
        return (sum(level**2 for level in spoken) / len(spoken)) ** 0.5

    @property
    def silent_before(self) -> float:
        return next(place for place, level in enumerate(self.levels) if level > 200) * FRAME / self.rate

    @property
    def silent_after(self) -> float:
        quiet = next(place for place, level in enumerate(reversed(self.levels)) if level > 200)
        return quiet * FRAME / self.rate


def hear(path: Path) -> Heard:
    with wave.open(str(path), "rb") as file:
        samples = array("h", file.readframes(file.getnframes()))
        return Heard(samples, file.getnchannels(), 8 * file.getsampwidth(), file.getframerate())
