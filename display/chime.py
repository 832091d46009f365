"""The two calm tones before a call, computed rather than recorded, so that they are nobody's but ours.

The board's page plays them before the first segment, and alone where the hall has no voice.
"""

import functools
import io
import math
import wave
from array import array

from display.voice_worker import SAMPLE_RATE

# A falling major third, as a door bell has it: (hertz, starts at, rings for), in seconds.
TONES = ((659.26, 0.0, 1.0), (523.25, 0.42, 1.25))
# A struck bar: the ground tone and two soft overtones that die sooner: (multiple, share, decay per second).
PARTIALS = ((1, 1.0, 4.0), (2, 0.25, 7.0), (3, 0.08, 11.0))
ATTACK_SECONDS = 0.008
PEAK = 16_000  # half of full scale: heard, not startling


@functools.cache
def chime_wav() -> bytes:
    """The chime as a WAV file: mono, 16 bit, 22,050 Hz, 1.67 seconds. Computed once per process, 0.1 s."""
    length = max(start + ring for _, start, ring in TONES)
    sound = [0.0] * int(length * SAMPLE_RATE)
    for hertz, start, ring in TONES:
        for place in range(int(ring * SAMPLE_RATE)):
            seconds = place / SAMPLE_RATE
            swing = sum(
                share * math.sin(2 * math.pi * hertz * multiple * seconds) * math.exp(-decay * seconds)
                for multiple, share, decay in PARTIALS
            )
            edge = min(1.0, seconds / ATTACK_SECONDS, (ring - seconds) / 0.1)
            sound[int(start * SAMPLE_RATE) + place] += swing * edge
    loudest = max(map(abs, sound))
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(SAMPLE_RATE)
        out.writeframes(array("h", [round(sample / loudest * PEAK) for sample in sound]).tobytes())
    return file.getvalue()
