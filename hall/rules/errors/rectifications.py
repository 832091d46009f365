"""Of rectifications and mystery visits."""

from hall.rules.errors.base import Conflict, Invalid


class FindingMissing(Invalid):
    """Something is to be rectified, and nobody says what."""

    code = "finding_missing"


class DueInPast(Invalid):
    """params: due, today."""

    code = "due_in_past"


class VisitNotLately(Invalid):
    """A mystery visit that has not been made yet, or that long ago that the day must be wrong. params: time,
    days.
    """

    code = "visit_not_lately"


class AlreadyRectified(Conflict):
    """Somebody has noted it as rectified already."""

    code = "already_rectified"


class RectificationStands(Conflict):
    """A standard's day is to be rectified already."""

    code = "rectification_stands"
