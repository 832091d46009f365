"""When numbers are issued on the day of a run: hall/actions/issue.py's `check_open` for the twin."""

from hall.twin.model import Hall, Span


class Doors:
    """Asks the calendar once per business. A hall without any hours is one whose doors nobody watches."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self._spans: dict[int, tuple[Span, ...]] = {}
        self._open_until: dict[int, float] = {}

    def open_for(self, business_id: int, now: float) -> bool:
        """Whether a number is issued at second `now`: hall and business are open, or will be within
        `issue_before_open_minutes`. Nobody asks about an earlier second than before.
        """
        if now < self._open_until.get(business_id, now) or not self._hall.hours:
            return True
        spans = self._spans.get(business_id)
        if spans is None:
            spans = self._spans[business_id] = self._issuing(business_id)
        now_open = next((ends for begins, ends in spans if begins <= now < ends), None)
        if now_open is not None:
            self._open_until[business_id] = now_open
        return now_open is not None

    def _issuing(self, business_id: int) -> tuple[Span, ...]:
        early = self._hall.rules.issue_before_open_minutes * 60
        return tuple(
            (max(begins, own_begins) - early, min(ends, own_ends))
            for begins, ends in self._hall.open_spans
            for own_begins, own_ends in self._hall.spans_of(business_id)
            if max(begins, own_begins) < min(ends, own_ends)
        )
