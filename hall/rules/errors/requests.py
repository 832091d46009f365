"""Of what a request says, whatever it is about."""

from hall.rules.errors.base import Invalid


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


class ReasonNeeded(Invalid):
    code = "reason_needed"


class KeyUsedForOther(Invalid):
    """One Idempotency-Key came with two different requests."""

    code = "key_used_for_other"


class BadKey(Invalid):
    """An Idempotency-Key that is empty or too long (400)."""

    code = "bad_key"
