"""The floor plan of a hall as config.yaml gives it: zones as areas, windows in rows of counters, and what
else stands there, on a grid whose unit is one counter wide.

Named by hall/config_model.py; what its parts mean to one another is checked in hall/config_floor_checks.py,
and hall/rules/floor.py makes the plan that screens draw of it.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from hall.config_values import wrong
from hall.rules.floor import Box, Mark, Plan, Spot, along, tidy_plan, window_numbers

MOST = 200
"""Units a plan may be long or wide: more could not be read on any screen."""


def _pair(value: Any) -> Any:
    whole = isinstance(value, list | tuple) and all(
        isinstance(one, int) and not isinstance(one, bool) for one in value
    )
    if not whole or len(value) != 2:
        raise wrong("floor_pair", value=str(value)[:40])
    return tuple(value)


def _windows(value: Any) -> Any:
    if window_numbers(value) is None:
        raise wrong("floor_windows", value=str(value)[:40])
    return value


At = Annotated[
    tuple[Annotated[int, Field(ge=0, le=MOST)], Annotated[int, Field(ge=0, le=MOST)]], BeforeValidator(_pair)
]
Size = Annotated[
    tuple[Annotated[int, Field(ge=1, le=MOST)], Annotated[int, Field(ge=1, le=MOST)]], BeforeValidator(_pair)
]


class FloorPart(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FloorZone(FloorPart):
    """The area of a zone: its upper left corner, and how wide and high it is."""

    zone: str
    at: At
    size: Size


class FloorRow(FloorPart):
    """A row of counters: the first stands at `at`, the next beside it, the way the row runs. `windows`:
    numbers, and spans such as "24-51".
    """

    windows: tuple[Annotated[int | str, BeforeValidator(_windows)], ...]
    at: At
    runs: Literal["right", "left", "down", "up"] = "right"


class FloorMark(FloorPart):
    """What helps to find one's way: a door, a kiosk, a board, seats, the guide's desk."""

    kind: Literal["door", "kiosk", "board", "seats", "desk"]
    at: At
    size: Size = (1, 1)


class Floor(FloorPart):
    """The plan; every window of the hall has its place on it."""

    size: Size
    zones: tuple[FloorZone, ...]
    rows: tuple[FloorRow, ...]
    marks: tuple[FloorMark, ...] = ()


def floor_of(settings: Mapping[str, Any], windows_of_zone: Mapping[str, list[int]]) -> Plan:
    """The plan in a hall's stored settings; a tidy one where there is none. `windows_of_zone`: zone code →
    the numbers of its windows.
    """
    given = settings.get("floor")
    if given is None:
        return tidy_plan(windows_of_zone)
    floor = Floor.model_validate(given)
    places: dict[int, Spot] = {}
    for row in floor.rows:
        numbers = [number for one in row.windows for number in window_numbers(one) or ()]
        places.update(zip(numbers, along(Spot(*row.at), row.runs), strict=False))
    return Plan(
        *floor.size,
        zones={one.zone: Box(*one.at, *one.size) for one in floor.zones},
        windows=places,
        marks=tuple(Mark(one.kind, Box(*one.at, *one.size)) for one in floor.marks),
    )
