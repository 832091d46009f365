"""A hall's alerts as config.yaml gives them (handbook 11): from which value on each indicator is yellow,
orange and red, whom it is told, how often, and when those above hear of it. Named by hall/config_model.py,
decided by hall/rules/alerts.py, measured by hall/records/readings.py, where each indicator's unit stands.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from hall.config_values import Minutes, WebUrl, wrong
from hall.rules.alerts import Level, Thresholds, Timing

Loudness = Literal["yellow", "orange", "red"]
Role = Literal["clerk", "guide", "manager", "administrator"]
Bound = Annotated[float, Field(gt=0)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ThresholdConfig(_Part):
    """Strictly rising."""

    yellow: Bound
    orange: Bound
    red: Bound
    hysteresis: Annotated[float, Field(ge=0, le=0.5)] = 0.1

    @model_validator(mode="after")
    def _rises(self) -> "ThresholdConfig":
        if not self.yellow < self.orange < self.red:
            raise wrong("thresholds_not_rising")
        return self


class WebhookConfig(_Part):
    """An address that is told by POST. With a `secret` the body is signed (X-Hall-Signature: sha256=…)."""

    url: WebUrl
    levels: tuple[Loudness, ...] = ("orange", "red")
    secret: str | None = None


class Recipients(_Part):
    """Whose pages show an alert of each level."""

    yellow: tuple[Role, ...] = ("manager",)
    orange: tuple[Role, ...] = ("manager", "guide")
    red: tuple[Role, ...] = ("manager", "guide")
    escalated: tuple[Role, ...] = ("administrator",)


def _bounds(yellow: float, orange: float, red: float) -> ThresholdConfig:
    return ThresholdConfig(yellow=yellow, orange=orange, red=red)


class Indicators(_Part):
    """Each may be given other thresholds or null, which turns it off."""

    longest_wait: ThresholdConfig | None = _bounds(1, 2, 3)
    over_target: ThresholdConfig | None = _bounds(0.1, 0.2, 0.3)
    no_window: ThresholdConfig | None = _bounds(1, 4, 10)
    window_saturation: ThresholdConfig | None = _bounds(6, 10, 15)
    hall_saturation: ThresholdConfig | None = _bounds(4, 7, 10)
    overtime_serving: ThresholdConfig | None = _bounds(3, 4, 6)
    abandonment: ThresholdConfig | None = _bounds(0.05, 0.1, 0.2)
    missed: ThresholdConfig | None = _bounds(0.15, 0.25, 0.4)
    negative_rating: ThresholdConfig | None = _bounds(1, 2, 3)
    unbroken_work: ThresholdConfig | None = _bounds(2, 2.5, 3)
    device_offline: ThresholdConfig | None = _bounds(3, 10, 30)
    paper_low: ThresholdConfig | None = _bounds(1, 2, 3)
    device_trouble: ThresholdConfig | None = _bounds(1, 2, 3)


class Alerts(_Part):
    """What stands under `alerts:` of a hall."""

    indicators: Indicators = Indicators()
    repeat_minutes: Minutes = 10
    escalate_minutes: Minutes = 15
    escalate_from: Loudness = "orange"
    sound_from: Loudness | None = "orange"
    recipients: Recipients = Recipients()
    webhooks: tuple[WebhookConfig, ...] = ()

    def thresholds(self) -> dict[str, Thresholds]:
        """Of every indicator that is not turned off, as the rules take them."""
        return {
            name: Thresholds(one.yellow, one.orange, one.red, one.hysteresis)
            for name in Indicators.model_fields
            if (one := getattr(self.indicators, name)) is not None
        }

    def timing(self) -> Timing:
        return Timing(
            timedelta(minutes=self.repeat_minutes),
            timedelta(minutes=self.escalate_minutes),
            Level[self.escalate_from.upper()],
        )

    def roles(self, level: Level, escalated: bool) -> frozenset[str]:
        """Whose pages show an alert of this level."""
        told = frozenset(getattr(self.recipients, level.name.lower()))
        return told | frozenset(self.recipients.escalated) if escalated else told


def alerts_of(settings: Mapping[str, Any]) -> Alerts:
    """The alerts of a hall whose configuration a book holds."""
    return Alerts.model_validate(settings.get("alerts") or {})
