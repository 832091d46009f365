"""What lies in a copy's folder: hall.db, config.yaml and manifest.json, which says when it was made and holds
the checksum of each. A folder without a manifest is no copy: the manifest is written last.

The server's secret is not in a copy. It signs the sessions and keys the hashes of identity numbers: whoever
found both could find out who was in the hall. The manifest holds its fingerprint, so that `restore` can say
whether the secret that is there is the one that belongs to the copy.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from hall.rules.errors import CopyBroken

FORMAT = 1
DATABASE, SETTINGS, MANIFEST = "hall.db", "config.yaml", "manifest.json"
CHUNK = 1 << 20


@dataclass(frozen=True)
class Manifest:
    """`made_at` is the moment of the copy (ISO, UTC); `files` are checksums and sizes by name."""

    format: int
    made_at: str
    database: str
    revision: str | None
    secret: str | None
    files: dict[str, dict[str, Any]]

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.made_at)

    def write(self, folder: Path) -> None:
        text = json.dumps(asdict(self), indent=2, ensure_ascii=False)
        (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def read(folder: Path) -> Manifest:
    """Raises CopyBroken for what is no whole copy."""
    try:
        said = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        found = Manifest(**said)
        known = found.format == FORMAT and DATABASE in found.files and found.moment is not None
    except (OSError, ValueError, TypeError) as error:
        raise CopyBroken(why=str(error)) from error
    if not known:
        raise CopyBroken(why=f"format {found.format}")
    return found


def verify(folder: Path, manifest: Manifest) -> None:
    """Reads every file and compares its checksum. Raises CopyBroken."""
    for name, told in manifest.files.items():
        try:
            same = checksum(folder / name) == told["sha256"]
        except OSError as error:
            raise CopyBroken(why=str(error)) from error
        if not same:
            raise CopyBroken(why=f"{name}: SHA-256")


def checksum(file: Path) -> str:
    found = sha256()
    with file.open("rb") as content:
        while chunk := content.read(CHUNK):
            found.update(chunk)
    return found.hexdigest()


def fingerprint(secret_file: Path) -> str | None:
    """What tells one secret from another and gives nothing of it away; None where there is none."""
    try:
        return sha256(b"hall secret fingerprint\n" + secret_file.read_bytes()).hexdigest()[:16]
    except OSError:
        return None


def copies(folder: Path) -> list[Path]:
    """The whole copies in a folder, the oldest first: their names are the moments they were made at."""
    return sorted(one.parent for one in folder.glob(f"hall-*/{MANIFEST}"))
