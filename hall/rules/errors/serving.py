"""Of a window, its clerk and the ticket at it."""

from hall.rules.errors.base import Conflict, Forbidden, Invalid


class CannotServe(Invalid):
    """A window is asked to serve a business it may not be switched to."""

    code = "cannot_serve"


class NotYourWindow(Forbidden):
    code = "not_your_window"


class NotYourTicket(Forbidden):
    code = "not_your_ticket"


class WrongState(Conflict):
    """A verb met a ticket whose state does not allow it. params: label, state, verb."""

    code = "wrong_state"


class WindowBusy(Conflict):
    """The window already holds an open ticket. params: window, label."""

    code = "window_busy"


class WindowTaken(Conflict):
    code = "window_taken"


class ClerkElsewhere(Conflict):
    code = "clerk_elsewhere"


class NobodySignedIn(Conflict):
    code = "nobody_signed_in"


class WindowNotOpen(Conflict):
    code = "window_not_open"


class NoOpenTicket(Conflict):
    code = "no_open_ticket"


class TooSoonToMiss(Conflict):
    code = "too_soon_to_miss"


class RecallsUsedUp(Conflict):
    code = "recalls_used_up"


class ReturnUsedUp(Conflict):
    code = "return_used_up"


class ReturnTooLate(Conflict):
    """A missed visitor came back later than the hall's rule allows."""

    code = "return_too_late"


class NotWaitingForYou(Conflict):
    """A chosen ticket may not be called at this window now."""

    code = "not_waiting_for_you"


class NotYetServed(Conflict):
    code = "not_yet_served"


class AlreadyRated(Conflict):
    code = "already_rated"


class RatingOver(Conflict):
    """The pad's minute after the finish has passed."""

    code = "rating_over"
