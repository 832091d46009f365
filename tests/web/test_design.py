"""What every page stands on, in a real browser against a real hall: parts, words, and scripts they share."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, WebSocketRoute

from hall.i18n import PACKAGES, ROOT, catalogue
from tests.browser_support import faults, wait_until
from tests.builders import settings
from tests.hall_server import HallServer
from tests.people import Api

pytestmark = pytest.mark.browser

PAGES = ["/", "/sign-in", "/no-such-page", "/design"]
WISHES = ["lang=zh", "lang=en&size=large"]
TEMPLATES = [path for package in PACKAGES for path in (ROOT / package).rglob("*.html")]
SCRIPTS = [path for package in PACKAGES for path in (ROOT / package).rglob("*.js")]


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HallServer]:
    """One hall for all tests here; none of them depends on what another left in it."""
    wanted = settings()
    server = HallServer(tmp_path_factory.mktemp("hall"), wanted, wanted["halls"][0]["id"])
    server.prepare()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def page(chromium: Browser, hall: HallServer) -> Iterator[Page]:
    """A page of this hall; whatever it complains about in the console fails the test."""
    context = chromium.new_context(base_url=hall.url, viewport={"width": 1280, "height": 800})
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
    yield page
    context.close()
    assert complaints == []


# ---- the pages ----


@pytest.mark.parametrize("wish", WISHES)
@pytest.mark.parametrize("path", PAGES)
def test_everybody_can_use_the_shared_pages(page: Page, path: str, wish: str):
    page.goto(f"{path}?{wish}", wait_until="networkidle")
    assert faults(page) == []


def test_everybody_can_read_the_parts_on_the_dark_ground_of_boards(page: Page):
    page.goto("/design", wait_until="networkidle")
    page.get_by_role("button", name="大屏深色").click()
    assert faults(page) == []


@pytest.mark.parametrize("path", PAGES)
def test_no_page_is_wider_than_a_phone(page: Page, path: str):
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{path}?lang=en&size=large", wait_until="networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_chosen_language_and_size_stay_on_the_next_page(page: Page):
    page.goto("/?lang=en&size=large")
    page.goto("/sign-in")
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("html").get_attribute("data-size") == "large"
    page.get_by_role("link", name="中文").click()
    page.wait_for_selector("html[lang=zh-CN]")


def test_scripts_speak_the_words_of_the_templates(page: Page, hall: HallServer):
    answer = page.request.get("/words/en.json")
    assert answer.json() == catalogue("en")
    again = page.request.get("/words/en.json", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status == 304
    assert page.request.get("/words/xx.json").status == 404


def test_no_template_carries_a_script_or_a_style_of_its_own():
    inline = re.compile(r"""<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=["']|javascript:""")
    assert [path.name for path in TEMPLATES if inline.search(path.read_text(encoding="utf-8"))] == []


def test_every_icon_that_is_named_is_drawn():
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (ROOT / "hall/web/static/img/icons.svg").read_text()))
    named = {
        (path.name, name)
        for path in TEMPLATES + SCRIPTS
        for name in re.findall(
            r"""\bicon\(\s*["']([a-z0-9-]+)["']\s*[,)]""", path.read_text(encoding="utf-8")
        )
    }
    assert {(place, name) for place, name in named if name not in drawn} == set()


# ---- the scripts ----


def run(page: Page, script: str, given: object = None) -> object:
    """Run the body of an async function in the page /design; load(name) imports one of the hall's scripts."""
    if not page.url.endswith("/design"):
        page.goto("/design", wait_until="networkidle")
    load = "const load = (name) => import(`/static/js/${name}.js`);"
    return page.evaluate(f"async (given) => {{ {load} {script} }}", given)


def test_a_second_press_within_a_second_does_nothing(page: Page):
    presses = run(
        page,
        """const {guard} = await load("guard"), {h} = await load("dom");
        let presses = 0, finish;
        const button = h("button", {}, "x");
        guard(button, () => { presses += 1; return new Promise((done) => { finish = done; }); }, {pause: 50});
        button.click(); button.click();
        await new Promise((done) => setTimeout(done, 200));
        const busy = button.getAttribute("aria-busy");
        button.click();
        const whileBusy = presses;
        finish();
        await new Promise((done) => setTimeout(done, 20));
        button.click();
        return [whileBusy, busy, presses, button.getAttribute("aria-busy")];""",
    )
    assert presses == [1, "true", 2, None]


def test_a_list_keeps_its_elements_and_puts_them_in_order(page: Page):
    assert run(
        page,
        """const {h, renderList} = await load("dom");
        const list = h("ul"), make = (text) => h("li", {text}), none = () => make("none");
        const draw = (items) => renderList(list, items, (item) => item, make, undefined, none);
        draw(["a", "b", "c"]);
        const b = list.children[1];
        draw(["c", "b", "d"]);
        const kept = list.children[1] === b, order = list.textContent;
        draw([]);
        return [kept, order, list.textContent];""",
    ) == [True, "cbd", "none"]


def test_data_never_becomes_markup(page: Page):
    assert (
        run(
            page,
            """const {h} = await load("dom");
        return h("p", {title: "<i>"}, "<b>bold</b>").children.length;""",
        )
        == 0
    )


def test_an_act_whose_answer_was_lost_is_sent_again_under_the_same_key(page: Page):
    keys: list[str] = []

    def lose_the_first(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) == 1:
            route.abort()
        else:
            route.fulfill(json={"done": True})

    page.route("**/api/v1/halls/x/tickets", lose_the_first)
    assert run(page, """return (await load("api")).post("/halls/x/tickets", {});""") == {"done": True}
    assert len(keys) == 2
    assert keys[0] == keys[1]


def test_a_refusal_is_not_sent_again_and_comes_with_its_sentence(page: Page, hall: HallServer):
    problem = run(
        page,
        """const {get} = await load("api");
        try { await get("/halls/nowhere"); }
        catch (problem) { return [problem.status, problem.code, problem.detail, problem.away]; }""",
    )
    with pytest.raises(Exception, match="unknown_hall") as refused:
        Api(hall.url, "nowhere").get("")
    assert problem[:2] == [404, refused.value.code]
    assert problem[2]
    assert problem[3] is False


def test_a_page_that_missed_events_shows_each_once_and_in_order(page: Page, hall: HallServer):
    deaf = {"now": False}

    def between(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def pass_on(said: str | bytes) -> None:
            kind = str(said)[:16]
            # a pulse, whenever it comes, would tell the page what it has missed
            if '"pulse"' not in kind and not (deaf["now"] and '"events"' in kind):
                socket.send(said)

        server.on_message(pass_on)

    page.route_web_socket(re.compile(r"/socket\.io/"), between)
    run(
        page,
        """const {watch} = await load("live"), {get} = await load("api");
        window.seen = []; window.states = [];
        const snapshot = async () => {
          const board = await get(`/halls/${given}/board`);
          window.first = board.seq;
          return board;
        };
        window.live = watch({hall: given, audience: "board", snapshot,
          onEvent: (event) => seen.push(event.seq), onState: (state) => states.push(state)});""",
        hall.hall,
    )
    wait_until(page, "live.state === 'live'")
    visitor = hall.visitor()
    visitor.takes_a_number()
    wait_until(page, "seen.length === 1")
    deaf["now"] = True
    for _ in range(6):
        visitor.takes_a_number()
    page.wait_for_timeout(300)
    assert page.evaluate("seen.length") == 1
    deaf["now"] = False
    visitor.takes_a_number()
    wait_until(page, "seen.length === 8 && live.state === 'live'")
    assert page.evaluate("seen.every((seq, place) => seq === first + 1 + place)")
    assert page.evaluate("states") == ["catching-up", "live", "catching-up", "live"]
    page.evaluate("live.stop()")
