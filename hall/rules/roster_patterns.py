"""How a clerk's day can look: patterns of work for a day's opening hours, and breaks spread so that
neighbours do not rest together. For the weekly plan (roster_plan.py, roster_programme.py). Minutes after
midnight.
"""

import itertools
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from hall.rules.roster import Break, Minutes, Shift, Terms

LONGEST_DAY = 600
"""A day of more working minutes is for several clerks one after another."""
TURN, EVERY = 480, 240
"""Then a clerk works so long, and somebody begins so often."""
PIECE = 60
"""The programme looks at the day in pieces of about an hour."""
EARLY = 90
"""Somebody who goes home early goes so long before the doors close."""
SLOT = 5


@dataclass(frozen=True)
class Pattern:
    """Segments of work, in order; `duty`: over lunch, with a meal at another time."""

    segments: tuple[Minutes, ...]
    duty: bool = False
    meal: int = 0

    @property
    def minutes(self) -> int:
        """Minutes that count as work: the meal does not."""
        return sum(ends - begins for begins, ends in self.segments) - self.meal

    def covers(self, span: Minutes) -> bool:
        return any(begins <= span[0] and span[1] <= ends for begins, ends in self.segments)


def patterns(hours: Sequence[Minutes], terms: Terms) -> list[Pattern]:
    """The ways to work on a day with these opening hours, the usual one first."""
    spans = sorted(hours)
    if not spans:
        return []
    if sum(ends - begins for begins, ends in spans) > LONGEST_DAY:
        return _turns(spans, terms)
    parts = _parts(spans, terms)
    found = [Pattern(tuple(parts))]
    last_begins, last_ends = parts[-1]
    if last_ends - EARLY > last_begins:
        found.append(Pattern((*parts[:-1], (last_begins, last_ends - EARLY))))
    if len(parts) > 1:
        found += [Pattern((one,)) for one in parts]
    lunch = _lunch_in(spans, terms)
    if lunch is not None:
        whole = next(span for span in spans if span[0] <= lunch[0] and lunch[1] <= span[1])
        found.append(Pattern((whole,), duty=True, meal=terms.meal_minutes))
        if whole[1] - lunch[1] > EARLY:
            found.append(Pattern(((whole[0], whole[1] - EARLY),), duty=True, meal=terms.meal_minutes))
    return list(dict.fromkeys(found))


def pieces(hours: Sequence[Minutes], terms: Terms) -> list[Minutes]:
    """The day in pieces of about an hour, cut where patterns begin and end."""
    cuts = {moment for one in patterns(hours, terms) for span in one.segments for moment in span}
    found = []
    for opens, closes in sorted(hours):
        inside = sorted({opens, closes, *(one for one in cuts if opens < one < closes)})
        for begins, ends in itertools.pairwise(inside):
            many = max(1, round((ends - begins) / PIECE))
            marks = [begins + round((ends - begins) * at / many / SLOT) * SLOT for at in range(many)] + [ends]
            found += list(itertools.pairwise(marks))
    return [one for one in found if one[0] < one[1]]


def rested(shifts: Sequence[Shift], terms: Terms, meal: bool, resting: Counter[int]) -> list[Shift]:
    """One clerk's shifts of a day, which follow one another, with breaks. `resting`: how many of the
    neighbours rest in each five minutes; is added to, so that the next clerk rests at another time.
    """
    found = []
    worked = terms.break_every_minutes
    for one in shifts:
        breaks: list[Break] = []
        stretches = [(one.begins, one.ends)]
        if meal and one.ends - one.begins > worked and terms.lunch is not None:
            eats = _meal(one, terms, resting)
            if eats is not None:
                breaks.append((eats, terms.meal_minutes))
                stretches = [(one.begins, eats), (eats + terms.meal_minutes, one.ends)]
        for begins, ends in stretches:
            breaks += _breaks((begins, ends), terms, resting)
        found.append(Shift(one.day, one.clerk_id, one.window_id, one.begins, one.ends, tuple(sorted(breaks))))
    return found


def _lunch_in(spans: Sequence[Minutes], terms: Terms) -> Minutes | None:
    """Lunch, where the doors stay open over it."""
    lunch = terms.lunch
    if lunch is None or not any(begins < lunch[0] and lunch[1] < ends for begins, ends in spans):
        return None
    return lunch


def _parts(spans: Sequence[Minutes], terms: Terms) -> list[Minutes]:
    """The opening hours without lunch."""
    lunch = terms.lunch
    found: list[Minutes] = []
    for begins, ends in spans:
        if lunch is None or lunch[1] <= begins or ends <= lunch[0]:
            found.append((begins, ends))
        else:
            found += [one for one in ((begins, lunch[0]), (lunch[1], ends)) if one[0] < one[1]]
    return found


def _turns(spans: Sequence[Minutes], terms: Terms) -> list[Pattern]:
    """Clerks one after another, and overlapping, over a long day."""
    opens, closes = spans[0][0], spans[-1][1]
    begins = [*range(opens, closes - TURN, EVERY), closes - TURN]
    found = []
    for at in begins:
        cut = [(max(at, since), min(at + TURN, until)) for since, until in spans]
        segments = tuple(one for one in cut if one[0] < one[1])
        if segments:
            lunch = terms.lunch
            duty = lunch is not None and any(a <= lunch[0] and lunch[1] <= b for a, b in segments)
            found.append(Pattern(segments, duty=duty, meal=terms.meal_minutes if len(segments) == 1 else 0))
    return list(dict.fromkeys(found))


def _meal(one: Shift, terms: Terms, resting: Counter[int]) -> int | None:
    """When somebody on lunch duty eats: in the hour before lunch or after it; of a shift elsewhere in the
    day, about its middle.
    """
    lasts = terms.meal_minutes
    lunch = terms.lunch or (0, 0)
    before = range(lunch[0] - 60, lunch[0] - lasts + 1, SLOT)
    after = range(lunch[1], lunch[1] + 60 - lasts + 1, SLOT)
    middle = (one.begins + one.ends - lasts) // 2 // SLOT * SLOT
    around = range(middle - 30, middle + 31, SLOT)
    over_lunch = one.begins < lunch[0] and lunch[1] < one.ends
    slots = [*before, *after] if over_lunch else [*around]
    inside = [at for at in slots if one.begins + 30 <= at and at + lasts + 30 <= one.ends]
    return _least(inside, lasts, resting)


def _breaks(stretch: Minutes, terms: Terms, resting: Counter[int]) -> list[Break]:
    """Breaks in one stretch, evenly, each moved a little to where the fewest neighbours rest."""
    begins, ends = stretch
    lasts = terms.break_minutes
    many = math.ceil((ends - begins) / terms.break_every_minutes) - 1
    if many <= 0:
        return []
    work = (ends - begins - many * lasts) / (many + 1)
    room = max(0.0, terms.longest_unbroken_minutes - work) / 2
    found, after = [], begins
    for number in range(many):
        middle = begins + (number + 1) * work + number * lasts
        slots = range(math.ceil((middle - room) / SLOT) * SLOT, int(middle + room) + 1, SLOT)
        inside = [at for at in slots if at > after and at + lasts < ends] or [int(middle)]
        at = _least(inside, lasts, resting)
        if at is None:
            continue
        found.append((at, lasts))
        after = at + lasts
    return found


def _least(slots: Sequence[int], lasts: int, resting: Counter[int]) -> int | None:
    """The slot in which the fewest rest, nearest to the middle of the slots; noted in `resting`."""
    if not slots:
        return None
    middle = (slots[0] + slots[-1]) / 2

    def crowd(at: int) -> tuple[int, float]:
        return sum(resting[one] for one in range(at, at + lasts, SLOT)), abs(at - middle)

    best = min(slots, key=crowd)
    for one in range(best, best + lasts, SLOT):
        resting[one] += 1
    return best
