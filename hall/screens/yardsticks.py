"""What a stored wait was measured by: the promise to its visitor, a reference time by the matter's length, or
for those who are promised less, at a window without work of its own, what an ordinary wait is measured by.

Pure. A call stores waits and shares only; hall/screens/why.py and why_before.py ask here what the share was
of, and say it by its name. The configuration may have changed since the call: then the time is read back from
the share itself.
"""

from dataclasses import dataclass

from hall.rules.before import CLOSE
from hall.rules.dispatcher import SOON, Promises
from hall.rules.tickets import VisitorClass


@dataclass(frozen=True)
class Yardstick:
    """Seconds, and whether they are what the visitor was promised, follow the matter's length, or are those
    of ordinary visitors (none of these: the configuration has changed since). `promise`: what was promised.
    """

    seconds: float
    promised: bool = False
    by_length: bool = False
    as_ordinary: bool = False
    promise: float | None = None


@dataclass(frozen=True)
class Yardsticks:
    """What visitors are promised now, and what the dispatcher measures by."""

    promises: Promises
    references: Promises

    def of(
        self, business_id: int, visitor_class: VisitorClass, waited_seconds: float, ratio: float
    ) -> Yardstick | None:
        """What this share of a wait was a share of; None where nobody had waited yet."""
        if ratio <= 0:
            return None
        promise, reference = (
            times.get((business_id, visitor_class)) for times in (self.promises, self.references)
        )
        for seconds in (reference, promise):
            if seconds is not None and abs(waited_seconds / seconds - ratio) <= CLOSE:
                return Yardstick(seconds, seconds == promise, seconds != promise, promise=promise)
        ordinary = self.references.get((business_id, VisitorClass.ORDINARY))
        if visitor_class in SOON and ordinary and abs(waited_seconds / ordinary - ratio) <= CLOSE:
            return Yardstick(ordinary, as_ordinary=True, promise=promise)
        # Stored shares are rounded, so the time is given to whole minutes.
        return Yardstick(max(60.0, 60.0 * round(waited_seconds / ratio / 60)))
