"""Whom a server that is behind lets in, and what is left of a share."""

import pytest

from hall.rules.admission import Asker, Share, Shares, again_in_seconds, puts_off


@pytest.mark.parametrize(
    ("behind", "put_off"),
    [(0, ""), (1.9, ""), (2, "ANYONE"), (3.9, "ANYONE"), (4, "ANYONE DEVICE"), (60, "ANYONE DEVICE")],
)
def test_screens_are_put_off_first_then_kiosks_and_staff_never(behind: float, put_off: str):
    assert [one.name for one in Asker if puts_off(one, behind)] == put_off.split()


def test_who_is_put_off_is_told_to_come_after_twice_the_delay():
    assert [again_in_seconds(behind) for behind in (0.6, 2, 7.4, 100)] == [2, 4, 15, 30]


def test_a_share_is_used_up_comes_back_with_time_and_is_each_askers_own():
    shares = Shares(Share(per_second=2, burst=3))
    assert [shares.take("a", 10.0) for _ in range(4)] == [True, True, True, False]
    assert shares.take("b", 10.0)
    assert [shares.take("a", 10.5), shares.take("a", 10.5)] == [True, False]
    assert [shares.take("a", 1000.0) for _ in range(4)] == [True, True, True, False]


def test_a_clock_that_goes_back_gives_nobody_more_and_takes_nothing_away():
    shares = Shares(Share(per_second=1, burst=1))
    assert [shares.take("a", 10.0), shares.take("a", 5.0), shares.take("a", 6.0)] == [True, False, True]


def test_a_thousand_addresses_fill_no_memory():
    shares = Shares(Share(per_second=1, burst=1), most=10)
    assert all(shares.take(str(one), 0.0) for one in range(1000))
    assert len(shares._left) == 10
