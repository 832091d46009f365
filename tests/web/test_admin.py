"""Accounts, devices, print jobs and the journal, as the administrator's interface gives them."""

import re
from uuid import uuid4

import pytest
from sqlalchemy import select

from hall.records.tables import accounts, devices, idempotency_keys
from tests.builders import settings, small_hall
from tests.hall_server import PASSWORD, HallServer, StartHall
from tests.people import Api, Refused

SECRET = re.compile(r"[a-z0-9]{4}(-[a-z0-9]{4}){3}")
PERSON = {"username": "zhou", "name": "周敏", "role": "clerk", "badge": "077", "skills": ["social"]}


@pytest.fixture
def admin(own_hall: HallServer) -> Api:
    return Api(own_hall.url, own_hall.hall).sign_in("admin", PASSWORD)


def named(api: Api, username: str) -> dict:
    return next(one for one in api.get("/accounts")["accounts"] if one["username"] == username)


def test_a_new_account_signs_in_with_the_password_shown_once(own_hall: HallServer, admin: Api):
    admin.post("/accounts", PERSON)
    assert named(admin, "zhou")["has_password"] is False
    password = admin.post("/accounts/zhou/password")["password"]
    assert SECRET.fullmatch(password)
    signed_in = Api(own_hall.url, own_hall.hall).sign_in("zhou", password)
    assert signed_in.get("/events", after=0)
    card = named(admin, "zhou")
    assert (card["has_password"], card["skills"], card["badge"]) == (True, ["social"], "077")
    assert password not in str(admin.get("/accounts"))


def test_a_secret_is_kept_nowhere_and_a_retry_does_not_get_it_again(own_hall: HallServer, admin: Api):
    key = uuid4().hex
    password = admin.post("/accounts/guide/password", key=key)["password"]
    token = admin.post("/devices/pad-2/token")["token"]
    with pytest.raises(Refused) as refused:
        admin.post("/accounts/guide/password", key=key)
    assert (refused.value.status, refused.value.code) == (409, "shown_once")
    database = own_hall.database()
    with database.engine.connect() as connection:
        for table in (idempotency_keys, accounts, devices):
            rows = str(connection.execute(select(table)).all())
            assert password not in rows
            assert token not in rows
    database.engine.dispose()
    Api(own_hall.url, own_hall.hall).sign_in("guide", password)


def test_a_new_password_ends_the_sessions_of_the_account(own_hall: HallServer, admin: Api):
    guide = own_hall.guide()
    assert guide.issues()["label"] == "A001"
    admin.post("/accounts/guide/password")
    _ends_soon(guide.issues)


def test_a_retired_account_is_out_and_can_be_restored(own_hall: HallServer, admin: Api):
    guide = own_hall.guide()
    admin.post("/accounts/guide/retire")
    _ends_soon(guide.issues)
    with pytest.raises(Refused) as refused:
        own_hall.guide()
    assert refused.value.code == "wrong_password"
    assert named(admin, "guide")["retired"] is True
    admin.post("/accounts/guide/restore")
    assert (named(admin, "guide")["retired"], named(admin, "guide")["has_password"]) == (False, False)


def _ends_soon(act) -> None:
    """What a server has just looked up about an account it may trust for a moment, not longer."""
    with pytest.raises(Refused) as refused:
        for _ in range(400):
            act()
    assert refused.value.status == 401


def test_a_clerk_at_a_window_is_not_retired_under_their_work(own_hall: HallServer, admin: Api):
    own_hall.clerk(1).sits_at(1)
    with pytest.raises(Refused) as refused:
        admin.post("/accounts/clerk1/retire")
    assert (refused.value.status, refused.value.code) == (409, "account_at_window")
    assert "1" in refused.value.detail


def test_the_last_administrator_stays(admin: Api):
    demoted = {"name": "管理员", "role": "guide"}
    for path, body in (("/accounts/admin/retire", {}), ("/accounts/admin", demoted)):
        with pytest.raises(Refused) as refused:
            admin.post(path, body)
        assert (refused.value.status, refused.value.code) == (409, "last_administrator")


def test_a_username_is_given_once(admin: Api):
    with pytest.raises(Refused) as refused:
        admin.post("/accounts", {**PERSON, "username": "guide"})
    assert (refused.value.status, refused.value.code) == (409, "username_taken")


@pytest.mark.parametrize(
    "wrong",
    [
        {"username": "Bad Name"},
        {"username": "x"},
        {"name": ""},
        {"role": "king"},
        {"skills": "some"},
        {"more": 1},
    ],
)
def test_a_wrong_account_is_refused_and_nothing_is_made(admin: Api, wrong: dict):
    with pytest.raises(Refused) as refused:
        admin.post("/accounts", {**PERSON, **wrong})
    assert refused.value.status == 422
    assert all(one["username"] != "zhou" for one in admin.get("/accounts")["accounts"])


def test_an_unknown_skill_is_refused(admin: Api):
    with pytest.raises(Refused) as refused:
        admin.post("/accounts", {**PERSON, "skills": ["nothing"]})
    assert (refused.value.status, refused.value.code) == (404, "unknown_business")


def test_changed_skills_decide_what_a_clerk_may_call(own_hall: HallServer, admin: Api):
    admin.post("/accounts/clerk1", {"name": "窗口人员1", "role": "clerk", "skills": ["tax"]})
    visitor = own_hall.visitor()
    visitor.takes_a_number("social")
    taxes = visitor.takes_a_number("tax")
    assert own_hall.clerk(1).sits_at(1).calls_next()["label"] == taxes["label"]


def test_a_new_token_replaces_the_old_one(own_hall: HallServer, admin: Api):
    answer = admin.post("/devices/pad-2/token")
    assert answer["pairing_address"] == f"{own_hall.url}/halls/{own_hall.hall}/pair?token={answer['token']}"
    fresh = Api(own_hall.url, own_hall.hall, token=answer["token"])
    assert fresh.get("/windows/2/pad")["window"]["number"] == 2
    with pytest.raises(Refused) as refused:
        Api(own_hall.url, own_hall.hall, token=own_hall.tokens["pad-2"]).get("/windows/2/pad")
    assert refused.value.status == 401


def test_the_journal_is_read_newest_first_page_by_page(own_hall: HallServer, admin: Api):
    visitor = own_hall.visitor()
    for _ in range(5):
        visitor.takes_a_number()
    first = admin.get("/journal", limit=3, type="ticket_issued")
    second = admin.get("/journal", limit=3, type="ticket_issued", before=first["next_before"])
    labels = [one["ticket"] for one in first["events"] + second["events"]]
    assert labels == ["A005", "A004", "A003", "A002", "A001"]
    assert second["next_before"] is None
    numbers = [one["seq"] for one in first["events"] + second["events"]]
    assert numbers == sorted(numbers, reverse=True)


def test_the_journal_says_who_did_what_to_which_ticket(own_hall: HallServer, admin: Api):
    visitor, clerk = own_hall.visitor(), own_hall.clerk(1).sits_at(1)
    visitor.takes_a_number()
    visitor.takes_a_number()
    clerk.calls_next()
    called = admin.get("/journal", ticket="a001")["events"]
    assert [one["type"] for one in called] == ["ticket_called", "ticket_issued"]
    assert [one["actor"]["code"] for one in called] == ["clerk1", "kiosk-1"]
    by_clerk = admin.get("/journal", actor="clerk1")["events"]
    assert {one["actor"]["code"] for one in by_clerk} == {"clerk1"}
    assert admin.get("/journal", actor="nobody")["events"] == []
    assert admin.get("/journal", ticket="Z999")["events"] == []


def test_only_administrators_reach_accounts_and_journal(own_hall: HallServer):
    for api in (own_hall.manager().api, own_hall.guide().api, own_hall.clerk(1).api):
        for path in ("/accounts", "/journal", "/configuration"):
            with pytest.raises(Refused) as refused:
                api.get(path)
            assert refused.value.status == 403
        with pytest.raises(Refused) as refused:
            api.post("/accounts/admin/password")
        assert refused.value.status == 403


def test_the_configuration_in_force_is_shown_with_its_version(admin: Api):
    before = admin.get("/configuration")
    assert before["counts"]["windows"] == 6
    admin.post("/windows/3/businesses", {"businesses": ["employment"]})
    assert admin.get("/configuration")["version"] == before["version"] + 1


def test_a_hall_whose_file_names_no_administrator_gets_one_at_its_first_start(start_hall: StartHall):
    people = [one for one in small_hall()["accounts"] if one["role"] != "administrator"]
    server = start_hall(settings(small_hall(accounts=people)))
    password = SECRET.search(server.log)
    assert password is not None
    admin = Api(server.url, server.hall).sign_in("admin", password.group())
    assert named(admin, "admin")["role"] == "administrator"
