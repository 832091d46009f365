"""Of copies of a hall, and of bringing it back from one."""

from hall.rules.errors.base import Conflict, Invalid


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
