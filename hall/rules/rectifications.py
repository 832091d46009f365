"""What was done badly is rectified by a day (整改, handbook 9 and 10), and a mystery visitor's score.

Plain values; hall/actions/rectifications.py opens and closes, hall/records/summing.py counts.
"""

from collections.abc import Callable
from datetime import date, timedelta
from enum import StrEnum

BEST_SCORE = 100
LATELY_DAYS = 90
"""So far back a mystery visit may be entered, and what was done stays in the list."""
_LONGEST_LOOK = 400
"""Days, more than a year: a calendar without any working day must not be looked through for ever."""


class Standing(StrEnum):
    """How a rectification stands."""

    OPEN = "open"
    OVERDUE = "overdue"
    DONE = "done"
    DONE_LATE = "done_late"


def due_day(opened: date, working_days: int, works: Callable[[date], bool]) -> date:
    """The working day by which it is to be done: so many after the day it was opened, not counting that."""
    day, left = opened, working_days
    for ahead in range(1, _LONGEST_LOOK):
        day = opened + timedelta(days=ahead)
        left -= works(day)
        if left == 0:
            break
    return day


def standing(is_done: bool, is_late: bool) -> Standing:
    """`is_late`: its time had passed when it was done, or has passed by now."""
    if is_done:
        return Standing.DONE_LATE if is_late else Standing.DONE
    return Standing.OVERDUE if is_late else Standing.OPEN
