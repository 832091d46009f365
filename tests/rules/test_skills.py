"""Which certification would help most, by the prices of the real solver; and that it prints nothing."""

import highspy
import pytest

from hall.rules.linear import Rows
from hall.rules.roster import Terms
from hall.rules.roster_plan import flat_week
from hall.rules.skills import Candidate, ranked
from tests.rules.test_roster_plan import MONDAY, week

QUIET, FULL, FULLER = 10, 20, 30


def found(arrivals: dict[int, float], teams: list[set[int]]) -> list[Candidate]:
    """Clerk 1 has little to do at a window that may be given everything; 2 and 3 each do one business."""
    skills = {1: {QUIET}, 2: {FULL}, 3: {FULLER}}
    asked = week(skills, skills, arrivals, terms=Terms(lunch=None))
    may = {1: frozenset({QUIET, FULL, FULLER}), 2: frozenset({FULL}), 3: frozenset({FULLER})}
    return ranked(asked, flat_week(asked).shifts, [MONDAY], may, [frozenset(one) for one in teams], 5)


def test_who_has_time_learns_what_people_wait_for():
    first, *_ = found({QUIET: 0.5, FULL: 5.0, FULLER: 2.0}, [{FULL}, {FULLER}])
    assert (first.clerk_id, first.businesses) == (1, {FULL})
    assert first.left > 0


@pytest.mark.parametrize("teams", [[{FULL}, {FULLER}], [{FULLER}, {FULL}]])
def test_where_everything_is_full_what_leaves_most_undone_at_closing_comes_first(teams: list[set[int]]):
    first, second = found({QUIET: 0.5, FULL: 10.0, FULLER: 20.0}, teams)
    assert f"{first.worth:.2g}" == f"{second.worth:.2g}", "prices cannot tell them apart"
    assert (first.businesses, second.businesses) == ({FULLER}, {FULL})
    assert first.left > second.left > 0


def test_of_what_is_alike_the_fewest_certifications_come_first():
    few, many = Candidate(2, frozenset({1}), 1204.0, 90.2), Candidate(1, frozenset({2, 3}), 1249.0, 89.9)
    assert sorted([many, few], key=lambda one: one.rank) == [few, many]


def test_the_solver_prints_nothing(capfd: pytest.CaptureFixture[str]):
    rows = Rows()
    rows.row({rows.column(1.0): 1.0}, 2.0, highspy.kHighsInf)
    assert rows.prices(5.0) == ([1.0], [2.0])
    whole = Rows()
    whole.row({whole.column(1.0, whole=True): 1.0}, 1.5, highspy.kHighsInf)
    assert whole.solve({}, 0.0, 5.0) == ([2.0], 0.0)
    said = capfd.readouterr()
    assert (said.out, said.err) == ("", "")
