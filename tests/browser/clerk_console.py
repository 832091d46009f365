"""A counter PC for the tests of the clerk's console: its browser, the clerk in front of it and a hall of
their own; a plug-in that tests/conftest.py loads.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request, expect
from sqlalchemy import update

from hall.records.connections import begin_writing
from hall.records.tables import steps
from tests.browser_support import PATIENCE_SECONDS, sign_in
from tests.builders import settings, small_hall
from tests.hall_server import PASSWORD, HallServer
from tests.people import Api, Clerk, Guide, Manager, Visitor

COUNTER = {"width": 1366, "height": 768}
HALLS = 32


@dataclass
class Hall:
    """One hall of the server, in which nobody but this test works, and its people."""

    server: HallServer
    code: str
    signed_in: dict[str, Api] = field(default_factory=dict)

    def visitor(self) -> Visitor:
        """Visitors take their numbers from a guide: the server's devices belong to its first hall."""
        return Visitor(self.api("guide"))

    def api(self, username: str) -> Api:
        if username not in self.signed_in:
            self.signed_in[username] = Api(self.server.url, self.code).sign_in(username, PASSWORD)
        return self.signed_in[username]

    def guide(self) -> Guide:
        return Guide(self.api("guide"))

    def clerk(self, number: int) -> Clerk:
        return Clerk(self.api(f"clerk{number}"))

    def manager(self) -> Manager:
        return Manager(self.api("manager"))

    def event_types(self) -> list[str]:
        return [one["type"] for one in self.api("guide").get("/events", after=0)["events"]]

    def has_waited(self, ticket: dict, minutes: float) -> None:
        """Lets a waiting ticket have come earlier than it did."""
        database = self.server.database()
        then = datetime.now(UTC) - timedelta(minutes=minutes)
        with begin_writing(database.engine) as connection:
            connection.execute(update(steps).where(steps.c.ticket_id == ticket["id"]).values(queued_at=then))
        database.engine.dispose()


@dataclass
class Console:
    """A clerk in front of the page."""

    page: Page
    hall: Hall
    under_way: set[Request] = field(default_factory=set)
    """What a key has sent to the server and is not answered yet: until then another key does nothing."""

    def __post_init__(self) -> None:
        self.page.on("request", self._begins)
        self.page.on("requestfinished", self._ends)
        self.page.on("requestfailed", self._ends)

    def _begins(self, one: Request) -> None:
        if one.method == "POST":
            self.under_way.add(one)

    def _ends(self, one: Request) -> None:
        self.under_way.discard(one)

    def opens(self, wish: str = "") -> "Console":
        self.page.goto(f"/halls/{self.hall.code}/clerk{wish}")
        return self

    def sits_at(self, number: int, open_it: bool = True) -> "Console":
        self.opens()
        expect(self.page.locator(".window-card").first).to_be_visible()
        self.page.keyboard.type(str(number))
        self.page.keyboard.press("Enter")
        self.shows("paused")
        if open_it:
            self.presses("Space")
            self.shows("idle")
        return self

    def presses(self, key: str) -> None:
        """One press of a hand, which does not press the same key twice within a moment, nor before the page
        has done what the last one asked for.
        """
        self.page.wait_for_timeout(350)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.under_way and time.monotonic() < deadline:
            self.page.wait_for_timeout(50)
        self.page.keyboard.press(key)

    def shows(self, state: str, label: str | None = None) -> None:
        expect(self.page.locator("#stage")).to_have_attribute("data-state", state)
        if label is not None:
            expect(self.page.locator("#stage-label")).to_have_text(label)

    def key(self, verb: str) -> Locator:
        return self.page.locator(f"#key-{verb}")

    def off(self, verb: str) -> None:
        expect(self.key(verb)).to_have_attribute("aria-disabled", "true")

    def on(self, verb: str) -> None:
        expect(self.key(verb)).not_to_have_attribute("aria-disabled", "true")


@pytest.fixture(scope="session")
def clerk_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HallServer]:
    """One server with a hall for each test, so that no test meets another's visitors."""
    halls = [small_hall(id=f"hall{number}") for number in range(HALLS)]
    patient = small_hall(id="patient", rules={"missed_after_seconds": 8})
    running = HallServer(tmp_path_factory.mktemp("halls"), settings(*halls, patient), "hall0")
    running.prepare()
    running.start()
    yield running
    running.stop()


@pytest.fixture
def clerk_hall(clerk_server: HallServer) -> Hall:
    """A hall in which nothing has happened yet."""
    return Hall(clerk_server, f"hall{next(clerk_server.unused)}")


@pytest.fixture
def counter_pc(chromium: Browser, clerk_hall: Hall) -> Iterator[BrowserContext]:
    """The counter PC's browser with clerk 1 signed in to the system; a script's error fails the test."""
    context, complaints = a_browser(chromium, clerk_hall, "clerk1")
    yield context
    context.close()
    assert complaints == []


def a_browser(
    chromium: Browser, hall: Hall, username: str, through: str = ""
) -> tuple[BrowserContext, list[str]]:
    """One more browser with somebody signed in, and what its scripts complain about; `through` another
    address than the server's own.
    """
    context = chromium.new_context(
        base_url=through or hall.server.url, viewport=COUNTER, reduced_motion="reduce"
    )
    complaints: list[str] = []
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    sign_in(context, hall.code, username)
    return context, complaints


@pytest.fixture
def console(counter_pc: BrowserContext, clerk_hall: Hall) -> Console:
    """Clerk 1 in front of the console."""
    return Console(counter_pc.new_page(), clerk_hall)
