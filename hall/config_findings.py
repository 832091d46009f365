"""A mistake found in config.yaml, and how the checks walk the plain data of the file.

Used by hall/config_checks.py, hall/config_floor_checks.py and hall/twin/workloads.py; hall/config.py finds
the line and says the sentence.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

Where = tuple[str | int, ...]


@dataclass(frozen=True)
class Finding:
    """One mistake: where in the data, and which sentence of config.po says it. `at_key`: it is the key there
    that is mistaken, not its value.
    """

    where: Where
    reason: str
    params: dict[str, object] = field(default_factory=dict)
    first: Where | None = None  # for what is named twice: where it was named before
    at_key: bool = False


Entry = tuple[Where, dict[str, Any]]


def entries_of(data: object, where: Where, key: str) -> list[Entry]:
    """The mappings of the list data[key], each with its place."""
    rows = data.get(key) if isinstance(data, dict) else None
    if not isinstance(rows, list):
        return []
    return [((*where, key, index), row) for index, row in enumerate(rows) if isinstance(row, dict)]


def values_of(entries: list[Entry], key: str) -> list[str]:
    return [row[key] for _, row in entries if isinstance(row.get(key), str)]


def unless_known(
    where: Where, value: object, known: list[str], reason: str, at_key: bool = False
) -> Iterator[Finding]:
    """A finding where `value` is a text that is none of the known ones; with the nearest of them, if any."""
    if not isinstance(value, str) or value in known:
        return
    nearest = get_close_matches(value, known, n=1, cutoff=0.5)
    if nearest:
        yield Finding(where, f"{reason}_nearest", {"value": value, "nearest": nearest[0]}, at_key=at_key)
    else:
        yield Finding(where, reason, {"value": value}, at_key=at_key)
