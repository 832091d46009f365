"""What the API answers about the hall's floor and where its queues will be. Models for the document only, as
hall/web/api/answers.py says.
"""

from typing import Literal

from pydantic import Field

from hall.web.api.answers import Answer, Named


class FloorZone(Named):
    """The area of a zone, in units of the grid from the upper left corner."""

    x: int
    y: int
    width: int
    height: int


class FloorWindow(Answer):
    """A window's place: one unit."""

    number: int
    x: int
    y: int


class FloorMark(Answer):
    """What helps to find one's way."""

    kind: Literal["door", "kiosk", "board", "seats", "desk"]
    x: int
    y: int
    width: int
    height: int


class FloorPlan(Answer):
    """The plan of the hall; one unit is about one counter wide."""

    width: int
    height: int
    zones: list[FloorZone]
    windows: list[FloorWindow]
    marks: list[FloorMark]
    overtime_seconds: int = Field(description="a service longer than this is overtime")


class Range(Answer):
    """A tenth of all futures are below low, a tenth above high."""

    low: int
    middle: int
    high: int


class QueueAhead(Answer):
    """A queue so many minutes after the look-ahead; horizons after closing are left out, all of them where
    nobody can say.
    """

    minutes: Literal[15, 30, 45]
    waiting: Range
    longest_seconds: Range = Field(description="how long whoever came first will have waited")
