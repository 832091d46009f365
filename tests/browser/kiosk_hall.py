"""The halls, the card reader and the visitor of tests/browser/issue."""

import json
import threading
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser_support import faults
from tests.builders import small_hall
from tests.hall_server import PASSWORD, HallServer
from tests.people import Api, Clerk, Guide

PORTRAIT = {"width": 1080, "height": 1920}
LANDSCAPE = {"width": 1920, "height": 1080}
PLAIN_HALLS = 48
"""At least one for each test of the kiosk, so that no test meets another's visitors."""
HOSTILE = "<script>document.title='taken'</script><b>加粗</b>"
YOUNG = "990000199003070013"
OLD = "990000194903070016"


class CardReader:
    """The little program on a kiosk's PC: `card` is what lies on the reader now."""

    def __init__(self) -> None:
        self.card: str | None = None
        self.asked = 0
        reader = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                reader.asked += 1
                body = json.dumps({"id_number": reader.card}).encode() if reader.card else b""
                self.send_response(200 if reader.card else 204)
                self.send_header("Access-Control-Allow-Origin", "*")
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                """Says nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/read"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def end(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def kiosk(code: str, **more: Any) -> dict[str, Any]:
    return {"id": f"kiosk-{code}", "kind": "kiosk", "name": "取号机", "reader": "simulated", **more}


def printer(code: str, **more: Any) -> dict[str, Any]:
    return {"id": f"printer-{code}", "kind": "printer", "name": "打印机", "driver": "dummy", **more}


def plain_hall(code: str, **changes: Any) -> dict[str, Any]:
    devices = [kiosk(code, printer=f"printer-{code}"), printer(code)]
    return small_hall(**{"id": code, "devices": devices, **changes})


def all_halls(reader: CardReader) -> list[dict[str, Any]]:
    """A hall for each test, some of them with something special."""
    today = datetime.now(UTC).date()
    nearby = [(today + timedelta(days=days)).isoformat() for days in range(-1, 9)]
    departments = small_hall()["departments"]
    rationed = deepcopy(departments)
    rationed[0]["businesses"][0]["quota"] = {"day": 1}
    hostile = deepcopy(departments)
    hostile[0]["businesses"][0]["name"] = f"社保{HOSTILE}"
    hostile[0]["businesses"][0]["items"][0]["name"] = f"退休{HOSTILE}"
    hostile[0]["businesses"][0]["items"][0]["materials"] = [{"name": HOSTILE, "note": HOSTILE}]
    return [
        *(plain_hall(f"hall{number}") for number in range(PLAIN_HALLS)),
        plain_hall("closed", closed_days=nearby),
        *(plain_hall(code, departments=rationed) for code in ("rationed", "dwindling")),
        plain_hall("hostile", departments=hostile, name=f"大厅{HOSTILE}"),
        plain_hall("quick", rules={"kiosk_idle_seconds": 8, "kiosk_idle_elderly_seconds": 9}),
        plain_hall("reading", devices=[kiosk("reading", reader="http", reader_url=reader.url)]),
        plain_hall("paperless", devices=[kiosk("paperless", reader=None)]),
        plain_hall(
            "jammed",
            devices=[
                kiosk("jammed", printer="printer-jammed"),
                printer("jammed", driver="network", address="127.0.0.1:9"),
            ],
        ),
        plain_hall("stopping", rules={"stop_issuing_when_unlikely": True}),
        plain_hall("large", departments=many_departments(departments)),
    ]


def many_departments(few: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Six departments more with two businesses each, one of them a bundle."""
    more = [
        {
            "id": f"department-{number}",
            "name": f"第{number}部门",
            "businesses": [
                {
                    "id": f"business-{number}-{side}",
                    "name": f"第{number}部门业务{side}",
                    "prefix": f"{'QRSTUV'[number]}{'AB'[side]}",
                    "bundle": number == 0 and side == 0,
                    "items": [],
                }
                for side in range(2)
            ],
        }
        for number in range(6)
    ]
    return [*few, *more]


@dataclass
class Hall:
    """One hall of the server, in which nobody but this test works."""

    server: HallServer
    code: str

    def api(self, username: str) -> Api:
        return Api(self.server.url, self.code).sign_in(username, PASSWORD)

    def guide(self) -> Guide:
        return Guide(self.api("guide"))

    def clerk(self, number: int) -> Clerk:
        return Clerk(self.api(f"clerk{number}"))

    def pairing(self, through: str = "") -> str:
        token = self.server.tokens[f"kiosk-{self.code}"]
        return f"{through or self.server.url}/halls/{self.code}/pair?token={token}"

    def issued(self) -> list[dict[str, Any]]:
        """Every number given out here, as the journal tells it to the staff."""
        events = self.api("guide").get("/events", after=0)["events"]
        return [one for one in events if one["type"] == "ticket_issued"]

    def ticket(self, label: str) -> dict[str, Any]:
        return self.api("guide").get("/tickets", number=label)


@dataclass
class AtTheKiosk:
    """A visitor in front of the screen."""

    page: Page
    hall: Hall

    def arrives(self, through: str = "") -> "AtTheKiosk":
        self.page.goto(self.hall.pairing(through))
        expect(self.tile("社会保险")).to_be_visible()
        return self

    def tile(self, name: str) -> Locator:
        return self.page.locator(".tile", has_text=name)

    def press(self, selector: str) -> None:
        self.page.locator(selector).click()

    def sees(self, view: str) -> None:
        expect(self.page.locator("#kiosk")).to_have_attribute("data-view", view)

    def types(self, letters: str) -> None:
        for letter in letters:
            self.page.locator(".keypad-key", has_text=letter.upper()).first.click()

    def goes_to_take(self, name: str = "社会保险") -> None:
        self.tile(name).click()
        self.press("#take")
        self.sees("take")

    def takes_a_number(self, name: str = "社会保险") -> str:
        self.goes_to_take(name)
        self.press("#take-ordinary")
        return self.number()

    def number(self) -> str:
        expect(self.page.locator(".kiosk-number")).to_be_visible()
        return self.page.locator(".kiosk-number").inner_text()

    def reads(self, text: str) -> None:
        """A reader that types: fast, then Enter."""
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")

    def is_told(self, code: str) -> str:
        """Which trouble is on the screen; its sentence."""
        screen = self.page.locator(f"[data-trouble={code}]")
        expect(screen).to_be_visible()
        sentence = screen.locator(".lead").inner_text()
        assert sentence.endswith(("。", "."))
        return sentence


def watched(context: BrowserContext) -> Iterator[BrowserContext]:
    """Fails the test when a script of the page failed or the content policy was broken."""
    complaints: list[str] = []
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.on(
        "console",
        lambda message: "Content Security Policy" in message.text and complaints.append(message.text),
    )
    yield context
    context.close()
    assert complaints == []


Arrive = Callable[..., AtTheKiosk]
"""Comes to the kiosk of one of the special halls, by its code."""


def has_no_violations(page: Page) -> None:
    """No rule of axe is broken, and nothing needs to be pushed sideways."""
    assert faults(page) == []
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
