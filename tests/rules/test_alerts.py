"""When an alert rises, is told, eases and ends."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from hall.rules.alerts import Alert, Change, Decision, Level, Reading, Thresholds, Timing, Told, decide

NOW = datetime(2026, 6, 1, 2, tzinfo=UTC)
BOUNDS = {"longest_wait": Thresholds(1, 2, 3)}
TIMING = Timing()


def reading(value: float, scope: str = "social") -> Reading:
    return Reading("longest_wait", scope, value, {})


def alert(level: Level = Level.YELLOW, *, minutes: float = 0, **more: datetime | None) -> Alert:
    """One that stands, told and changed so many minutes ago."""
    then = NOW - timedelta(minutes=minutes)
    return Alert(1, "longest_wait", "social", level, then, Told(then, level), **more)


def decided(value: float | None, *alerts: Alert) -> list[tuple[Change, Level, bool]]:
    """What one reading, or none, changes."""
    readings = [] if value is None else [reading(value)]
    return [(one.change, one.level, one.is_news) for one in decide(readings, alerts, BOUNDS, TIMING, NOW)]


def test_below_yellow_nothing_rises():
    assert decided(0.99) == []


def test_an_alert_rises_at_the_level_that_is_reached():
    assert decided(1) == [(Change.RAISED, Level.YELLOW, True)]
    assert decided(2.5) == [(Change.RAISED, Level.ORANGE, True)]
    assert decided(9) == [(Change.RAISED, Level.RED, True)]


def test_a_worse_level_is_told_at_once_although_somebody_took_the_milder_one():
    taken = alert(Level.YELLOW, minutes=1, acknowledged_at=NOW)
    assert decided(2, taken) == [(Change.WORSENED, Level.ORANGE, True)]


def test_a_value_at_the_edge_does_not_flicker():
    assert decided(0.95, alert()) == []
    assert decided(1.85, alert(Level.ORANGE)) == []
    assert decided(0.89, alert()) == [(Change.ENDED, Level.YELLOW, False)]
    assert decided(1.79, alert(Level.ORANGE)) == [(Change.EASED, Level.YELLOW, False)]


def test_what_nobody_took_is_told_again_after_the_interval_and_not_before():
    assert decided(1, alert(minutes=9)) == []
    assert decided(1, alert(minutes=10)) == [(Change.REPEATED, Level.YELLOW, True)]


def test_what_somebody_took_is_not_told_again():
    assert decided(1, alert(minutes=60, acknowledged_at=NOW - timedelta(minutes=50))) == []


def test_an_orange_alert_nobody_took_goes_up_once():
    assert decided(2, alert(Level.ORANGE, minutes=15)) == [(Change.ESCALATED, Level.ORANGE, True)]
    gone_up = alert(Level.ORANGE, minutes=15, escalated_at=NOW - timedelta(minutes=1))
    assert decided(2, gone_up) == [(Change.REPEATED, Level.ORANGE, True)]


def test_a_yellow_alert_never_goes_up():
    assert decided(1, alert(minutes=100)) == [(Change.REPEATED, Level.YELLOW, True)]


def test_what_is_no_longer_measured_is_over():
    assert decided(None, alert()) == [(Change.ENDED, Level.YELLOW, False)]


def test_one_that_comes_back_at_once_is_shown_and_not_called_out_again():
    assert decided(1, alert(minutes=5, ended_at=NOW)) == [(Change.RAISED, Level.YELLOW, False)]
    assert decided(2, alert(minutes=5, ended_at=NOW)) == [(Change.RAISED, Level.ORANGE, True)]
    assert decided(1, alert(minutes=11, ended_at=NOW)) == [(Change.RAISED, Level.YELLOW, True)]


def test_an_indicator_that_is_turned_off_raises_nothing_and_ends_what_stood():
    assert decide([reading(9)], [alert()], {}, TIMING, NOW) == [
        Decision(Change.ENDED, Level.YELLOW, alert().told, False, reading(0), alert())
    ]


def test_places_are_told_apart():
    found = decide([reading(1, "tax"), reading(1)], [alert()], BOUNDS, TIMING, NOW)
    assert [(one.change, one.reading.scope) for one in found] == [(Change.RAISED, "tax")]


@given(st.lists(st.floats(0, 10), max_size=60))
def test_whatever_is_measured_an_alert_is_never_told_twice_within_the_interval_unless_it_grew_worse(
    values: list[float],
):
    """One reading a minute; the hall is kept as hall/actions/alerts.py keeps it."""
    kept: list[Alert] = []
    told: list[tuple[datetime, Level]] = []
    for minute, value in enumerate(values):
        now = NOW + timedelta(minutes=minute)
        recent = [one for one in kept if one.ended_at is None or now - one.ended_at <= TIMING.repeat]
        for one in decide([reading(value)], recent, BOUNDS, TIMING, now):
            kept = [other for other in kept if other is not one.alert]
            before = one.alert
            kept.append(
                Alert(
                    minute,
                    "longest_wait",
                    "social",
                    one.level,
                    now if before is None or one.level != before.level else before.changed_at,
                    one.told,
                    None,
                    now if one.change is Change.ESCALATED else (before.escalated_at if before else None),
                    now if one.change is Change.ENDED else None,
                )
            )
            if one.is_news and one.change is not Change.ESCALATED:
                told.append((now, one.level))
        assert sum(one.ended_at is None for one in kept) <= 1
    for (earlier, mild), (later, loud) in pairwise(told):
        assert later - earlier >= TIMING.repeat or loud > mild
