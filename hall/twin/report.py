"""What `twin run` and `twin replay` print and write: tables for people, the same as JSON for programs."""

from collections.abc import Mapping, Sequence
from typing import Any
from unicodedata import east_asian_width

from hall.i18n import Words
from hall.rules.tickets import VisitorClass
from hall.twin.day import Outcome
from hall.twin.measures import EVERYBODY, Figure, Group, Summary
from hall.twin.model import Hall

_MINUTES = ("mean", "p50", "p90", "p95", "longest")
_BUSINESS_HEAD = (
    "twin.business",
    "twin.class",
    "twin.visitors",
    *(f"twin.{one}" for one in _MINUTES),
    "twin.over_promise",
)
_DAY = (
    ("same_class_overtakes", 0),
    ("elderly_overtakes_per_ordinary", 2),
    ("guarantee_breaches", 0),
)


def policy_table(summaries: Sequence[Summary], words: Words) -> list[str]:
    """One line per policy; waits in minutes, shares in per cent, means over the seeds."""
    head = ["twin.policy", "twin.visitors", *(f"twin.{one}" for one in _MINUTES)]
    head += ["twin.over_promise", "twin.over_promise_elderly", *(f"twin.{name}" for name, _ in _DAY)]
    head += ["twin.utilisation", "twin.target_rate"]
    rows = [[words(one) for one in head]]
    for one in summaries:
        everybody = one.waits[EVERYBODY]
        elderly = one.waits.get((None, VisitorClass.ELDERLY), {})
        spread = _percent(one.figures["utilisation_spread"])
        rows.append(
            [
                words(f"twin.policy.{one.policy}"),
                _number(one.figures["visitors"], 0),
                *(_minutes(everybody[name]) for name in _MINUTES),
                _percent(everybody["over_promise"]),
                _percent(elderly.get("over_promise", Figure(None))),
                *(_number(one.figures[name], digits) for name, digits in _DAY),
                f"{_percent(one.figures['utilisation'])} ± {spread}",
                _percent(one.figures["target_rate"]),
            ]
        )
    return _aligned(rows)


def business_table(summary: Summary, hall: Hall, most: int, words: Words) -> list[str]:
    """One line per business and class of one policy, those that wait longest (by their 95 %) first; `most` 0
    gives all.
    """
    groups = _longest_first(summary)
    rows = [[words(one) for one in _BUSINESS_HEAD]]
    for group in groups[: most or None]:
        rows.append(_group_row(group, hall, summary, words, 1))
    left = len(groups) - (len(rows) - 1)
    return _aligned(rows) + ([words("twin.more", count=left)] if left else [])


def compared_table(summaries: Sequence[Summary], hall: Hall, most: int, words: Words) -> list[str]:
    """Per business and class one line for each of the summaries, those that wait longest in the first of them
    first; `most` 0 gives all.
    """
    groups = _longest_first(summaries[0])
    rows = [[words(one) for one in ("twin.policy", *_BUSINESS_HEAD)]]
    for group in groups[: most or None]:
        for one in summaries:
            if group in one.waits:
                rows.append([words(f"twin.policy.{one.policy}"), *_group_row(group, hall, one, words, 0)])
    left = max(0, len(groups) - most) if most else 0
    return _aligned(rows) + ([words("twin.more", count=left)] if left else [])


def outcome_table(summaries: Sequence[Summary], words: Words) -> list[str]:
    """How visits ended under each policy."""
    rows = [[words(one) for one in ("twin.policy", *(f"twin.ended.{one}" for one in Outcome))]]
    for one in summaries:
        counts = (_number(Figure(one.outcomes[outcome]), 0) for outcome in Outcome)
        rows.append([words(f"twin.policy.{one.policy}"), *counts])
    return _aligned(rows)


def _longest_first(summary: Summary) -> list[Group]:
    groups = [group for group in summary.waits if None not in group]
    return sorted(groups, key=lambda group: -(summary.waits[group]["p95"].mean or 0.0))


def _group_row(group: Group, hall: Hall, summary: Summary, words: Words, digits: int) -> list[str]:
    business_id, visitor_class = group
    waits = summary.waits[group]
    return [
        hall.businesses[business_id or 0].code,
        words(f"visitor_class.{visitor_class}"),
        _number(waits["asked"], digits),
        *(_minutes(waits[name]) for name in _MINUTES),
        _percent(waits["over_promise"]),
    ]


def as_json(hall: Hall, workload: str, seeds: Sequence[int], summaries: Sequence[Summary]) -> dict[str, Any]:
    """Everything measured; waits in seconds, each figure as mean and standard error over the seeds."""
    return {
        "hall": hall.code,
        "day": hall.day.isoformat(),
        "workload": workload,
        "seeds": list(seeds),
        "policies": policies_json(hall, summaries),
    }


def policies_json(hall: Hall, summaries: Sequence[Summary]) -> list[dict[str, Any]]:
    """One entry per policy, as in `as_json`."""
    return [
        {
            "policy": one.policy,
            "figures": _figures(one.figures),
            "outcomes": dict(one.outcomes),
            "waits_seconds": [
                {**_named(group, hall), **_figures(waits)} for group, waits in one.waits.items()
            ],
        }
        for one in summaries
    ]


def _named(group: Group, hall: Hall) -> dict[str, str | None]:
    business_id, visitor_class = group
    return {
        "business": None if business_id is None else hall.businesses[business_id].code,
        "visitor_class": None if visitor_class is None else visitor_class.value,
    }


def _figures(figures: Mapping[str, Figure]) -> dict[str, dict[str, float | None]]:
    return {name: {"mean": one.mean, "error": one.error} for name, one in figures.items()}


def _number(figure: Figure, digits: int) -> str:
    return "–" if figure.mean is None else f"{figure.mean:.{digits}f}"


def _minutes(figure: Figure) -> str:
    return "–" if figure.mean is None else f"{figure.mean / 60:.1f}"


def _percent(figure: Figure) -> str:
    return "–" if figure.mean is None else f"{figure.mean * 100:.1f}%"


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns under one another on a terminal, where a Chinese character is two wide; the first one left."""
    widths = [max(_width(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [" " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)]
        parts = [row[0] + cells[0], *(pad + cell for pad, cell in zip(cells[1:], row[1:], strict=True))]
        lines.append("  ".join(parts).rstrip())
    return lines


def _width(text: str) -> int:
    return sum(2 if east_asian_width(one) in "WF" else 1 for one in text)
