"""The floor of a hall as screens draw it: areas of zones, a place for every window, seats, doors and kiosks,
on a grid whose unit is one counter wide; and which zone a business is at home in.

`tidy_plan` makes a plan where config.yaml gives none (hall/config_floor.py reads the one it gives). Asked by
hall/screens/floor.py and hall/screens/overview.py; pure.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from math import ceil, sqrt
from typing import NamedTuple

WIDE = 1.5
"""How much wider than high a tidy plan wants to be, as screens are."""
LONGEST_ROW = 12
"""Counters in one row of a tidy plan."""

_STEPS = {"right": (1, 0), "left": (-1, 0), "down": (0, 1), "up": (0, -1)}


class Spot(NamedTuple):
    """One unit of the grid, counted from the upper left corner."""

    x: int
    y: int


class Box(NamedTuple):
    """Some units of it."""

    x: int
    y: int
    width: int
    height: int

    def holds(self, spot: Spot) -> bool:
        return self.x <= spot.x < self.x + self.width and self.y <= spot.y < self.y + self.height

    def overlaps(self, other: "Box") -> bool:
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )

    def within(self, width: int, height: int) -> bool:
        """Whether it lies on a plan of this size."""
        return self.x >= 0 and self.y >= 0 and self.x + self.width <= width and self.y + self.height <= height


class Mark(NamedTuple):
    """`kind`: door | kiosk | board | seats | desk."""

    kind: str
    box: Box


@dataclass(frozen=True)
class Plan:
    """`zones` by code, `windows` by number."""

    width: int
    height: int
    zones: Mapping[str, Box]
    windows: Mapping[int, Spot]
    marks: Sequence[Mark] = ()


def window_numbers(written: object) -> range | None:
    """The windows that 7 or "24-51" means; None where it means none."""
    if isinstance(written, int) and not isinstance(written, bool):
        return range(written, written + 1)
    span = re.fullmatch(r"\s*(\d{1,4})\s*-\s*(\d{1,4})\s*", written) if isinstance(written, str) else None
    if span is None or int(span[1]) > int(span[2]):
        return None
    return range(int(span[1]), int(span[2]) + 1)


def along(first: Spot, runs: str) -> Iterator[Spot]:
    """The places of a row of counters, without end."""
    right, down = _STEPS[runs]
    return (Spot(first.x + step * right, first.y + step * down) for step in count())


def tidy_plan(windows_of_zone: Mapping[str, Sequence[int]]) -> Plan:
    """A plan for zones and windows of which nothing else is known: each zone a block of facing counters with
    seats between, the blocks in rows like words on a page.
    """
    blocks = {code: _block(numbers) for code, numbers in windows_of_zone.items()}
    units = sum((one.width + 1) * (one.height + 1) for one in blocks.values())
    wide = max([one.width for one in blocks.values()] + [ceil(sqrt(WIDE * units))])
    zones: dict[str, Box] = {}
    windows: dict[int, Spot] = {}
    marks: list[Mark] = []
    x = y = below = 0
    for code, block in blocks.items():
        if x and x + block.width > wide:
            x, y = 0, below + 1
        zones[code] = Box(x, y, block.width, block.height)
        windows |= {number: Spot(x + one.x, y + one.y) for number, one in block.windows.items()}
        marks += [Mark(kind, Box(x + one.x, y + one.y, *one[2:])) for kind, one in block.marks]
        x, below = x + block.width + 1, max(below, y + block.height)
    return Plan(
        max((one.x + one.width for one in zones.values()), default=1), max(below, 1), zones, windows, marks
    )


def _block(numbers: Sequence[int]) -> Plan:
    """One zone by itself: its name on top, then pairs of rows that face their seats."""
    rows = 2 * ceil(len(numbers) / (2 * LONGEST_ROW)) if len(numbers) > 3 else 1
    length = max(3, ceil(len(numbers) / rows))
    windows: dict[int, Spot] = {}
    marks: list[Mark] = []
    y = 1
    for row in range(rows):
        here = numbers[row * length : (row + 1) * length]
        windows |= {number: Spot(1 + place, y) for place, number in enumerate(here)}
        y += 1
        if row % 2 == 0:
            marks.append(Mark("seats", Box(1, y, length, 1)))
            y += 1
    return Plan(length + 2, y, {}, windows, marks)


def home_zones(windows: Iterable[tuple[str, frozenset[int]]]) -> dict[int, str]:
    """The zone where most of a business's work is done: business id → zone, from each window's zone and what
    it serves. A window that serves many businesses counts little for each of them. So everybody who waits
    belongs to one zone, and the zones' queues add up to the hall's.
    """
    work: dict[int, dict[str, float]] = {}
    for zone, serves in windows:
        for business in serves:
            of_business = work.setdefault(business, {})
            of_business[zone] = of_business.get(zone, 0.0) + 1 / len(serves)
    return {business: max(zones, key=lambda zone: zones[zone]) for business, zones in work.items()}
