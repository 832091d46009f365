"""Runs days in worker processes, one seed at a time each, and hands back their measures as they are done.

Used by the command line. Processes are started afresh (spawned): a forked one would keep the command line's
gevent. Nothing but plain values goes over the pipes.
"""

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait

from hall.twin.drawing import staffed, visitors
from hall.twin.engine import run
from hall.twin.measures import Measures, measure
from hall.twin.model import Hall
from hall.twin.tried import EVERY
from hall.twin.workloads import Workload


class RunFailed(Exception):
    """A worker process ended before its work; its own words stand on stderr."""


@dataclass(frozen=True)
class Task:
    """The same day under several policies, for one seed after another."""

    hall: Hall
    workload: Workload
    policies: tuple[str, ...]
    seeds: tuple[int, ...]


@dataclass(frozen=True)
class Done:
    """One seed under one policy."""

    seed: int
    measures: Measures


def play(task: Task) -> Iterator[Done]:
    """Plays a task here and now."""
    hall = staffed(task.hall, task.workload)
    for seed in task.seeds:
        people = visitors(hall, task.workload, seed)
        for policy in task.policies:
            yield Done(seed, measure(run(hall, people, EVERY[policy])))


def play_in_processes(task: Task, processes: int | None = None) -> Iterator[Done]:
    """Plays a task in so many processes (None: one per processor), in whatever order they get done.

    Raises RunFailed.
    """
    count = min(processes or os.cpu_count() or 1, len(task.seeds))
    if count <= 1:
        yield from play(task)
        return
    context = multiprocessing.get_context("spawn")
    workers, pipes = [], []
    for number in range(count):
        ours, theirs = context.Pipe(duplex=False)
        share = Task(task.hall, task.workload, task.policies, task.seeds[number::count])
        worker = context.Process(target=_work, args=(theirs, share), daemon=True)
        worker.start()
        theirs.close()
        workers.append(worker)
        pipes.append(ours)
    try:
        yield from _collect(pipes)
    finally:
        for worker in workers:
            worker.terminate()
            worker.join()


def _collect(pipes: Sequence[Connection]) -> Iterator[Done]:
    open_pipes = list(pipes)
    while open_pipes:
        for pipe in wait(open_pipes):
            assert isinstance(pipe, Connection)  # noqa: S101 - wait gives back what it was given
            try:
                done = pipe.recv()
            except EOFError as error:
                raise RunFailed from error
            if done is None:
                open_pipes.remove(pipe)
            else:
                yield done


def _work(pipe: Connection, task: Task) -> None:
    for done in play(task):
        pipe.send(done)
    pipe.send(None)
