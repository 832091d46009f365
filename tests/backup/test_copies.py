"""Copies of a hall and a hall made from one: whole, checked, and no number ever given out twice."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest

from hall.actions import leases, moves
from hall.actions.restored import Gap, first_after
from hall.backup.make import make
from hall.backup.restore import restore
from hall.backup.schedule import Copies
from hall.config_model import Config
from hall.records import journal, migrate
from hall.records.database import Database
from hall.records.tables import number_leases
from hall.rules.errors import ClockBehindCopy, CopyBroken, HallIsThere
from hall.web.server import Server
from tests.builders import settings
from tests.moving import applies, helps_out, switch
from tests.office import MORNING, Office


class Place:
    """A folder with settings, where a hall may stand: an Office on its database and copies of it."""

    def __init__(self, folder: Path, database: str = "sqlite:///hall.db") -> None:
        folder.mkdir(exist_ok=True)
        self.folder, self.file = folder, folder / "config.yaml"
        self.config = Config.model_validate(settings(database=database))
        self.file.write_text("the settings")
        self.database: Database | None = None

    def opened(self) -> Database:
        self.database = Database(self.config.server.database_url(self.folder))
        migrate.upgrade(self.database.engine)
        return self.database

    def copy(self, office: Office, keep: int | None = None) -> Path:
        return make(self.config, self.file, self.folder / "copies", keep, office.now)

    def close(self) -> None:
        if self.database is not None:
            self.database.engine.dispose()


@pytest.fixture
def place(tmp_path: Path):
    made: list[Place] = []

    def at(name: str, database: str = "sqlite:///hall.db") -> Place:
        made.append(Place(tmp_path / name, database))
        return made[-1]

    yield at
    for one in made:
        one.close()


PlaceAt = Callable[..., Place]


def moved_in(office: Office, place: Place) -> Office:
    """The people of an office in the hall that was restored at a place."""
    again = Office.__new__(Office)
    again.__dict__.update(office.__dict__)
    again.database = place.opened()
    again.database.clock = lambda: again.now
    again._books, again._accounts = type(office._books)(), {}
    return again


def events(office: Office) -> list[tuple[int, str]]:
    with office.database.read() as connection:
        return [(one.seq, one.type) for one in journal.after(connection, office.hall_id, 0, 10_000)]


def test_a_restored_hall_holds_the_copy_and_gives_no_number_out_twice(place: PlaceAt):
    here, there = place("here"), place("there")
    office = Office(here.opened())
    given = [office.takes().label for _ in range(57)]
    copy, before = here.copy(office), events(office)
    for _ in range(90):
        given.append(office.later(seconds=4).takes().label)
    done = restore(there.config, there.file, copy, office.now)
    back = moved_in(office, there)
    told = events(back)
    assert told[:-1] == before
    assert told[-1] == (len(told), "hall_restored")
    # 90 numbers in six minutes; as many as 57 in the busiest minute before the copy may have been given out
    assert done.gaps[office.settings["id"]][0] == Gap("A", 57, 901)
    new = [back.takes().label for _ in range(3)]
    assert new == ["A901", "A902", "A903"]
    assert set(new).isdisjoint(given)


def test_on_the_next_day_numbers_begin_behind_what_may_have_been_given_out_since_midnight(place: PlaceAt):
    here, there = place("here"), place("there")
    office = Office(here.opened())
    office.takes()
    copy = here.copy(office)
    office.later(hours=15, minutes=59)  # an hour after midnight, all but a moment
    done = restore(there.config, there.file, copy, office.now)
    assert done.gaps[office.settings["id"]][0] == Gap("A", 0, 601)


def test_leases_of_the_past_are_void(place: PlaceAt):
    here, there = place("here"), place("there")
    office = Office(here.opened())
    kiosk = office.book().devices_by_code["kiosk-1"]
    held = office.does("", lambda tx, book: leases.renew(tx, book, kiosk, "store", []))
    copy = here.copy(office)
    restore(there.config, there.file, copy, office.now)
    back = moved_in(office, there)
    with back.database.read() as connection:
        rows = connection.execute(number_leases.select()).all()
    assert len(rows) == len(held) > 0
    assert {row.closed_why for row in rows} == {"restored"}
    told = [leases.Held(one.prefix, one.first, one.next) for one in held]
    new = back.does("", lambda tx, book: leases.renew(tx, book, kiosk, "store", told))
    assert min(one.first for one in new) > max(one.last for one in held)


def test_a_copy_made_under_load_is_of_one_moment(place: PlaceAt):
    here = place("here")
    office = Office(here.opened())
    office.takes()
    busy = True

    def issues() -> None:
        while busy:
            office.takes()

    kiosks = [Thread(target=issues) for _ in range(2)]
    for one in kiosks:
        one.start()
    try:
        copies = [here.copy(office.later(seconds=1)) for _ in range(3)]
    finally:
        busy = False
        for one in kiosks:
            one.join()
    for copy in copies:
        assert sorted(one.name for one in copy.iterdir()) == ["config.yaml", "hall.db", "manifest.json"]
        with closing(sqlite3.connect(copy / "hall.db")) as held:
            (seq,) = held.execute("SELECT journal_seq FROM halls").fetchone()
            assert held.execute("SELECT count(*), max(seq) FROM events").fetchone() == (seq, seq)
            issued = held.execute("SELECT count(*) FROM events WHERE type = 'ticket_issued'").fetchone()
            assert held.execute("SELECT count(*) FROM tickets").fetchone() == issued
            assert held.execute("SELECT sum(last_number) FROM number_counters").fetchone() == issued


@pytest.mark.postgres
def test_a_hall_moves_from_postgresql_to_sqlite_and_back(place: PlaceAt, postgres_url: str):
    from tests.services import fresh_database

    here, file = place("here", postgres_url), place("file")
    office = Office(here.opened())
    clerk = office.sits(1, 1)
    for _ in range(3):
        office.takes()
    office.calls(clerk, 1)
    # PostgreSQL puts a changed row behind the others: the move that stands again behind the one that names it
    other = office.sits(2, 3)
    applies(office, helps_out(office), until=timedelta(hours=3))
    back = applies(office.later(minutes=20), switch(office, other, 3, ["social", "employment"], ["social"]))
    office.does("manager", moves.undo, back)
    copy, before = here.copy(office), office.dump()
    restore(file.config, file.file, copy, office.now)
    on_file = moved_in(office, file)
    assert on_file.dump()["tickets"] == before["tickets"]
    assert on_file.dump()["calls"] == before["calls"]
    assert on_file.dump()["window_moves"] == before["window_moves"]
    assert on_file.takes().label == "A201"
    second = file.copy(on_file.later(seconds=1))
    with fresh_database() as url:
        back = place("back", url)
        restore(back.config, back.file, second, on_file.now)
        again = moved_in(on_file, back)
        assert again.dump()["tickets"][:3] == before["tickets"]
        # ids go on behind those that were put in, or this would be refused
        assert again.takes().label == "A401"
        back.close()


def test_restore_refuses_what_is_no_whole_copy(place: PlaceAt, tmp_path: Path):
    here, empty = place("here"), place("empty")
    office = Office(here.opened())
    office.takes()
    copy = here.copy(office)
    spoilings: dict[str, Callable[[Path], object]] = {
        "database": lambda one: (one / "hall.db").write_bytes((one / "hall.db").read_bytes()[:-1] + b"!"),
        "settings": lambda one: (one / "config.yaml").write_text("other settings"),
        "half": lambda one: (one / "hall.db").unlink(),
        "manifest": lambda one: (one / "manifest.json").write_text('{"format": 1}'),
        "nothing": shutil.rmtree,
    }
    for name, spoil in spoilings.items():
        shutil.copytree(copy, tmp_path / name)
        spoil(tmp_path / name)
        with pytest.raises(CopyBroken):
            restore(empty.config, empty.file, tmp_path / name, office.now)
        assert not (empty.folder / "hall.db").exists(), name


def test_restore_overwrites_no_hall_and_believes_no_clock_behind_the_copy(place: PlaceAt):
    here, empty = place("here"), place("empty")
    office = Office(here.opened())
    office.takes()
    copy = here.copy(office)
    with pytest.raises(HallIsThere):
        restore(here.config, here.file, copy, office.now)
    assert office.takes().label == "A002"
    with pytest.raises(ClockBehindCopy):
        restore(empty.config, empty.file, copy, office.now - timedelta(minutes=1))


@pytest.mark.postgres
def test_restore_overwrites_no_hall_on_postgresql(place: PlaceAt, postgres_url: str):
    here, there = place("here"), place("there", postgres_url)
    copy = here.copy(Office(here.opened()))
    Office(there.opened())
    with pytest.raises(HallIsThere):
        restore(there.config, there.file, copy, MORNING)


def test_the_newest_copies_are_kept_and_a_broken_one_leaves_nothing_behind(place: PlaceAt):
    here = place("here")
    office = Office(here.opened())
    made = [here.copy(office.later(minutes=1), keep=2) for _ in range(4)]
    assert sorted((here.folder / "copies").iterdir()) == made[2:]
    here.file.unlink()
    with pytest.raises(FileNotFoundError):
        here.copy(office.later(minutes=1), keep=2)
    assert sorted((here.folder / "copies").iterdir()) == made[2:]


@pytest.mark.parametrize(
    ("known", "a_minute", "minutes", "next_number"),
    [(0, 10, 0, 101), (57, 10, 5, 201), (100, 10, 60, 701), (999, 30, 120, 4601)],
)
def test_the_gap_grows_with_the_time_since_the_copy(
    known: int, a_minute: int, minutes: float, next_number: int
):
    assert first_after(known, a_minute, minutes) == next_number


@pytest.mark.parametrize(("minutes", "due"), [(-1, True), (0, False), (59, False), (60, True), (3000, True)])
def test_a_copy_is_due_an_hour_after_the_last(place: PlaceAt, minutes: float, due: bool):
    here = place("here")
    office = Office(here.opened())
    copy = here.copy(office)
    server = Server(here.config, here.folder, office.database, office._books, b"")
    assert Copies(server).is_due(copy.parent, office.now + timedelta(minutes=minutes)) is due
    assert Copies(server).is_due(here.folder / "nowhere", office.now)


def test_the_manifest_says_nothing_of_the_secret_but_which_it_is(place: PlaceAt):
    here, there = place("here"), place("there")
    for one in (here, there):
        secret = one.folder / one.config.server.secret_file
        secret.parent.mkdir()
        secret.write_bytes(b"thirty-two bytes that nobody knows")
    copy = here.copy(Office(here.opened()))
    assert b"thirty-two" not in b"".join(one.read_bytes() for one in copy.iterdir())
    assert json.loads((copy / "manifest.json").read_text())["secret"]
    assert restore(there.config, there.file, copy, MORNING).same_secret is True
