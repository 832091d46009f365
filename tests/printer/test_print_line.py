"""The line of jobs before a printer, in the records: claims, tries, the end of patience, lost printers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from hall import setup
from hall.actions import issue, printing
from hall.actions.printing import INTERRUPTED, TOO_LATE, Health, Try
from hall.config_model import Config
from hall.events import Recorded
from hall.records.book import Book, read_book
from hall.records.database import Database
from hall.records.printjobs import PrintJob
from hall.records.tables import devices, print_jobs
from hall.rules.errors import AlreadyPrinted
from tests.builders import settings

OUT_OF_PAPER = "printer.error.out_of_paper"
LONG_AGO = timedelta(seconds=90)


@dataclass
class Clock:
    """The hall's time, which goes on only when a test says so."""

    now: datetime = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def goes_on(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass
class Line:
    """The hall's records and its one printer."""

    database: Database
    book: Book
    clock: Clock
    told: list[Recorded]

    @property
    def printer_id(self) -> int:
        return self.book.devices_by_code["printer-1"].id

    def does(self, action: Any, *arguments: Any) -> Any:
        return self.database.write(self.book.id, lambda tx: action(tx, *arguments))

    def gets(self, count: int = 1) -> list[int]:
        """So many tickets are taken; the ids of their jobs."""
        wish = issue.Wish(self.book.businesses_by_code["social"], printer_id=self.printer_id)
        issued = [self.does(issue.issue, self.book, wish, b"secret") for _ in range(count)]
        return [one.print_job_id for one in issued]

    def claims(self) -> list[PrintJob]:
        return self.does(printing.claim_due, ())

    def row(self, job_id: int) -> Any:
        with self.database.read() as connection:
            return connection.execute(select(print_jobs).where(print_jobs.c.id == job_id)).one()

    def events(self) -> list[str]:
        return [one.type for one in self.told if one.type.startswith("print_job")]


@pytest.fixture(params=["sqlite", "postgres"])
def line(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Line]:
    url = f"sqlite:///{(tmp_path / 'hall.db').as_posix()}"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url")
    config = Config.model_validate(settings(database=url))
    database = setup.open_database(config, tmp_path)
    setup.apply(database, config.halls[0])
    clock, told = Clock(), []
    database.clock, database.on_commit = clock, told.extend
    with database.read() as connection:
        book = read_book(connection, "test")
    yield Line(database, book, clock, told)
    database.engine.dispose()


def test_a_printer_gets_its_jobs_one_at_a_time_and_in_order(line: Line) -> None:
    first, second = line.gets(2)

    assert [job.id for job in line.claims()] == [first]
    assert line.claims() == []
    line.does(printing.settle, Try(PrintJob(first, line.book.id, 1, line.printer_id, False, 1)))
    assert [job.id for job in line.claims()] == [second]
    assert line.row(first).state == "printed"
    assert line.events() == []


def test_the_records_refuse_a_second_job_in_one_printer(line: Line) -> None:
    first, second = line.gets(2)
    line.claims()

    with pytest.raises(IntegrityError), line.database.engine.begin() as connection:
        connection.execute(print_jobs.update().where(print_jobs.c.id == second).values(state="printing"))

    assert [line.row(first).state, line.row(second).state] == ["printing", "waiting"]


def test_a_job_that_failed_keeps_its_place_until_it_is_due(line: Line) -> None:
    first, _ = line.gets(2)
    (job,) = line.claims()
    line.does(printing.settle, Try(job, OUT_OF_PAPER, retry_after_seconds=10))

    assert line.claims() == []
    line.clock.goes_on(10)
    (again,) = line.claims()
    assert (again.id, again.attempt, again.reprint) == (first, 2, False)
    line.does(printing.settle, Try(again))
    assert line.row(first).error is None
    assert line.events() == ["print_job_printed"]


def test_a_ticket_that_may_be_on_paper_already_is_marked_when_it_is_tried_again(line: Line) -> None:
    line.gets()
    (job,) = line.claims()
    line.does(printing.settle, Try(job, OUT_OF_PAPER, retry_after_seconds=0, begun=True))

    assert [job.reprint for job in line.claims()] == [True]


def test_a_job_whose_time_is_over_is_left_to_a_person_who_can_print_it_yet(line: Line) -> None:
    (waiting,) = line.gets()
    line.clock.goes_on(printing.PATIENCE.total_seconds())
    line.does(printing.give_up_late)

    assert (line.row(waiting).state, line.row(waiting).error) == ("failed", TOO_LATE)
    assert line.claims() == []
    line.does(printing.try_again, line.book, waiting)
    (job,) = line.claims()
    line.does(printing.settle, Try(job))
    assert line.events() == ["print_job_failed", "print_job_retried", "print_job_printed"]
    with pytest.raises(AlreadyPrinted):
        line.does(printing.try_again, line.book, waiting)


def test_a_failure_nobody_can_mend_ends_the_job_and_lets_the_next_one_in(line: Line) -> None:
    first, second = line.gets(2)
    (job,) = line.claims()
    line.does(printing.settle, Try(job, "printer.error.paper_invalid"))

    assert line.row(first).state == "failed"
    assert [job.id for job in line.claims()] == [second]
    assert line.events() == ["print_job_failed"]


def test_a_job_of_a_server_that_died_goes_back_in_line_as_a_second_copy(line: Line) -> None:
    (lost,) = line.gets()
    (job,) = line.claims()

    line.does(printing.take_back, LONG_AGO)
    assert line.row(lost).state == "printing"
    line.clock.goes_on(LONG_AGO.total_seconds() + 1)
    line.does(printing.take_back, LONG_AGO)

    assert (line.row(lost).state, line.row(lost).error) == ("waiting", INTERRUPTED)
    (again,) = line.claims()
    assert (again.reprint, again.attempt) == (True, 2)
    line.does(printing.settle, Try(job, OUT_OF_PAPER))
    assert line.row(lost).state == "printing", "a server that comes back late decides nothing"


def test_a_clock_put_forward_takes_no_job_from_the_server_that_prints_it(line: Line) -> None:
    (job,) = line.gets()
    line.does(printing.claim_due, (), "here:8000")
    line.clock.goes_on(3600)
    line.does(printing.take_back, LONG_AGO, "here:8000")
    assert line.row(job).state == "printing"
    line.does(printing.take_back, LONG_AGO, "there:8000")
    assert line.row(job).state == "waiting"


def test_a_waiting_job_may_be_tried_at_once_and_one_being_printed_is_left_alone(line: Line) -> None:
    (waiting,) = line.gets()
    (job,) = line.claims()
    line.does(printing.try_again, line.book, waiting)
    assert line.row(waiting).state == "printing"
    line.does(printing.settle, Try(job, OUT_OF_PAPER, retry_after_seconds=60))

    line.does(printing.try_again, line.book, waiting)

    assert [job.id for job in line.claims()] == [waiting]
    assert line.events() == ["print_job_retried"]


def test_a_printer_is_asked_how_it_is_by_one_server_at_a_time(line: Line) -> None:
    every = timedelta(seconds=30)

    assert line.does(printing.claim_checks, [line.printer_id], every) == [line.printer_id]
    assert line.does(printing.claim_checks, [line.printer_id], every) == []
    line.clock.goes_on(31)
    assert line.does(printing.claim_checks, [line.printer_id], every) == [line.printer_id]


def test_what_a_printer_says_is_kept_and_one_out_of_reach_keeps_when_it_was_last_seen(line: Line) -> None:
    seen_at = line.clock.now
    line.does(printing.note_health, Health(line.printer_id, {"online": True}, seen=True))
    line.clock.goes_on(60)
    line.does(printing.note_health, Health(line.printer_id, {"online": False}, seen=False))

    with line.database.read() as connection:
        row = connection.execute(select(devices).where(devices.c.id == line.printer_id)).one()
    assert (row.status["online"], row.seen_at, row.checked_at) == (False, seen_at, line.clock.now)
