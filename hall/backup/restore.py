"""Bring a hall up from a copy, here or on another machine: `python -m hall restore COPY`.

The copy itself is only read. A working copy of it is brought to today's tables and its numbers are moved on
(hall/actions/restored.py); then it becomes the settings' database, at once or not at all.
"""

import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy import make_url, select

from hall.actions import restored
from hall.actions.restored import Gap
from hall.backup import manifest
from hall.backup.manifest import DATABASE
from hall.config_model import Config
from hall.records import copying, migrate
from hall.records.book import read_book
from hall.records.copying import QUIET, Progress
from hall.records.database import Database
from hall.records.tables import halls
from hall.rules.errors import ClockBehindCopy, HallIsThere


@dataclass(frozen=True)
class Restored:
    """`gaps` by the hall's code; `same_secret`: the secret that is there is the copy's own (None: there is
    none yet).
    """

    made_at: datetime
    gaps: dict[str, list[Gap]]
    same_secret: bool | None


def restore(config: Config, file: Path, copy: Path, now: datetime, progress: Progress = QUIET) -> Restored:
    """Makes the hall of `config`, whose file is `file`, from a copy.

    Raises CopyBroken; HallIsThere when something is there already; ClockBehindCopy when by this machine's
    clock the copy has yet to be made.
    """
    told = manifest.read(copy)
    manifest.verify(copy, told)
    url = config.server.database_url(file.parent)
    if not copying.is_empty(url):
        raise HallIsThere()
    if now < told.moment:
        raise ClockBehindCopy(made_at=told.made_at)
    place = make_url(url)
    is_file = place.get_backend_name() == "sqlite"
    home = Path(place.database or "").parent if is_file else None
    if home is not None:
        home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restoring-", dir=home) as folder:
        working = Path(folder) / DATABASE
        shutil.copyfile(copy / DATABASE, working)
        copying.check(working)
        gaps = _come_back(working, told.moment, now)
        if is_file:
            progress(1.0)
            working.rename(Path(place.database or ""))
        else:
            copying.copy_in(working, url, progress)
    secret = manifest.fingerprint(file.parent / config.server.secret_file)
    return Restored(told.moment, gaps, None if secret is None else secret == told.secret)


def _come_back(working: Path, made_at: datetime, now: datetime) -> dict[str, list[Gap]]:
    database = Database(f"sqlite:///{working.as_posix()}", clock=lambda: now)
    try:
        migrate.upgrade(database.engine)
        with database.read() as connection:
            codes = connection.execute(select(halls.c.code).order_by(halls.c.id)).scalars().all()
            books = [read_book(connection, code) for code in codes]
        gaps = {
            book.code: database.write(book.id, partial(restored.come_back, book=book, copied_at=made_at))
            for book in books
        }
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode=DELETE")
        return gaps
    finally:
        database.engine.dispose()
