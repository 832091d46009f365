"""A visitor's own ticket by its secret, the rating, and the pad at a window, over the real interface."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from hall.records.tables import ratings
from tests.hall_server import HallServer
from tests.people import Api, Clerk, Refused


def visit(server: HallServer, ticket: dict[str, Any]) -> dict[str, Any]:
    return server.anyone().get(f"/visits/{ticket['secret']}")["ticket"]


def finished_ticket(server: HallServer, clerk: Clerk) -> dict[str, Any]:
    ticket = server.visitor().takes_a_number()
    clerk.calls_next()
    clerk.does("start")
    clerk.does("finish")
    return ticket


def pad(server: HallServer) -> Api:
    return Api(server.url, server.hall, token=server.tokens["pad-2"])


def test_a_visitor_sees_their_place_and_where_to_wait_without_any_cookie(own_hall: HallServer):
    clerk = own_hall.clerk(1).sits_at(1)
    at_the_kiosk = own_hall.visitor()
    at_the_kiosk.takes_a_number()
    clerk.calls_next()
    clerk.does("start")
    at_the_kiosk.takes_a_number()
    mine = visit(own_hall, at_the_kiosk.takes_a_number(visitor_class="elderly"))
    assert (mine["state"], mine["ahead"], mine["visitor_class"]) == ("waiting", 1, "elderly")
    assert mine["windows"] == [1]
    assert [one["code"] for one in mine["zones"]] == ["east"]
    assert mine["wait_range"]["low_minutes"] <= mine["wait_range"]["high_minutes"]


def test_nothing_in_a_visit_says_who_the_visitor_is(own_hall: HallServer):
    ticket = own_hall.guide().issues(id_number="110101199003077758")
    answer = own_hall.anyone().get(f"/visits/{ticket['secret']}")
    assert set(answer) == {"seq", "now", "hall", "ticket"}
    assert not {"identity_mask", "identity_key", "note", "source", "calls"} & set(answer["ticket"])
    assert "7758" not in str(answer)


def test_a_called_visitor_is_told_the_window_and_its_zone(own_hall: HallServer):
    ticket = own_hall.visitor().takes_a_number("tax")
    clerk = own_hall.clerk(4).sits_at(4)
    clerk.calls_next()
    clerk.does("recall")
    mine = visit(own_hall, ticket)
    assert (mine["state"], mine["recalls"]) == ("called", 1)
    assert (mine["window"]["number"], mine["window"]["zone"]["code"]) == (4, "west")


def test_a_held_a_missed_and_a_returned_visitor_are_told_so(own_hall: HallServer):
    ticket = own_hall.visitor().takes_a_number()
    clerk = own_hall.clerk(1).sits_at(1)
    clerk.calls_next()
    clerk.does("hold", note="回家取户口本")
    held = visit(own_hall, ticket)
    assert (held["state"], held["window"]["number"]) == ("held", 1)
    assert "户口本" not in str(held)
    clerk.does("resume", ticket=ticket["id"])
    clerk.does("missed")
    missed = visit(own_hall, ticket)
    assert (missed["state"], missed["may_return"], missed["return_behind"]) == ("missed", True, 3)
    clerk.does("return", ticket=ticket["id"])
    assert visit(own_hall, ticket)["returned"] is True


def test_a_transferred_visitor_is_shown_the_new_business_and_window(own_hall: HallServer):
    ticket = own_hall.visitor().takes_a_number()
    clerk = own_hall.clerk(1).sits_at(1)
    clerk.calls_next()
    clerk.does("start")
    clerk.does("transfer", business="tax", window=4, note="只给同事看")
    mine = visit(own_hall, ticket)
    assert (mine["state"], mine["moved"], mine["business"]["code"]) == ("waiting", "transferred", "tax")
    assert (mine["windows"], mine["label"]) == ([4], "A001")


def test_a_visitor_gives_up_the_number_once(own_hall: HallServer):
    ticket = own_hall.visitor().takes_a_number()
    answer = own_hall.anyone().post(f"/visits/{ticket['secret']}/cancel")
    assert answer["ticket"]["state"] == "cancelled"
    with pytest.raises(Refused) as refused:
        own_hall.anyone().post(f"/visits/{ticket['secret']}/cancel")
    assert (refused.value.status, refused.value.code) == (409, "wrong_state")


def test_an_unknown_secret_is_answered_with_a_sentence_and_404(own_hall: HallServer):
    for path in ("/visits/nobody", "/visits/" + "x" * 60):
        with pytest.raises(Refused) as refused:
            own_hall.anyone().get(path)
        assert (refused.value.status, refused.value.code) == (404, "unknown_visit")
        assert "二维码" in refused.value.detail


def test_a_visit_is_rated_once_and_only_after_it_was_served(own_hall: HallServer):
    clerk = own_hall.clerk(1).sits_at(1)
    early = own_hall.visitor().takes_a_number("employment")
    with pytest.raises(Refused) as refused:
        own_hall.anyone().post(f"/visits/{early['secret']}/rating", {"grade": 5})
    assert (refused.value.status, refused.value.code) == (409, "not_yet_served")
    clerk.serves_one()
    assert visit(own_hall, early)["may_rate"] is True
    own_hall.anyone().post(f"/visits/{early['secret']}/rating", {"grade": 2, "comment": "等太久"})
    with pytest.raises(Refused) as refused:
        own_hall.anyone().post(f"/visits/{early['secret']}/rating", {"grade": 5})
    assert (refused.value.status, refused.value.code) == (409, "already_rated")
    assert refused.value.detail
    mine = visit(own_hall, early)
    assert (mine["may_rate"], mine["rated"]) == (False, True)
    assert "grade" not in mine


@pytest.mark.parametrize("grade", [0, 6, -1, "五", None])
def test_a_grade_outside_one_to_five_is_refused(own_hall: HallServer, grade: object):
    ticket = finished_ticket(own_hall, own_hall.clerk(1).sits_at(1))
    with pytest.raises(Refused) as refused:
        own_hall.anyone().post(f"/visits/{ticket['secret']}/rating", {"grade": grade})
    assert refused.value.status == 422


def test_a_rating_sent_twice_by_a_shaky_network_is_one_rating(own_hall: HallServer):
    ticket = finished_ticket(own_hall, own_hall.clerk(1).sits_at(1))
    key = uuid4().hex
    for _ in range(2):
        answer = own_hall.anyone().post(f"/visits/{ticket['secret']}/rating", {"grade": 4}, key)
        assert answer == {"rated": True}
    database = own_hall.database()
    with database.engine.connect() as connection:
        own = select(ratings.c.grade, ratings.c.source).where(ratings.c.ticket_id == ticket["id"])
        assert connection.execute(own).all() == [(4, "qr")]
    database.engine.dispose()


def test_no_clerk_is_told_the_grade(own_hall: HallServer):
    clerk = own_hall.clerk(1).sits_at(1)
    ticket = finished_ticket(own_hall, clerk)
    own_hall.anyone().post(f"/visits/{ticket['secret']}/rating", {"grade": 1, "comment": "态度差"})
    heard = clerk.api.get("/events", after=0)["events"]
    rated = next(event for event in heard if event["type"] == "ticket_rated")
    assert "grade" not in rated
    assert "态度差" not in str(heard)
    assert "态度差" not in str(clerk.desk())


def test_a_pad_offers_the_visit_that_has_just_ended_at_its_window(own_hall: HallServer):
    assert pad(own_hall).get("/windows/2/pad")["rate"] is None
    clerk = own_hall.clerk(2).sits_at(2)
    ticket = finished_ticket(own_hall, clerk)
    shown = pad(own_hall).get("/windows/2/pad")
    assert (shown["rate"]["ticket"], shown["rate"]["label"]) == (ticket["id"], "A001")
    assert shown["clerk"]["badge"] == "002"
    assert pad(own_hall).post("/windows/2/pad", {"ticket": ticket["id"], "grade": 5}) == {"rated": True}
    assert pad(own_hall).get("/windows/2/pad")["rate"] is None
    with pytest.raises(Refused) as refused:
        pad(own_hall).post("/windows/2/pad", {"ticket": ticket["id"], "grade": 1})
    assert (refused.value.status, refused.value.code) == (409, "already_rated")


def test_the_pad_of_window_2_cannot_rate_what_window_3_served(own_hall: HallServer):
    ticket = finished_ticket(own_hall, own_hall.clerk(3).sits_at(3))
    with pytest.raises(Refused) as refused:
        pad(own_hall).post("/windows/2/pad", {"ticket": ticket["id"], "grade": 5})
    assert (refused.value.status, refused.value.code) == (403, "not_your_ticket")
    with pytest.raises(Refused) as refused:
        pad(own_hall).post("/windows/3/pad", {"ticket": ticket["id"], "grade": 5})
    assert (refused.value.status, refused.value.code) == (403, "not_allowed")
    assert visit(own_hall, ticket)["may_rate"] is True


def test_a_pad_rates_only_the_latest_visit_of_its_window(own_hall: HallServer):
    clerk = own_hall.clerk(2).sits_at(2)
    earlier = finished_ticket(own_hall, clerk)
    finished_ticket(own_hall, clerk)
    with pytest.raises(Refused) as refused:
        pad(own_hall).post("/windows/2/pad", {"ticket": earlier["id"], "grade": 5})
    assert (refused.value.status, refused.value.code) == (409, "rating_over")


def test_a_pad_needs_its_own_token(own_hall: HallServer):
    with pytest.raises(Refused) as refused:
        own_hall.anyone().get("/windows/2/pad")
    assert refused.value.status == 401
    with pytest.raises(Refused) as refused:
        own_hall.clerk(1).api.get("/windows/2/pad")
    assert refused.value.status == 403
