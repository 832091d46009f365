"""The answers about alerts, for the OpenAPI document."""

from typing import Any, Literal

from pydantic import Field

from hall.web.api.answers import Answer, Moment

Loudness = Literal["yellow", "orange", "red"]


class AlertPlace(Answer):
    """Where: the hall, a business, a window or a device."""

    kind: Literal["hall", "business", "window", "device"]
    name: str
    name_en: str


class AlertCard(Answer):
    """One alert. What `value` and `detail` say depends on the indicator."""

    id: int
    indicator: str
    scope: str = Field(description="a business's code, a window's number, a device's code; empty: the hall")
    place: AlertPlace
    level: Loudness
    worst_level: Loudness
    value: float
    detail: dict[str, Any]
    raised_at: Moment
    told_at: Moment
    measured_at: Moment = Field(description="when `value` and `detail` were so")
    acknowledged_at: Moment | None
    acknowledged_by: str | None
    note: str | None
    escalated: bool = Field(description="nobody took it in time, so those above are told too")
    ended_at: Moment | None


class AlertList(Answer):
    """The alerts of the asker's role."""

    seq: int
    now: Moment
    sound_from: Loudness | None = Field(description="from this level on a page also sounds")
    alerts: list[AlertCard]
