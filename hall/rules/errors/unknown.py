"""What a request names and the hall does not have."""

from hall.rules.errors.base import NotKnown


class UnknownHall(NotKnown):
    code = "unknown_hall"


class UnknownBusiness(NotKnown):
    code = "unknown_business"


class UnknownItem(NotKnown):
    code = "unknown_item"


class UnknownWindow(NotKnown):
    code = "unknown_window"


class UnknownZone(NotKnown):
    """params: zone."""

    code = "unknown_zone"


class UnknownTicket(NotKnown):
    code = "unknown_ticket"


class UnknownVisit(NotKnown):
    """A visitor's address that belongs to no ticket."""

    code = "unknown_visit"


class UnknownAccount(NotKnown):
    code = "unknown_account"


class UnknownDevice(NotKnown):
    code = "unknown_device"


class UnknownAlert(NotKnown):
    """params: alert."""

    code = "unknown_alert"


class UnknownShift(NotKnown):
    """params: shift."""

    code = "unknown_shift"


class UnknownAbsence(NotKnown):
    """params: absence."""

    code = "unknown_absence"


class UnknownDrawnWeek(NotKnown):
    """params: plan."""

    code = "unknown_drawn_week"


class UnknownRectification(NotKnown):
    code = "unknown_rectification"


class UnknownSuggestion(NotKnown):
    code = "unknown_suggestion"


class UnknownAdjustment(NotKnown):
    code = "unknown_adjustment"


class UnknownMove(NotKnown):
    code = "unknown_move"


class UnknownPrintJob(NotKnown):
    code = "unknown_print_job"


class UnknownStandard(NotKnown):
    code = "unknown_standard"
