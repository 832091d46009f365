"""The kiosk's clock never goes back, and a PC's clock that did is not believed."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from kiosk.alone.clock import Clock, Known

NINE = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass
class Pc:
    """A PC whose clock anybody may set, while its ticks cannot be."""

    shows: datetime = NINE
    ticked: float = 1000.0
    known: Known | None = None
    clock: Clock = field(init=False)

    def starts(self) -> Clock:
        self.clock = Clock(self.known, lambda: self.shows, lambda: self.ticked)
        return self.clock

    def passes(self, time: timedelta) -> None:
        self.shows += time
        self.ticked += time.total_seconds()

    def restarts(self, after: timedelta = timedelta()) -> Clock:
        self.known = self.clock.known()
        self.passes(after)
        self.ticked = 5.0
        return self.starts()


@pytest.mark.parametrize("jump", [HOUR, -HOUR, timedelta(days=400), timedelta(days=-400)])
def test_setting_the_pcs_clock_changes_nothing_while_the_program_runs(jump: timedelta):
    pc = Pc()
    pc.starts().set(NINE + 3 * HOUR)
    pc.shows += jump
    pc.passes(HOUR)
    assert pc.clock.now() == NINE + 4 * HOUR
    assert pc.clock.trusted


def test_a_pc_whose_clock_is_wrong_by_the_same_amount_tells_the_servers_time_after_a_restart():
    pc = Pc()
    pc.starts().set(NINE + 3 * HOUR)
    assert pc.restarts(after=HOUR).now() == NINE + 4 * HOUR
    assert pc.clock.trusted


@pytest.mark.parametrize("back", [timedelta(minutes=3), HOUR, timedelta(days=9000)])
def test_a_clock_that_went_back_over_a_restart_is_not_believed_until_the_server_is_heard(back: timedelta):
    pc = Pc()
    pc.starts().set(NINE)
    pc.passes(HOUR)
    before = pc.clock.now()
    pc.known = pc.clock.known()
    pc.shows -= back
    assert not pc.starts().trusted
    assert pc.clock.now() >= before
    pc.clock.set(NINE + 2 * HOUR)
    assert pc.clock.trusted


def test_the_little_that_a_time_service_sets_back_is_believed_and_time_still_does_not_go_back():
    pc = Pc()
    pc.starts().set(NINE)
    pc.passes(HOUR)
    pc.known = pc.clock.known()
    pc.shows -= timedelta(seconds=20)
    assert pc.starts().trusted
    assert pc.clock.now() == NINE + HOUR


def test_a_kiosk_that_never_heard_the_server_does_not_trust_its_clock():
    assert not Pc().starts().trusted


def test_what_the_server_has_issued_came_before_whoever_comes_now():
    pc = Pc()
    pc.starts().set(NINE)
    pc.clock.at_least(NINE + timedelta(milliseconds=300))
    assert pc.clock.now() == NINE + timedelta(milliseconds=300)
    pc.clock.at_least(NINE - HOUR)
    assert pc.clock.now() == NINE + timedelta(milliseconds=300)
