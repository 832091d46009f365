"""Standards as rules (handbook 10): an indicator against its target, red or green.

Which rows a hall has stands in its configuration (hall/config_standards.py); what they are held against
comes from hall/rules/figures.py. Called by hall/reporting.
"""

from collections.abc import Iterable
from datetime import date
from typing import Protocol, TypeVar

EVIDENCE = {
    "wait_target_rate": "late",
    "elderly_target_rate": "elderly_late",
    "p90_wait_seconds": "late",
    "longest_wait_seconds": "late",
    "mean_service_seconds": "overtime",
    "overtime": "overtime",
    "rating_coverage": "unrated",
    "mean_grade": "negative",
    "negative": "negative",
    "missed": "missed",
    "abandoned": "abandoned",
    "second_visits": "second_visits",
}
"""Which counted facts (hall/rules/tally.py) broke a standard of each indicator."""

CASES = frozenset({"rectified_on_time", "mystery_score"})
"""Indicators broken by rectifications or mystery visits. Of the rest, which are about windows, there are no
tickets to show, only the windows themselves.
"""


class Versioned(Protocol):
    """A row of the table, in one version."""

    @property
    def id(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def since(self) -> date | None: ...


Row = TypeVar("Row", bound=Versioned)


def in_force(rows: Iterable[Row], day: date) -> list[Row]:
    """Of each standard the version that holds on a day, in the order of the table."""
    holding: dict[str, Row] = {}
    for row in rows:
        known = holding.get(row.id)
        begun = row.since is None or row.since <= day
        if begun and (known is None or row.version > known.version):
            holding[row.id] = row
    return list(holding.values())


def is_met(value: float | None, at_least: float | None, at_most: float | None) -> bool | None:
    """Whether a value keeps to its target; None where there is no value."""
    if value is None:
        return None
    if at_least is not None:
        return value >= at_least
    return at_most is None or value <= at_most


def all_met(results: Iterable[bool | None]) -> bool | None:
    """Whether all that can be judged are met; None where nothing can be."""
    judged = [one for one in results if one is not None]
    return all(judged) if judged else None
