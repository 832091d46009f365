"""A past day played again with a plan: the same people, and what the plan changes of them."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hall import config, setup
from hall.actions import windows
from hall.rules.errors import PlanNobodyThere, PlanWithoutWindow
from hall.twin.measures import EVERYBODY, measure
from hall.twin.plan import PlannedChange
from hall.twin.policies import OWN
from hall.twin.replay import play_again
from hall.twin.replay_plan import WITH_PLAN, DayPlan, plan_for, play_with
from tests.office import Office
from tests.twin.test_replay import read, serve_for

ROOT = Path(__file__).parent.parent.parent
VILLAGE = ROOT / "hall" / "presets" / "village.yaml"


def a_busy_morning(office: Office) -> None:
    """Eight came for social insurance at nine; one clerk at window 1 served them, ten minutes each."""
    for _ in range(8):
        office.takes("social")
    clerk = office.sits(1, 1)
    for _ in range(8):
        serve_for(office, clerk, 1, 600)
    office.does(clerk, windows.sign_out, 1)


def planned(office: Office, *changes: dict[str, Any]) -> DayPlan:
    past = read(office)
    with office.database.read() as connection:
        wanted = [PlannedChange.model_validate(one) for one in changes]
        return plan_for(connection, office.book(), past, wanted)


def mean_wait(office: Office, *changes: dict[str, Any]) -> float:
    mean = measure(play_with(read(office), planned(office, *changes))).waits[EVERYBODY].mean
    assert mean is not None
    return mean


def test_a_plan_that_changes_nothing_gives_the_day_under_the_halls_own_rule(office: Office):
    a_busy_morning(office)
    past = read(office)
    day = play_with(past, planned(office))
    own = play_again(past.parts, past.visitors, OWN)
    assert day.policy == WITH_PLAN
    assert (day.calls, day.visits) == (own.calls, own.visits)


def test_a_second_window_halves_the_wait_and_one_for_a_while_helps_a_little(office: Office):
    a_busy_morning(office)
    alone = mean_wait(office)
    while_ = mean_wait(office, {"do": "open", "window": 2, "since": "09:20", "until": "09:40"})
    always = mean_wait(office, {"do": "open", "window": 2, "clerk": "clerk2"})
    assert always < 0.6 * alone
    assert always < while_ < alone


def test_more_visitors_wait_like_those_of_the_day(office: Office):
    a_busy_morning(office)
    past = read(office)
    plan = planned(
        office, {"do": "visitors", "business": "social", "visitors": 5, "since": "09:10", "until": "09:30"}
    )
    day = play_with(past, plan)
    more = [one for one in day.visits if one.visitor.label.startswith("+")]
    assert len(more) == 5
    assert all(9 * 3600 + 600 <= one.visitor.at_seconds < 9 * 3600 + 1800 for one in more)
    assert {one.visitor.service_seconds for one in more} == {600.0}
    assert day == play_with(past, plan), "the same seed draws the same people"


def test_a_window_is_switched_for_a_time_of_that_day(office: Office):
    for _ in range(8):
        office.takes("employment")
    office.takes("social")
    first, third = office.sits(1, 1), office.sits(3, 3)
    serve_for(office, third, 3, 60)
    assert office.calls(third, 3) is None  # the clerk stands ready from now on
    for _ in range(8):
        serve_for(office, first, 1, 600)
    for clerk, window in ((third, 3), (first, 1)):
        office.does(clerk, windows.sign_out, window)
    both = {"do": "switch", "window": 3, "businesses": ["social", "employment"], "until": "09:35"}
    at_third = office.book().windows_by_number[3].id
    day = play_with(read(office), planned(office, both))
    helped = [one.at_seconds for one in day.calls if one.window_id == at_third]
    assert len(helped) == 5
    assert 9 * 3600 + 20 * 60 < max(helped) < 9 * 3600 + 35 * 60


def test_what_could_not_have_been_that_day_is_refused(office: Office):
    a_busy_morning(office)
    with pytest.raises(PlanNobodyThere):
        planned(office, {"do": "pause", "window": 4})
    with pytest.raises(PlanWithoutWindow) as refused:
        planned(office, {"do": "close", "window": 1, "since": "09:30"})
    assert refused.value.params["time"] == "09:30"


def replay(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hall", "twin", "replay", *arguments],
        cwd=ROOT,
        env={**os.environ, "HALL_LANGUAGE": "en"},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_a_plan_files_mistakes_are_told_with_their_lines_and_a_good_one_is_played(tmp_path: Path):
    file, plan, found = tmp_path / "config.yaml", tmp_path / "plan.yaml", tmp_path / "day.json"
    file.write_text(VILLAGE.read_text(encoding="utf-8"), encoding="utf-8")
    loaded = config.load(file)
    database = setup.open_database(loaded, tmp_path)
    setup.apply(database, loaded.halls[0])
    database.engine.dispose()
    business = next(place.business.id for place in loaded.halls[0].businesses())
    plan.write_text(
        "changes:\n"
        f"  - {{do: visitors, business: {business}, visitors: 12, until: '10:00'}}\n"
        "  - do: close\n"
        "    window: 1\n"
        "    sinse: '10:00'\n"
    )
    misspelt = replay("2025-11-17", str(file), "--plan", str(plan))
    assert (misspelt.returncode, f"{plan}:5:5: " in misspelt.stderr) == (1, True), misspelt.stderr
    plan.write_text(plan.read_text().replace("sinse", "since"))
    nobody = replay("2025-11-17", str(file), "--plan", str(plan))
    assert nobody.returncode == 1
    assert f"{plan}:3:5: Change 2: nobody sits at window 1 then." in nobody.stderr
    plan.write_text("\n".join(plan.read_text().splitlines()[:2]) + "\n")
    played = replay("2025-11-17", str(file), "--plan", str(plan), "--json", str(found))
    assert played.returncode == 0, played.stderr
    assert "With the plan" in played.stdout
    days = {one["policy"]: one for one in json.loads(found.read_text())["policies"]}
    assert list(days) == ["as-it-was", "own", "with-plan"]
    assert not any("Traceback" in one.stderr for one in (misspelt, nobody, played))
