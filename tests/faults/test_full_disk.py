"""No room is left: SQLite itself says so, nothing is half done, and with room again the hall goes on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event

from hall import setup
from hall.app import House, create_app
from hall.config_model import Config
from hall.events import WindowPaused
from hall.records import journal, migrate
from hall.records.database import Database
from hall.rules.errors import DiskFull
from tests.builders import settings
from tests.office import Office


class Disk:
    """A limit on the file's size, kept by SQLite itself: a write beyond it is a real SQLITE_FULL."""

    def __init__(self, engine) -> None:
        self.engine, self.pages = engine, 0
        event.listen(engine, "checkout", self.limit)

    def limit(self, connection, *_) -> None:
        connection.execute(f"PRAGMA max_page_count = {self.pages or 2**30}")

    def fill(self) -> None:
        with self.engine.connect() as connection:
            self.pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()

    def clean(self) -> None:
        self.pages = 0


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    config = Config.model_validate(settings())
    made = create_app(config, tmp_path)
    setup.prepare(made.server)
    yield made
    made.stop()
    made.server.database.engine.dispose()


def test_a_full_disk_is_said_and_what_was_given_out_before_stands(house: House):
    disk, client = Disk(house.server.database.engine), house.app.test_client()
    token = setup.new_token(house.server.database, "test", "kiosk-1")
    headers = {"Authorization": f"Bearer {token}"}

    def take(key: str):
        wish = {"business": "social", "device_print": False}
        return client.post(
            "/api/v1/halls/test/tickets", json=wish, headers={**headers, "Idempotency-Key": key}
        )

    def events() -> list[int]:
        with house.server.database.read() as connection:
            return [one.seq for one in journal.after(connection, 1, 0, 100_000)]

    given = [take("first").json["ticket"]["label"]]
    disk.fill()
    for turn in range(500):  # what room is left on the last pages is used up
        answer = take(f"full-{turn}")
        if answer.status_code != 201:
            break
        given.append(answer.json["ticket"]["label"])
    before = events()
    for key in (f"full-{turn}", "more"):
        answer = take(key)
        assert (answer.status_code, answer.json["code"]) == (503, "disk_full")
        assert answer.content_type == "application/problem+json"
        assert "磁盘已满" in answer.json["detail"]
        assert int(answer.headers["Retry-After"]) > 0
    assert client.get("/api/v1/halls/test/board").status_code == 200
    assert events() == before == list(range(1, len(before) + 1))
    disk.clean()
    again = take(f"full-{turn}").json["ticket"]["label"]
    assert again == f"A{len(given) + 1:03d}"
    assert given == [f"A{number:03d}" for number in range(1, len(given) + 1)]
    assert take(f"full-{turn}").json["ticket"]["label"] == again


def test_a_full_disk_in_the_middle_of_an_action_takes_all_of_it_back(tmp_path: Path):
    database = Database(f"sqlite:///{(tmp_path / 'hall.db').as_posix()}")
    migrate.upgrade(database.engine)
    office, disk = Office(database), Disk(database.engine)
    office.takes()
    before = office.dump()
    disk.fill()

    def too_much(tx, book):
        for _ in range(2000):
            tx.record(WindowPaused(1, "x" * 300))

    with pytest.raises(DiskFull):
        office.does("clerk1", too_much)
    assert office.dump() == before
    disk.clean()
    assert office.takes().label == "A002"
    database.engine.dispose()
