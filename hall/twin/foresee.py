"""The one process that looks ahead: `python -m hall.twin.foresee`, started and watched over by
hall/foresight.py.

Its first line on stdin says which database and which halls; it ends with stdin. Every few seconds it looks at
each hall, and when the last forecast is some time old, or something big has changed (a window opened or
closed, businesses were switched, many more or fewer wait), it learns what has happened, plays the hall on and
stores the forecast with the calibration. Where several servers share a database, whoever claims a hall's next
forecast makes it. It thinks behind everybody who answers requests (hall/twin/gentle.py) and holds no lock
meanwhile.
"""

import json
import logging
import random
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, bindparam, func, select

from hall.records import desks, forecasts
from hall.records.book import Book, Books
from hall.records.connections import begin_writing
from hall.records.database import Database
from hall.records.tables import steps
from hall.rules.calibration import Calibration
from hall.rules.errors import Refusal
from hall.rules.forecasts import GOOD_FOR, Forecast, Line, Outlook, Point, thin_out
from hall.rules.queues_ahead import HORIZONS_MINUTES
from hall.rules.tickets import State, VisitorClass
from hall.twin import present
from hall.twin.gentle import behind_requests, rest_seconds
from hall.twin.learning import Learner
from hall.twin.lookahead import RUNS, Ahead, Scene, band_of, look_ahead
from hall.twin.queues import queues_of

log = logging.getLogger(__name__)

LOOK_SECONDS = 5.0
EVERY = timedelta(seconds=45)
AFTER_A_CHANGE = timedelta(seconds=10)
"""A big change is looked at this soon after the last forecast, no sooner."""
BIG_CHANGE = 0.05
SMALLEST_CHANGE = 5
"""People more or fewer waiting that are never a big change."""
FEWEST_RUNS, MOST_RUNS = 10, 40
THINKING_SECONDS = 10.0
"""So long a look-ahead may work. A small hall's waits hang on single services; more runs see more of them."""
LEAST_BUSY_SECONDS, MOST_BUSY_SECONDS = 1800.0, 3 * 3600.0

_WAITING = select(func.count()).where(
    steps.c.hall_id == bindparam("hall"),
    steps.c.business_day == bindparam("day"),
    steps.c.state == State.WAITING.value,
)
_CALLED = (
    select(
        steps.c.business_id,
        steps.c.visitor_class,
        steps.c.entered_at,
        steps.c.called_at,
    )
    .where(
        steps.c.hall_id == bindparam("hall"),
        steps.c.business_day == bindparam("day"),
        steps.c.called_at > bindparam("after", type_=steps.c.called_at.type),
        steps.c.called_at <= bindparam("until", type_=steps.c.called_at.type),
        steps.c.queued_at == steps.c.entered_at,
        steps.c.returns == 0,
    )
    .order_by(steps.c.called_at, steps.c.id)
)


@dataclass(frozen=True)
class Look:
    """What decides whether a hall is looked at anew: the windows with what they call, and how many wait."""

    windows: tuple[tuple[int, str, int | None], ...]
    version: int
    waiting: int

    @property
    def asleep(self) -> bool:
        """Nobody calls: nobody could say how long it takes."""
        return not any(state == "open" for _, state, _ in self.windows)

    def changed(self, before: "Look") -> bool:
        """Whether it is so different that the last forecast may mislead."""
        if (self.windows, self.version) != (before.windows, before.version):
            return True
        moved = abs(self.waiting - before.waiting)
        return moved > max(SMALLEST_CHANGE, BIG_CHANGE * before.waiting)


@dataclass
class Watch:
    """What the worker remembers of one hall between two looks."""

    learner: Learner | None = None
    looked: Look | None = None
    took_seconds: float = 0.0
    runs: int = RUNS
    longest_seconds: float = 3600.0
    source: random.Random = field(default_factory=random.Random)


class Foreseer:
    """Looks at halls of one database; thinks in `thinking` where that is given. `between` is called after
    each run of a look-ahead, with the seconds it took.
    """

    def __init__(
        self,
        database: Database,
        thinking: Executor | None = None,
        between: Callable[[float], None] = lambda took_seconds: None,
    ) -> None:
        self._database = database
        self._thinking, self._between = thinking, between
        self._books = Books()
        self._watches: dict[str, Watch] = {}

    def look(self, code: str) -> bool:
        """Makes a hall's next forecast when it is due and nobody else does; returns whether it did."""
        watch = self._watches.setdefault(code, Watch())
        now = self._database.clock()
        with self._database.read() as connection:
            book = self._books.of(connection, code)
            seen = _look(connection, book, now)
            made_at = forecasts.latest_moment(connection, book.id)
        if seen.asleep:
            watch.looked = seen
            return False
        changed = watch.looked is not None and seen.changed(watch.looked)
        least = AFTER_A_CHANGE if changed else max(EVERY, timedelta(seconds=2 * watch.took_seconds))
        if made_at is not None and now - made_at < least:
            return False
        if not self.claim(code, min(least, EVERY)):
            return False
        watch.looked = seen
        self.foresee(code)
        return True

    def claim(self, code: str, least: timedelta = timedelta(0)) -> bool:
        """Takes a hall's next forecast; False when somebody took one less than `least` ago."""
        with begin_writing(self._database.engine) as connection:
            hall_id = self._books.id_of(connection, code)
            return forecasts.claim(connection, hall_id, self._database.clock(), least)

    def foresee(self, code: str) -> Forecast:
        """Makes and stores a claimed forecast from what stands in the database now."""
        if self._thinking is None:
            forecast, kept = self._think(code)
        else:
            forecast, kept = self._thinking.submit(self._think, code).result()
        with begin_writing(self._database.engine) as connection:
            forecasts.put(connection, kept)
        return forecast

    def _think(self, code: str) -> tuple[Forecast, forecasts.Kept]:
        """Everything but the writing."""
        watch = self._watches.setdefault(code, Watch())
        began, now = time.monotonic(), self._database.clock()
        with self._database.read() as connection:
            book = self._books.of(connection, code)
            if watch.learner is None:
                watch.learner = Learner.of(book)
            watch.learner.catch_up(connection, book, now)
            calibration = _score(connection, book, forecasts.calibration(connection, book.id), now)
            scene = present.scene(connection, book, now)
        busy = min(MOST_BUSY_SECONDS, max(LEAST_BUSY_SECONDS, 1.3 * watch.longest_seconds))
        rested = list[float]()

        def between(took_seconds: float) -> None:
            rests_at = time.monotonic()
            self._between(took_seconds)
            rested.append(time.monotonic() - rests_at)

        horizons = [60.0 * one for one in HORIZONS_MINUTES]
        ahead = look_ahead(scene, watch.learner.knowledge, watch.source, watch.runs, busy, between, horizons)
        forecast = put_together(scene, ahead, calibration, now, book.home_zones)
        watch.longest_seconds = max((one.band.high for one in forecast.outlooks.values()), default=0.0)
        watch.took_seconds = time.monotonic() - began - sum(rested)
        watch.runs = runs_for(watch.took_seconds / watch.runs)
        return forecast, forecasts.written(book.id, forecast, watch.took_seconds, calibration.state(), now)


def runs_for(run_seconds: float) -> int:
    """How many runs the next look has when each takes so long."""
    return max(FEWEST_RUNS, int(min(MOST_RUNS, THINKING_SECONDS / max(0.001, run_seconds))))


def put_together(
    scene: Scene, ahead: Ahead, calibration: Calibration, now: datetime, home_zones: Mapping[int, str]
) -> Forecast:
    """The forecast of what the runs saw, its ranges calibrated. `home_zones`: which zone's queue a business
    belongs to.
    """
    at_seconds = scene.present.at_seconds
    outlooks: dict[Line, Outlook] = {}
    for line, waits in ahead.newcomers.items():
        band = band_of(waits)
        told = calibration.widen(line[0], band)
        spans = scene.hall.spans_of(line[0])
        open_for = spans[-1][1] - at_seconds if spans and spans[-1][1] > at_seconds else None
        share = 1.0 if open_for is None else ahead.called_share(line, open_for)
        outlooks[line] = Outlook(band, told.low, told.high, share)
    places: dict[Line, list[Point]] = {}
    for one in sorted(scene.present.waiting, key=lambda one: (one.queued_at, one.rank, one.step_id)):
        line = (one.business_id, one.visitor_class)
        if line in outlooks and one.pinned_window_id is None and one.queued_at <= at_seconds:
            told = calibration.widen(one.business_id, band_of(ahead.waiting[one.step_id]))
            places.setdefault(line, []).append(Point(one.queued_at - at_seconds, told.low, told.high))
    thinned = {line: thin_out(points) for line, points in places.items()}
    return Forecast(now, outlooks, thinned, queues_of(scene, ahead, home_zones))


def _look(connection: Connection, book: Book, now: datetime) -> Look:
    standing = tuple(
        (one.id, one.state, one.clerk_id)
        for one in desks.desks(connection, book.id)
        if one.id in book.windows
    )
    waiting = connection.execute(_WAITING, {"hall": book.id, "day": book.day(now)}).scalar_one()
    return Look(standing, book.version, waiting)


def _score(connection: Connection, book: Book, kept: Row | None, now: datetime) -> Calibration:
    """The calibration with everybody counted who was called since it was stored: what they had been told when
    they came against what they waited. Who was called on the spot had nothing to be told.
    """
    if kept is None:
        return Calibration()
    calibration = Calibration.restore(kept.state)
    values = {"hall": book.id, "day": book.day(now), "after": kept.scored_until, "until": now}
    called = connection.execute(_CALLED, values).all()
    if not called:
        return calibration
    earliest = min(row.entered_at for row in called)
    made = forecasts.made_since(connection, book.id, earliest - GOOD_FOR)
    for row in called:
        waited = (row.called_at - row.entered_at).total_seconds()
        in_force = next((one for one in reversed(made) if one.made_at <= row.entered_at), None)
        if waited < 1 or in_force is None or not in_force.fresh(row.entered_at):
            continue
        outlook = in_force.outlooks.get((row.business_id, VisitorClass(row.visitor_class)))
        if outlook is not None:
            calibration.observe(row.business_id, outlook.band, waited, outlook.held(waited))
    return calibration


def _end_with(parent: threading.Event) -> None:
    """Reads stdin to its end: the server has gone."""
    with suppress(OSError, ValueError):
        sys.stdin.read()
    parent.set()


def main() -> None:
    """Looks at the halls it is told until stdin ends."""
    logging.basicConfig(level=logging.WARNING, format="look-ahead: %(message)s")
    # Ctrl-C and a service manager's stop reach every process of the group; this one ends with the server.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    line = sys.stdin.readline()
    if not line:  # the server ended before it could say anything
        return
    told = json.loads(line)
    over = threading.Event()
    threading.Thread(target=_end_with, args=(over,), daemon=True).start()

    def between(took_seconds: float) -> None:
        if over.wait(rest_seconds(took_seconds)):
            raise SystemExit  # nobody waits for this forecast any more

    foreseer = Foreseer(Database(told["database"]), behind_requests(), between)
    while not over.wait(LOOK_SECONDS):
        for code in told["halls"]:
            if over.is_set():
                return
            try:
                foreseer.look(code)
            except Refusal as refusal:
                log.warning("%s: %s", code, refusal.code)
            except Exception:  # one hall's trouble must not leave the others without a forecast
                log.exception("%s", code)


if __name__ == "__main__":
    main()
