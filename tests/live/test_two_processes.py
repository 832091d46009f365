"""One hall served by two processes on a real PostgreSQL, their Socket.IO joined by a real Redis."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import Browser, expect

from tests.builders import settings
from tests.hall_server import HallServer, StartHall
from tests.live.screen_client import ScreenClient, journal_of
from tests.people import Clerk

pytestmark = [pytest.mark.postgres, pytest.mark.redis]

CALLS_OF_EACH = 20
CALLS_SHOWN = 8
"""So many of each clerk where pages are drawn: the last six calls are on them."""


@pytest.fixture
def processes(start_hall: StartHall, postgres_url: str, redis_url: str) -> tuple[HallServer, HallServer]:
    first = start_hall(settings(database=postgres_url, redis=redis_url))
    return first, start_hall(first.wanted, beside=first)


def serve_on_both(
    processes: tuple[HallServer, HallServer], calls_of_each: int = CALLS_OF_EACH
) -> list[tuple[str, int]]:
    """Five clerks at the two processes call at the same time until everybody has been called."""
    clerks = [processes[number % 2].clerk(number).sits_at(number) for number in (1, 2, 3, 5, 6)]
    for turn in range(calls_of_each * len(clerks)):
        processes[turn % 2].visitor().takes_a_number("social")

    def work(clerk: Clerk) -> list[tuple[str, int]]:
        served = (clerk.serves_one() for _ in range(calls_of_each))
        return [(ticket["label"], clerk.window) for ticket in served if ticket]

    with ThreadPoolExecutor(len(clerks)) as pool:
        return [call for calls in pool.map(work, clerks) for call in calls]


def test_boards_on_either_process_miss_none_of_the_calls_made_on_both(
    processes: tuple[HallServer, HallServer],
):
    screens = [ScreenClient(process) for process in processes for _ in range(3)]
    begins = [screen.watch()["seq"] for screen in screens]
    called = serve_on_both(processes)
    assert len(called) == CALLS_OF_EACH * 5
    journal = journal_of(processes[0].anyone())
    assert [event["seq"] for event in journal] == list(range(1, journal[-1]["seq"] + 1))
    for screen, after in zip(screens, begins, strict=True):
        screen.heard_up_to(journal[-1]["seq"], after)
        assert sorted(screen.calls()) == sorted(called)
        assert len(screen.arrived) == len(set(screen.arrived))
        assert [screen.events[one["seq"]] for one in journal if one["seq"] > after] == [
            one for one in journal if one["seq"] > after
        ]
        screen.leave()


@pytest.mark.browser
def test_pages_on_either_process_show_the_same_calls_in_the_same_order(
    processes: tuple[HallServer, HallServer], chromium: Browser
):
    context = chromium.new_context(viewport={"width": 1920, "height": 1080})
    pages = [context.new_page() for _ in processes]
    for page, process in zip(pages, processes, strict=True):
        page.goto(f"{process.url}/halls/{process.hall}/board")
        expect(page.locator("[data-connection=live]")).to_be_visible(timeout=30_000)
    serve_on_both(processes, CALLS_SHOWN)
    journal = journal_of(processes[1].anyone())
    labels = [one["ticket"] for one in journal if one["type"] == "ticket_called"][::-1]
    for page in pages:
        expect(page.locator("#hero-ticket")).to_have_text(labels[0], timeout=30_000)
        expect(page.locator("#calls > [data-ticket] .ticket-number")).to_have_text(
            labels[1:6], timeout=30_000
        )
    context.close()
