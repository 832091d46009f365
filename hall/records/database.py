"""The one way into the database: `read()` for looking, `write()` for one action in one transaction.

Writes of one hall run one after another in this process (hall/records/lane.py). Requests that arrive together
share one durable commit (group commit), in the hope that none is refused and no Idempotency-Key was used
before (the keys' primary key tells). Otherwise the whole batch is rolled back and run again one by one, keys
looked up first, so that a refusal disturbs nobody else; actions therefore depend on nothing but their
transaction. On SQLite there is a single lane, because a greenlet switch inside a write transaction while
another greenlet waits for SQLite's lock would never end; on PostgreSQL the hall's row is locked first, so
that two server processes of one hall take turns too.

After the commit, and only then, the journal rows are handed to `on_commit` (hall/live.py) in the order of
their numbers; it must not block. `on_rollback` lets go of what was read inside a transaction that did not
last.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.exc import DataError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from hall.events import Event, Recorded
from hall.records import journal, once
from hall.records.connections import begin_reading, connected, look_once, make_engine, take_write_lock
from hall.records.journeys import begin_and_look, commit_with
from hall.records.lane import Job, Lane
from hall.records.once import Key
from hall.records.prepared import Prepared
from hall.records.remembered import Remembered
from hall.records.tables import halls
from hall.records.types import EPOCH
from hall.rules.errors import DatabaseBusy, DiskFull, Invalid, KeyUsedForOther, Overloaded, Unavailable

Result = TypeVar("Result")
Begun = TypeVar("Begun")

LONGEST_LINE = {"anyone": 192, "device": 256, "account": 512}
"""Writes of one hall that may wait at once when one more of such an asker comes: a few seconds' work. What
the hall does by itself always may.
"""

OVERLOADED_SECONDS = 3
"""After that long half of a full line is done."""

PUT_BACK_AT_MOST = timedelta(hours=2)
"""A clock that is put back by more showed nonsense before; nobody's place counts from that."""


@dataclass
class Tx:
    """One action's share of a transaction: the connection, the moment it runs at, and the journal rows it
    will leave.

    `settings_version` is that of the hall's configuration as this transaction sees it. `comes_at` is the
    moment that a newcomer's place in line counts from: `now`, or the latest moment that this hall has seen
    where the server's clock was put back, so that nobody stands before those who wait already.
    """

    connection: Connection
    now: datetime
    hall_id: int
    actor_kind: str = "system"
    actor_id: int | None = None
    settings_version: int = 0
    remembered: Remembered = field(default_factory=Remembered)
    comes_at: datetime = EPOCH
    events: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.comes_at = max(self.comes_at, self.now)

    def record(self, happened: Event) -> None:
        """Appends an event to the hall's journal, in this transaction."""
        self.events.append(happened)
        self.remembered.happened(happened.type(), vars(happened))


def now_utc() -> datetime:
    return datetime.now(UTC)


class Database:
    """An engine, its lanes and the hook that is told what was committed. `clock` is replaced by tests."""

    def __init__(self, url: str, clock: Callable[[], datetime] = now_utc) -> None:
        self.engine = make_engine(url)
        self.clock = clock
        self.on_commit: Callable[[list[Recorded]], None] = lambda recorded: None
        self.on_rollback: Callable[[], None] = lambda: None
        self._sqlite = self.engine.dialect.name == "sqlite"
        self._lanes: dict[int, Lane] = {}
        self._remembered: dict[int, Remembered] = {}
        self._latest: dict[int, datetime] = {}

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection with one consistent picture of the database, for looking only."""
        try:
            with connected(self.engine, begin_reading) as (connection, _):
                yield connection
        except (DBAPIError, PoolTimeout) as error:
            raise _named(error) from error

    def find(self, look: Callable[[Connection], Result]) -> Result:
        """What a look of one statement finds; a transaction around it would only be two journeys more."""
        try:
            with connected(self.engine, partial(look_once, look)) as (_, found):
                return found
        except (DBAPIError, PoolTimeout) as error:
            raise _named(error) from error

    def write(
        self,
        hall_id: int,
        action: Callable[[Tx], Result],
        actor_kind: str = "system",
        actor_id: int | None = None,
        key: Key | None = None,
        alone: bool = False,
    ) -> Result:
        """Runs `action` in a transaction of hall `hall_id`; returns its result once it is durable.

        With a `key` the action's result must be an answer (status, JSON body); if that key was answered
        before, the first answer is returned and nothing is changed; the action may have run and been undone,
        so it keeps nothing outside its transaction. `alone` is for actions that change the hall's settings,
        which the others of a batch have read already. Raises what the action raises, KeyUsedForOther,
        DatabaseBusy, DiskFull; Overloaded when too many wait already.
        """
        lane = self._lanes.setdefault(
            0 if self._sqlite else hall_id, Lane(self._commit_all, not self._sqlite)
        )
        if len(lane.waiting) >= LONGEST_LINE.get(actor_kind, sys.maxsize):
            raise Overloaded(retry_seconds=OVERLOADED_SECONDS)
        job = Job(hall_id, action, actor_kind, actor_id, key, alone)
        lane.go_through(job)
        if job.error is not None:
            raise job.error
        return job.result

    def _commit_all(self, batch: list[Job]) -> None:
        """Commits a batch. One in which an action fails is run again one by one: only that one fails, and who
        asks again with the same key gets the first answer.
        """
        # A database that is locked or full is so for each of them: nobody waits for that again.
        if not self._commit(batch, hopeful=True) and not isinstance(batch[0].error, Unavailable):
            for job in batch:
                job.error = None
                self._commit([job])

    def _commit(self, batch: list[Job], hopeful: bool = False) -> bool:
        """All actions of a batch, which are of one hall, in one durable transaction; or none of them and
        False. `hopeful` saves looking for the keys: one that was used before fails the batch.
        """
        hall_id = batch[0].hall_id
        remembered = self._remembered.setdefault(hall_id, Remembered())
        try:
            with connected(self.engine, partial(_begin_at_hall, hall_id)) as (connection, present):
                version, seq = present
                remembered.begin(connection, hall_id, version, seq)
                earlier = {} if hopeful else once.find(connection, [job.key for job in batch if job.key])
                fresh: dict[Key, once.Answer] = {}
                entries: list[journal.Entry] = []
                for job in batch:
                    if job.key is not None and (job.key.asker, job.key.key) in earlier:
                        job.result = _first_answer(job.key, *earlier[job.key.asker, job.key.key])
                        continue
                    now = self.clock()
                    comes_at = self._latest_seen(connection, hall_id, now)
                    actor = (job.actor_kind, job.actor_id)
                    tx = Tx(connection, now, hall_id, *actor, version, remembered, comes_at)
                    job.result = job.action(tx)
                    entries += [
                        journal.Entry(one, tx.now, job.actor_kind, job.actor_id, tx.hall_id)
                        for one in tx.events
                    ]
                    if job.key is not None:
                        fresh[job.key] = job.result
                        earlier[job.key.asker, job.key.key] = (job.key.request, job.result)
                if entries and entries[0].hall_id != hall_id:  # a hall that was only now made, or found
                    seq = journal.latest(connection, entries[0].hall_id)
                recorded, errands = journal.appending(connection, entries, seq)
                commit_with(connection, [*once.keeping(connection, fresh, self.clock()), *errands])
        except BaseException as error:  # noqa: BLE001 - handed to whoever asked for the write
            remembered.forget()
            self.on_rollback()
            for job in batch:
                job.error = _named(error)
            return False
        remembered.end(seq + len(recorded))
        self.on_commit(recorded)
        return True

    def _latest_seen(self, connection: Connection, hall_id: int, now: datetime) -> datetime:
        """The latest moment this hall has seen, `now` included; after a start, that of its newest event."""
        latest = self._latest.get(hall_id)
        if latest is None:
            latest = journal.latest_at(connection, hall_id) or now
        if not now < latest <= now + PUT_BACK_AT_MOST:
            latest = now
        self._latest[hall_id] = latest
        return latest


def _first_answer(key: Key, request: str, answer: once.Answer) -> once.Answer:
    if request != key.request:
        raise KeyUsedForOther(key=key.key)
    return answer


_of_the_hall = select(halls.c.settings_version, halls.c.journal_seq).where(halls.c.id == bindparam("hall"))
_PRESENT = Prepared(sqlite=_of_the_hall, postgresql=_of_the_hall.with_for_update())


def _named(error: BaseException) -> BaseException:
    """Database trouble that a person can wait out, by name; anything else stays what it is."""
    if isinstance(error, PoolTimeout):
        return DatabaseBusy()
    if not isinstance(error, DBAPIError):
        return error
    if isinstance(error, DataError):
        return Invalid()  # a text or number that this database cannot hold
    words = str(error.orig).lower()
    if "disk is full" in words or "disk full" in words or "no space" in words:
        return DiskFull()
    away = isinstance(error, OperationalError) or error.connection_invalidated
    return DatabaseBusy() if away else error


def _begin_at_hall(hall_id: int, connection: Connection) -> tuple[int, int]:
    """Takes a hall's turn among all server processes: its settings' version and the number of its newest
    event, both 0 where it is only now made.
    """
    if connection.dialect.name == "sqlite":
        take_write_lock(connection)
        present = _PRESENT.first(connection, {"hall": hall_id})
    else:
        present = begin_and_look(connection, _PRESENT, {"hall": hall_id})
    return present if present is not None else (0, 0)
