"""The clerk's desk over the real interface: who comes next, why it was somebody, which windows are free."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from hall.i18n import words_for
from hall.records.connections import begin_writing
from hall.records.tables import steps
from hall.screens.why import Wait, explain
from tests.builders import settings, small_hall
from tests.hall_server import HallServer, StartHall
from tests.people import Refused


def has_waited(server: HallServer, ticket: dict[str, Any], minutes: float) -> None:
    """Lets a waiting ticket have come earlier than it did."""
    database = server.database()
    then = datetime.now(UTC) - timedelta(minutes=minutes)
    with begin_writing(database.engine) as connection:
        connection.execute(update(steps).where(steps.c.ticket_id == ticket["id"]).values(queued_at=then))
    database.engine.dispose()


def test_the_first_in_the_list_is_exactly_whom_the_next_call_takes(own_hall: HallServer):
    visitor = own_hall.visitor()
    waits = [
        ("social", "ordinary", 9),
        ("tax", "ordinary", 14),
        ("social", "elderly", 4.5),
        ("tax", "elderly", 1),
    ]
    for business, visitor_class, minutes in waits:
        ticket = visitor.takes_a_number(business, visitor_class=visitor_class)
        has_waited(own_hall, ticket, minutes)
    clerk = own_hall.clerk(1).sits_at(1)
    for _ in waits:
        expected = clerk.desk()["waiting"]["next"][0]["label"]
        assert clerk.calls_next()["label"] == expected
        clerk.does("start")
        clerk.does("finish")
    assert clerk.desk()["waiting"] == {"total": 0, "lines": [], "next": []}


def test_a_call_that_finishes_says_whom_it_finished(own_hall: HallServer):
    visitor, clerk = own_hall.visitor(), own_hall.clerk(1).sits_at(1)
    for _ in range(2):
        visitor.takes_a_number()
    assert clerk.does("call", finish_current=True)["finished"] is None
    clerk.does("start")
    second = clerk.does("call", finish_current=True)
    assert (second["finished"], second["ticket"]["label"]) == ("A001", "A002")
    clerk.does("start")
    last = clerk.does("call", key="once", finish_current=True)
    assert (last["finished"], last["ticket"]) == ("A002", None)
    assert clerk.does("call", key="once", finish_current=True) == last


def test_the_whole_list_is_in_the_order_in_which_it_would_be_called(own_hall: HallServer):
    visitor = own_hall.visitor()
    for visitor_class, minutes in [("ordinary", 2), ("ordinary", 12), ("elderly", 4.5), ("elderly", 2)]:
        has_waited(own_hall, visitor.takes_a_number(visitor_class=visitor_class), minutes)
    following = own_hall.clerk(1).sits_at(1).desk()["waiting"]["next"]
    # the elderly at 90 % come under the guarantee; then 80 %, 40 % and 13 % of what was promised
    assert [one["label"] for one in following] == ["A003", "A002", "A004", "A001"]


def test_a_desk_lists_only_what_the_clerk_is_certified_for(start_hall: StartHall):
    hall = small_hall()
    clerk1 = next(one for one in hall["accounts"] if one["username"] == "clerk1")
    clerk1["skills"] = ["tax"]
    server = start_hall(settings(hall))
    visitor = server.visitor()
    visitor.takes_a_number("social")
    visitor.takes_a_number("tax")
    desk = server.clerk(1).sits_at(1).desk()
    assert desk["callable"] == ["tax"]
    assert (desk["waiting"]["total"], [one["label"] for one in desk["waiting"]["next"]]) == (1, ["C001"])


def test_a_call_is_explained_in_the_language_of_its_reader(own_hall: HallServer):
    visitor, clerk = own_hall.visitor(), own_hall.clerk(1).sits_at(1)
    first, elderly = visitor.takes_a_number(), visitor.takes_a_number(visitor_class="elderly")
    has_waited(own_hall, first, 6.2)
    has_waited(own_hall, elderly, 4.2)
    clerk.calls_next()
    said = {
        language: clerk.api.get("/windows/1/desk", lang=language)["ticket"]["calls"][0]["why"]
        for language in ("zh", "en")
    }
    for language, words in said.items():  # a percent more for each three seconds in between
        said[language] = re.sub(r"8[4-9]%", "84%", re.sub(r"4[4-6]%", "44%", words))
    assert said["zh"] == (
        "A002 是敬老号，已等 4 分钟，达到 5 分钟承诺的 84%，进入优先保障，"
        "因此先于 A001（已等 6 分钟，普通 14 分钟参考时限的 44%）被叫。"
        "参考时限只用来排叫号次序，短事项的短一些，长事项的长一些；等候承诺不变。"
    )
    assert said["en"] == (
        "A002 (elderly) had waited 4 min, 84% of the promised 5 min, came under the guarantee "
        "and so was called before A001 (ordinary, waited 6 min, 44% of a reference time of 14 min). "
        "Reference times only decide the order: shorter for short matters, longer for long ones. "
        "The promised waits stay as they are."
    )


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "rule", ["promise_share", "guarantee", "elderly_window", "pinned", "chosen", "resumed"]
)
@pytest.mark.parametrize("visitor_class", ["ordinary", "elderly", "priority", "appointment"])
@pytest.mark.parametrize("overtaken", [0, 1, 5])
def test_every_rule_has_a_whole_sentence(rule: str, visitor_class: str, overtaken: int, language: str):
    called = Wait("A010", visitor_class, 300.0, 1.0)
    others = [Wait(f"B{number:03d}", "ordinary", 400.0 - number, 0.4) for number in range(overtaken)]
    said = explain(rule, called, others, words_for(language))
    assert "A010" in said
    assert "why." not in said and "%(" not in said and said.endswith(("。", "."))
    if rule not in ("chosen", "resumed"):
        assert all(one.label in said for one in others[:3])
        assert (str(overtaken) in said) or overtaken < 4


def test_a_share_is_never_rounded_up_to_the_guarantee():
    said = explain("promise_share", Wait("A001", "elderly", 239.9, 239.9 / 300), [], words_for("zh"))
    assert "79%" in said


def test_who_just_came_is_said_to_be_called_at_once(own_hall: HallServer):
    clerk = own_hall.clerk(1).sits_at(1)
    assert clerk.calls_next() is None
    own_hall.visitor().takes_a_number()
    assert "立即叫号" in clerk.desk()["ticket"]["calls"][0]["why"]


def test_the_windows_to_choose_from_say_who_is_where_and_how_many_wait(own_hall: HallServer):
    own_hall.visitor().takes_a_number("tax")
    own_hall.clerk(1).sits_at(2)
    seeker = own_hall.clerk(3)
    picture = seeker.api.get("/windows")
    by_number = {one["number"]: one for one in picture["windows"]}
    assert picture["mine"] is None
    assert (by_number[2]["state"], by_number[2]["clerk"]["name"]) == ("open", "窗口人员1")
    assert by_number[4]["clerk"] is None
    assert [by_number[number]["waiting"] for number in (1, 3, 4)] == [1, 0, 1]
    seeker.sits_at(4)
    assert seeker.api.get("/windows")["mine"] == 4


def test_a_clerk_s_count_follows_to_the_next_window(own_hall: HallServer):
    visitor = own_hall.visitor()
    visitor.takes_a_number()
    clerk = own_hall.clerk(1).sits_at(1)
    clerk.serves_one()
    clerk.does("sign-out")
    clerk.sits_at(2)
    assert clerk.desk()["today"] == {"served": 0, "served_by_clerk": 1}


def test_only_clerks_and_their_managers_see_a_desk(own_hall: HallServer):
    own_hall.manager().api.get("/windows/1/desk")
    for somebody in (own_hall.guide().api, own_hall.visitor().api):
        with pytest.raises(Refused) as refused:
            somebody.get("/windows/1/desk")
        assert refused.value.status == 403
        with pytest.raises(Refused) as refused:
            somebody.get("/windows")
        assert refused.value.status == 403
