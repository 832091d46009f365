"""The one way into the database: `read()` for looking, `write()` for one action in one transaction.

Writes of one hall run one after another in this process (a lane), and requests that arrive while a commit is
under way share the next one:
each action has its own savepoint, all of them one durable commit (group commit). A refused action rolls back
to its savepoint and
disturbs no other. On SQLite there is one lane, because a greenlet switch inside a write transaction while
another greenlet waits for
SQLite's lock would never end; on PostgreSQL the hall's row is locked first, so that two server processes of
one hall take turns too.
After the commit, and only then, the journal rows are handed to `on_commit` (hall/live.py) in the order of
their numbers; it must not block. `on_rollback` lets go of
what was read inside a transaction that did not last.
"""

import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url, select
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import QueuePool

from hall.events import Event, Recorded
from hall.records import journal
from hall.records.tables import halls
from hall.rules.errors import DatabaseBusy, DiskFull, Refusal

Result = TypeVar("Result")

LARGEST_BATCH = 32
"""Actions per commit: enough for a rush at the kiosks, few enough that nobody waits for a long
transaction.
"""


@dataclass
class Tx:
    """One action's transaction: the connection, the moment it runs at, and the journal rows it will leave."""

    connection: Connection
    now: datetime
    hall_id: int
    actor_kind: str = "system"
    actor_id: int | None = None
    events: list[Event] = field(default_factory=list)

    def record(self, happened: Event) -> None:
        """Appends an event to the hall's journal, in this transaction."""
        self.events.append(happened)


@dataclass
class _Job:
    hall_id: int
    action: Callable[[Tx], Any]
    actor_kind: str
    actor_id: int | None
    done: bool = False
    result: Any = None
    error: BaseException | None = None
    recorded: list[Recorded] = field(default_factory=list)


class _Lane:
    """The writers of one hall: whoever holds the lock runs everybody's jobs; the others find theirs done
    when they get it.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.jobs: deque[_Job] = deque()


def now_utc() -> datetime:
    return datetime.now(UTC)


class Database:
    """An engine, its lanes and the hook that is told what was committed. `clock` is replaced by tests."""

    def __init__(self, url: str, clock: Callable[[], datetime] = now_utc) -> None:
        self.engine = make_engine(url)
        self.clock = clock
        self.on_commit: Callable[[list[Recorded]], None] = lambda recorded: None
        self.on_rollback: Callable[[], None] = lambda: None
        self._writing = self.engine.execution_options(writes=True)
        self._sqlite = self.engine.dialect.name == "sqlite"
        self._lanes: dict[int, _Lane] = {}

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection with one consistent picture of the database, for looking only."""
        try:
            with self.engine.connect() as connection:
                yield connection
        except OperationalError as error:
            raise _named(error) from error

    def write(
        self,
        hall_id: int,
        action: Callable[[Tx], Result],
        actor_kind: str = "system",
        actor_id: int | None = None,
    ) -> Result:
        """Runs `action` in a transaction of hall `hall_id`; returns its result once it is durable, or raises
        what it raised.
        """
        lane = self._lanes.setdefault(0 if self._sqlite else hall_id, _Lane())
        job = _Job(hall_id, action, actor_kind, actor_id)
        lane.jobs.append(job)
        while not job.done:
            with lane.lock:
                if not job.done:
                    self._commit_together(hall_id, lane)
        if job.error is not None:
            raise job.error
        return job.result  # type: ignore[no-any-return]

    def _commit_together(self, hall_id: int, lane: _Lane) -> None:
        batch = [lane.jobs.popleft() for _ in range(min(len(lane.jobs), LARGEST_BATCH))]
        try:
            with self._writing.begin() as connection:
                if not self._sqlite:
                    connection.execute(select(halls.c.id).where(halls.c.id == hall_id).with_for_update())
                for job in batch:
                    self._attempt(connection, job, alone=len(batch) == 1)
            self.on_commit([row for job in batch for row in job.recorded])
        except Refusal as refusal:
            self.on_rollback()
            batch[0].error = refusal
        except DBAPIError as error:
            self.on_rollback()
            for job in batch:
                job.error, job.recorded = _named(error), []
        except BaseException as error:  # noqa: BLE001 - handed to whoever asked for the write
            self.on_rollback()
            for job in batch:
                job.error, job.recorded = job.error or error, []
        finally:
            for job in batch:
                job.done = True

    def _attempt(self, connection: Connection, job: _Job, alone: bool) -> None:
        """One action inside the shared transaction. Alone it needs no savepoint: its failure is the
        transaction's.
        """
        tx = Tx(connection, self.clock(), job.hall_id, job.actor_kind, job.actor_id)
        if alone:
            self._run(tx, job)
            return
        try:
            with connection.begin_nested():
                self._run(tx, job)
        except OperationalError:
            raise
        except Exception as error:  # noqa: BLE001 - handed to whoever asked for the write
            job.error = error

    @staticmethod
    def _run(tx: Tx, job: _Job) -> None:
        job.result = job.action(tx)
        job.recorded = journal.append(
            tx.connection, tx.hall_id, tx.now, tx.actor_kind, tx.actor_id, tx.events
        )


def _named(error: DBAPIError) -> Refusal | DBAPIError:
    """Database trouble that a person can wait out, by name; anything else stays what it is."""
    words = str(error.orig).lower()
    if "disk is full" in words or "disk full" in words or "no space" in words:
        return DiskFull()
    if isinstance(error, OperationalError):
        return DatabaseBusy()
    return error


def make_engine(url: str) -> Engine:
    """An engine for a SQLite or PostgreSQL URL, with the settings that durability and ordering rest on."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, pool_size=8, max_overflow=8, pool_pre_ping=True)
    if parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        parsed, poolclass=QueuePool, pool_size=8, max_overflow=24, connect_args={"timeout": 5}
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, record: object) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "cache_size=-65536",
            "temp_store=MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # IMMEDIATE takes the write lock at once: a transaction that reads first and writes later could fail
        # half-way.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
