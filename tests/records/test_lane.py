"""The line of writers: each job is committed once, in the order in which they came, and whoever is stopped
holds up nobody.
"""

import subprocess
import sys
import threading
from collections.abc import Callable

import pytest

from hall.records.lane import LARGEST_BATCH, Job, Lane


def a_job(hall: int = 1, alone: bool = False) -> Job:
    return Job(hall, lambda tx: None, "system", None, alone=alone)


class Commits:
    """What a lane committed, batch by batch; each batch is held until `go` lets it."""

    def __init__(self) -> None:
        self.batches: list[list[Job]] = []
        self.present: list[Job] = []
        self.go = threading.Event()
        self.at_work = threading.Event()

    def __call__(self, batch: list[Job]) -> None:
        self.present = batch
        self.at_work.set()
        assert self.go.wait(60)
        self.batches.append(list(batch))


def all_through(lane: Lane, jobs: list[Job], meanwhile: Callable[[], None]) -> None:
    threads = [threading.Thread(target=lane.go_through, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    meanwhile()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()


@pytest.mark.parametrize("overlaps", [True, False])
def test_each_of_many_is_committed_once_and_comes_back_when_it_is(overlaps: bool):
    commits = Commits()
    lane = Lane(commits, overlaps)
    jobs = [a_job(hall=1 + number % 2, alone=number % 7 == 0) for number in range(100)]
    all_through(lane, jobs, commits.go.set)
    done = [job for batch in commits.batches for job in batch]
    assert len(done) == 100
    assert {id(job) for job in done} == {id(job) for job in jobs}
    for batch in commits.batches:
        assert len({job.hall_id for job in batch}) == 1
        assert len(batch) <= LARGEST_BATCH
        assert len(batch) == 1 or not any(job.alone for job in batch)


@pytest.mark.parametrize("overlaps", [True, False])
def test_they_are_committed_in_the_order_in_which_they_came(overlaps: bool):
    commits = Commits()
    lane = Lane(commits, overlaps)
    jobs = [a_job() for _ in range(40)]
    came: list[Job] = []

    def meanwhile() -> None:
        assert commits.at_work.wait(60)
        while len(commits.present) + len(lane.waiting) < len(jobs):
            threading.Event().wait(0.01)
        came.extend([*commits.present, *lane.waiting])
        commits.go.set()

    all_through(lane, jobs, meanwhile)
    assert [job for batch in commits.batches for job in batch] == came


STOPPED = """
from gevent import monkey
monkey.patch_all()
import gevent
from hall.records.lane import Job, Lane

committed = []

def commit(batch):
    gevent.sleep(0.001)
    committed.extend(batch)

lane = Lane(commit, overlaps=True)
jobs = [Job(1, None, "system", None) for _ in range(200)]
askers = [gevent.spawn(lane.go_through, job) for job in jobs]
for turn in range(60):
    gevent.sleep(0.0005)
    askers[turn * 3].kill(block=False)
gevent.joinall(askers, timeout=60)
assert all(one.ready() for one in askers), "somebody waits for ever"
assert all(job.done for job, one in zip(jobs, askers) if not isinstance(one.value, gevent.GreenletExit))
assert len(committed) == len(set(map(id, committed)))
last = Job(1, None, "system", None)
with gevent.Timeout(60):
    lane.go_through(last)
print("stopped", sum(isinstance(one.value, gevent.GreenletExit) for one in askers))
"""


def test_whoever_is_stopped_while_waiting_leading_or_answering_holds_up_nobody():
    found = subprocess.run(
        [sys.executable, "-c", STOPPED], capture_output=True, text=True, timeout=120, check=False
    )
    assert found.returncode == 0, found.stderr
    assert int(found.stdout.split()[1]) > 0
