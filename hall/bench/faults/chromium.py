"""The machine's own Chromium for faults that concern a page; driven by Playwright (tests/requirements.txt),
which nothing of the hall itself needs.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from hall.i18n import terminal_words

CHROMIUMS = ("/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
FLAGS = (
    "--headless",
    "--no-sandbox",  # Chromium's sandbox does not start for root
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--accept-lang=zh-CN",
)


@contextmanager
def chromium(*more_flags: str) -> Iterator[Any]:
    """The machine's own. Raises RuntimeError, in words, where there is none or no Playwright."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise RuntimeError(terminal_words()("fault.no_playwright")) from None
    program = next((path for name in CHROMIUMS if (path := shutil.which(name))), None)
    if program is None:
        raise RuntimeError(terminal_words()("fault.no_chromium"))
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=[*FLAGS, *more_flags])
        try:
            yield browser
        finally:
            browser.close()
