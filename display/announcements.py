"""Which calls are spoken next, alone or together, and in what words: the one place that decides it.

A board keeps the calls it has heard of in call order and asks, each time its loudspeaker is free, what to say
of them (display/api.py). This module answers with the next announcement: calls whose visitor is no longer
expected are left out, a burst is merged, everything is said as often as the hall wants. A pure module: plain
values in, plain values out. Rules of handbook 7.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from display.phrases import PhraseSettings, Segment, call_segments, merged_segments, repeat_segments

SPOKEN_ALONE = 6
"""So many calls may wait to be spoken one by one; when there are more, it is a burst."""

SPOKEN_TOGETHER = 4
"""Calls in one sentence of a burst: as many as a listener can hold in mind."""

PAUSE_SECONDS = 0.12
"""Between the halves of a sentence."""

BREATH_SECONDS = 0.45
"""Before a sentence is said again, and before the other language."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call as it now stands. `expected`: it is the ticket's latest call and nobody has come to it yet."""

    call_id: int
    label: str
    window: int
    expected: bool


@dataclass(frozen=True, slots=True)
class Sound:
    """One WAV of an announcement, after so much silence."""

    segment: Segment
    pause_seconds: float


@dataclass(frozen=True, slots=True)
class Announcement:
    """What the board says next (nothing, when `calls` is empty) and which of its calls are past saying."""

    calls: tuple[Call, ...]
    dropped: tuple[int, ...]
    sounds: tuple[Sound, ...]

    @property
    def text(self) -> str:
        """What is said, once through, for people who read it."""
        seen = dict.fromkeys(sound.segment.text for sound in self.sounds)
        return "，".join(seen)


def next_announcement(
    asked: Sequence[int], known: Iterable[Call], settings: PhraseSettings, repeat: int
) -> Announcement:
    """The next announcement of a board that has yet to speak the calls `asked` (ids, in call order).

    Dropped are calls that are not `known`, whose visitor has been started, missed, held, sent on, cancelled
    or called elsewhere. An id asked about twice counts once. `repeat` is how often the first language is
    said; a merged sentence is said once, because behind it others wait to be heard at all.
    """
    standing = {call.call_id: call for call in known}
    once = list(dict.fromkeys(asked))
    expected = [standing[one] for one in once if one in standing and standing[one].expected]
    kept = {call.call_id for call in expected}
    dropped = tuple(one for one in once if one not in kept)
    burst = len(expected) > SPOKEN_ALONE
    spoken = tuple(expected[: SPOKEN_TOGETHER if burst else 1])
    if not spoken:
        return Announcement((), dropped, ())
    if burst:
        segments = merged_segments([(call.label, call.window) for call in spoken], settings)
    else:
        segments = call_segments(spoken[0].label, spoken[0].window, settings)
    return Announcement(
        spoken, dropped, _in_time(repeat_segments(segments, 1 if burst else repeat), segments)
    )


def _in_time(spoken: Sequence[Segment], once: Sequence[Segment]) -> tuple[Sound, ...]:
    """A short pause inside a sentence, a breath before one that begins."""
    begins = {segment.language: segment for segment in reversed(once)}
    return tuple(
        Sound(segment, BREATH_SECONDS if segment == begins[segment.language] else PAUSE_SECONDS)
        for segment in spoken
    )
