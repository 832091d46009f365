"""Copies of the running hall as config.yaml orders them: where to, how often, how many are kept. Named by
hall/config_model.py, made by hall/backup.
"""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from hall.config_values import Text

DEFAULT_FOLDER = "var/backup"
"""Where `python -m hall backup` puts a copy when nobody says."""


class Backup(BaseModel):
    """No copy is made by itself without a `folder`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    folder: Text | None = None
    every_minutes: Annotated[int, Field(ge=1)] = 60
    keep: Annotated[int, Field(ge=1)] = 48

    def place(self, folder: Path) -> Path:
        """The folder of the copies; a relative one starts at `folder`, the settings file's."""
        return folder / (self.folder or DEFAULT_FOLDER)
