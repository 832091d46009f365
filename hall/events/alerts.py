"""Of the duty manager's alerts."""

from dataclasses import dataclass

from hall.events.base import Event


@dataclass(frozen=True)
class AlertEvent(Event):
    """An alert of one indicator of one place: a business's code, a window's number, a device's code or ""."""

    alert: int
    indicator: str
    scope: str
    level: str


@dataclass(frozen=True)
class AlertTold(AlertEvent):
    """An alert rose, grew worse, was told again or went up to those above: its recipients' pages say so."""

    change: str


@dataclass(frozen=True)
class AlertChanged(AlertEvent):
    """An alert rose again, or eased, and nobody is called out for it."""

    change: str


@dataclass(frozen=True)
class AlertAcknowledged(AlertEvent):
    """Somebody took it on."""

    account_id: int


@dataclass(frozen=True)
class AlertEnded(AlertEvent):
    """What it warned of is over."""
