"""Ranges are widened until they hold as often as they say, also when the hall changes."""

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall.rules.calibration import Band, Calibration
from hall.rules.waits import in_minutes

seconds = st.floats(0, 6 * 3600)


def band_of(values: tuple[float, float, float]) -> Band:
    return Band(*sorted(values))


def day_of(
    kept: Calibration, source: random.Random, visitors: int, spread: float, business: int = 1
) -> float:
    """The share of told ranges that held: the band says ±20 %, the truth strays by `spread`."""
    held_of = 0
    for _ in range(visitors):
        middle = source.uniform(300, 2400)
        band = Band(0.8 * middle, middle, 1.2 * middle)
        waited = max(0.0, middle * source.gauss(1, spread))
        range_told = kept.widen(business, band)
        said = in_minutes(range_told.low, range_told.high)
        held = said.low_minutes * 60 <= waited <= said.high_minutes * 60
        kept.observe(business, band, waited, held)
        held_of += held
    return held_of / visitors


@pytest.mark.parametrize("spread", [0.08, 0.2, 0.4])
def test_ranges_hold_for_four_in_five_whatever_the_band_gets_wrong(spread: float):
    kept, source = Calibration(), random.Random(int(spread * 100))
    day_of(kept, source, 400, spread)
    assert 0.77 <= day_of(kept, source, 4000, spread) <= 0.85


def test_a_hall_that_changes_is_followed():
    kept, source = Calibration(), random.Random(5)
    day_of(kept, source, 1500, 0.1)
    day_of(kept, source, 300, 0.5)
    assert 0.77 <= day_of(kept, source, 3000, 0.5) <= 0.85


def test_each_business_has_a_width_of_its_own():
    kept, source = Calibration(), random.Random(6)
    for _ in range(30):
        day_of(kept, source, 60, 0.05, business=1)
        day_of(kept, source, 60, 0.5, business=2)
    band = Band(800, 1000, 1200)
    steady, erratic = kept.widen(1, band), kept.widen(2, band)
    assert steady.high - steady.low < erratic.high - erratic.low
    assert 0.75 <= day_of(kept, source, 2000, 0.05, business=1) <= 0.88


def test_a_business_that_nobody_was_called_in_leans_on_the_whole_hall():
    kept, source = Calibration(), random.Random(7)
    band = Band(800, 1000, 1200)
    day_of(kept, source, 1000, 0.6, business=1)
    wide = kept.widen(99, band)
    assert wide.high - wide.low > 1.5 * (band.high - band.low)


@given(st.lists(st.tuples(st.tuples(seconds, seconds, seconds), seconds, st.booleans()), max_size=300))
def test_a_range_never_ends_before_it_begins(seen: list[tuple[tuple[float, float, float], float, bool]]):
    kept = Calibration()
    for values, waited, held in seen:
        kept.observe(1, band_of(values), waited, held)
    for values, _, _ in seen[:20]:
        found = kept.widen(1, band_of(values))
        assert 0 <= found.low <= found.high
        said = in_minutes(found.low, found.high)
        assert 0 <= said.low_minutes < said.high_minutes


def test_a_restart_loses_nothing():
    kept, source = Calibration(), random.Random(8)
    day_of(kept, source, 700, 0.3, business=1)
    day_of(kept, source, 20, 0.3, business=2)
    again = Calibration.restore(json.loads(json.dumps(kept.state())))
    band = Band(500, 700, 900)
    for business in (1, 2, 3):
        before, after = kept.widen(business, band), again.widen(business, band)
        assert after.low == pytest.approx(before.low, abs=2)
        assert after.high == pytest.approx(before.high, abs=2)
    assert Calibration.restore({}).widen(1, band) == Calibration().widen(1, band)
