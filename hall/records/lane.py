"""The line of those who write into one hall: one of them leads a batch through the database, and the others
find theirs done. For hall/records/database.py.

A server is quickest when it and its database are at work at the same time. So whoever has led hands on before
anybody is answered, and those who are done go and answer one after another, the loop looking in between
whether the database has said something. (Woken together they would answer all before it looked.)
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hall.records.once import Key

LARGEST_BATCH = 32
"""Actions per commit: enough for a rush at the kiosks, few enough that nobody waits for a long
transaction.
"""

A_MOMENT_SECONDS = 1e-6
"""Any pause at all lets gevent's loop look at its sockets; one of 0 does not."""


def _shut() -> threading.Lock:
    gate = threading.Lock()
    gate.acquire()
    return gate


@dataclass(eq=False)
class Job:
    """One action that is to be committed. Its `gate` opens when its asker is to lead, or is done and may go;
    `left` when they wait no longer.
    """

    hall_id: int
    action: Callable[[Any], Any]
    actor_kind: str
    actor_id: int | None
    key: Key | None = None
    alone: bool = False
    done: bool = False
    left: bool = False
    result: Any = None
    error: BaseException | None = None
    gate: threading.Lock = field(default_factory=_shut)


class Lane:
    """`commit` is given the jobs of one batch, and leaves in each its result or its error. `overlaps`: the
    database works by itself meanwhile. Then at most half of those who wait or were done last share a batch,
    so that it has these to work for while this server is busy with the others.
    """

    def __init__(self, commit: Callable[[list[Job]], None], overlaps: bool) -> None:
        self.waiting: deque[Job] = deque()
        self._commit = commit
        self._overlaps = overlaps
        self._guard = threading.Lock()
        self._leader: Job | None = None
        self._last = 0
        self._to_answer: deque[Job] = deque()

    def go_through(self, job: Job) -> None:
        """Puts a job in line and comes back when it is done."""
        with self._guard:
            self.waiting.append(job)
        try:
            # Whoever else is about to write gets into line before this one leads: one commit for all of them.
            time.sleep(0)
            with self._guard:
                if self._leader is None and not job.done:
                    self._leader = job
            while not job.done:
                if self._leader is job:
                    self._lead(job)
                else:
                    job.gate.acquire()
            if self._overlaps:
                time.sleep(A_MOMENT_SECONDS)
        finally:
            self._leave(job)

    def _lead(self, leader: Job) -> None:
        with self._guard:
            batch = self._next_batch()
        try:
            self._commit(batch)
        finally:
            with self._guard:
                for job in batch:
                    job.done = True
                self._to_answer.extend(job for job in batch if job is not leader)
                self._hand_on()

    def _hand_on(self) -> None:
        """The next in line leads; where nobody waits, whoever comes."""
        self._leader = self.waiting[0] if self.waiting else None
        if self._leader is not None:
            self._leader.gate.release()

    def _leave(self, job: Job) -> None:
        """An asker goes: to answer, or because they were stopped. Then nobody wants theirs done any more, and
        they do not lead. Behind them the next who is done may go.
        """
        with self._guard:
            job.left = True
            if not job.done and job in self.waiting:
                self.waiting.remove(job)
            if self._leader is job:
                self._hand_on()
            while self._to_answer:
                following = self._to_answer.popleft()
                if not following.left:
                    following.gate.release()
                    break

    def _next_batch(self) -> list[Job]:
        """The next jobs of one hall, as many as share a commit; one that must be alone is."""
        most = LARGEST_BATCH
        if self._overlaps:
            most = min(most, (len(self.waiting) + self._last + 1) // 2)
        batch = [self.waiting.popleft()]
        while self.waiting and len(batch) < most:
            following = self.waiting[0]
            if following.hall_id != batch[0].hall_id or following.alone or batch[0].alone:
                break
            batch.append(self.waiting.popleft())
        self._last = len(batch)
        return batch
