"""A hall of any size in the middle of its day, made in moments: clerks sit down, visitors come and are served
over the last while, by the hall's own actions with a clock of their own. For tests and pictures that need a
full hall, not the way there.
"""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from hall.actions import call, issue, serve, windows
from hall.records import tables
from hall.records.book import Book, read_book
from hall.records.database import Tx
from hall.rules.tickets import VisitorClass
from tests.hall_server import HallServer

SECRET = b"busy"


class BusyHall:
    """The hall of a server, worked in behind its back; ends at the present moment."""

    def __init__(self, server: HallServer, minutes_ago: float = 45.0, seed: int = 1) -> None:
        self.source = random.Random(seed)
        self._database = server.database()
        self._database.clock = lambda: self.moment
        self.ends = datetime.now(UTC)
        self.moment = self.ends - timedelta(minutes=minutes_ago)
        with self._database.read() as connection:
            self.book: Book = read_book(connection, server.hall)
            rows = connection.execute(
                select(tables.accounts.c.id, tables.accounts.c.name, tables.accounts.c.badge)
                .where(tables.accounts.c.hall_id == self.book.id, tables.accounts.c.role == "clerk")
                .order_by(tables.accounts.c.id)
            ).all()
        self.clerks = dict(zip(self.book.windows_by_number, rows, strict=False))
        self._busy_until: dict[int, datetime] = {}
        self.free: list[int] = []

    def _does(self, clerk: Any, run: Callable[[Tx], Any]) -> Any:
        return self._database.write(self.book.id, run, "account", clerk.id)

    def sits(self, number: int, open_it: bool = True) -> None:
        """The window's own clerk signs in there."""
        clerk = self.clerks[number]

        def run(tx: Tx) -> None:
            windows.sign_in(tx, self.book, number, clerk.name, clerk.badge)
            if open_it:
                windows.open_window(tx, self.book, number)
            else:
                windows.pause(tx, self.book, number, "meal")

        self._does(clerk, run)

    def everybody_sits(self, closed: float = 0.06, paused: float = 0.04) -> None:
        for number in self.clerks:
            drawn = self.source.random()
            if drawn >= closed:
                self.sits(number, open_it=drawn >= closed + paused)
            if drawn >= closed + paused:
                self.free.append(number)

    def come(self, many: int, businesses: list[str] | None = None) -> None:
        """So many visitors, one transaction for all."""
        codes = businesses or list(self.book.businesses_by_code)

        def run(tx: Tx) -> None:
            for _ in range(many):
                kind = VisitorClass.ELDERLY if self.source.random() < 0.2 else VisitorClass.ORDINARY
                wish = issue.Wish(
                    self.book.business(self.source.choice(codes)), visitor_class=kind, override_closed=True
                )
                issue.issue(tx, self.book, wish, SECRET)

        self._database.write(self.book.id, run, "anyone")

    def passes(self, minutes: float, arrivals_a_minute: float, step_minutes: float = 3.0) -> None:
        """Time goes by: services end, the next are called and start."""
        until = min(self.ends, self.moment + timedelta(minutes=minutes))
        while self.moment < until:
            self.moment += timedelta(minutes=step_minutes)
            self.come(round(arrivals_a_minute * step_minutes))
            self._database.write(self.book.id, self._work, "account", next(iter(self.clerks.values())).id)

    def everybody_calls(self) -> None:
        """Every free window takes its first visitor, or stands ready."""
        free = self.free

        def run(tx: Tx) -> None:
            for number in free:
                tx.actor_id = self.clerks[number].id
                call.call_next(tx, self.book, number)

        self._database.write(self.book.id, run, "account", next(iter(self.clerks.values())).id)

    def _work(self, tx: Tx) -> None:
        with_ticket = {row.number: row for row in self._at_windows(tx)}
        for number, row in with_ticket.items():
            tx.actor_id = self.clerks[number].id
            if row.state == "called":
                serve.start(tx, self.book, number)
                lasts = self.source.lognormvariate(1.9, 0.75)
                self._busy_until[number] = self.moment + timedelta(minutes=lasts)
            elif self.moment >= self._busy_until.get(number, self.moment):
                serve.finish(tx, self.book, number)
                call.call_next(tx, self.book, number)

    def _at_windows(self, tx: Tx) -> list[Any]:
        wanted = (
            select(tables.windows.c.number, tables.steps.c.state)
            .join(tables.steps, tables.steps.c.window_id == tables.windows.c.id)
            .where(tables.windows.c.hall_id == self.book.id, tables.steps.c.state.in_(["called", "serving"]))
        )
        return list(tx.connection.execute(wanted))

    def close(self) -> None:
        self._database.engine.dispose()
