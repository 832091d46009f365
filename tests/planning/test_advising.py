"""Staffing advice on real databases: worked out for a real hall, kept, and applied."""

import sys
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from hall.actions import advice, alerts, roster, windows
from hall.config_alerts import Indicators
from hall.planning import advising
from hall.planning.keeper import Planning
from hall.planning.planner import Planner
from hall.records import advice as records
from hall.records.advice import GIVEN_UP
from hall.records.tables import advice as rows
from hall.rules import errors
from hall.rules.roster import Shift
from hall.rules.staffing import Situation
from tests.office import Office

UNTIL = timedelta(minutes=45)


@pytest.fixture
def busy(office: Office) -> Office:
    """Window 1 does everything, window 3 social insurance; twelve people have waited long for employment."""
    office.sits(1, 1)
    office.sits(2, 3)
    for _ in range(12):
        office.takes("employment")
    return office.later(minutes=50)


def thinks(office: Office) -> dict[str, Any]:
    """What the planning process answers, thought here."""
    question = {"hall": office.settings["id"], "now": office.now.isoformat()}
    return advising.answer(Planner(office.database), question, lambda share: None)


def advises(office: Office, answer: dict[str, Any] | None = None) -> list[int]:
    """An advice is wanted, worked out and kept; returns its suggestions' ids."""
    wanted = office.does("manager", advice.want, "asked")
    taken = office.does("", lambda tx, book: records.claim(tx.connection, book.id, tx.now))
    assert taken == wanted
    assert office.does("", advice.keep, wanted, answer or thinks(office))
    with office.database.read() as connection:
        return [one.id for one in records.suggestions_of(connection, wanted)]


def serves(office: Office, number: int) -> set[str]:
    book = office.book()
    return {book.businesses[one].code for one in book.windows_by_number[number].serves}


def newest(office: Office) -> Any:
    with office.database.read() as connection:
        return records.newest(connection, office.hall_id)


def test_the_real_process_suggests_what_shortens_the_wait_and_says_by_how_much(busy: Office):
    planning = Planning(busy.database.engine.url.render_as_string(hide_password=False))
    told: list[float] = []
    try:
        answer = planning.ask("advise", busy.settings["id"], told.append, now=busy.now.isoformat())
    finally:
        planning.stop()
    assert told == sorted(told)
    assert answer["source"] == "programme"
    (suggestion,) = answer["suggestions"]
    (move,) = suggestion["moves"]
    book = busy.book()
    assert (move["kind"], book.windows[move["window_id"]].number) == ("switch", 3)
    employment = book.business("employment").id
    (change,) = (one for one in suggestion["effect"]["businesses"] if one["business_id"] == employment)
    assert change["sign"] == -1
    assert change["after"]["middle"] < change["before"]["middle"]
    assert change["before"]["low"] <= change["before"]["middle"] <= change["before"]["high"]


def test_a_suggestion_is_applied_as_it_was_given(busy: Office):
    (suggestion,) = advises(busy)
    busy.does("manager", advice.apply_suggestion, suggestion, busy.now + UNTIL)
    assert serves(busy, 3) == {"social", "employment"}
    assert "ticket_called" not in busy.told()
    assert [one for one in busy.told() if one.startswith("ad")] == [
        "advice_wanted",
        "advice_made",
        "adjustment_applied",
    ]


@pytest.mark.parametrize(("breaks", "told"), [((), 1), (((590, 50),), 0)], ids=["at work", "at lunch"])
def test_who_is_about_to_go_to_lunch_is_not_advised_to_help_out(
    busy: Office, breaks: tuple[tuple[int, int], ...], told: int
):
    shift = Shift(
        busy.book().day(busy.now), busy.account("clerk2"), busy.book().window(3).id, 540, 690, breaks
    )
    busy.does("manager", roster.change_day, shift.day, 0, [], [shift])
    assert len(thinks(busy)["suggestions"]) == told


def test_of_two_managers_who_apply_the_same_the_second_is_told_who_was_first(busy: Office):
    (suggestion,) = advises(busy)
    busy.does("admin", advice.apply_suggestion, suggestion, None)
    before = busy.dump()
    with pytest.raises(errors.AppliedAlready) as caught:
        busy.does("manager", advice.apply_suggestion, suggestion, None)
    assert caught.value.params == {"name": "管理员", "at": "09:50"}
    assert busy.dump() == before


def test_all_at_once_are_applied_one_by_one_and_what_does_not_fit_is_named(busy: Office):
    answer = thinks(busy)
    (old,) = advises(busy, answer)
    answer["suggestions"] *= 2
    first, again = advises(busy, answer)
    wanted = [old, first, again, first, again + 1000]
    applied, refused = busy.does("manager", advice.apply_all, wanted, busy.now + UNTIL)
    assert list(applied) == [first]
    assert {one: type(why) for one, why in refused.items()} == {
        old: errors.AdviceOutdated,
        again: errors.WindowMovedBy,
        again + 1000: errors.UnknownSuggestion,
    }
    assert serves(busy, 3) == {"social", "employment"}
    assert busy.told().count("adjustment_applied") == 1


def test_an_end_before_its_beginning_applies_none_of_all(busy: Office):
    (suggestion,) = advises(busy)
    before = busy.dump()
    with pytest.raises(errors.EndsBeforeItStarts):
        busy.does("manager", advice.apply_all, [suggestion], busy.now)
    assert busy.dump() == before


def test_what_an_older_advice_said_or_what_is_too_old_is_not_applied(busy: Office):
    answer = thinks(busy)
    (old,) = advises(busy, answer)
    (new,) = advises(busy, answer)
    with pytest.raises(errors.AdviceOutdated):
        busy.does("manager", advice.apply_suggestion, old, None)
    busy.later(minutes=21)
    with pytest.raises(errors.AdviceOutdated):
        busy.does("manager", advice.apply_suggestion, new, None)
    with pytest.raises(errors.UnknownSuggestion):
        busy.does("manager", advice.apply_suggestion, new + 1000, None)


def test_a_hall_that_has_changed_since_is_asked_about_anew(busy: Office):
    (suggestion,) = advises(busy)
    busy.does("clerk2", windows.sign_out, 3)
    before = busy.dump()
    with pytest.raises(errors.ClerkNotThere):
        busy.does("manager", advice.apply_suggestion, suggestion, None)
    assert busy.dump() == before


def test_a_window_that_was_just_moved_is_left_in_peace_and_goes_home_later(busy: Office):
    (suggestion,) = advises(busy)
    busy.does("manager", advice.apply_suggestion, suggestion, None)
    assert thinks(busy.later(minutes=5))["suggestions"] == []


def test_without_the_solver_the_threshold_rule_answers(busy: Office, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "highspy", None)
    monkeypatch.delitem(sys.modules, "hall.rules.staffing_programme", raising=False)
    assert thinks(busy)["source"] == "threshold"
    assert advising.plan_for(Situation((), ()), 6).moves == ()


def test_in_a_hall_that_does_well_there_is_nothing_to_suggest(office: Office):
    office.sits(1, 1)
    office.sits(2, 3)
    assert thinks(office)["suggestions"] == []
    assert advises(office) == []
    assert newest(office).state == "ready"


def test_one_advice_at_a_time_is_worked_out_by_whoever_claims_it(office: Office):
    wanted = office.does("manager", advice.want, "asked")
    assert office.does("admin", advice.want, "asked") == wanted
    claim = lambda tx, book: records.claim(tx.connection, book.id, tx.now)  # noqa: E731
    assert office.does("", claim) == wanted
    assert office.does("", claim) is None
    assert office.does("admin", advice.want, "asked") == wanted, "it is under way"
    office.later(seconds=GIVEN_UP.total_seconds())
    assert office.does("", claim) == wanted, "whoever had it has gone"
    office.does("", advice.fail, wanted)
    assert newest(office).state == "failed"
    assert not office.does("", advice.keep, wanted, thinks(office)), "too late"
    assert office.does("manager", advice.want, "asked") != wanted


def test_alerts_that_rise_one_after_another_want_one_advice(office: Office):
    usual = Indicators()
    on = {"longest_wait": usual.longest_wait, "no_window": usual.no_window, "window_saturation": None}
    bounds = {name: on[name].model_dump() if on.get(name) else None for name in Indicators.model_fields}
    office.apply({**office.settings, "alerts": {"indicators": bounds}})
    office.sits(1, 1)
    office.takes()
    for minutes in (15, 1, 1, 15):
        office.later(minutes=minutes)
        with office.database.read() as connection:
            found = alerts.measure(connection, office.book(), office.now)
        office.does("", alerts.keep, found)
        if newest(office).state == "wanted":
            taken = office.does("", lambda tx, book: records.claim(tx.connection, book.id, tx.now))
            office.does("", advice.fail, taken)
    with office.database.read() as connection:
        causes = select(rows.c.cause).where(rows.c.hall_id == office.hall_id)
        assert list(connection.execute(causes).scalars()) == ["alert", "alert"]
