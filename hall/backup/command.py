"""`python -m hall backup` and `python -m hall restore`, as they speak on the command line."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tqdm import tqdm

from hall.backup import make, manifest, restore
from hall.config_model import Config
from hall.i18n import terminal_words
from hall.records.copying import Progress
from hall.records.database import now_utc


def backup(config: Config, file: Path, to: str | None, keep: int | None) -> int:
    """Makes a copy and prints where it lies; 1 with a sentence when it cannot."""
    words = terminal_words()
    place = Path(to) if to else config.backup.place(file.parent)
    try:
        with _bar(words("backup.copying")) as progress:
            made = make.make(config, file, place, keep, now_utc(), progress)
    except OSError as error:
        print(
            words("backup.failed", why=f"{error.strerror or error}: {error.filename or place}"),
            file=sys.stderr,
        )
        return 1
    size = sum(one["bytes"] for one in manifest.read(made).files.values())
    print(words("backup.made", place=made, megabytes=f"{size / 1e6:.1f}"))
    return 0


def settings_from(copy: Path, file: Path) -> None:
    """On a machine that has no settings yet, the copy's own become its settings."""
    source = copy / manifest.SETTINGS
    if not file.exists() and source.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, file)
        print(terminal_words()("restore.settings", file=file))


def bring_back(config: Config, file: Path, copy: Path) -> int:
    """Restores and says what the people of the hall have to know."""
    words = terminal_words()
    with _bar(words("restore.restoring")) as progress:
        done = restore.restore(config, file, copy, now_utc(), progress)
    for hall in config.halls:
        zone_time = done.made_at.astimezone().strftime("%Y-%m-%d %H:%M:%S")
        print(words("restore.done", hall=hall.name, time=zone_time))
        for gap in done.gaps.get(hall.id, []):
            known = f"{gap.prefix}{gap.known:03d}" if gap.known else "–"
            print(words("restore.next", known=known, next=f"{gap.prefix}{gap.next:03d}"))
    print(words("restore.papers"))
    if done.same_secret is not True:
        key = "restore.no_secret" if done.same_secret is None else "restore.other_secret"
        print(words(key, file=file.parent / config.server.secret_file))
    return 0


@contextmanager
def _bar(title: str) -> Iterator[Progress]:
    """A bar for what takes longer than a moment."""
    with tqdm(total=100, desc=title, unit="%", delay=2, leave=False) as bar:

        def tell(share: float) -> None:
            bar.update(round(100 * share) - bar.n)

        yield tell
