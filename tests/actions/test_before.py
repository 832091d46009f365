"""Who was called before a number, and why, as the journal tells it afterwards; on each database."""

from copy import deepcopy
from typing import Any

from hall.actions import serve, transfer
from hall.i18n import words_for
from hall.records import visits
from hall.rules.tickets import VisitorClass
from hall.screens import before
from tests.builders import small_hall
from tests.office import Office

VISITOR = before.Asker("zh", words_for("zh"), visitor=True)
STAFF = before.Asker("zh", words_for("zh"), visitor=False)


def picture(office: Office, ticket: int, asker: before.Asker = VISITOR) -> dict[str, Any]:
    with office.database.read() as connection:
        row = visits.ticket(connection, office.hall_id, ticket)
        return before.picture(connection, office.book(), row, asker)


def why(office: Office, ticket: int, called: int, asker: before.Asker = VISITOR) -> dict[str, Any]:
    with office.database.read() as connection:
        rows = [visits.ticket(connection, office.hall_id, one) for one in (ticket, called)]
        return before.one_call(connection, office.book(), *rows, asker)


def test_a_visitor_reads_who_came_later_and_was_called_first(office: Office):
    clerk = office.sits(1, 1)
    earlier, mine = office.takes(), office.takes()
    office.later(minutes=2)
    first, second = office.takes(visitor_class="elderly"), office.takes(visitor_class="elderly")
    office.later(minutes=3)
    office.serves(clerk, 1)  # the elderly one has used up 3 of 5 minutes, the others 5 of 14
    office.serves(clerk, 1)
    office.serves(clerk, 1)
    seen = picture(office, mine.ticket_id)
    assert (seen["label"], seen["until"], seen["later"], seen["earlier"]) == (mine.label, None, 2, 1)
    assert [one["label"] for one in seen["calls"]] == [second.label, first.label]
    assert {one["reason"] for one in seen["calls"]} == {"share"}
    assert seen["calls"][1]["why"] == (
        "A003 是优先（敬老或绿色通道）号，已等 3 分钟，用去 5 分钟承诺的 60%。"
        "排在您的 A002 前面的同类号 A001 当时已等 5 分钟，用去 14 分钟参考时限的 35%，也没有轮到。"
        "用去得多的先叫。参考时限只用来排叫号次序，短事项的短一些，长事项的长一些；等候承诺不变。"
    )
    assert why(office, mine.ticket_id, earlier.ticket_id)["reason"] == "first_in_line"


def test_a_guarantee_is_told_as_one(office: Office):
    clerk = office.sits(1, 1)
    mine = office.takes("employment")
    office.later(minutes=16)
    its = office.takes(visitor_class="elderly")
    office.later(minutes=4)
    assert office.calls(clerk, 1) == its.label
    (call,) = picture(office, mine.ticket_id, STAFF)["calls"]
    assert (call["reason"], call["window"]) == ("guarantee", 1)
    assert "A001 是敬老号，已等 4 分钟" in call["why"]
    assert "B001 当时已等 20 分钟" in call["why"]
    assert "您的" not in call["why"]


def test_a_visitor_is_never_told_of_the_green_channel(office: Office):
    clerk = office.sits(1, 1)
    mine = office.takes()
    its = office.takes(visitor_class="priority", class_reason="孕妇")
    office.later(minutes=4)
    assert office.calls(clerk, 1) == its.label
    (told,) = picture(office, mine.ticket_id)["calls"]
    assert "绿色通道号" not in told["why"]
    assert "优先（敬老或绿色通道）号" in told["why"]
    assert "孕妇" not in str(told)
    assert "绿色通道号" in why(office, mine.ticket_id, its.ticket_id, STAFF)["why"]


def test_a_window_that_may_not_serve_ones_business_is_the_reason(office: Office):
    clerk = office.sits(4, 4)
    mine, its = office.takes(), office.takes("tax")
    assert office.calls(clerk, 4) == its.label
    assert why(office, mine.ticket_id, its.ticket_id)["reason"] == "not_served"
    assert picture(office, mine.ticket_id)["calls"] == [], "that window has nothing to do with this line"


def test_a_clerk_without_the_certificate_is_the_reason(database: Any):
    hall = small_hall()
    hall["accounts"][3]["skills"] = ["tax"]
    office = Office(database, accounts=hall["accounts"])
    clerk = office.sits(1, 1)
    mine, its = office.takes(), office.takes("tax")
    assert office.calls(clerk, 1) == its.label
    (call,) = picture(office, mine.ticket_id)["calls"]
    assert call["reason"] == "not_certified"
    assert "窗口人员不办这项业务" in call["why"]


def test_the_call_tells_the_truth_when_the_window_was_switched_since(office: Office):
    clerk = office.sits(4, 4)
    mine, its = office.takes(), office.takes("tax")
    assert office.calls(clerk, 4) == its.label
    changed = deepcopy(office.settings)
    changed["windows"][3]["businesses"] = "all"
    office.apply(changed)
    assert why(office, mine.ticket_id, its.ticket_id)["reason"] == "not_callable"


def test_what_people_decide_is_told_as_that(office: Office):
    clerk, second = office.sits(1, 1), office.sits(2, 2)
    mine, chosen, sent = office.takes(), office.takes(), office.takes()
    office.calls(clerk, 1, chosen.ticket_id)
    office.does(clerk, serve.start, 1)
    office.does(clerk, serve.hold, 1, None)
    assert why(office, mine.ticket_id, chosen.ticket_id)["reason"] == "chosen"
    office.does(clerk, serve.resume, 1, chosen.ticket_id)
    assert why(office, mine.ticket_id, chosen.ticket_id)["reason"] == "resumed"
    office.does(clerk, serve.start, 1)
    office.does(clerk, serve.finish, 1)
    office.calls(second, 2, sent.ticket_id)
    office.sends(second, 2, window=1)
    assert office.calls(clerk, 1) == sent.label
    assert why(office, mine.ticket_id, sent.ticket_id)["reason"] == "pinned"


def test_a_number_sent_to_a_window_waits_for_that_one(office: Office):
    clerk, second = office.sits(1, 1), office.sits(2, 2)
    mine = office.takes()
    office.calls(clerk, 1)
    office.sends(clerk, 1, window=3)
    its = office.takes()
    assert office.calls(second, 2) == its.label
    assert why(office, mine.ticket_id, its.ticket_id)["reason"] == "sent_elsewhere"


def test_the_journal_tells_how_the_number_stood_then(office: Office):
    clerk, second = office.sits(1, 1), office.sits(2, 2)
    before_me = office.takes()
    office.calls(clerk, 1)
    mine = office.takes()
    office.calls(second, 2)
    office.does(second, serve.miss, 2)
    while_away = office.takes()
    office.calls(second, 2)
    office.does("guide", serve.return_missed, mine.ticket_id)
    after_me = office.takes()
    assert why(office, mine.ticket_id, before_me.ticket_id)["reason"] == "not_taken"
    assert why(office, mine.ticket_id, while_away.ticket_id)["reason"] == "away"
    assert why(office, mine.ticket_id, after_me.ticket_id)["window"] is None
    assert why(office, mine.ticket_id, mine.ticket_id)["why"].startswith("这就是您的 A002 自己")
    for _ in range(2):
        office.does(clerk, serve.start, 1)
        office.does(clerk, serve.finish, 1)
        office.calls(clerk, 1)
    assert office.step(after_me.ticket_id).state == "called"
    assert why(office, mine.ticket_id, after_me.ticket_id)["reason"] == "itself_called"


def test_a_returned_visitor_reads_that_they_came_back_behind(office: Office):
    clerk = office.sits(1, 1)
    mine, *others = (office.takes() for _ in range(4))
    office.calls(clerk, 1)
    office.does(clerk, serve.miss, 1)
    office.does("guide", serve.return_missed, mine.ticket_id)
    assert office.calls(clerk, 1) == others[0].label
    assert why(office, mine.ticket_id, others[0].ticket_id)["reason"] == "behind_after_return"
    assert picture(office, mine.ticket_id)["earlier"] == 1


def test_an_appointment_waits_from_its_booked_time(office: Office):
    clerk = office.sits(1, 1)
    mine = office.takes(visitor_class="appointment", booked_at=office.now.replace(hour=2))
    its = office.takes()
    assert office.calls(clerk, 1) == its.label
    told = why(office, mine.ticket_id, its.ticket_id)
    assert told["reason"] == "not_due"
    assert "10:00" in told["why"]


def test_another_class_given_since_does_not_change_the_reason(office: Office):
    clerk = office.sits(1, 1)
    mine, its = office.takes(), office.takes(visitor_class="elderly")
    office.later(minutes=3)
    assert office.calls(clerk, 1) == its.label
    office.does("guide", transfer.reclassify, mine.ticket_id, VisitorClass.ELDERLY, None)
    assert why(office, mine.ticket_id, its.ticket_id)["reason"] == "share"
