"""What a hall sets about who is called next: each setting decides a call, and the sentence says so."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from hall.actions import serve
from hall.config_model import HallConfig
from hall.events import iso
from hall.i18n import words_for
from hall.records import visits
from hall.records.database import Database
from hall.records.tables import calls
from hall.rules.errors import BookedTooEarly, ReturnTooLate, ReturnUsedUp
from hall.rules.tickets import VisitorClass
from hall.screens import before, tickets, visit
from hall.twin.halls import hall_of_book, hall_of_config
from tests.builders import small_hall
from tests.office import Office


def with_window(number: int, **settings: Any) -> list[dict[str, Any]]:
    return [{**one, **settings} if one["number"] == number else one for one in small_hall()["windows"]]


def rule_of_latest_call(office: Office) -> str:
    with office.database.read() as connection:
        latest = select(calls.c.rule).where(calls.c.hall_id == office.hall_id).order_by(calls.c.id.desc())
        return connection.execute(latest.limit(1)).scalar_one()


def sentence(office: Office, ticket: int) -> str:
    """Why it was called, as the clerk reads it."""
    with office.database.read() as connection:
        full = tickets.full(connection, office.book(), ticket, words_for("zh"))
    assert full is not None
    return full["calls"][-1]["why"]


def why(office: Office, ticket: int, called: int) -> dict[str, Any]:
    with office.database.read() as connection:
        rows = [visits.ticket(connection, office.hall_id, one) for one in (ticket, called)]
        asker = before.Asker("zh", words_for("zh"), visitor=True)
        return before.one_call(connection, office.book(), *rows, asker)


def test_a_window_calls_whom_it_prefers_when_the_shares_are_close(database: Database):
    office = Office(database, windows=with_window(1, prefers={"businesses": ["employment"], "within": 0.1}))
    clerk = office.sits(1, 1)
    first = office.takes("social")
    office.later(minutes=1)
    preferred = office.takes("employment")
    office.later(minutes=3)
    assert office.calls(clerk, 1) == preferred.label
    assert rule_of_latest_call(office) == "preference"
    assert "相差不大，本窗口先叫自己优先的业务或人群，因此先于 A001" in sentence(office, preferred.ticket_id)
    told = why(office, first.ticket_id, preferred.ticket_id)
    assert told["reason"] == "preference"
    assert "1 号窗口这时先叫它优先的业务或人群" in told["why"]


def test_a_preference_gives_way_when_the_shares_are_not_close(database: Database):
    office = Office(database, windows=with_window(1, prefers={"classes": ["appointment"], "within": 0.1}))
    clerk = office.sits(1, 1)
    first = office.takes()
    office.later(minutes=3)
    office.takes(visitor_class="appointment")
    assert office.calls(clerk, 1) == first.label
    assert rule_of_latest_call(office) == "promise_share"


def test_a_preference_that_is_taken_away_decides_nothing_more(database: Database):
    office = Office(database, windows=with_window(1, prefers={"businesses": ["tax"]}))
    assert office.book().askers[office.book().window(1).id].preference is not None
    office.apply({**office.settings, "windows": small_hall()["windows"]})
    assert office.book().askers[office.book().window(1).id].preference is None


def test_an_elderly_window_may_be_kept_for_the_elderly(database: Database):
    office = Office(database, rules={"elderly_windows": {"others": "never"}})
    clerk = office.sits(5, 5)
    mine = office.takes()
    assert office.calls(clerk, 5) is None, "nobody ordinary is called there"
    its = office.takes(visitor_class="elderly")
    assert its.called_to == 5
    assert why(office, mine.ticket_id, its.ticket_id)["reason"] == "kept"


def test_an_elderly_window_may_be_for_the_green_channel_too(database: Database):
    office = Office(database, rules={"elderly_windows": {"first": ["elderly", "priority"]}})
    clerk = office.sits(5, 5)
    mine = office.takes()
    office.later(minutes=30)
    its = office.takes(visitor_class="priority", class_reason="残疾证")
    office.later(minutes=2.5)
    assert office.calls(clerk, 5) == its.label
    assert rule_of_latest_call(office) == "elderly_window"
    assert why(office, mine.ticket_id, its.ticket_id)["reason"] == "elderly_window"


def test_an_elderly_window_calls_the_elderly_first_at_once_or_from_half_their_promise_on(database: Database):
    office = Office(database, rules={"auto_call": False, "elderly_windows": {"first_from": 0.5}})
    clerk = office.sits(5, 5)
    first, second = office.takes(), office.takes()
    office.later(minutes=6)
    just_come = office.takes(visitor_class="elderly")
    office.later(seconds=149)
    assert office.calls(clerk, 5) == first.label
    told = why(office, just_come.ticket_id, first.ticket_id)
    assert told["reason"] == "not_yet_first"
    assert f"等到承诺的 50% 起就先叫；您的 {just_come.label} 当时还没有等到" in told["why"]
    office.does(clerk, serve.miss, 5)
    office.later(seconds=1)
    assert office.calls(clerk, 5) == just_come.label
    assert rule_of_latest_call(office) == "elderly_window"
    assert why(office, second.ticket_id, just_come.ticket_id)["reason"] == "elderly_window"
    office.does(clerk, serve.miss, 5)

    rules = {one: value for one, value in office.settings["rules"].items() if one != "elderly_windows"}
    office.apply({**office.settings, "rules": rules})
    at_once = office.takes(visitor_class="elderly")
    assert office.calls(clerk, 5) == at_once.label


def test_a_special_window_calls_the_elderly_sooner_and_one_without_own_work_may_with_the_guarantee(
    database: Database,
):
    office = Office(database, rules={"auto_call": False, "elderly_claim": {"elsewhere": "ordinary"}})
    general, special = office.sits(1, 1), office.sits(3, 3)
    first, second = office.takes(), office.takes()
    office.later(minutes=5)
    elderly, other = office.takes(visitor_class="elderly"), office.takes(visitor_class="elderly")
    office.later(minutes=2)
    assert office.calls(general, 1) == first.label
    told = why(office, elderly.ticket_id, first.ticket_id)
    assert told["reason"] == "earlier"
    assert "用去 14 分钟普通号时限的 14%" in told["why"]
    assert "在没有专办业务的窗口，先和普通号按同样的时限比" in told["why"]
    assert office.calls(special, 3) == elderly.label
    assert rule_of_latest_call(office) == "guarantee"
    assert "达到 5 分钟承诺的 40%，进入优先保障" in sentence(office, elderly.ticket_id)
    office.does(general, serve.miss, 1)
    office.later(minutes=2)
    assert office.calls(general, 1) == other.label
    assert "达到 5 分钟承诺的 80%，进入优先保障" in sentence(office, other.ticket_id)
    told = why(office, second.ticket_id, other.ticket_id)
    assert told["reason"] == "guarantee"
    assert "用去 5 分钟承诺的 80%" in told["why"]


def test_the_elderly_claim_may_be_as_promised_everywhere(database: Database):
    office = Office(database, rules={"auto_call": False, "elderly_claim": {"special_share": 1}})
    general, special = office.sits(1, 1), office.sits(3, 3)
    first = office.takes()
    office.later(minutes=3)
    its = office.takes(visitor_class="elderly")
    office.later(minutes=2)
    assert office.calls(general, 1) == its.label, "2 of 5 minutes are more than 5 of 15"
    office.takes(visitor_class="elderly")
    office.later(minutes=2)
    assert office.calls(special, 3) == first.label, "2 of 5 minutes are less than 7 of 15"


def test_where_no_window_takes_the_elderly_sooner_their_promise_counts_everywhere(database: Database):
    windows = [one for one in small_hall()["windows"] if one["kind"] == "comprehensive"]
    book = Office(database, windows=windows, rules={"elderly_claim": {"elsewhere": "ordinary"}}).book()
    assert not any(one.soon_as_ordinary for one in book.askers.values())


def test_a_business_may_have_a_guarantee_of_its_own(database: Database):
    departments = small_hall()["departments"]
    departments[1]["businesses"][0]["guarantee"] = {"ordinary_minutes": 10}
    departments[1]["businesses"][0]["promise_minutes"] = {"ordinary": 60}
    office = Office(database, departments=departments)
    clerk = office.sits(1, 1)
    other = office.takes()
    office.later(minutes=1)
    guaranteed = office.takes("tax")
    office.later(minutes=11)
    assert office.calls(clerk, 1) == guaranteed.label
    assert rule_of_latest_call(office) == "guarantee"
    assert why(office, other.ticket_id, guaranteed.ticket_id)["reason"] == "guarantee"
    assert office.book().guarantee.of(office.book().business("tax").id).elderly_share == 0.8


def missed(office: Office, clerk: str, ticket: int) -> None:
    office.calls(clerk, 1, ticket)
    office.does(clerk, serve.miss, 1)


def test_a_missed_visitor_may_come_back_as_often_as_the_hall_says(database: Database):
    office = Office(database, rules={"missed_return_times": 2, "auto_call": False})
    clerk, mine = office.sits(1, 1), office.takes()
    for _ in range(2):
        missed(office, clerk, mine.ticket_id)
        office.does("guide", serve.return_missed, mine.ticket_id)
    missed(office, clerk, mine.ticket_id)
    with pytest.raises(ReturnUsedUp):
        office.does("guide", serve.return_missed, mine.ticket_id)


def test_a_missed_visitor_may_be_too_late_to_come_back(database: Database):
    office = Office(database, rules={"missed_return_within_minutes": 20, "auto_call": False})
    clerk, mine = office.sits(1, 1), office.takes()
    missed(office, clerk, mine.ticket_id)
    seen = visitors_page(office, mine.ticket_id)
    assert (seen["may_return"], seen["return_until"]) == (True, iso(office.now + timedelta(minutes=20)))
    office.later(minutes=20)
    assert visitors_page(office, mine.ticket_id)["may_return"]
    office.later(seconds=1)
    assert not visitors_page(office, mine.ticket_id)["may_return"]
    with pytest.raises(ReturnTooLate) as late:
        office.does("guide", serve.return_missed, mine.ticket_id)
    assert late.value.params == {"minutes": 20}


def visitors_page(office: Office, ticket: int) -> dict[str, Any]:
    with office.database.read() as connection:
        row = visits.ticket(connection, office.hall_id, ticket)
        assert row is not None
        seen: dict[str, Any] = visit.picture(connection, office.book(), row, office.now)["ticket"]
    return seen


def test_an_appointment_may_begin_to_wait_before_its_time(database: Database):
    office = Office(database, rules={"appointment_early_minutes": 10})
    clerk = office.sits(1, 1)
    booked_at = office.now.replace(hour=1, minute=30)
    early = office.takes(visitor_class="appointment", booked_at=booked_at)
    assert office.calls(clerk, 1) is None
    office.later(minutes=20)
    assert office.calls(clerk, 1) == early.label
    with office.database.read() as connection:
        waited = visits.calls_of(connection, early.ticket_id)[0].waited_seconds
    assert waited < 2


def test_the_number_of_an_appointment_may_be_kept_back_until_shortly_before(database: Database):
    office = Office(database, rules={"appointment_check_in_minutes": 30})
    booked_at = office.now.replace(hour=3)
    with pytest.raises(BookedTooEarly) as early:
        office.takes(visitor_class="appointment", booked_at=booked_at)
    assert early.value.params == {"from_at": "10:30"}
    office.takes()  # a walk-in always gets a number
    office.later(minutes=90)
    assert office.takes(visitor_class="appointment", booked_at=booked_at).visitor_class == "appointment"


def test_a_quick_matter_goes_a_little_before_a_long_one_unless_the_hall_turns_that_off(database: Database):
    """Employment is configured to take 30 minutes and social insurance 7: 25 and 12 of 15 minutes."""
    departments = small_hall()["departments"]
    departments[0]["businesses"][1]["service_minutes"] = 30
    office = Office(database, departments=departments)
    clerk = office.sits(1, 1)
    long = office.takes("employment")
    office.later(minutes=2)
    quick = office.takes()
    office.later(minutes=6)
    assert office.calls(clerk, 1) == quick.label
    told = why(office, long.ticket_id, quick.ticket_id)
    assert told["reason"] == "share"
    assert "等候承诺不变" in told["why"]
    book = office.book()
    assert {book.promises[one, VisitorClass.ORDINARY] for one in book.businesses} == {900.0}

    office.apply({**office.settings, "rules": {**office.settings["rules"], "length_weight": 0}})
    assert office.book().references == office.book().promises


def test_the_twin_measures_as_the_live_hall_does_by_what_is_configured(database: Database):
    """Also where the twin itself would expect another service, or a business has a promise of its own."""
    departments = small_hall()["departments"]
    departments[0]["businesses"][1]["service_minutes"] = 30
    departments[0]["businesses"][0]["promise_minutes"] = {"ordinary": 20}
    office = Office(database, departments=departments)
    book, day = office.book(), office.now.date()
    live, twin = hall_of_book(book, day), hall_of_config(HallConfig.model_validate(office.settings), day)
    codes = {one.id: one.code for one in twin.businesses.values()}
    assert live.references == book.references
    assert {one.id: one.asker for one in live.windows.values()} == book.askers
    assert [(one.soon_share, one.soon_as_ordinary, one.first_from) for one in book.askers.values()] == [
        (one.asker.soon_share, one.asker.soon_as_ordinary, one.asker.first_from)
        for one in twin.windows.values()
    ]
    assert {(codes[one], kind): seconds for (one, kind), seconds in twin.references.items()} == {
        (book.businesses[one].code, kind): seconds for (one, kind), seconds in book.references.items()
    }
    assert book.references[book.business("social").id, VisitorClass.ORDINARY] == 20 * 60
