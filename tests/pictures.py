"""The README's pictures: `python -m tests.pictures docs/pictures [NAME …]` runs the demonstration and
photographs its screens, all of them or those that are named.

The pictures show a hall as a newcomer sees it after a minute, with one window in four not open and three
clerks in the house, so that there is something to advise; the roster and the report on skills are of the same
hall with its own opening hours. Nothing in them is made up.
"""

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from hall import config as configuration
from hall.config_model import Config
from hall.demo.run import make_settings, prepare, wait_until_open
from tests.browser_support import launch_chromium
from tests.people import Api

PORT = 8765
BASE = f"http://127.0.0.1:{PORT}"
BUSY_AFTER_SECONDS = 75
LONG_MS = 600_000
WIDE, LAPTOP = (1920, 1080), (1366, 768)
IN_THE_HOUSE = ("c10", "c11", "c12")
DEMO = """
import signal
import sys
from pathlib import Path
from hall import config
from hall.demo.run import demo
signal.signal(signal.SIGTERM, lambda *_: sys.exit())
demo(config.load(Path(sys.argv[1])), Path.cwd(), 30.0, int(sys.argv[2]), 7, share=0.75)
"""
SCREENS = {
    "board": ("/halls/{hall}/board", WIDE),
    "zone": ("/halls/{hall}/board/west", WIDE),
    "window": ("/halls/{hall}/window/2", WIDE),
    "manager": ("/halls/{hall}/manager", WIDE),
    "advice": ("/halls/{hall}/manager", WIDE),
    "what-if": ("/halls/{hall}/what-if", WIDE),
    "cockpit": ("/halls/{hall}/cockpit", WIDE),
    "reports": ("/halls/{hall}/reports?by=business", WIDE),
    "standards": ("/halls/{hall}/standards", WIDE),
    "devices": ("/halls/{hall}/devices", WIDE),
    "clerk": ("/halls/{hall}/clerk", LAPTOP),
    "guide": ("/halls/{hall}/desk", LAPTOP),
    "admin": ("/halls/{hall}/admin", LAPTOP),
    "design": ("/design", LAPTOP),
    "docs": ("/api/v1/docs", LAPTOP),
    "index": ("/", LAPTOP),
}
QUIET = {"roster": ("/halls/{hall}/roster", WIDE), "skills": ("/halls/{hall}/skills", WIDE)}
"""Of the hall with its own hours, where nobody comes."""
STAFF = {
    "manager": "manager",
    "advice": "manager",
    "what-if": "manager",
    "roster": "manager",
    "skills": "manager",
    "cockpit": "manager",
    "reports": "manager",
    "devices": "manager",
    "standards": "manager",
    "guide": "guide",
    "admin": "administrator",
    "clerk": "clerk",
}


def main(folder: Path, names: list[str], config: str = "config.yaml") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    wanted = names or [*SCREENS, *QUIET, "kiosk"]
    with sync_playwright() as driver:
        browser = launch_chromium(driver)
        if any(name not in QUIET for name in wanted):
            with demonstration(config) as (password, kiosk, hall):
                for name in IN_THE_HOUSE:
                    Api(BASE, hall).sign_in(name, password)
                for screen in (kiosk, f"{BASE}/halls/{hall}/board", f"{BASE}/halls/{hall}/board/west"):
                    opened(browser, (1080, 1920)).goto(screen)  # it stays open, as the hall's screens do
                time.sleep(BUSY_AFTER_SECONDS)
                for name, (path, size) in SCREENS.items():
                    if name in wanted:
                        take(browser, folder, name, path.format(hall=hall), size, config, password)
                if "kiosk" in wanted:
                    page = opened(browser, (1080, 1920))
                    page.goto(kiosk)
                    photograph(page, folder / "kiosk.png")
        if any(name in wanted for name in QUIET):
            with quiet(config) as (password, hall):
                for name, (path, size) in QUIET.items():
                    if name in wanted:
                        take(browser, folder, name, path.format(hall=hall), size, config, password)


def take(
    browser: Browser, folder: Path, name: str, path: str, size: tuple[int, int], config: str, password: str
) -> None:
    page = opened(browser, size)
    if name in STAFF:
        sign_in(page, path, username(config, STAFF[name]), password)
    else:
        page.goto(BASE + path)
    if name in BEFORE:
        BEFORE[name](page)
    photograph(page, folder / f"{name}.png", "#advice-box" if name == "advice" else None)


def asks_for_advice(page: Page) -> None:
    page.locator("#advice-ask").click()
    page.locator("#advice-box[data-state='computing']").wait_for()
    page.locator("#advice-box[data-state='ready']").wait_for(timeout=LONG_MS)


def applies_some(page: Page) -> None:
    """What is suggested, and something that was applied."""
    asks_for_advice(page)
    page.locator("#advice-list > li .button.primary").first.click()
    page.locator("#advice-applied > li").first.wait_for(timeout=LONG_MS)


def tries_a_plan(page: Page) -> None:
    """60 more visitors, a window switched, one closed."""
    page.locator(".try-tile").first.wait_for(timeout=LONG_MS)
    page.locator("#crowd-people").fill("60")
    page.locator("#add-crowd").click()
    asked_for = page.locator('#rows tr[data-business="social-insurance"]')
    page.locator('.try-tile[data-window="2"]').drag_to(asked_for)
    page.locator('.try-tile[data-window="5"]').drag_to(page.locator('[data-drop="close"]'))
    page.locator("#chart[data-drawn='2']").wait_for(timeout=LONG_MS)
    page.locator("#futures:not([aria-busy])").wait_for(timeout=LONG_MS)
    page.evaluate("scrollTo(0, 0)")


def waits_for_charts(page: Page) -> None:
    page.locator("#course[data-drawn]").wait_for(timeout=LONG_MS)
    page.locator("#outlook[data-drawn]").wait_for(timeout=LONG_MS)
    page.wait_for_timeout(4000)


def draws_a_week(page: Page) -> None:
    """Next week, put in force, and an AB post."""
    page.locator("#after").click()
    page.locator("#draw").click()
    apply = page.locator("#plan-buttons .button.primary")
    apply.wait_for(timeout=LONG_MS)
    apply.click()
    page.get_by_role("dialog").locator(".button.primary").click()
    page.locator(".shift").first.wait_for(timeout=LONG_MS)
    page.locator("#chart-week[data-drawn]").wait_for(timeout=LONG_MS)
    page.mouse.move(0, 0)
    page.wait_for_timeout(8000)  # the message at the foot goes


def waits_for_the_report(page: Page) -> None:
    page.locator("#working").wait_for(state="hidden", timeout=LONG_MS)


BEFORE: dict[str, Callable[[Page], None]] = {
    "manager": asks_for_advice,
    "advice": applies_some,
    "what-if": tries_a_plan,
    "cockpit": waits_for_charts,
    "roster": draws_a_week,
    "skills": waits_for_the_report,
}


@contextmanager
def demonstration(config: str) -> Iterator[tuple[str, str, str]]:
    """The password, the kiosk's pairing address and the hall."""
    command = [sys.executable, "-c", DEMO, config, str(PORT)]
    demo = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        yield told(demo)
    finally:
        demo.terminate()
        demo.wait(60)


@contextmanager
def quiet(config: str) -> Iterator[tuple[str, str]]:
    """A hall without visitors, with its own hours and clerks; everybody's password, and the hall."""
    loaded = configuration.load(Path(config))
    hours = {one: getattr(loaded.halls[0], one) for one in ("hours", "closed_days", "open_days", "accounts")}
    settings, password = make_settings(loaded, Path("var/pictures"), PORT)
    shown = configuration.load(settings)
    hall = shown.halls[0].model_copy(update=hours)
    shown = Config(server=shown.server, voice=shown.voice, halls=(hall,))
    token = prepare(shown, settings.parent, password)
    server = subprocess.Popen([sys.executable, "-m", "hall", "--config", str(settings), "serve"])
    try:
        wait_until_open(BASE, hall.id, token)
        yield password, hall.id
    finally:
        server.terminate()
        server.wait(30)


def told(demo: subprocess.Popen[str]) -> tuple[str, str, str]:
    """The password, the kiosk's pairing address and the hall that the demonstration prints when it is
    ready.
    """
    assert demo.stdout is not None
    said = ""
    for line in demo.stdout:
        said += line
        found = re.search(r"(http://\S+/halls/([\w-]+)/pair\?token=\S+)\s*$", line)
        password = re.findall(r"((?:[a-z0-9]{4}-){3}[a-z0-9]{4})", said)
        if found and password and "Ctrl-C" in said:
            return password[-1], found[1], found[2]
    raise RuntimeError(f"the demonstration ended:\n{said}")


def username(config: str, role: str) -> str:
    """The first account of a role; for the clerk's page one of the demonstration's own, who is at a
    window.
    """
    from hall.config import load

    if role == "clerk":
        return "demo-002"
    named = (one.username for one in load(config).halls[0].accounts if one.role == role)
    return next(named, "admin")


def opened(browser: Browser, size: tuple[int, int]) -> Page:
    context = browser.new_context(locale="zh-CN", viewport={"width": size[0], "height": size[1]})
    return context.new_page()


def sign_in(page: Page, wanted: str, name: str, password: str) -> None:
    page.goto(f"{BASE}/sign-in?next={wanted}")
    page.fill("#username", name)
    page.fill("#password", password)
    page.locator("form[data-guard] button[type=submit]").click()
    page.wait_for_url(f"**{wanted}*")


def photograph(page: Page, file: Path, part: str | None = None) -> None:
    """256 colours are enough for these screens, and a third of the size."""
    page.wait_for_timeout(2500)
    if part is None:
        page.screenshot(path=str(file))
    else:
        page.locator(part).screenshot(path=str(file))
    page.context.close()
    with Image.open(file) as picture:
        picture.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(file, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
