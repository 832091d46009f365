"""Of the roster, the drawn week and absences."""

from hall.rules.errors.base import Conflict


class RosterFault(Conflict):
    """A roster that breaks a rule. params: day, begins, ends, clerk, window, business, more (further
    faults).
    """

    code = "roster_fault"


class ShiftReversed(RosterFault):
    code = "shift_reversed"


class ShiftOutsideHours(RosterFault):
    code = "shift_outside_hours"


class ShiftWithoutSkill(RosterFault):
    code = "shift_without_skill"


class ShiftOfAbsent(RosterFault):
    code = "shift_of_absent"


class BreakOutsideShift(RosterFault):
    code = "break_outside_shift"


class ShiftUnbroken(RosterFault):
    code = "shift_unbroken"


class ClerkRosteredTwice(RosterFault):
    code = "clerk_rostered_twice"


class WindowRosteredTwice(RosterFault):
    code = "window_rostered_twice"


class BusinessWithoutWindow(RosterFault):
    code = "business_without_window"


class BusinessWithoutClerk(RosterFault):
    code = "business_without_clerk"


class FewWindowsAtLunch(RosterFault):
    code = "few_windows_at_lunch"


class RosterChangedSince(Conflict):
    """A change or a plan was made for a roster that somebody has changed since. params: day."""

    code = "roster_changed_since"


class RosterInPast(Conflict):
    """A day that is over keeps its roster. params: day."""

    code = "roster_in_past"


class CannotStandIn(Conflict):
    """Somebody who is not certified, absent or at another window at that time. params: clerk."""

    code = "cannot_stand_in"


class WeekNotReady(Conflict):
    """A drawn week that is still being worked out, failed, or was applied already. params: plan."""

    code = "week_not_ready"


class AbsenceOver(Conflict):
    """params: absence."""

    code = "absence_over"
