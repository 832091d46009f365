"""Of a server that cannot at the moment."""

from hall.rules.errors.base import Unavailable


class DatabaseBusy(Unavailable):
    code = "database_busy"


class DiskFull(Unavailable):
    code = "disk_full"


class ReportsAway(Unavailable):
    """The process that answers reports is not there, or takes too long."""

    code = "reports_away"


class PlanningAway(Unavailable):
    """The process that plans is not there, or takes too long."""

    code = "planning_away"


class TooManyTries(Unavailable):
    """Too many wrong passwords from one place in a short time (429)."""

    code = "too_many_tries"


class TooManyRequests(Unavailable):
    """One address or device asks for more than its share (429). params: retry_seconds."""

    code = "too_many_requests"


class Overloaded(Unavailable):
    """More comes than the server can do. params: retry_seconds."""

    code = "overloaded"
