"""Of alerts, advice and what is applied of it."""

from hall.rules.errors.base import Conflict


class AlertOver(Conflict):
    """An alert that has ended, or that somebody else took already. params: alert."""

    code = "alert_over"


class StaffingRefused(Conflict):
    """Base of what is wrong with moves of windows in the present state (hall/rules/staffing.py, `faults`).
    params: window or business.
    """

    code = "staffing_refused"


class ClerkNotThere(StaffingRefused):
    code = "clerk_not_there"


class WindowChangedSince(StaffingRefused):
    """The window serves something else than when the plan was made."""

    code = "window_changed_since"


class WindowJustMoved(StaffingRefused):
    """The window was moved a moment ago, or a move of it is still under way."""

    code = "window_just_moved"


class WindowMovedBy(StaffingRefused):
    """Another manager was first. params: window, name, at."""

    code = "window_moved_by"


class ClerkNotCertified(StaffingRefused):
    code = "clerk_not_certified"


class ClerkGoneBy(StaffingRefused):
    """The clerk is not there in the time the move is for."""

    code = "clerk_gone_by"


class ClerkWithoutWindow(StaffingRefused):
    code = "clerk_without_window"


class WindowTwice(StaffingRefused):
    code = "window_twice"


class ClerkTwice(StaffingRefused):
    code = "clerk_twice"


class NoWindowLeft(StaffingRefused):
    """A business would have no window any more. params: business."""

    code = "no_window_left"


class NoElderlyWindow(StaffingRefused):
    code = "no_elderly_window"


class AdviceOutdated(StaffingRefused):
    """A suggestion that a newer advice has replaced, or that is too old."""

    code = "advice_outdated"


class AppliedAlready(Conflict):
    """Somebody was first. params: name, at."""

    code = "applied_already"


class AdjustmentOver(Conflict):
    """What is to be undone or prolonged has ended. params: at."""

    code = "adjustment_over"


class RequestOver(Conflict):
    """A clerk answers a request that has run out, was taken back or answered already. params: window."""

    code = "request_over"
