"""Make one copy of a running hall and let go of the oldest ones. A process of its own does it: `python -m
hall backup`, which hall/backup/schedule.py starts as well.
"""

import os
import shutil
import time
from datetime import datetime
from pathlib import Path

from hall.backup import manifest
from hall.backup.manifest import DATABASE, SETTINGS, Manifest
from hall.config_model import Config
from hall.events import iso
from hall.records import copying
from hall.records.copying import QUIET, Progress

UNFINISHED = ".unfinished-"
FORGOTTEN_SECONDS = 6 * 3600
"""No copy takes so long: what is unfinished since then was left by a process that is gone."""


def make(
    config: Config, file: Path, to: Path, keep: int | None, now: datetime, progress: Progress = QUIET
) -> Path:
    """A new copy of the hall of `config`, whose file is `file`, in the folder `to`; returns its own folder.
    The `keep` newest stay; None keeps all.

    It is put together beside its place and appears whole. Raises what copying raises, OSError.
    """
    to.mkdir(parents=True, exist_ok=True)
    _sweep(to)
    name = f"hall-{now:%Y%m%dT%H%M%S.%f}"[:-3] + "Z"
    draft = to / f"{UNFINISHED}{name}"
    draft.mkdir()
    try:
        url = config.server.database_url(file.parent)
        copying.copy_out(url, draft / DATABASE, progress)
        shutil.copyfile(file, draft / SETTINGS)
        _told(config, file, draft, now).write(draft)
        for one in draft.iterdir():
            _make_durable(one)
        draft.rename(to / name)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    for old in manifest.copies(to)[: -keep if keep else 0]:
        shutil.rmtree(old)
    return to / name


def _told(config: Config, file: Path, draft: Path, made_at: datetime) -> Manifest:
    engine = copying.engine_of(draft / DATABASE)
    try:
        with engine.connect() as connection:
            revision = copying.revision(connection)
            connection.exec_driver_sql("PRAGMA journal_mode=DELETE")
    finally:
        engine.dispose()
    return Manifest(
        format=manifest.FORMAT,
        made_at=iso(made_at),
        database=config.server.database.partition(":")[0],
        revision=revision,
        secret=manifest.fingerprint(file.parent / config.server.secret_file),
        files={
            name: {"sha256": manifest.checksum(draft / name), "bytes": (draft / name).stat().st_size}
            for name in (DATABASE, SETTINGS)
        },
    )


def _make_durable(file: Path) -> None:
    handle = os.open(file, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sweep(to: Path) -> None:
    for left in to.glob(f"{UNFINISHED}*"):
        if time.time() - left.stat().st_mtime > FORGOTTEN_SECONDS:
            shutil.rmtree(left, ignore_errors=True)
