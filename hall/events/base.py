"""What every event has, how it is told, and who is told which part of it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

STAFF_ONLY = frozenset(
    {
        "visitor_class",
        "reason",
        "note",
        "account_id",
        "role",
        "device",
        "after_lease",
        "indicator",
        "scope",
        "level",
        "why",
        "numbers",
        "unused",
        "added",
        "removed",
        "stand_in_id",
        "clerk_id",
    }
)
NOT_TOLD = frozenset({"grade", "rectify_by"})
"""Kept in the journal and told to no screen: the rated clerk never sees who rated how, nor that it was so
badly that something is to be rectified.
"""


@dataclass(frozen=True)
class Event:
    """Base of all events. `type` is the class name in snake case and what the journal and Socket.IO carry."""

    @classmethod
    def type(cls) -> str:
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    def data(self) -> dict[str, Any]:
        """The fields as JSON values; those that are None are left out."""
        values = ((field.name, getattr(self, field.name)) for field in fields(self))
        return {name: json_value(value) for name, value in values if value is not None}


def kinds(base: type[Event] = Event) -> Iterator[type[Event]]:
    """Every event that is recorded: the classes that no other builds upon, in the order of their list."""
    for kind in base.__subclasses__():
        if kind.__subclasses__():
            yield from kinds(kind)
        else:
            yield kind


def moment_of(at: datetime, data: Mapping[str, Any]) -> datetime:
    """When an event of the journal happened: at the moment it was recorded, unless it was entered afterwards
    and says so itself.
    """
    return datetime.fromisoformat(data["happened_at"]) if "happened_at" in data else at


def json_value(value: Any) -> Any:
    return iso(value) if isinstance(value, datetime) else value


def iso(moment: datetime) -> str:
    """A UTC moment as ISO 8601 with milliseconds and Z, as every JSON of the hall writes it."""
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


@dataclass(frozen=True)
class Recorded:
    """One journal row as it is told to the screens."""

    hall_id: int
    seq: int
    at: datetime
    type: str
    data: dict[str, Any]

    def public(self) -> dict[str, Any]:
        """What boards and visitors get."""
        return self._without(STAFF_ONLY | NOT_TOLD)

    def staff(self) -> dict[str, Any]:
        """What clerks and managers get."""
        return self._without(NOT_TOLD)

    def _without(self, names: frozenset[str]) -> dict[str, Any]:
        data = {name: value for name, value in self.data.items() if name not in names}
        return {"seq": self.seq, "at": iso(self.at), "type": self.type, **data}
