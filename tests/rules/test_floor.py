"""Plans of halls: a tidy one from zones and windows alone, and where a business is at home."""

from itertools import combinations

import pytest

from hall.rules.floor import Box, Spot, along, home_zones, tidy_plan, window_numbers


@pytest.mark.parametrize(
    "sizes", [{"room": 2}, {"west": 6, "east": 6}, {"a": 18, "b": 15, "c": 13, "d": 9, "e": 5}, {"all": 288}]
)
def test_a_tidy_plan_gives_every_window_a_place_of_its_own_inside_its_zone(sizes: dict[str, int]):
    numbers = iter(range(1, 1000))
    windows = {code: [next(numbers) for _ in range(many)] for code, many in sizes.items()}
    plan = tidy_plan(windows)
    assert len(set(plan.windows.values())) == sum(sizes.values())
    for code, here in windows.items():
        assert all(plan.zones[code].holds(plan.windows[number]) for number in here)
        assert all(plan.windows[number].y > plan.zones[code].y for number in here), "the name is above them"
    for one, other in combinations(plan.zones.values(), 2):
        assert not one.overlaps(other)
    assert all(box.within(plan.width, plan.height) for box in plan.zones.values())
    for mark in plan.marks:
        assert not any(mark.box.holds(spot) for spot in plan.windows.values())


def test_a_large_tidy_plan_is_about_as_wide_as_a_screen():
    plan = tidy_plan({f"z{zone}": list(range(32 * zone, 32 * zone + 32)) for zone in range(9)})
    assert 1.0 < plan.width / plan.height < 2.2


def test_a_zone_without_windows_and_a_hall_without_zones_have_a_plan():
    assert tidy_plan({"empty": [], "one": [1]}).zones.keys() == {"empty", "one"}
    assert tidy_plan({}).zones == {}


@pytest.mark.parametrize(
    ("written", "meant"),
    [(7, [7]), ("3-5", [3, 4, 5]), (" 8 - 8 ", [8]), ("5-3", None), ("a", None), (True, None), (None, None)],
)
def test_windows_are_written_as_numbers_and_spans(written: object, meant: list[int] | None):
    numbers = window_numbers(written)
    assert meant == (None if numbers is None else list(numbers))


def test_a_row_runs_four_ways():
    ends = {}
    for runs in ("right", "left", "down", "up"):
        spots = along(Spot(5, 5), runs)
        ends[runs] = [next(spots) for _ in range(3)][-1]
    assert ends == {"right": (7, 5), "left": (3, 5), "down": (5, 7), "up": (5, 3)}


def test_boxes_side_by_side_do_not_overlap():
    assert not Box(0, 0, 3, 2).overlaps(Box(3, 0, 3, 2))
    assert Box(0, 0, 4, 2).overlaps(Box(3, 1, 3, 2))


def test_a_business_is_at_home_where_windows_of_its_own_are_and_not_where_everything_is_served():
    everything = frozenset(range(1, 41))
    windows = [("general", everything)] * 10 + [("tax", frozenset({1, 2})), ("homes", frozenset({3}))]
    homes = home_zones(windows)
    assert (homes[1], homes[3], homes[40]) == ("tax", "homes", "general")
    assert 41 not in homes
