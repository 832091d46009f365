"""The clerk's console in a real browser against a real hall: a day's work at a window, by keyboard, through
reloads and outages.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import update

from hall.records.tables import steps
from tests.builders import settings, small_hall
from tests.hall_server import PASSWORD, HallServer, StartHall
from tests.people import Api, Clerk, Guide, Manager, Visitor

pytestmark = pytest.mark.browser

COUNTER = {"width": 1366, "height": 768}
HALLS = 24
expect.set_options(timeout=20_000)  # a builder may have other work; what is expected comes or never comes
AXE = "/vendor/axe-core/axe.min.js"
_numbers = count()


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
        with database.engine.begin() as connection:
            connection.execute(update(steps).where(steps.c.ticket_id == ticket["id"]).values(queued_at=then))
        database.engine.dispose()


@dataclass
class Console:
    """A clerk in front of the page."""

    page: Page
    hall: Hall

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
        """One press of a hand, which does not press the same key twice within a moment."""
        self.page.wait_for_timeout(350)
        self.page.keyboard.press(key)

    def shows(self, state: str, label: str | None = None) -> None:
        expect(self.page.locator("#stage")).to_have_attribute("data-state", state)
        if label is not None:
            expect(self.page.locator("#stage-label")).to_have_text(label)

    def key(self, verb: str):
        return self.page.locator(f"#key-{verb}")

    def off(self, verb: str) -> None:
        expect(self.key(verb)).to_have_attribute("aria-disabled", "true")

    def on(self, verb: str) -> None:
        expect(self.key(verb)).not_to_have_attribute("aria-disabled", "true")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HallServer]:
    """One server with a hall for each test, so that no test meets another's visitors."""
    halls = [small_hall(id=f"hall{number}") for number in range(HALLS)]
    patient = small_hall(id="patient", rules={"missed_after_seconds": 3})
    running = HallServer(tmp_path_factory.mktemp("halls"), settings(*halls, patient), "hall0")
    running.prepare()
    running.start()
    yield running
    running.stop()


@pytest.fixture
def hall(server: HallServer) -> Hall:
    return Hall(server, f"hall{next(_numbers) % HALLS}")


@pytest.fixture
def context(chromium: Browser, hall: Hall) -> Iterator[BrowserContext]:
    """The counter PC's browser with clerk 1 signed in to the system; a script's error fails the test."""
    context, complaints = a_browser(chromium, hall, "clerk1")
    yield context
    context.close()
    assert complaints == []


def a_browser(chromium: Browser, hall: Hall, username: str) -> tuple[BrowserContext, list[str]]:
    context = chromium.new_context(base_url=hall.server.url, viewport=COUNTER, reduced_motion="reduce")
    complaints: list[str] = []
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    answer = context.request.post(
        "/api/v1/session", data={"username": username, "password": PASSWORD, "hall": hall.code}
    )
    assert answer.ok
    return context, complaints


@pytest.fixture
def console(context: BrowserContext, hall: Hall) -> Console:
    return Console(context.new_page(), hall)


def faults(page: Page) -> list[str]:
    """What axe finds wrong with the page as it stands."""
    page.add_script_tag(url=AXE)
    found = page.evaluate("axe.run()")["violations"]
    return [f"{fault['id']}: {node['target']}" for fault in found for node in fault["nodes"]]


# ---- a day's work ----


def test_a_clerk_sits_down_and_serves_two_visitors_by_keyboard_alone(console: Console):
    visitor = console.hall.visitor()
    visitor.takes_a_number(items=["retirement"])
    visitor.takes_a_number()
    console.sits_at(1)
    console.presses("Space")
    console.shows("called", "A001")
    console.off("next")
    console.presses("s")
    console.shows("serving", "A001")
    expect(console.page.locator("#stage-items")).to_contain_text("退休一件事")
    console.page.get_by_label("居民身份证").check()
    console.presses("Enter")
    console.shows("called", "A002")
    console.presses("r")
    expect(console.key("recall")).to_contain_text("还可 2 次")
    console.presses("S")
    console.shows("serving", "A002")
    console.presses("f")
    console.shows("idle")
    expect(console.page.locator("#me-today")).to_have_text("2")
    console.presses("q")
    console.presses("Enter")
    expect(console.page.locator("#choose")).to_be_visible()
    assert [one for one in console.hall.event_types() if one.startswith(("ticket", "window"))] == [
        "ticket_issued",
        "ticket_issued",
        "window_signed_in",
        "window_opened",
        "ticket_called",
        "ticket_started",
        "ticket_finished",
        "ticket_called",
        "ticket_recalled",
        "ticket_started",
        "ticket_finished",
        "window_signed_out",
    ]


def test_a_reload_while_serving_keeps_the_ticket(console: Console):
    console.hall.visitor().takes_a_number()
    console.sits_at(2)
    console.presses("Space")
    console.presses("s")
    console.shows("serving", "A001")
    console.page.reload()
    console.shows("serving", "A001")
    console.on("finish")


def test_two_tabs_of_one_clerk_pressing_next_together_hold_one_open_ticket(
    console: Console, context: BrowserContext
):
    for _ in range(4):
        console.hall.visitor().takes_a_number()
    console.sits_at(1)
    other = Console(context.new_page(), console.hall).opens()
    other.shows("idle")
    console.page.wait_for_timeout(400)
    for tab in (console, other):
        tab.page.evaluate("document.querySelector('#key-next').click()")
    for tab in (console, other):
        tab.shows("called", "A001")
    assert console.hall.event_types().count("ticket_called") == 1
    console.presses("s")
    other.shows("serving", "A001")
    console.page.wait_for_timeout(400)
    for tab in (console, other):
        tab.page.evaluate("document.querySelector('#key-next').click()")
    for tab in (console, other):
        tab.shows("called", "A002")
    types = console.hall.event_types()
    assert (types.count("ticket_called"), types.count("ticket_finished")) == (2, 1)


def test_nobody_waiting_means_that_the_next_arrival_rings_at_the_window(console: Console):
    console.sits_at(1)
    console.presses("Space")
    console.shows("ready")
    expect(console.page.locator("#stage-words")).to_have_text("无人等候，来人自动叫到本窗口")
    console.hall.visitor().takes_a_number("tax")
    console.shows("called", "C001")
    expect(console.page.locator("#said")).to_have_text("C001 已自动叫到本窗口。")
    expect(console.page.locator("#stage")).to_have_class(re.compile(r"\bring\b"))
    expect(console.page).to_have_title(re.compile("● C001 ●"))
    console.presses("s")
    console.shows("serving", "C001")
    expect(console.page.locator("#stage")).not_to_have_class(re.compile(r"\bring\b"))
    expect(console.page).not_to_have_title(re.compile("●"))


def test_a_call_of_my_own_does_not_ring(console: Console):
    console.hall.visitor().takes_a_number()
    console.sits_at(1)
    console.presses("Space")
    console.shows("called", "A001")
    expect(console.page.locator("#stage-why")).not_to_be_empty()
    expect(console.page.locator("#said")).to_be_empty()


def test_missed_can_be_pressed_only_after_the_visitor_had_time_to_come(chromium: Browser, server: HallServer):
    hall = Hall(server, "patient")
    context, complaints = a_browser(chromium, hall, "clerk1")
    console = Console(context.new_page(), hall)
    hall.visitor().takes_a_number()
    console.sits_at(1)
    console.presses("Space")
    console.shows("called", "A001")
    console.off("missed")
    expect(console.key("missed")).to_contain_text(re.compile(r"\d 秒后"))
    console.presses("m")
    expect(console.page.locator(".toast")).to_contain_text("秒才能按过号")
    console.shows("called", "A001")
    console.on("missed")
    console.presses("m")
    console.shows("idle")
    expect(console.page.locator("#aside-list")).to_contain_text("A001")
    console.presses("v")
    console.presses("1")
    expect(console.page.locator("#waiting-next")).to_contain_text("A001")
    context.close()
    assert complaints == []


def test_a_held_visitor_comes_back_by_the_keyboard(console: Console):
    console.hall.visitor().takes_a_number()
    console.sits_at(1)
    console.presses("Space")
    console.presses("s")
    console.presses("h")
    console.page.keyboard.type("去复印户口本")
    console.page.keyboard.press("Enter")
    console.shows("idle")
    expect(console.page.locator("#aside-list")).to_contain_text("去复印户口本")
    console.presses("b")
    console.presses("1")
    console.shows("called", "A001")
    expect(console.page.locator("#stage-notes")).to_contain_text("去复印户口本")
    expect(console.page.locator("#stage-why")).to_contain_text("挂起")


def test_the_next_clerk_reads_the_note_of_a_transfer(console: Console, chromium: Browser):
    console.hall.visitor().takes_a_number("social")
    console.sits_at(3)
    console.presses("Space")
    console.presses("s")
    console.shows("serving", "A001")
    console.presses("t")
    console.page.get_by_role("textbox", name="业务").fill("税")
    console.page.keyboard.press("Enter")
    dialog = console.page.get_by_role("dialog")
    expect(dialog.get_by_role("radio", name=re.compile("^涉税业务"))).to_be_checked()
    dialog.get_by_label("窗口", exact=True).select_option("4")
    dialog.get_by_label("给下一个窗口的留言").fill("发票已核对，只差领用")
    dialog.get_by_role("button", name="转移").click()
    console.shows("idle")
    context, complaints = a_browser(chromium, console.hall, "clerk2")
    following = Console(context.new_page(), console.hall).sits_at(4)
    expect(following.page.locator("#waiting-next")).to_contain_text("转来本窗口")
    following.presses("Space")
    following.shows("called", "A001")
    expect(following.page.locator("#stage-notes")).to_contain_text("3 号窗口留言")
    expect(following.page.locator("#stage-notes")).to_contain_text("发票已核对，只差领用")
    expect(following.page.locator("#stage-history")).to_contain_text("转到 涉税业务，指定 4 号窗口")
    context.close()
    assert complaints == []


def test_a_transfer_finds_a_business_by_one_of_its_items(console: Console):
    console.hall.visitor().takes_a_number("tax")
    console.sits_at(1)
    console.presses("Space")
    console.presses("t")
    console.page.get_by_role("textbox", name="业务").fill("tx")
    option = console.page.get_by_role("radio", name=re.compile("^退休一件事"))
    option.check()
    console.page.get_by_role("dialog").get_by_role("button", name="转移").click()
    console.shows("idle")
    waiting = console.hall.api("clerk1").get("/windows/1/desk")["waiting"]["next"]
    assert [(one["label"], one["business"]) for one in waiting] == [("C001", "social")]


def test_a_pause_has_a_reason_and_cannot_be_overlooked(console: Console):
    console.sits_at(1)
    console.presses("p")
    console.presses("2")
    console.shows("paused")
    expect(console.page.locator("#stage-words")).to_have_text("暂停服务")
    expect(console.page.locator("#stage-note")).to_contain_text("用餐")
    console.presses("Space")
    console.shows("idle")
    console.presses("p")
    console.presses("6")
    console.page.keyboard.type("接电话")
    console.page.keyboard.press("Enter")
    console.shows("paused")
    expect(console.page.locator("#stage-note")).to_contain_text("接电话")


def test_a_chosen_number_is_called_after_a_question_and_recorded_as_chosen(console: Console):
    for _ in range(3):
        console.hall.visitor().takes_a_number()
    console.sits_at(1)
    console.page.locator("#waiting-next button", has_text="A003").click()
    expect(console.page.get_by_role("dialog")).to_contain_text("指定叫 A003")
    console.page.get_by_role("button", name="叫 A003").click()
    console.shows("called", "A003")
    expect(console.page.locator("#stage-why")).to_contain_text("由窗口人员指定叫号")


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ("?lang=zh", "A002 是敬老号，已等 4 分钟，达到 5 分钟承诺的 84%，进入优先保障，因此先于 A001"),
        ("?lang=en", "A002 (elderly) had waited 4 min, 84% of the promised 5 min"),
    ],
    ids=["zh", "en"],
)
def test_the_console_says_why_a_number_was_called_and_whom_it_overtook(
    console: Console, wish: str, sentence: str
):
    hall = console.hall
    hall.has_waited(hall.visitor().takes_a_number(), 6)
    hall.has_waited(hall.visitor().takes_a_number(visitor_class="elderly"), 4.2)
    hall.clerk(1).sits_at(1).calls_next()
    console.opens(wish)
    console.shows("called", "A002")
    expect(console.page.locator("#stage-why")).to_contain_text(sentence)


# ---- what others do meanwhile ----


def test_a_window_taken_in_the_meantime_is_refused_with_a_sentence(console: Console):
    console.opens()
    card = console.page.locator('.window-card[data-number="2"]')
    expect(card).to_be_visible()
    console.page.route("**/api/v1/halls/*/windows", lambda route: route.abort())
    console.hall.clerk(2).sits_at(2)
    console.page.evaluate("""document.querySelector('.window-card[data-number="2"]').click()""")
    expect(console.page.locator(".toast")).to_contain_text("2 号窗口已有人签到：窗口人员2")


def test_a_window_that_the_manager_closes_leads_back_to_the_choice(console: Console):
    console.sits_at(1)
    console.hall.manager().manages(1, "close")
    expect(console.page.locator("#choose")).to_be_visible()
    expect(console.page.locator(".toast")).to_contain_text("您已不在 1 号窗口")
    console.page.get_by_role("button", name="关闭").click()
    console.page.locator('.window-card[data-number="1"]').click()
    console.shows("paused")


def test_the_line_follows_the_hall_without_a_new_snapshot_for_every_event(console: Console):
    console.sits_at(4)
    asked: list[str] = []
    expect(console.page.locator("#connection")).to_have_attribute("data-state", "live")
    console.page.wait_for_timeout(1500)  # what the sign-in itself asked for is over
    console.page.on("request", lambda one: asked.append(one.url) if one.url.endswith("/desk") else None)
    guide = console.hall.guide()
    for _ in range(12):
        guide.issues("social")
    guide.issues("tax")
    expect(console.page.locator("#waiting-total")).to_have_text("1")
    assert len(asked) <= 1  # the one visitor of this window's, none of the twelve others
    for _ in range(11):
        guide.issues("tax")
    expect(console.page.locator("#waiting-total")).to_have_text("12")
    expect(console.page.locator("#waiting-lines")).to_contain_text("12 人")
    assert len(asked) < 6


# ---- when the server is away ----


def test_without_the_server_nothing_is_shown_as_done_and_the_desk_recovers(
    chromium: Browser, start_hall: StartHall
):
    server = start_hall()
    hall = Hall(server, "test")
    context, complaints = a_browser(chromium, hall, "clerk1")
    console = Console(context.new_page(), hall)
    hall.visitor().takes_a_number()
    console.sits_at(1)
    console.presses("Space")
    console.presses("s")
    console.shows("serving", "A001")
    server.kill()
    expect(console.page.locator("#stale")).to_be_visible()
    for verb in ("next", "finish", "hold", "transfer"):
        console.off(verb)
    console.presses("f")
    expect(console.page.locator(".toast")).to_contain_text("连不上服务器")
    console.shows("serving", "A001")
    server.start()
    console.on("finish")
    expect(console.page.locator("#stale")).to_be_hidden()
    console.presses("f")
    console.shows("idle")
    context.close()
    assert complaints == []


def test_a_hall_that_cannot_push_is_asked_instead(console: Console):
    console.page.route_web_socket(re.compile("socket.io"), lambda socket: socket.close())
    console.opens()
    expect(console.page.locator(".window-card").first).to_be_visible()
    console.page.keyboard.type("1")
    console.page.keyboard.press("Enter")
    expect(console.page.locator("#polling")).to_be_visible(timeout=20_000)
    console.on("next")
    console.presses("Space")
    console.shows("idle")
    console.hall.visitor().takes_a_number()
    expect(console.page.locator("#waiting-total")).to_have_text("1")


# ---- for every eye and hand ----


@pytest.mark.parametrize("wish", ["?lang=zh", "?lang=en&size=large"])
def test_everybody_can_use_the_console(console: Console, wish: str):
    page = console.page
    hall = console.hall
    hall.clerk(2).sits_at(2)
    hall.visitor().takes_a_number(visitor_class="elderly", items=["retirement"])
    hall.guide().issues("tax", visitor_class="priority", class_reason="孕妇")
    hall.visitor().takes_a_number()
    console.opens(wish)
    expect(page.locator(".window-card").first).to_be_visible()
    assert faults(page) == []
    console.sits_at(1, open_it=False)
    assert faults(page) == []
    console.presses("Space")
    console.presses("Space")
    console.shows("called")
    console.presses("s")
    console.presses("h")
    page.keyboard.press("Enter")
    console.shows("idle")
    assert faults(page) == []
    console.presses("Space")
    console.shows("called")
    expect(page.locator("#stage-why")).not_to_be_empty()
    assert faults(page) == []
    console.presses("t")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert faults(page) == []


def test_no_key_moves_and_nothing_scrolls_on_a_counter_pc(console: Console):
    verbs = ["next", "start", "recall", "missed", "finish", "hold", "transfer", "pause", "sign-out"]
    console.hall.visitor().takes_a_number(visitor_class="elderly", items=["retirement"])

    def places() -> list[object]:
        height = console.page.evaluate("document.documentElement.scrollHeight")
        return [height, *(console.key(verb).bounding_box() for verb in verbs)]

    console.sits_at(1, open_it=False)
    at_first = places()
    assert at_first[0] <= COUNTER["height"]
    for key, state in (("Space", "idle"), ("Space", "called"), ("s", "serving"), ("Space", "ready")):
        console.presses(key)
        console.shows(state)
        assert places() == at_first


def test_a_key_that_was_clicked_leaves_the_space_bar_to_the_next_visitor(console: Console):
    for _ in range(2):
        console.hall.visitor().takes_a_number()
    console.sits_at(1)
    console.presses("Space")
    console.shows("called", "A001")
    console.key("start").click()
    console.shows("serving", "A001")
    console.presses("Space")
    console.shows("called", "A002")
