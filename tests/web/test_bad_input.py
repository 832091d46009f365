"""Whatever is sent: a status, a problem with a sentence, and a hall in which nothing has changed."""

import json
import re
from typing import Any
from uuid import uuid4

import pytest
import requests

from tests.hall_server import PASSWORD, HallServer
from tests.people import Api
from tests.problems import TRACES, is_problem

HOSTILE = [
    "<script>alert(1)</script>",
    "'; DROP TABLE tickets; --",
    "%(label)s %s %d {0} {{7*7}}",
    "\u202e反转\u202c \u200b零宽",
    "𠮷野家 👴🏽 é e\u0301",
    "\r\nSet-Cookie: a=b",
    "../../etc/passwd",
]


def send(api: Api, path: str, body: Any = None, hall: str = "test", **more: Any) -> requests.Response:
    more.setdefault("headers", {})["Idempotency-Key"] = uuid4().hex
    if body is not None:
        more["json"] = body
    return api.session.post(f"{api.url}/api/v1/halls/{hall}{path}", timeout=30, **more)


def written(house: HallServer) -> int:
    return house.anyone().get("")["seq"]


@pytest.fixture
def guide(house: HallServer) -> Api:
    return house.guide().api


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"business": "none"}, 404, "unknown_business"),
        ({"business": "social", "items": ["none"]}, 404, "unknown_item"),
        ({"business": "social", "items": ["invoice"]}, 422, "item_of_other_business"),
        ({"business": "social", "id_number": "110105194912310021"}, 422, "bad_id_number"),
        ({"business": "social", "id_number": "abc"}, 422, "bad_id_number"),
        ({"business": "shut"}, 409, "business_closed"),
        ({"business": "social", "visitor_class": "priority"}, 403, "not_allowed"),
        ({"business": "social", "override_closed": True}, 403, "not_allowed"),
        ({}, 422, "bad_request"),
        ({"business": ""}, 422, "bad_request"),
        ({"business": None}, 422, "bad_request"),
        ({"business": 7}, 422, "bad_request"),
        ({"business": ["social"]}, 422, "bad_request"),
        ({"business": "s" * 65}, 422, "bad_request"),
        ({"business": "social", "colour": "red"}, 422, "bad_request"),
        ({"business": "social", "visitor_class": "vip"}, 422, "bad_request"),
        ({"business": "social", "language": "fr"}, 422, "bad_request"),
        ({"business": "social", "items": ["retirement"] * 21}, 422, "bad_request"),
        ({"business": "social", "id_number": "1" * 41}, 422, "bad_request"),
        ({"business": "a\0b"}, 422, "bad_request"),
        ({"business": "social", "class_reason": "half \ud800 a pair"}, 422, "bad_request"),
        ({"business": "social", "booked_at": "tomorrow"}, 422, "bad_request"),
        ({"business": "social", "booked_at": "2026-11-23T10:00:00"}, 422, "bad_request"),
        (
            {"business": "social", "visitor_class": "appointment", "booked_at": "9999-12-31T23:59:59Z"},
            422,
            "booked_other_day",
        ),
        (
            {"business": "social", "visitor_class": "appointment", "booked_at": "0001-01-01T00:00:00+14:00"},
            422,
            "booked_other_day",
        ),
        ([], 422, "bad_request"),
        ("social", 422, "bad_request"),
        (7, 422, "bad_request"),
        (True, 422, "bad_request"),
    ],
    ids=lambda one: json.dumps(one)[:60] if not isinstance(one, str | int) else str(one),
)
def test_a_wish_that_cannot_be_met_is_refused_and_nothing_changes(
    house: HallServer, kiosk: Api, body: Any, status: int, code: str
):
    before = written(house)
    answer = kiosk.session.post(
        f"{house.api}/tickets",
        data=json.dumps(body),
        headers={"Content-Type": "application/json"},
        timeout=30,
    )
    is_problem(answer, status, code)
    assert written(house) == before


LONG_AGO = "0007-09-01T00:00:00Z"
NO_CALLS = {"key": "a-call-1", "number": "A001", "outcome": "finished"}
GIVEN_OUT = {"business": "social", "prefix": "A", "number": 7, "secret": "s" * 20}


@pytest.mark.parametrize(
    ("who", "path", "body"),
    [
        ("kiosk", "/kiosk/tickets", {"tickets": [{**GIVEN_OUT, "arrived_at": LONG_AGO}]}),
        ("clerk1", "/windows/1/paper", {"calls": [{**NO_CALLS, "called_at": LONG_AGO}]}),
        ("manager", "/roster/copy", {"first": "2026-11-23", "to": "0001-01-01"}),
        ("manager", "/roster/copy", {"first": "2026-11-23", "to": "9999-12-31"}),
    ],
)
def test_a_day_of_another_age_is_refused_and_the_journal_stays_readable(
    house: HallServer, kiosk: Api, who: str, path: str, body: Any
):
    asker = kiosk if who == "kiosk" else Api(house.url, house.hall).sign_in(who, PASSWORD)
    before = written(house)
    is_problem(send(asker, path, body, house.hall), 422, "bad_request")
    assert written(house) == before


@pytest.mark.parametrize(
    "raw", [b"{", b"", b"nul", b"{'a': 1}", b"\xff\xfe", b'{"business": "social"', b"[" * 9000]
)
def test_a_body_that_is_no_json_is_refused(house: HallServer, kiosk: Api, raw: bytes):
    before = written(house)
    answer = kiosk.session.post(
        f"{house.api}/tickets", data=raw, headers={"Content-Type": "application/json"}, timeout=30
    )
    is_problem(answer, *((400, "http_400") if raw else (422, "bad_request")))
    assert written(house) == before


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_a_body_of_another_kind_is_refused(house: HallServer, kiosk: Api, kind: str):
    answer = kiosk.session.post(
        f"{house.api}/tickets", data=b'{"business": "social"}', headers={"Content-Type": kind}, timeout=30
    )
    is_problem(answer, 415, "http_415")


def test_a_body_that_is_too_large_is_refused_and_the_hall_goes_on(house: HallServer, kiosk: Api):
    answer = kiosk.session.post(
        f"{house.api}/tickets", data=b"x" * 200_000, headers={"Content-Type": "application/json"}, timeout=30
    )
    is_problem(answer, 413, "http_413")
    assert kiosk.post("/tickets", {"business": "social"})["ticket"]["label"]


def in_chunks(house: HallServer, kiosk: Api, *parts: bytes) -> requests.Response:
    return kiosk.session.post(
        f"{house.api}/tickets", data=iter(parts), headers={"Content-Type": "application/json"}, timeout=30
    )


def test_a_body_in_chunks_is_read_as_one_and_never_beyond_the_limit(house: HallServer, kiosk: Api):
    assert in_chunks(house, kiosk, b'{"business":', b' "social"}').status_code == 201
    is_problem(in_chunks(house, kiosk, b'{"business":', b" social}"), 400, "http_400")
    before = written(house)
    assert in_chunks(house, kiosk, b'{"business": "', *[b"x" * 1024] * 200, b'"}').status_code in (400, 413)
    assert written(house) == before


def test_unknown_halls_windows_tickets_and_pages_are_named(house: HallServer, kiosk: Api, guide: Api):
    anyone = house.anyone().session
    root = f"{house.url}/api/v1"
    is_problem(anyone.get(f"{root}/halls/nowhere"), 404, "unknown_hall")
    is_problem(anyone.get(f"{root}/halls/nowhere/board"), 404, "unknown_hall")
    is_problem(anyone.get(f"{house.api}/items/nothing"), 404, "unknown_item")
    is_problem(anyone.get(f"{house.api}/visits/nobody"), 404, "unknown_visit")
    is_problem(anyone.get(f"{house.api}/nothing"), 404, "http_404")
    is_problem(guide.session.get(f"{house.api}/tickets/999999999"), 404, "unknown_ticket")
    is_problem(guide.session.get(f"{house.api}/tickets?number=Z999"), 404, "unknown_ticket")
    is_problem(guide.session.get(f"{house.api}/tickets?number=%F0%9F%91%B4"), 404, "unknown_ticket")
    is_problem(guide.session.get(f"{house.api}/tickets?number=A٣"), 404, "unknown_ticket")
    is_problem(guide.session.get(f"{house.api}/tickets"), 422, "bad_request")
    is_problem(send(guide, "/tickets/999999999/cancel", {}), 404, "unknown_ticket")
    is_problem(send(guide, "/tickets/99999999999999999999/cancel", {}), 422, "bad_request")
    is_problem(guide.session.put(f"{house.api}/tickets", json={}), 405, "http_405")
    is_problem(guide.session.get(f"{house.api}/events?after=-1"), 422, "bad_request")
    is_problem(guide.session.get(f"{house.api}/events?after=x"), 422, "bad_request")


def test_a_closed_hall_and_a_used_up_quota_say_what_to_do(house: HallServer, kiosk: Api):
    closed = Api(house.url, "closed", token=house.tokens["closed-kiosk-1"])
    said = is_problem(send(closed, "/tickets", {"business": "social"}, "closed"), 409, "hall_closed")
    assert "开门" in said["detail"]
    send(kiosk, "/tickets", {"business": "few"})
    is_problem(send(kiosk, "/tickets", {"business": "few"}), 409, "quota_used_up")


def test_a_second_open_ticket_of_one_person_is_refused(house: HallServer):
    other = Api(house.url, "other", token=house.tokens["other-kiosk-1"])
    wish = {"business": "social", "id_number": "11010519491231002X"}
    assert send(other, "/tickets", wish, "other").status_code == 201
    is_problem(send(other, "/tickets", wish, "other"), 409, "second_open_ticket")


def test_wrong_state_and_wrong_window_are_conflicts_with_a_sentence(house: HallServer, kiosk: Api):
    ticket = kiosk.post("/tickets", {"business": "tax"})["ticket"]
    clerk, stranger = house.clerk(1), house.clerk(2)
    is_problem(send(clerk.api, "/windows/4/call", {}), 409, "nobody_signed_in")
    is_problem(send(clerk.api, "/windows/77/call", {}), 404, "unknown_window")
    clerk.sits_at(4, open_it=False)
    try:
        is_problem(send(clerk.api, "/windows/4/call", {}), 409, "window_not_open")
        clerk.does("open")
        is_problem(send(clerk.api, "/windows/4/start", {}), 409, "no_open_ticket")
        is_problem(send(stranger.api, "/windows/4/call", {}), 403, "not_your_window")
        clerk.does("call", ticket=ticket["id"])
        said = is_problem(send(clerk.api, "/windows/4/finish", {}), 409, "wrong_state")
        assert said["detail"].startswith(f"{ticket['label']} 现在是“已叫号”，不能办结")
        is_problem(send(clerk.api, "/windows/4/pause", {"reason": "吃饭"}), 409, "window_busy")
        is_problem(send(clerk.api, "/windows/4/pause", {"reason": ""}), 422, "bad_request")
        is_problem(send(clerk.api, "/windows/4/transfer", {"window": 77}), 404, "unknown_window")
        is_problem(send(clerk.api, "/windows/4/transfer", {"business": "no"}), 404, "unknown_business")
        is_problem(
            send(clerk.api, "/windows/4/transfer", {"business": "social", "window": 4}), 422, "nobody_serves"
        )
        is_problem(send(house.guide().api, f"/tickets/{ticket['id']}/cancel", {}), 409, "wrong_state")
    finally:
        clerk.does("missed")
        clerk.does("sign-out")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_are_kept_as_words(house: HallServer, kiosk: Api, text: str):
    guide = house.guide().api
    issued = send(
        guide, "/tickets", {"business": "employment", "visitor_class": "priority", "class_reason": text}
    )
    assert issued.status_code == 201, issued.text
    ticket = issued.json()["ticket"]["id"]
    assert send(guide, f"/tickets/{ticket}/cancel", {"reason": text}).status_code == 200
    events = guide.get("/events", after=written(house) - 1)["events"]
    assert events[-1]["reason"] == text
    is_problem(send(kiosk, "/tickets", {"business": text[:64]}), 404, "unknown_business", text)
    found = house.anyone().session.get(f"{house.api}/items", params={"q": text})
    assert (found.status_code, found.json()["items"]) == (200, [])
    named = house.anyone().session.get(f"{house.api}/items", params={"q": text + "\0"})
    assert named.status_code < 500


def test_a_person_gets_a_page_with_the_sentence(house: HallServer):
    for path, status in (
        ("/nothing-here", 404),
        ("/halls/nowhere/board", 404),
        ("/t/test/nobody", 404),
        ("/halls/test/pair?token=wrong", 403),
        ("/halls/test/pair?token=%00", 403),
    ):
        answer = requests.get(house.url + path, headers={"Accept": "text/html"}, timeout=30)
        assert answer.status_code == status, path
        assert answer.headers["Content-Type"].startswith("text/html")
        assert "。" in answer.text
        assert "error." not in answer.text
        assert not [word for word in TRACES if word in answer.text]


def test_an_outdated_pairing_address_says_so_and_what_to_do(house: HallServer):
    address = f"{house.url}/halls/test/pair?token=renewed-since"
    chinese, english = (
        requests.get(f"{address}&lang={one}", headers={"Accept": "text/html"}, timeout=30).text
        for one in ("zh", "en")
    )
    assert "绑定地址已经失效" in chinese
    assert "pairing address is outdated" in english
    assert all("python -m hall token" in page for page in (chinese, english))


def test_who_reads_english_gets_english(house: HallServer, kiosk: Api):
    for more in ({"params": {"lang": "en"}}, {"cookies": {"lang": "en"}}):
        answer = send(Api(house.url, "test", token=kiosk.token), "/tickets", {"business": "none"}, **more)
        said = answer.json()
        assert (answer.status_code, said["code"]) == (404, "unknown_business")
        assert said["detail"].isascii() or "“none”" in said["detail"]
        assert "。" not in said["detail"] + said["title"]
    page = requests.get(f"{house.url}/nothing-here?lang=en", headers={"Accept": "text/html"}, timeout=30)
    assert "。" not in page.text


def test_a_browser_that_asks_for_english_gets_it_until_its_reader_chooses(house: HallServer):
    def language_of(path: str, asked: str, **more: Any) -> str:
        headers = {"Accept": "text/html", "Accept-Language": asked}
        page = requests.get(f"{house.url}{path}", headers=headers, timeout=30, **more)
        assert "Accept-Language" in page.headers["Vary"]
        return re.search(r'data-language="(\w+)"', page.text)[1]

    secret = house.visitor().takes_a_number()["secret"]
    for path in ("/", "/sign-in", f"/t/test/{secret}", "/nothing-here"):
        assert language_of(path, "en-GB,en;q=0.9,zh;q=0.8") == "en", path
        assert language_of(path, "zh-TW,zh;q=0.9,en;q=0.8") == "zh", path
        assert language_of(path, "fr-FR,en;q=0.5") == "en", path
        assert language_of(path, "fr") == "zh", path
        assert language_of(path, "en", cookies={"lang": "zh"}) == "zh", path
        assert language_of(path, "zh", params={"lang": "en"}) == "en", path
    for screen in ("kiosk", "board", "board/west", "window/1", "pad/1"):
        assert language_of(f"/halls/test/{screen}", "en-GB,en") == "zh", screen


def test_a_sentence_of_the_interface_is_in_the_language_that_its_reader_asks_for(house: HallServer):
    visitor = Api(house.url, "test", token=house.tokens["kiosk-1"])
    visitor.session.headers["Accept-Language"] = "en"
    assert "。" not in send(visitor, "/tickets", {"business": "none"}).json()["detail"]


def test_a_name_or_password_that_is_wrong_says_the_same(house: HallServer):
    texts = set()
    for name, password in (
        ("guide", "wrong"),
        ("nobody-here", PASSWORD),
        ("x'; --", "wrong"),
    ):
        answer = requests.post(
            f"{house.url}/api/v1/session", json={"username": name, "password": password}, timeout=30
        )
        texts.add(is_problem(answer, 403, "wrong_password")["detail"])
    assert len(texts) == 1
    nul = requests.post(f"{house.url}/api/v1/session", json={"username": "a\0", "password": "x"}, timeout=30)
    is_problem(nul, 422, "bad_request")


def test_after_eight_wrong_passwords_one_has_to_wait(house: HallServer):
    asked = {"username": "clerk8", "password": "wrong", "hall": "closed"}
    address = f"{house.url}/api/v1/session"
    for _ in range(8):
        is_problem(requests.post(address, json=asked, timeout=30), 403, "wrong_password")
    answer = requests.post(address, json=asked | {"password": PASSWORD}, timeout=30)
    is_problem(answer, 429, "too_many_tries")
    assert int(answer.headers["Retry-After"]) > 0
