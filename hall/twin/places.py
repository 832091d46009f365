"""Where visitors of the twin stand in line, by the hall's rules: on arrival, and when they come back."""

from datetime import datetime

from hall.rules.errors import ReturnTooLate, ReturnUsedUp
from hall.rules.tickets import (
    Place,
    VisitorClass,
    check_return,
    class_on_arrival,
    place_after_return,
    place_for,
)
from hall.twin.model import Hall, Visitor
from hall.twin.moment import Step


def on_arrival(hall: Hall, visitor: Visitor, now: datetime) -> tuple[VisitorClass, Place]:
    """As what somebody arrives, and where they stand (hall/actions/issue.py)."""
    if visitor.booked_at_seconds is None:
        return visitor.visitor_class, Place(now)
    booked, grace = hall.moment(visitor.booked_at_seconds), hall.rules.appointment_grace_minutes * 60
    visitor_class = class_on_arrival(visitor.visitor_class, now, booked, grace)
    return visitor_class, place_for(visitor_class, now, booked, hall.rules.appointment_early_minutes)


def on_return(hall: Hall, step: Step, ahead: list[Place], now: datetime) -> Place | None:
    """Where somebody missed stands who is back (hall/actions/serve.py); None: must take a new number.

    `ahead`: the next places of the business.
    """
    rules = hall.rules
    try:
        place = place_after_return(
            rules.missed_return,
            rules.missed_return_behind,
            step.returns,
            ahead,
            now,
            rules.missed_return_times,
        )
        check_return(now, hall.moment(step.called_at), rules.missed_return_within_minutes)
    except (ReturnUsedUp, ReturnTooLate):
        return None
    return place
