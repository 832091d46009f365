"""Forecasts for tests of what is shown: put into a server's database as the look-ahead would leave them."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import psutil

from hall.records import forecasts
from hall.records.book import read_book
from hall.records.connections import begin_writing
from hall.rules.calibration import Band
from hall.rules.forecasts import Forecast, Outlook, Point
from hall.rules.queues_ahead import QueuesAhead
from hall.rules.tickets import VisitorClass
from tests.hall_server import HallServer
from tests.people import Api

Found = TypeVar("Found")
PATIENCE_SECONDS = 120.0
AHEAD = timedelta(hours=1)
"""Made later than now, a forecast is the newest until the test is over, however slow the machine is."""

Minutes = tuple[float, float]


def until(find: Callable[[], Found | None], otherwise: str) -> Found:
    """What `find` gives at last."""
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < give_up_at:
        found = find()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(otherwise)


def foresee(
    server: HallServer,
    ranges: dict[str, Minutes],
    called_share: dict[str, float] | None = None,
    business: str = "social",
    places: dict[int, Minutes] | None = None,
    made_at: datetime | None = None,
    hall: str | None = None,
    queues: QueuesAhead | None = None,
) -> None:
    """Ranges in minutes by class, the share of those who are called before closing, and, for ordinary
    visitors
    who came so many seconds ago, when they are called.
    """
    made_at = made_at or datetime.now(UTC) + AHEAD
    later = (made_at - datetime.now(UTC)).total_seconds()
    database = server.database()
    with begin_writing(database.engine) as connection:
        book = read_book(connection, hall or server.hall)
        code = book.business(business).id
        outlooks, points = {}, {}
        for kind, (low, high) in ranges.items():
            band = Band(low * 60, (low + high) * 30, high * 60)
            share = (called_share or {}).get(kind, 1.0)
            outlooks[code, VisitorClass(kind)] = Outlook(band, band.low, band.high, share)
        if places:
            points[code, VisitorClass.ORDINARY] = [
                Point(-came - later, low * 60 - later, high * 60 - later)
                for came, (low, high) in sorted(places.items(), reverse=True)
            ]
        forecasts.claim(connection, book.id, datetime.now(UTC), timedelta(0))
        forecasts.keep(
            connection,
            book.id,
            Forecast(made_at, outlooks, points, queues or QueuesAhead()),
            0.1,
            {},
            datetime.now(UTC),
        )
    database.engine.dispose()


def card(server: HallServer, business: str = "social", hall: str | None = None) -> dict[str, Any]:
    """A business as the kiosk gets it."""
    departments = Api(server.url, hall or server.hall).get("/catalogue")["departments"]
    return next(one for dept in departments for one in dept["businesses"] if one["code"] == business)


def said(low: int | None, high: int | None) -> dict[str, int | None]:
    return {"low_minutes": low, "high_minutes": high}


def shown(server: HallServer, low: int | None, high: int | None, kind: str = "ordinary") -> None:
    """Waits until the server tells this range."""
    until(lambda: card(server)["wait_ranges"][kind] == said(low, high), f"{low}–{high} is never told")


def _words(process: psutil.Process) -> str:
    """What a process was started with; nothing of one that has just died."""
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def worker_of(server: HallServer) -> psutil.Process:
    """The process of this server that looks ahead."""

    def find() -> psutil.Process | None:
        assert server.process is not None
        children = psutil.Process(server.process.pid).children(recursive=True)
        return next((one for one in children if "hall.twin.foresee" in _words(one)), None)

    return until(find, "nobody looks ahead")
