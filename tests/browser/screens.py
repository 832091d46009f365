"""What the tests of boards and window screens ask of a page."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser_support import wait_until
from tests.hall_server import HallServer

# What the page says, and what its loudspeaker really played: the sounds' lengths as each of them ends.
LISTEN = """
window.said = []; window.ended = [];
const start = AudioBufferSourceNode.prototype.start;
AudioBufferSourceNode.prototype.start = function (...when) {
  this.addEventListener("ended", () => window.ended.push(this.buffer.duration));
  return start.apply(this, when);
};
window.speaking = false;
const look = () => {
  const now = document.querySelector("#sound")?.dataset.state === "speaking";
  if (now && !window.speaking) window.said.push(document.querySelector("#sound-words").textContent);
  window.speaking = now;
};
new MutationObserver(look).observe(document, {subtree: true, childList: true, attributes: true});
"""

OpenPage = Callable[[str], Page]


def address(hall: HallServer, screen: str, url: str | None = None) -> str:
    """Of one of the hall's screens; `url` when it is reached by another way."""
    return f"{url or hall.url}/halls/{hall.hall}/{screen}"


def live(page: Page) -> Page:
    """The page once it follows the hall."""
    expect(page.locator("[data-connection=live]")).to_be_visible()
    return page


def said(page: Page, count: int) -> list[str]:
    """What the page has spoken, once that is `count` sentences and the last one is over."""
    wait_until(page, "count => said.length >= count && !speaking", count)
    return list(page.evaluate("said"))
