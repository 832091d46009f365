"""Of the hall as a whole."""

from dataclasses import dataclass
from datetime import datetime

from hall.events.base import Event


@dataclass(frozen=True)
class BackupNamed(Event):
    """The AB post of a window or a business: who takes over there; nobody any more without an account."""

    window: int | None = None
    business: str | None = None
    account_id: int | None = None


@dataclass(frozen=True)
class HallConfigured(Event):
    """A new configuration is in force."""

    settings_version: int


@dataclass(frozen=True)
class HallRestored(Event):
    """The hall came back from a copy made at that moment; what happened since is lost to it."""

    copied_at: datetime
