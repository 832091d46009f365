"""The README's pictures: `python -m tests.pictures docs/pictures` runs the demonstration and photographs
every screen.

The pictures show `python -m hall demo` as a newcomer sees it after a minute; nothing in them is made up.
"""

import re
import subprocess
import sys
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser_support import launch_chromium

PORT = 8765
BASE = f"http://127.0.0.1:{PORT}"
BUSY_AFTER_SECONDS = 75
WIDE = (1920, 1080)
SCREENS = {
    "board": ("/halls/{hall}/board", WIDE),
    "zone": ("/halls/{hall}/board/west", WIDE),
    "window": ("/halls/{hall}/window/2", WIDE),
    "manager": ("/halls/{hall}/manager", WIDE),
    "cockpit": ("/halls/{hall}/cockpit", WIDE),
    "reports": ("/halls/{hall}/reports?by=business", WIDE),
    "standards": ("/halls/{hall}/standards", WIDE),
    "devices": ("/halls/{hall}/devices", WIDE),
    "clerk": ("/halls/{hall}/clerk", (1366, 768)),
    "guide": ("/halls/{hall}/desk", (1366, 768)),
    "admin": ("/halls/{hall}/admin", (1366, 768)),
    "design": ("/design", (1366, 768)),
    "docs": ("/api/v1/docs", (1366, 768)),
    "index": ("/", (1366, 768)),
}
STAFF = {
    "manager": "manager",
    "cockpit": "manager",
    "reports": "manager",
    "devices": "manager",
    "standards": "manager",
    "guide": "guide",
    "admin": "administrator",
    "clerk": "clerk",
}


def main(folder: Path, config: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "hall", "--config", config, "demo", "--port", str(PORT), "--speed", "30"]
    demo = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        password, kiosk, hall = told(demo)
        time.sleep(BUSY_AFTER_SECONDS)
        with sync_playwright() as driver:
            browser = launch_chromium(driver)
            for name, (path, size) in SCREENS.items():
                page = opened(browser, size)
                if name in STAFF:
                    sign_in(page, path.format(hall=hall), username(config, STAFF[name]), password)
                else:
                    page.goto(BASE + path.format(hall=hall))
                photograph(page, folder / f"{name}.png")
            page = opened(browser, (1080, 1920))
            page.goto(kiosk)
            photograph(page, folder / "kiosk.png")
    finally:
        demo.terminate()
        demo.wait(30)


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


def photograph(page: Page, file: Path) -> None:
    page.wait_for_timeout(2500)
    page.screenshot(path=str(file))
    page.context.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "config.yaml")
