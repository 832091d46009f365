"""The standards of a hall as config.yaml gives them (handbook 10): each row one indicator, for whom, against
which target, over which period, who answers for it, and since when this version holds.

A row that is changed gets a higher `version` and a `since`; the older one stays in the file, so that a past
day is judged by what held then. Named by hall/config_model.py, judged by hall/rules/standards.py.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from hall.config_values import Code, Minutes, checked_by, wrong

Judged = Literal[
    "wait_target_rate",
    "elderly_target_rate",
    "p90_wait_seconds",
    "longest_wait_seconds",
    "mean_service_seconds",
    "window_open_rate",
    "load_imbalance",
    "rating_coverage",
    "mean_grade",
    "overtime",
    "missed",
    "abandoned",
    "second_visits",
    "negative",
    "rectified_on_time",
    "mystery_score",
]
Scope = Literal["hall", "department", "business", "window", "clerk"]
Period = Literal["day", "week", "month"]
Hour = Annotated[int, Field(ge=0, le=23)]


class StandardConfig(BaseModel):
    """One row. Shares are between 0 and 1, durations in seconds, the rest are counts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Code
    name: str = ""
    name_en: str = ""
    indicator: Judged
    scope: Scope = "hall"
    hours: Literal["all", "busy", "idle"] = "all"
    at_least: Annotated[float, Field(ge=0)] | None = None
    at_most: Annotated[float, Field(ge=0)] | None = None
    period: Period = "day"
    owner: str = ""
    owner_en: str = ""
    version: Annotated[int, Field(ge=1)] = 1
    since: date | None = None

    @model_validator(mode="after")
    def _has_one_target(self) -> "StandardConfig":
        if (self.at_least is None) == (self.at_most is None):
            raise wrong("standard_without_target", standard=self.id)
        return self


DEFAULTS = (
    StandardConfig(id="wait-target", indicator="wait_target_rate", at_least=0.9),
    StandardConfig(id="wait-target-busy", indicator="wait_target_rate", at_least=0.9, hours="busy"),
    StandardConfig(id="wait-target-idle", indicator="wait_target_rate", at_least=0.9, hours="idle"),
    StandardConfig(id="elderly-target", indicator="elderly_target_rate", at_least=0.95),
    StandardConfig(id="rating-coverage", indicator="rating_coverage", at_least=0.4),
    StandardConfig(id="window-open", indicator="window_open_rate", at_least=0.7),
    StandardConfig(id="overtime", indicator="overtime", at_most=0),
    StandardConfig(id="rectified", indicator="rectified_on_time", at_least=1, period="month"),
)
"""等候达标率 ≥ 90 % within the promise (15 min unless a business says otherwise), of the elderly ≥ 95 %
within theirs (5 min), 40 % of visits rated, windows open 70 % of the hours, no overtime case, all
rectifications of the month on time.
"""


class Standards(BaseModel):
    """Which hours are busy ones, how long a service may last, in how many working days what went wrong is
    rectified, and the table.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    busy_hours: tuple[Hour, ...] = (9, 10, 14, 15)
    overtime_minutes: Minutes = 30
    rectify_working_days: Annotated[int, Field(ge=1, le=60)] = 5
    rows: tuple[StandardConfig, ...] = DEFAULTS

    @model_validator(mode="after")
    def _no_row_twice(self) -> "Standards":
        seen: set[tuple[str, int]] = set()
        for row in self.rows:
            if (row.id, row.version) in seen:
                raise wrong("standard_twice", standard=row.id, version=row.version)
            seen.add((row.id, row.version))
        return self


class ReportFiles(BaseModel):
    """Where each day's reports are written by themselves, from when on, and which; nowhere without a
    folder.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    folder: str | None = None
    at: Annotated[str, checked_by(r"([01]\d|2[0-3]):[0-5]\d", "bad_time_of_day")] = "18:30"
    cuts: tuple[Literal["hall", "department", "business", "window", "clerk", "hour"], ...] = (
        "business",
        "window",
    )
    kinds: tuple[Literal["xlsx", "csv"], ...] = ("xlsx",)


def report_files_of(settings: Mapping[str, Any]) -> ReportFiles:
    """The same as standards_of, for the files."""
    return ReportFiles.model_validate(settings.get("report_files", {}))


def standards_of(settings: Mapping[str, Any]) -> Standards:
    """The standards in a hall's stored settings; the defaults where it was stored before there were any."""
    return Standards.model_validate(settings.get("standards", {}))
