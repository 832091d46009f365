"""Asks the policy whom a window calls, for hall/twin/engine.py: among the heads of its lines, or where only
one step is there to be chosen.
"""

from collections.abc import Iterable
from datetime import datetime

from hall.rules import dispatcher
from hall.rules.dispatcher import Choice, Head, Rule
from hall.rules.tickets import VisitorClass
from hall.twin.model import Hall, Window
from hall.twin.moment import Step
from hall.twin.policies import Policy


class Chooser:
    """One policy in one hall. A policy counts waits, not moments, and knows a window by how it asks: it says
    the same of all who have just come in one business and class to windows that ask alike, and is asked about
    such only once.
    """

    def __init__(self, hall: Hall, policy: Policy) -> None:
        self._choose, self._references, self._guarantee = policy.choose, hall.references, hall.guarantee
        self._asks = hall.asks
        self._just_came: dict[tuple[int, int, VisitorClass], Choice] = {}
        """By how the window asks, business and class; the `head` is that of the first such visitor."""

    def among(self, heads: Iterable[Head], window: Window, now: datetime) -> Choice | None:
        """The policy's choice."""
        return self._choose(heads, window.asker, self._references, self._guarantee, now)

    def alone(self, step: Step, window: Window, now: datetime) -> Choice | None:
        """The policy's choice where nobody else waits; what matters is why, and whether at all."""
        if step.queued_at != now or step.pinned is not None:
            return self.among([step.head()], window, now)
        alike = self._asks[window.id], step.business_id, step.visitor_class
        choice = self._just_came.get(alike)
        if choice is None:
            choice = self.among([step.head()], window, now)
            if choice is not None:
                self._just_came[alike] = choice
        return choice

    def resumed(self, step: Step, now: datetime) -> Choice:
        """Somebody who stepped aside is back: no choice of the policy's."""
        return dispatcher.choice_of(step.head(), Rule.RESUMED, self._references, self._guarantee, now)
