"""Why a number was called, as one plain sentence for a visitor, the 12345 hotline or an inspector.

Pure: the values a call stored go in, a sentence of the catalogue (`why.*`) comes out. Used by
hall/screens/tickets.py.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import floor
from typing import Any

from hall.screens.yardsticks import Yardstick

Say = Callable[..., str]
"""hall/i18n.py words_for(language): (key, **values) → text."""

NAMED = 3
"""How many overtaken numbers are named; of the rest only the count is told."""

AT_ONCE_SECONDS = 2
"""Who was called sooner than this after coming did not wait."""


@dataclass(frozen=True)
class Wait:
    """One number at the moment of the call: how long it had waited, and what share of which time that was."""

    label: str
    visitor_class: str
    waited_seconds: float
    ratio: float
    yardstick: Yardstick | None = None


def explain(rule: str, called: Wait, overtaken: Sequence[Wait], say: Say) -> str:
    """The sentence: the rule that decided, the called number's wait and share, and whom it went before."""
    if rule == "guarantee":
        called = by_promise(called)
    values = _values(called, say)
    if rule in ("chosen", "resumed", "paper"):
        return say(f"why.{rule}", **values)
    if rule in ("promise_share", "elderly_window") and not overtaken and not _has_waited(called):
        return say("why.at_once", **values)
    if rule == "guarantee" and called.visitor_class not in ("elderly", "priority"):
        rule = "guarantee_longest"
    if not overtaken:
        return noted(say(f"why.{rule}", **values), [called.yardstick], say)
    said = say(f"why.{rule}_over", **values, others=_others(overtaken, say))
    return noted(said, [called.yardstick, *(one.yardstick for one in overtaken)], say)


def measured_by(yardstick: Yardstick | None, say: Say) -> str:
    """In words, what a share is a share of."""
    if yardstick is None:
        return ""
    other = "why.as_ordinary" if yardstick.as_ordinary else "why.reference"
    name = "why.promised" if yardstick.promised else other
    return say(name, time=duration(yardstick.seconds, say))


def by_promise(one: Wait) -> Wait:
    """The wait as a share of what was promised, which is what the guarantee of the elderly goes by, where it
    had been measured as an ordinary one.
    """
    its = one.yardstick
    if its is None or not its.as_ordinary or its.promise is None:
        return one
    promised = Yardstick(its.promise, promised=True, promise=its.promise)
    return replace(one, ratio=one.waited_seconds / its.promise, yardstick=promised)


def noted(said: str, yardsticks: Sequence[Yardstick | None], say: Say) -> str:
    """The sentence, and what the reference times are that it speaks of."""
    spoken = [one for one in yardsticks if one is not None and measured_by(one, say) in said]
    if any(one.as_ordinary for one in spoken):
        said = say("why.with_note", said=said, note=say("why.as_ordinary_note"))
    if any(one.by_length for one in spoken):
        said = say("why.with_note", said=said, note=say("why.reference_note"))
    return said


def _others(overtaken: Sequence[Wait], say: Say) -> str:
    named = say("why.and").join(
        say("why.other" if _has_waited(one) and one.yardstick else "why.other_new", **_values(one, say))
        for one in overtaken[:NAMED]
    )
    return say("why.more", others=named, count=len(overtaken)) if len(overtaken) > NAMED else named


def _values(one: Wait, say: Say) -> dict[str, Any]:
    return {
        "label": one.label,
        "visitor_class": say(f"why.class.{one.visitor_class}"),
        "waited": duration(one.waited_seconds, say),
        "measure": measured_by(one.yardstick, say),
        # Rounded down: 79.9 % must not read as the 80 % that the guarantee begins at.
        "percent": floor(one.ratio * 100 + 1e-9),
    }


def duration(seconds: float, say: Say) -> str:
    """Whole minutes rounded down, seconds under a minute, hours above sixty."""
    if seconds < 60:
        return say("duration.seconds", seconds=floor(seconds))
    hours, minutes = divmod(floor(seconds / 60), 60)
    if not hours:
        return say("duration.minutes", minutes=minutes)
    return say("duration.hours", hours=hours, minutes=minutes)


def _has_waited(one: Wait) -> bool:
    return one.waited_seconds >= AT_ONCE_SECONDS
