"""A hall's terms of work as config.yaml gives them: lunch, breaks, unbroken work, the week. Named by
hall/config_model.py, used by hall/rules/roster.py and the weekly plan.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from hall.config_values import Span
from hall.rules.calendar import parse_span
from hall.rules.roster import Terms


class RosterConfig(BaseModel):
    """`lunch` null: nobody rests at noon. `minimum`: business id → the least windows it must have, 1 where
    nothing is said.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    lunch: Span | None = "12:00-13:30"
    lunch_open: Annotated[float, Field(ge=0, le=1)] = 0.3
    break_minutes: Annotated[int, Field(ge=5, le=60)] = 10
    break_every_minutes: Annotated[int, Field(ge=30, le=480)] = 120
    longest_unbroken_minutes: Annotated[int, Field(ge=60, le=600)] = 150
    meal_minutes: Annotated[int, Field(ge=30, le=120)] = 30
    week_hours: Annotated[float, Field(gt=0, le=84)] = 40
    minimum: dict[str, Annotated[int, Field(ge=0, le=300)]] = Field(default_factory=dict)

    def terms(self) -> Terms:
        return Terms(
            lunch=parse_span(self.lunch) if self.lunch else None,
            lunch_open=self.lunch_open,
            break_minutes=self.break_minutes,
            break_every_minutes=self.break_every_minutes,
            longest_unbroken_minutes=self.longest_unbroken_minutes,
            meal_minutes=self.meal_minutes,
            week_minutes=round(60 * self.week_hours),
        )


def roster_of(settings: Mapping[str, Any]) -> RosterConfig:
    """The terms in a hall's stored settings; the defaults where it was stored before there were any."""
    return RosterConfig.model_validate(settings.get("roster", {}))
