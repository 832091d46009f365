"""The forecast of a coming week: what a day does to it, how plausible it is with little history, how sure it
says it is.
"""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest

from hall.bench.roster_days import simulated_days, works
from hall.holidays import calendar_day
from hall.rules.arrivals import DayKind, Forecaster, History, PastDay, day_kind, same_day_last_week
from hall.twin.study import study

SOCIAL = 1
SPANS = {SOCIAL: range(17, 34)}
FLAT = dict.fromkeys(range(17, 34), 1 / 17)


def past(counts: list[int], last: date = date(2026, 11, 27)) -> list[PastDay]:
    """Working days with these counts, the last one on `last`."""
    found: list[PastDay] = []
    day = last
    for count in reversed(counts):
        while not works(day):
            day -= timedelta(days=1)
        found.append(PastDay(day, day_kind(day, works), {SOCIAL: count}))
        day -= timedelta(days=1)
    return found[::-1]


def foretold(days: list[PastDay], day: date, prior: float = 100.0) -> tuple[float, float, float]:
    forecaster = Forecaster(History(days, Counter(), {SOCIAL: prior}, FLAT))
    expected = forecaster.forecast(day, day_kind(day, works), SPANS).businesses[SOCIAL]
    return expected.low, expected.mean, expected.high


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 11, 25), DayKind(2)),
        (date(2026, 11, 30), DayKind(0, month_end=True)),
        (date(2026, 9, 30), DayKind(2, month_end=True, before_holiday=True)),
        (date(2026, 10, 8), DayKind(3, after_holiday=True)),
        (date(2026, 2, 24), DayKind(1, after_holiday=True)),
    ],
)
def test_a_day_is_known_by_its_weekday_the_months_end_and_the_holidays_around_it(day: date, kind: DayKind):
    assert day_kind(day, lambda one: calendar_day(one).working) == kind


def test_the_calendar_knows_worked_weekends_and_says_where_it_ends():
    assert calendar_day(date(2026, 2, 14)).made_up
    assert not calendar_day(date(2026, 10, 1)).working
    beyond = calendar_day(date(2090, 10, 1))
    assert (beyond.working, beyond.known) == (date(2090, 10, 1).weekday() < 5, False)


def test_without_any_history_the_configurations_guess_and_the_handbooks_weekdays_hold():
    monday, friday = date(2026, 12, 7), date(2026, 12, 11)
    low, mean, high = foretold([], monday)
    assert mean == pytest.approx(125, rel=0.01)
    assert foretold([], friday)[1] == pytest.approx(85, rel=0.01)
    assert low < 90 and high > 160


def test_days_that_were_seen_outweigh_the_guess_and_narrow_the_range():
    tuesday = date(2026, 12, 8)
    guess, week, month = (foretold(past([40] * many), tuesday, prior=400) for many in (0, 5, 20))
    assert abs(month[1] - 42) < abs(week[1] - 42) < abs(guess[1] - 42)
    assert month[2] - month[0] < week[2] - week[0] < guess[2] - guess[0]


def test_a_hall_whose_fridays_are_busy_is_believed_after_a_while():
    def seen(weeks: int) -> list[PastDay]:
        days = past([0] * 5 * weeks)
        return [replace(one, counts={SOCIAL: 200 if one.kind.weekday == 4 else 100}) for one in days]

    friday, thursday = date(2026, 12, 4), date(2026, 12, 3)
    few, many = (foretold(seen(weeks), friday)[1] / foretold(seen(weeks), thursday)[1] for weeks in (1, 12))
    assert 0.9 < few < many and many > 1.5


def test_the_half_hours_of_a_business_add_up_to_its_day_and_closed_ones_have_none():
    day = date(2026, 12, 8)
    forecaster = Forecaster(History(past([100] * 5), Counter({(SOCIAL, 20): 90}), {SOCIAL: 100}, FLAT))
    found = forecaster.forecast(day, day_kind(day, works), {SOCIAL: range(18, 24)})
    assert sum(one.mean for one in found.half_hours.values()) == pytest.approx(found.businesses[SOCIAL].mean)
    assert {half for _, half in found.half_hours} == set(range(18, 24))
    assert found.half_hours[SOCIAL, 20].mean > 3 * found.half_hours[SOCIAL, 21].mean


def test_it_beats_the_same_weekday_of_last_week_on_simulated_months_and_its_range_holds():
    hall = study("small", 1)
    days = list(simulated_days(hall, date(2026, 3, 2), 84, 1))
    first = date(2026, 4, 27)
    known = [one.past for one in days if one.past.day < first]
    halves: Counter[tuple[int, int]] = Counter()
    for one in days:
        if one.past.day < first:
            halves.update(one.half_hours)
    forecaster = Forecaster(
        History(known, halves, {one.business_id: one.visits for one in hall.wanted}, FLAT)
    )
    ours = naive = 0.0
    held = []
    for one in days:
        if one.past.day < first:
            continue
        spans = {wish.business_id: range(17, 34) for wish in hall.wanted}
        before = [other.past for other in days if other.past.day < one.past.day]
        guess = same_day_last_week(before, one.past.day)
        for code, expected in forecaster.forecast(one.past.day, one.past.kind, spans).businesses.items():
            came = one.past.counts.get(code, 0)
            ours += abs(expected.mean - came)
            naive += abs(guess.get(code, 0) - came)
            held.append(expected.low - 0.5 <= came <= expected.high + 0.5)
    assert ours < 0.85 * naive
    assert sum(held) / len(held) > 0.7
