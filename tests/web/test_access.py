"""Who may do what: every route names its audience, and nobody gets past it."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests
import socketio
from sqlalchemy import update

from hall.app import create_app
from hall.config_model import Config
from hall.records.connections import begin_writing
from hall.records.tables import accounts
from tests.builders import settings
from tests.hall_server import PASSWORD, HallServer, hashed_password
from tests.people import Api, Refused

KNOWN = {
    "anyone",
    "clerk",
    "guide",
    "manager",
    "administrator",
    "kiosk",
    "board",
    "pad",
    "printer",
    "idreader",
}


def refusal(api: Api, path: str, body: dict | None = None, get: bool = False) -> tuple[int, str]:
    with pytest.raises(Refused) as caught:
        api.get(path) if get else api.post(path, body)
    return caught.value.status, caught.value.code


@pytest.fixture
def app(tmp_path: Path):
    """The application as it is put together, not served."""
    house = create_app(Config.model_validate(settings()), tmp_path)
    yield house.app
    house.stop()
    house.server.database.engine.dispose()


def test_every_route_names_its_audience(app):
    nameless = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint.rpartition(".")[2] != "static"
        and not getattr(app.view_functions[rule.endpoint], "audience", None)
    ]
    assert nameless == []


def test_an_audience_is_a_role_or_a_kind_of_device(app):
    named = {one for view in app.view_functions.values() for one in getattr(view, "audience", ())}
    assert named <= KNOWN


def test_what_changes_something_is_open_to_nobody_in_particular_only_where_that_is_meant(app):
    opened = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.methods & {"POST", "PUT", "PATCH", "DELETE"}
        and "anyone" in app.view_functions[rule.endpoint].audience
    }
    assert opened <= {
        "/sign-in",
        "/sign-out",
        "/api/v1/session",
        "/api/v1/halls/<hall>/visits/<secret>/rating",
        "/api/v1/halls/<hall>/visits/<secret>/cancel",
        "/api/v1/halls/<hall>/screens/heartbeat",
    }


def protected(app) -> list[tuple[str, str]]:
    """(method, address) of every route that is not for everybody, with something in each blank."""
    numbered = (
        "window",
        "ticket",
        "job",
        "number",
        "alert",
        "absence",
        "plan",
        "suggestion",
        "adjustment",
        "move",
        "rectification",
    )
    blanks: dict[str, Any] = {"hall": "test", **dict.fromkeys(numbered, 1)}
    found = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            audience = getattr(app.view_functions[rule.endpoint], "audience", ("anyone",))
            if "anyone" in audience:
                continue
            values = {name: blanks.get(name, "x") for name in rule.arguments}
            address = app.url_map.bind("").build(rule.endpoint, values)
            method = "POST" if "POST" in rule.methods else "GET"
            found.append((method, address))
    return found


def test_without_a_session_or_token_every_protected_route_is_closed(app, house: HallServer):
    routes = protected(app)
    assert len(routes) > 40
    for method, address in routes:
        answer = requests.request(method, house.url + address, json={}, timeout=30, allow_redirects=False)
        to_sign_in = answer.status_code == 302 and "/sign-in" in answer.headers["Location"]
        assert to_sign_in or answer.status_code in (401, 403), (method, address, answer.status_code)
        if address.startswith("/api/"):
            assert answer.status_code == 401, address


def test_a_wrong_token_opens_nothing(app, house: HallServer):
    for method, address in protected(app):
        for headers in ({"Authorization": "Bearer wrong"}, {"Cookie": "device=wrong"}):
            answer = requests.request(
                method, house.url + address, json={}, headers=headers, timeout=30, allow_redirects=False
            )
            assert answer.status_code in (302, 401, 403), (method, address)


MANAGERS_ONLY = (
    ("/overview", True),
    ("/windows/1/manage", False),
    ("/windows/1/businesses", False),
    ("/close-day", False),
    ("/rectifications", True),
    ("/rectifications/1/done", False),
    ("/mystery-visits", False),
    ("/standards/overtime/rectify", False),
)
ADMINISTRATORS_ONLY = (
    ("/accounts", True),
    ("/accounts", False),
    ("/accounts/clerk1/password", False),
    ("/devices/kiosk-1/token", False),
    ("/journal", True),
)


def test_a_clerk_uses_no_managers_route_and_a_manager_no_administrators(house: HallServer):
    clerk, guide, manager = house.clerk(3).api, house.guide().api, house.manager().api
    for path, get in (*MANAGERS_ONLY, *ADMINISTRATORS_ONLY):
        assert refusal(clerk, path, {}, get) == (403, "not_allowed")
        assert refusal(guide, path, {}, get) == (403, "not_allowed")
    for path, get in ADMINISTRATORS_ONLY:
        assert refusal(manager, path, {}, get) == (403, "not_allowed")
    assert manager.get("/overview")["windows"]
    assert refusal(clerk, "/tickets", {"business": "social"}) == (403, "not_allowed")
    assert refusal(guide, "/windows/1/sign-in") == (403, "not_allowed")


def test_only_a_kiosk_of_this_hall_issues(house: HallServer):
    pad = Api(house.url, "test", token=house.tokens["pad-2"])
    assert refusal(pad, "/tickets", {"business": "social"}) == (403, "not_allowed")
    stranger = Api(house.url, "test", token=house.tokens["other-kiosk-1"])
    assert refusal(stranger, "/tickets", {"business": "social"}) == (403, "not_allowed")
    kiosk = Api(house.url, "test", token=house.tokens["kiosk-1"])
    assert refusal(kiosk, "/windows/2/pad", get=True) == (403, "not_allowed")
    assert refusal(kiosk, "/overview", get=True) == (403, "not_allowed")


def test_another_halls_people_do_nothing_here(house: HallServer):
    there = Api(house.url, "other").sign_in("admin", PASSWORD)
    there.get("/overview")
    there.hall = "test"
    for path, get in (*MANAGERS_ONLY, *ADMINISTRATORS_ONLY):
        assert refusal(there, path, {}, get) == (403, "not_allowed")
    assert refusal(there, "/tickets", {"business": "social"}) == (403, "not_allowed")
    assert refusal(there, "/windows/1/sign-in") == (403, "not_allowed")


def test_another_halls_ticket_is_unknown_here(house: HallServer):
    there = Api(house.url, "other").sign_in("guide", PASSWORD)
    ticket = there.post("/tickets", {"business": "tax"})["ticket"]
    here = house.guide().api
    assert refusal(here, f"/tickets/{ticket['id']}", get=True) == (404, "unknown_ticket")
    for verb in ("cancel", "return", "reprint"):
        assert refusal(here, f"/tickets/{ticket['id']}/{verb}") == (404, "unknown_ticket")
    assert refusal(house.anyone(), f"/visits/{ticket['secret']}", get=True) == (404, "unknown_visit")
    assert refusal(house.anyone(), f"/visits/{ticket['secret']}/cancel") == (404, "unknown_visit")
    there.post(f"/tickets/{ticket['id']}/cancel")


def test_without_the_csrf_token_a_session_changes_nothing(house: HallServer):
    guide = house.guide().api
    right = guide.session.headers.pop("X-CSRF-Token")
    assert refusal(guide, "/tickets", {"business": "social"}) == (403, "csrf")
    guide.session.headers["X-CSRF-Token"] = "wrong"
    assert refusal(guide, "/tickets", {"business": "social"}) == (403, "csrf")
    guide.session.headers["X-CSRF-Token"] = house.manager().api.session.headers["X-CSRF-Token"]
    assert refusal(guide, "/tickets", {"business": "social"}) == (403, "csrf")
    guide.session.headers["X-CSRF-Token"] = right
    guide.post("/tickets", {"business": "social"})


def test_a_token_that_was_good_a_moment_ago_is_good_in_its_own_session_only(house: HallServer):
    guide, clerk = house.guide().api, house.clerk(2).api
    for _ in range(2):
        guide.post("/tickets", {"business": "social"})
    clerk.session.headers["X-CSRF-Token"] = guide.session.headers["X-CSRF-Token"]
    assert refusal(clerk, "/windows/1/open") == (403, "csrf")


def test_a_paired_browser_needs_the_csrf_token_too(house: HallServer):
    browser = requests.Session()
    token = house.tokens["kiosk-1"]
    paired = browser.get(f"{house.url}/halls/test/pair?token={token}", allow_redirects=False, timeout=30)
    assert paired.status_code == 302
    assert "HttpOnly" in paired.headers["Set-Cookie"]
    assert token not in paired.headers["Location"]
    answer = browser.post(f"{house.api}/tickets", json={"business": "social"}, timeout=30)
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf")


def test_a_form_of_another_site_signs_nobody_in_and_out(house: HallServer):
    for path in ("/sign-in", "/sign-out"):
        answer = requests.post(house.url + path, data={"username": "guide", "password": PASSWORD}, timeout=30)
        assert answer.status_code == 403
        assert "Set-Cookie" not in answer.headers or "account" not in answer.headers["Set-Cookie"]


def test_after_signing_out_the_session_is_over(house: HallServer):
    guide = house.guide().api
    guide.get("/print-jobs")
    assert guide.session.delete(f"{house.url}/api/v1/session", timeout=30).status_code == 200
    assert refusal(guide, "/print-jobs", get=True) == (401, "not_signed_in")
    session = guide.session.get(f"{house.url}/api/v1/session", timeout=30)
    assert (session.status_code, session.json()["code"]) == (401, "not_signed_in")


def test_signing_out_ends_the_accounts_sessions_everywhere_so_that_a_copied_cookie_is_worth_nothing(
    house: HallServer,
):
    clerk, other = house.clerk(2).api, house.clerk(2).api
    copied = requests.Session()
    copied.cookies.update(clerk.session.cookies)
    thief = Api(house.url, "test", session=copied)
    for api in (thief, other):
        api.get("/windows/1/desk")
    assert clerk.session.delete(f"{house.url}/api/v1/session", timeout=30).status_code == 200
    for api in (thief, other):
        assert refusal(api, "/windows/1/desk", get=True) == (401, "not_signed_in")
    cookies = "; ".join(f"{one.name}={one.value}" for one in copied.cookies)
    listener = socketio.Client(reconnection=False)
    listener.connect(house.url, transports=["websocket"], headers={"Cookie": cookies}, wait_timeout=30)
    answer = listener.call("watch", {"hall": "test", "audience": "staff"}, timeout=30)
    listener.disconnect()
    assert answer == {"error": "not_signed_in"}
    house.clerk(2).api.get("/windows/1/desk")


def test_a_new_password_ends_every_session_at_once_and_begins_new_ones(house: HallServer):
    admin = Api(house.url, "test").sign_in("admin", PASSWORD)
    clerk = house.clerk(7).api
    clerk.get("/windows/1/desk")
    password = admin.post("/accounts/clerk7/password")["password"]
    assert refusal(clerk, "/windows/1/desk", get=True) == (401, "not_signed_in")
    with pytest.raises(Refused):
        Api(house.url, "test").sign_in("clerk7", PASSWORD)
    again = Api(house.url, "test").sign_in("clerk7", password)
    again.get("/windows/1/desk")


def test_a_password_changed_by_another_process_lets_the_new_one_in_at_once(house: HallServer):
    clerk = house.clerk(6).api
    clerk.get("/windows/1/desk")
    database = house.database()
    with begin_writing(database.engine) as connection:
        wanted = accounts.c.username == "clerk6"
        stamp = uuid4().hex[:16]
        connection.execute(
            update(accounts).where(wanted).values(password_hash=hashed_password(), session_stamp=stamp)
        )
    database.engine.dispose()
    house.clerk(6).api.get("/windows/1/desk")
    assert refusal(clerk, "/windows/1/desk", get=True) == (401, "not_signed_in")


def test_a_retired_account_and_a_renewed_token_end_at_once(house: HallServer):
    admin = Api(house.url, "other").sign_in("admin", PASSWORD)
    clerk = Api(house.url, "other").sign_in("clerk5", PASSWORD)
    clerk.get("/windows/1/desk")
    admin.post("/accounts/clerk5/retire")
    assert refusal(clerk, "/windows/1/desk", get=True) == (401, "not_signed_in")
    old = Api(house.url, "other", token=house.tokens["other-pad-2"])
    old.get("/windows/2/pad")
    token = admin.post("/devices/other-pad-2/token")["token"]
    assert refusal(old, "/windows/2/pad", get=True) == (401, "not_signed_in")
    Api(house.url, "other", token=token).get("/windows/2/pad")


def test_a_role_taken_away_is_gone_at_once(house: HallServer):
    admin = Api(house.url, "other").sign_in("admin", PASSWORD)
    manager = Api(house.url, "other").sign_in("manager", PASSWORD)
    manager.get("/overview")
    admin.post("/accounts/manager", {"name": "前任经理", "role": "clerk"})
    assert refusal(manager, "/overview", get=True) == (403, "not_allowed")


def test_a_forged_session_is_nobodys(house: HallServer):
    real = house.guide().api.session.cookies["hall_session"]
    payload, stamp, signature = real.rsplit(".", 2)
    for forged in (f"{payload}x.{stamp}.{signature}", f"{payload}.{stamp}.{signature[::-1]}", "x", ""):
        answer = requests.get(
            f"{house.api}/print-jobs", headers={"Cookie": f"hall_session={forged}"}, timeout=30
        )
        assert answer.status_code == 401
