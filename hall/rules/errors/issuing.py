"""Of taking a number."""

from hall.rules.errors.base import Conflict, Invalid, Unavailable


class BadIdNumber(Invalid):
    code = "bad_id_number"


class BookedOtherDay(Invalid):
    """An appointment for another day than today."""

    code = "booked_other_day"


class BookedTooEarly(Conflict):
    """The number of an appointment is asked for before the hall gives it out."""

    code = "booked_too_early"


class ItemOfOtherBusiness(Invalid):
    code = "item_of_other_business"


class NobodyServes(Invalid):
    """A transfer or pin points at a window that does not serve the business."""

    code = "nobody_serves"


class HallClosed(Conflict):
    code = "hall_closed"


class BusinessClosed(Conflict):
    code = "business_closed"


class UnlikelyBeforeClosing(Conflict):
    """Somebody who takes a number now would probably not be called today. params: business."""

    code = "unlikely_before_closing"


class QuotaUsedUp(Conflict):
    code = "quota_used_up"


class SecondOpenTicket(Conflict):
    code = "second_open_ticket"


class NumberTaken(Conflict):
    """A number that a kiosk gave out by itself stands on another ticket already. params: label."""

    code = "number_taken"


class NumbersUsedUp(Conflict):
    """A kiosk that is on its own has no number left for a business. params: business."""

    code = "numbers_used_up"


class ElsewhereMeanwhile(Conflict):
    """A number called on paper was called at another window meanwhile. params: label, window."""

    code = "elsewhere_meanwhile"


class ServerAway(Unavailable):
    """What only the server knows is asked of a kiosk that cannot reach it."""

    code = "server_away"


class BusinessInUse(Conflict):
    """A configuration would drop a business in which somebody still waits."""

    code = "business_in_use"


class NoPrinter(Conflict):
    code = "no_printer"


class AlreadyPrinted(Conflict):
    """A print job that is done; another paper is a reprint of the ticket. params: job."""

    code = "already_printed"
