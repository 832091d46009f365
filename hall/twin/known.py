"""What the time around a visitor's services was on a day that is over. Made by hall/twin/replay_visits.py,
read by the engine's steps (hall/twin/moment.py), where it goes before the hall's habits.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Known:
    """`turn_over_seconds`: after each service, that of the first step and of each hop in turn, until the
    clerk asked for somebody else; `after_hold_seconds` and `after_no_show_seconds` the same after stepping
    aside and after being missed. `no_show_seconds`: from the first call until it was marked missed.
    """

    turn_over_seconds: tuple[float, ...]
    after_hold_seconds: float = 0.0
    no_show_seconds: float = 0.0
    after_no_show_seconds: float = 0.0
