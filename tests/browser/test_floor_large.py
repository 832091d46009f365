"""The floor of a hall of Haimen's size, live in a real browser: what an event changes, and nothing else."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from ruamel.yaml import YAML

from tests.browser.people_hall import complaints_of, open_context, sign_in
from tests.builders import ALWAYS_OPEN, settings
from tests.hall_server import PASSWORD, HallServer, StartHall
from tests.people import Api, Clerk

pytestmark = pytest.mark.browser

WIDE = {"width": 1920, "height": 1080}
CALLS = 12
STAFFED = range(24, 24 + CALLS)
COUNT_CHANGES = """() => {
  window.changedTiles = new Set();
  window.otherNodes = new Set();
  window.longTasks = [];
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) window.longTasks.push(one.duration);
  }).observe({ type: "longtask" });
  const note = (node) => {
    const element = node instanceof Element ? node : node.parentElement;
    const tile = element.closest(".floor-window");
    if (tile) window.changedTiles.add(Number(tile.dataset.window));
    else window.otherNodes.add(element.closest("[data-zone]")?.dataset.zone ?? element.className);
  };
  new MutationObserver((records) => {
    for (const one of records) {
      note(one.target);
      for (const node of [...one.addedNodes, ...one.removedNodes]) {
        if (node.matches?.(".floor-window, .floor-zone, .floor-plan")) window.rebuilt = true;
      }
    }
  }).observe(document.querySelector("#floor"), {
    subtree: true, childList: true, attributes: true, characterData: true,
  });
}"""


def haimen() -> dict:
    """The preset, open day and night, without its alerts and with its items left out."""
    path = Path(__file__).parents[2] / "hall" / "presets" / "haimen.yaml"
    hall = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))["halls"][0]
    for department in hall["departments"]:
        for business in department["businesses"]:
            business["items"] = []
    kept = {key: value for key, value in hall.items() if key not in ("devices", "report_files")}
    return {**kept, "hours": ALWAYS_OPEN, "devices": [], "alerts": {"indicators": {"longest_wait": None}}}


@pytest.fixture
def desk(chromium: Browser, start_hall: StartHall) -> Iterator[tuple[Page, HallServer, dict[int, Clerk]]]:
    """A manager's wide screen before the page is opened, and the hall of 288 windows, some staffed."""
    hall = start_hall(settings(haimen()))
    clerks = {
        number: Clerk(Api(hall.url, hall.hall).sign_in(f"w{number:03d}", PASSWORD)).sits_at(number)
        for number in STAFFED
    }
    context = open_context(chromium, hall, WIDE)
    yield context.new_page(), hall, clerks
    context.close()


def test_many_calls_touch_only_the_tiles_they_are_about_and_ask_for_nothing(
    desk: tuple[Page, HallServer, dict[int, Clerk]], capsys: pytest.CaptureFixture[str]
):
    page, hall, clerks = desk
    said = complaints_of(page)
    manager = Api(hall.url, hall.hall).sign_in("manager1", PASSWORD)
    offered = manager.get(f"/windows/{STAFFED[0]}/businesses")["businesses"]
    codes = [one["code"] for one in offered if one["serves"]][:CALLS]
    sign_in(page, hall.hall, "manager1", "manager")
    expect(page.locator(".floor-plan .floor-window[data-state]")).to_have_count(288)
    expect(page.locator("#connection")).to_have_attribute("data-state", "live")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate(COUNT_CHANGES)
    began = time.monotonic()
    for code, (number, clerk) in zip(codes, clerks.items(), strict=True):
        manager.post("/tickets", {"business": code})
        clerk.calls_next()
        expect(page.locator(f'.floor-plan [data-window="{number}"]')).to_have_attribute(
            "data-state", "called"
        )
    assert page.evaluate("[...window.changedTiles].sort((a, b) => a - b)") == list(clerks)
    assert page.evaluate("window.rebuilt === undefined")
    zones = {one["id"] for one in haimen()["zones"]}
    assert set(page.evaluate("[...window.otherNodes]")) <= zones, "beside tiles only the queues of zones"
    wholes = [one for one in asked if one.endswith("/overview")]
    assert len(wholes) <= 1 + (time.monotonic() - began) / 5, "by the clock, and never because of an event"
    others = {one.rpartition("/")[2] for one in asked if "/api/" in one} - {"overview", "alerts", "advice"}
    assert others == set()
    tasks = page.evaluate("window.longTasks")
    with capsys.disabled():
        longest = max(tasks, default=0)
        sys.stderr.write(f"\n{CALLS} calls, 288 windows: {len(tasks)} long tasks, at most {longest:.0f} ms\n")
    assert said == []
