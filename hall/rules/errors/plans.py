"""Of plans tried on the what-if page, and of days replayed with one."""

from hall.rules.errors.base import Conflict, Invalid


class PlanEmpty(Invalid):
    """A plan without any change."""

    code = "plan_empty"


class PlanIncomplete(Invalid):
    """A change that does not say its window, its business or how many visitors. params: change."""

    code = "plan_incomplete"


class PlanInPast(Invalid):
    """params: change, time, now."""

    code = "plan_in_past"


class PlanEndsBeforeStart(Invalid):
    """params: change, since, until."""

    code = "plan_ends_before_start"


class PlanAfterClosing(Invalid):
    """A change that would begin when everybody has gone. params: change, time, closes."""

    code = "plan_after_closing"


class PlanOverlaps(Invalid):
    """Two changes at one window at the same time. params: change, other, window."""

    code = "plan_overlaps"


class PlanVisitors(Invalid):
    """So many more visitors cannot be: fewer than one, or more than the largest hall sees. params: change,
    people, most.
    """

    code = "plan_visitors"


class PlanChangesNothing(Conflict):
    """The window is already so. params: change, window."""

    code = "plan_changes_nothing"


class PlanNobodyThere(Conflict):
    """A change at a window where nobody sits then. params: change, window."""

    code = "plan_nobody_there"


class PlanNotCertified(Conflict):
    """A clerk would do what they are not certified for. params: change, window, business."""

    code = "plan_not_certified"


class PlanClerkTwice(Conflict):
    """A clerk would sit at two windows at once. params: clerk, time."""

    code = "plan_clerk_twice"


class PlanWithoutWindow(Conflict):
    """A business would have no window left. params: business, time."""

    code = "plan_without_window"


class PlanWithoutElderly(Conflict):
    """No elderly-friendly window would be open. params: time."""

    code = "plan_without_elderly"


class DraftChanged(Conflict):
    """The draft was changed elsewhere since, or its day is over."""

    code = "draft_changed"


class PlanOutdated(Conflict):
    """The hall has changed since the plan was worked out. params: windows; more: changed."""

    code = "plan_outdated"


class PlanOnlyTried(Conflict):
    """Nothing of the plan is for a manager to do now: it can only be tried."""

    code = "plan_only_tried"


class DayNotOver(Conflict):
    """A day to be played again that still runs, or has not come. params: day."""

    code = "day_not_over"


class CannotReplayDay(Conflict):
    """A past day whose journal contradicts itself. params: day, number (of the event)."""

    code = "cannot_replay_day"
