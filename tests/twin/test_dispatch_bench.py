"""`python -m hall bench dispatch`: its tables and bounds, and the policies tried beside the rule."""

import re

import pytest

from hall.bench.dispatch import bench_dispatch
from hall.bench.dispatch_speed import pick_seconds
from hall.rules.tickets import VisitorClass
from hall.twin.engine import run
from hall.twin.measures import measure
from hall.twin.policies import POLICIES, PROMISE_SHARE
from hall.twin.study import study
from hall.twin.tried import TRIED


def test_the_table_shows_every_policy_and_each_bound_says_whether_it_holds(
    capsys: pytest.CaptureFixture[str],
):
    code = bench_dispatch(2, 1, "small", tried=True)
    printed = capsys.readouterr().out
    for name in (*POLICIES, *TRIED):
        assert re.search(rf"^  {re.escape(name)} +\d+\.\d\d ", printed, re.MULTILINE), name
    bounds = re.findall(r"^([✓✗]) small: (.+?)  ", printed, re.MULTILINE)
    assert {what for _, what in bounds} >= {
        "mean wait ÷ FIFO among eligible",
        "mean wait ÷ silo",
        "mean wait ÷ plain promise-share",
        "95th percentile ÷ plain promise-share",
        "overtaken by the elderly ÷ strict elderly-first",
        "same-class overtakes",
        "guarantee breaches",
    }
    kept = {what for mark, what in bounds if mark == "✓"}
    assert {"mean wait ÷ silo", "same-class overtakes", "guarantee breaches"} <= kept
    assert code == (1 if len(kept) < len(bounds) else 0)


def test_a_pick_is_timed_with_few_and_with_many_waiting_and_so_is_a_scan():
    assert min(pick_seconds(study("small", 1).hall, 1)) > 0


@pytest.mark.parametrize("name", sorted(TRIED))
def test_a_tried_policy_overtakes_nobody_of_the_same_business_and_class(name: str):
    place = study("medium", 2)
    day = run(place.hall, place.visitors(2), TRIED[name])
    assert measure(day).overtakes.same_class == 0


def test_a_hall_measures_by_length_of_itself_and_the_plain_rule_by_promises_alone():
    hall = study("medium", 1).hall
    assert hall.references == TRIED["by-length-0.5"].reshape(hall, ()).references
    assert PROMISE_SHARE.reshape(hall, ()).references == hall.promises


def test_a_time_by_length_is_in_whole_minutes_longer_for_long_matters_and_the_same_for_the_elderly():
    changed = study("medium", 1).hall
    by_service = sorted(changed.businesses.values(), key=lambda one: one.service_seconds)
    ordinary = [changed.references[one.id, VisitorClass.ORDINARY] for one in by_service]
    assert ordinary == sorted(ordinary)
    assert ordinary[0] < 900 < ordinary[-1]
    assert all(seconds % 60 == 0 for seconds in ordinary)
    assert {changed.references[one.id, VisitorClass.ELDERLY] for one in by_service} == {300.0}
