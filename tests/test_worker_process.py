"""A worker process as the server keeps it, with a real process at the other end of the pipe."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from hall.rules.errors import PlanningAway, UnknownStandard
from hall.worker_process import WorkerProcess
from tests.foreseeing import until

LONG = 60.0


@pytest.fixture
def worker() -> Iterator[WorkerProcess]:
    process = WorkerProcess("tests.echoing_worker", {"database": "none"}, PlanningAway, 0.01)
    yield process
    process.stop()


def test_it_is_started_by_the_first_question_and_told_what_it_works_for(worker: WorkerProcess):
    assert worker.pid is None
    answer = worker.ask({"ask": "echo", "say": "字"}, LONG)
    assert answer == {"told": {"database": "none"}, "pid": worker.pid, "said": "字"}


def test_questions_asked_at_once_get_each_their_own_answer(worker: WorkerProcess):
    with ThreadPoolExecutor(8) as people:
        said = list(people.map(lambda one: worker.ask({"ask": "echo", "say": one}, LONG)["said"], range(40)))
    assert said == list(range(40))


def test_how_far_an_answer_has_come_is_told_before_it(worker: WorkerProcess):
    told: list[float] = []
    worker.ask({"ask": "echo"}, LONG, told.append)
    assert told == [0.5]


def test_what_a_library_prints_there_is_no_answer(worker: WorkerProcess, capfd: pytest.CaptureFixture[str]):
    assert worker.ask({"ask": "chat", "say": 3}, LONG)["said"] == 3
    assert "a library says hello" in capfd.readouterr().err


def test_a_refusal_is_raised_here_as_it_was_there(worker: WorkerProcess):
    with pytest.raises(UnknownStandard) as refused:
        worker.ask({"ask": "refuse"}, LONG)
    assert refused.value.params == {"standard": "none"}


def test_a_question_that_breaks_leaves_the_next_one_its_answer(
    worker: WorkerProcess, capfd: pytest.CaptureFixture[str]
):
    with pytest.raises(PlanningAway):
        worker.ask({"ask": "break"}, LONG)
    assert worker.ask({"ask": "echo", "say": 1}, LONG)["said"] == 1
    assert "something nobody thought of" in capfd.readouterr().err


def test_who_asks_a_process_that_dies_is_told_at_once_and_the_next_one_is_answered_by_a_new_one(
    worker: WorkerProcess,
):
    first = worker.ask({"ask": "echo"}, LONG)["pid"]
    with pytest.raises(PlanningAway):
        worker.ask({"ask": "die"}, LONG)
    again = until(lambda: worker.start() or None, "it is not started again")
    assert again
    assert worker.ask({"ask": "echo"}, LONG)["pid"] != first


def test_one_that_dies_at_once_is_not_started_for_every_question():
    process = WorkerProcess("tests.no_such_worker", {}, PlanningAway)
    assert process.start()
    until(lambda: process.pid is None or None, "it still runs")
    assert not process.start(), "it would only die again"
    with pytest.raises(PlanningAway):
        process.ask({"ask": "echo"}, LONG)
    process.stop()


def test_one_that_hangs_is_ended_so_that_it_keeps_nobody_else_waiting(worker: WorkerProcess):
    hung = worker.ask({"ask": "echo"}, LONG)["pid"]
    with pytest.raises(PlanningAway):
        worker.ask({"ask": "hang"}, 0.1, drop=True)
    assert not psutil.pid_exists(hung)
    until(lambda: worker.start() or None, "it is not started again")
    assert worker.ask({"ask": "echo", "say": 2}, LONG)["said"] == 2


def test_it_ends_with_its_server_and_is_not_started_afterwards(worker: WorkerProcess):
    pid = worker.ask({"ask": "echo"}, LONG)["pid"]
    waiting = threading.Event()

    def ask() -> None:
        with pytest.raises(PlanningAway):
            worker.ask({"ask": "hang"}, LONG)
        waiting.set()

    threading.Thread(target=ask, daemon=True).start()
    worker.stop()
    assert waiting.wait(LONG), "who waited for it goes on waiting"
    assert not psutil.pid_exists(pid)
    assert not worker.start()
