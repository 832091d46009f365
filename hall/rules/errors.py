"""The named refusals of the hall: what a person asked for and why it was not done.

Every class is one sentence in the `errors` catalogue (`error.<code>`), which tells its reader what to do. A
refusal changes nothing. Rules and actions raise them; hall/web/problems.py turns the five kinds into HTTP
status codes, once.
"""

from typing import ClassVar


class Refusal(Exception):
    """Something the hall will not do. `params` fill the sentence of `error.<code>`."""

    code: ClassVar[str] = "refused"

    def __init__(self, **params: object) -> None:
        super().__init__(self.code, params)
        self.params = params
        self.more: dict[str, object] = {}
        """What a program may want to know besides, in the answer as it is."""


class Invalid(Refusal):
    """The request itself is wrong; asking again the same way cannot help (422)."""

    code = "invalid"


class NotKnown(Refusal):
    """What the request names does not exist (404)."""

    code = "not_known"


class Forbidden(Refusal):
    """The asker may not do this (403)."""

    code = "forbidden"


class Conflict(Refusal):
    """The hall's present state does not allow it; looking again shows why (409)."""

    code = "conflict"


class Unavailable(Refusal):
    """The hall cannot do it at the moment; the same request may be sent again (503)."""

    code = "unavailable"


class CopyBroken(Invalid):
    """What is named as a copy of a hall is none, or not whole. params: why."""

    code = "copy_broken"


class CopyOfOtherVersion(Conflict):
    """A copy is to be made of a database that this program has not brought to its tables. params:
    revision.
    """

    code = "copy_of_other_version"


class HallIsThere(Conflict):
    """A copy is to become a hall where one is already."""

    code = "hall_is_there"


class ClockBehindCopy(Conflict):
    """By this machine's clock a copy has yet to be made. params: made_at."""

    code = "clock_behind_copy"


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


class RangeReversed(Invalid):
    """A report that ends before it begins. params: first, last."""

    code = "range_reversed"


class RangeInFuture(Invalid):
    """A report of days that have not come yet. params: today."""

    code = "range_in_future"


class RangeTooLong(Invalid):
    """A report of more days than are kept. params: days."""

    code = "range_too_long"


class EndsBeforeItStarts(Invalid):
    """An adjustment that would be over before it begins. params: until, now."""

    code = "ends_before_it_starts"


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


class ReasonNeeded(Invalid):
    code = "reason_needed"


class KeyUsedForOther(Invalid):
    """One Idempotency-Key came with two different requests."""

    code = "key_used_for_other"


class BadKey(Invalid):
    """An Idempotency-Key that is empty or too long (400)."""

    code = "bad_key"


class CannotServe(Invalid):
    """A window is asked to serve a business it may not be switched to."""

    code = "cannot_serve"


class NobodyServes(Invalid):
    """A transfer or pin points at a window that does not serve the business."""

    code = "nobody_serves"


class WeakPassword(Invalid):
    code = "weak_password"


class WrongPassword(Forbidden):
    code = "wrong_password"


class NotSignedIn(Forbidden):
    """Nobody is signed in, or the session has ended (401)."""

    code = "not_signed_in"


class NotAllowed(Forbidden):
    code = "not_allowed"


class OutdatedPairing(Forbidden):
    """A pairing address whose token nobody has any more: a newer one was made, or it was copied wrongly."""

    code = "outdated_pairing"


class NotYourWindow(Forbidden):
    code = "not_your_window"


class NotYourTicket(Forbidden):
    code = "not_your_ticket"


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


class BusinessInUse(Conflict):
    """A configuration would drop a business in which somebody still waits."""

    code = "business_in_use"


class NotYetServed(Conflict):
    code = "not_yet_served"


class AlreadyRated(Conflict):
    code = "already_rated"


class RatingOver(Conflict):
    """The pad's minute after the finish has passed."""

    code = "rating_over"


class UsernameTaken(Conflict):
    code = "username_taken"


class AccountAtWindow(Conflict):
    """An account is still signed in at a window. params: username, window."""

    code = "account_at_window"


class LastAdministrator(Conflict):
    code = "last_administrator"


class ShownOnce(Conflict):
    """A secret that was made by an earlier request with the same key, and shown only there."""

    code = "shown_once"


class NoPrinter(Conflict):
    code = "no_printer"


class AlreadyPrinted(Conflict):
    """A print job that is done; another paper is a reprint of the ticket. params: job."""

    code = "already_printed"


class AlertOver(Conflict):
    """An alert that has ended, or that somebody else took already. params: alert."""

    code = "alert_over"


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


class PlanOutdated(Conflict):
    """The hall has changed since the plan was worked out. params: windows; more: changed."""

    code = "plan_outdated"


class PlanOnlyTried(Conflict):
    """Nothing of the plan is for a manager to do now: it can only be tried."""

    code = "plan_only_tried"


class PlanOver(Conflict):
    """Nothing is left of a plan that could be taken back."""

    code = "plan_over"


class DayNotOver(Conflict):
    """A day to be played again that still runs, or has not come. params: day."""

    code = "day_not_over"


class CannotReplayDay(Conflict):
    """A past day whose journal contradicts itself. params: day, number (of the event)."""

    code = "cannot_replay_day"


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
