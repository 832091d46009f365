"""The study halls have the structure of handbook 14, and their days the demand."""

from statistics import fmean

import pytest

from hall.rules.tickets import VisitorClass
from hall.twin.study import HABITS, NO_SHOW, SIZES, Study, apportion, capped, study

SEEDS = range(1, 6)


@pytest.fixture(scope="module", params=list(SIZES))
def size(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def halls(size: str) -> list[Study]:
    return [study(size, seed) for seed in SEEDS]


def test_a_study_hall_has_the_windows_businesses_and_departments_of_its_size(size: str, halls: list[Study]):
    of = SIZES[size]
    for one in halls:
        kinds = [window.kind for window in one.hall.windows.values()]
        assert [kinds.count(kind) for kind in ("special", "comprehensive", "elderly")] == [
            of.special,
            of.comprehensive,
            of.elderly,
        ]
        assert len(one.hall.businesses) == of.businesses
        assert len({business.department for business in one.hall.businesses.values()}) == of.departments


def test_a_mean_day_asks_for_the_load_of_the_open_window_time(size: str, halls: list[Study]):
    of = SIZES[size]
    for one in halls:
        open_seconds = sum(
            ends - begins for window in one.hall.windows.values() for begins, ends in window.clerk.staffed
        )
        work = 0.0
        for wish in one.wanted:
            served = wish.service_seconds * (1 + wish.elderly_share * (wish.elderly_factor - 1))
            each = (1 - NO_SHOW) * (served + HABITS.call_to_seat_seconds) + NO_SHOW * HABITS.no_show_seconds
            work += wish.visits * each
        assert work / open_seconds == pytest.approx(of.load, rel=0.005)
        assert sum(wish.visits for wish in one.wanted) == pytest.approx(of.visits)
        assert max(wish.visits for wish in one.wanted) <= of.cap * of.visits * 1.000001


def test_every_business_is_served_and_special_windows_stay_in_their_department(halls: list[Study]):
    for one in halls:
        windows = one.hall.windows.values()
        assert frozenset().union(*(window.calls for window in windows)) == set(one.hall.businesses)
        for window in windows:
            departments = {one.hall.businesses[code].department for code in window.calls}
            if window.kind == "special":
                assert len(departments) == 1
                assert window.own
                assert window.own <= window.calls
            else:
                assert not window.own


def test_a_restricted_department_is_served_by_its_own_special_windows_only(size: str, halls: list[Study]):
    for one in halls:
        open_to_all = frozenset().union(
            *(window.calls for window in one.hall.windows.values() if window.kind != "special")
        )
        restricted = {
            business.department for code, business in one.hall.businesses.items() if code not in open_to_all
        }
        assert len(restricted) == max(1, round(SIZES[size].departments / 9))
        assert all(one.hall.businesses[code].department not in restricted for code in open_to_all)


def test_the_same_seed_gives_the_same_hall_and_day_and_another_seed_another(size: str):
    first, again, other = study(size, 1), study(size, 1), study(size, 2)
    assert (first.wanted, first.hall.windows) == (again.wanted, again.hall.windows)
    assert first.visitors(7) == again.visitors(7)
    assert first.visitors(7) != first.visitors(8)
    assert first.wanted != other.wanted


def test_days_have_the_demand_of_the_hall(size: str, halls: list[Study]):
    days = [one.visitors(seed) for one in halls for seed in range(3)]
    # Two in a hundred of the handbook's day come after five o'clock, when the study halls are closed.
    assert fmean(len(day) for day in days) == pytest.approx(0.98 * SIZES[size].visits, rel=0.12)
    people = [visitor for day in days for visitor in day]
    assert fmean(one.visitor_class is VisitorClass.ELDERLY for one in people) == pytest.approx(0.15, abs=0.03)
    assert fmean(not one.shows_up for one in people) == pytest.approx(NO_SHOW, abs=0.012)
    assert all(8.5 * 3600 <= one.at_seconds < 17 * 3600 for one in people)
    for day in days:
        assert [one.id for one in day] == list(range(1, len(day) + 1))
        assert [one.at_seconds for one in day] == sorted(one.at_seconds for one in day)


def test_whole_windows_are_shared_out_in_proportion_and_none_is_lost():
    assert apportion(10, [5, 3, 2]) == [5, 3, 2]
    assert apportion(10, [1, 1, 1]) in ([4, 3, 3], [3, 4, 3], [3, 3, 4])
    assert apportion(5, [100, 1, 1], least=1) == [3, 1, 1]


def test_no_share_is_above_the_cap_and_they_sum_to_one():
    shares = capped([50, 20, 10, 10, 5, 5], 0.3)
    assert sum(shares) == pytest.approx(1)
    assert max(shares) == pytest.approx(0.3)
    assert shares[2] == pytest.approx(2 * shares[4])
