"""Why one number was called before another, as one plain sentence; pure, beside hall/screens/why.py.

A visitor reads numbers and how the rule compared them, nothing about persons: for visitors the elderly and
the green channel are one word, because the second would tell of an illness or a pregnancy.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from math import floor
from typing import Any

from hall.rules.before import Answer, Call, Ground, Stand, Where
from hall.rules.dispatcher import Overtaken
from hall.rules.tickets import VisitorClass
from hall.screens.why import Say, Wait, by_promise, duration, explain, measured_by, noted
from hall.screens.yardsticks import Yardstick, Yardsticks

FIRST = (VisitorClass.ELDERLY, VisitorClass.PRIORITY)


@dataclass(frozen=True)
class Reader:
    """Who reads: in which words, by which clock (a moment → "10:32"), whether the other number is theirs, and
    by what the hall measures waits.
    """

    say: Say
    clock: Callable[[datetime], str]
    visitor: bool
    yardsticks: Yardsticks


def for_visitors(say: Say) -> Say:
    """The same words with one word for the classes that come first."""
    first = {f"why.class.{one.value}" for one in FIRST}

    def veiled(key: str, **values: Any) -> str:
        return say("before.class_first" if key in first else key, **values)

    return veiled


def sentence(
    answer: Answer,
    call: Call,
    other: Stand,
    window: int,
    business: str,
    taken_at: datetime,
    reader: Reader,
    where: Where = Where(),
) -> str:
    """The sentence for `answer`: why `call` at this window was not for `other`, of this business by name;
    `where` is that window.
    """
    say = reader.say
    if answer.reason is Ground.AS_STORED:
        return explain(call.rule.value, _called(answer.reason, call, reader), (), say)
    its = _called(answer.reason, call, reader)
    its_percent, my_percent = percents(its.ratio, answer.compared.ratio if answer.compared else 0.0)
    values = {
        "label": call.label,
        "visitor_class": say(f"why.class.{call.visitor_class.value}"),
        "waited": duration(call.waited_seconds, say),
        "measure": measured_by(its.yardstick, say),
        "percent": its_percent,
        "since": reader.clock(call.queued_at),
        "time": reader.clock(call.called_at),
        "window": window,
        "mine": _mine(other.label, reader),
        "my_business": business,
        "my_class": say(f"why.class.{other.visitor_class.value}"),
        "my_since": reader.clock(taken_at if answer.reason is Ground.NOT_TAKEN else other.queued_at),
        "first_from": floor(where.first_from * 100 + 1e-9),
        "my_state": say(f"ticket_state.{other.state.value}") if other.state is not None else "",
        "compared": _compared(answer.compared, other, my_percent, reader) if answer.compared else "",
    }
    used = [its.yardstick, _yardstick(answer.compared, reader) if answer.compared else None]
    return tidy(noted(say(f"before.{_key(answer.reason, call)}", **values), used, say))


def short(key: str, label: str, mine: str, reader: Reader) -> str:
    """A sentence without a call to explain: `not_called` or `same`."""
    return tidy(reader.say(f"before.{key}", label=label, mine=_mine(mine, reader)))


def percents(one: float, other: float) -> tuple[str, str]:
    """Two shares as percents, rounded down, with as many decimals as it takes to tell them apart (two at
    most).
    """
    for decimals in range(3):
        power = 10**decimals
        words = [f"{floor(share * 100 * power + 1e-9) / power:.{decimals}f}" for share in (one, other)]
        if words[0] != words[1]:
            break
    else:
        words = [f"{floor(share * 100 + 1e-9)}" for share in (one, other)]
    return words[0], words[1]


def tidy(text: str) -> str:
    """Chinese sets no spaces around its own punctuation; a sentence begins with a capital in English."""
    text = re.sub(r" *([，。；：、（）]) *", r"\1", " ".join(text.split()))
    return text[:1].upper() + text[1:]


def _called(reason: Ground, call: Call, reader: Reader) -> Wait:
    """The called number's wait, by the promise where that decided."""
    its = _yardstick(call, reader)
    wait = Wait(call.label, call.visitor_class.value, call.waited_seconds, call.ratio, its)
    return by_promise(wait) if reason is Ground.GUARANTEE else wait


def _key(reason: Ground, call: Call) -> str:
    if reason is Ground.GUARANTEE and call.visitor_class not in FIRST:
        return "guarantee_longest"
    if reason is Ground.FIRST_IN_LINE and call.visitor_class is VisitorClass.APPOINTMENT:
        return "first_in_line_booked"
    return reason.value


def _compared(one: Overtaken, other: Stand, percent: str, reader: Reader) -> str:
    """How the number stood that was compared: the other one itself, or the head of its line."""
    say = reader.say
    values: dict[str, Any] = {
        "head": one.label,
        "mine": _mine(other.label, reader),
        "visitor_class": say(f"why.class.{one.visitor_class.value}"),
        "waited": duration(max(0.0, one.waited_seconds), say),
        "measure": measured_by(_yardstick(one, reader), say),
        "percent": percent,
    }
    if one.waited_seconds < 1 or one.ratio <= 0:
        return say(
            "before.compared_new" if one.label == other.label else "before.compared_head_new", **values
        )
    return say("before.compared" if one.label == other.label else "before.compared_head", **values)


def _yardstick(one: Call | Overtaken, reader: Reader) -> Yardstick | None:
    return reader.yardsticks.of(one.business_id, one.visitor_class, one.waited_seconds, one.ratio)


def _mine(label: str, reader: Reader) -> str:
    return reader.say("before.yours" if reader.visitor else "before.theirs", label=label)
