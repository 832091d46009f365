"""A plan as people write it: the list of changes of the what-if page, and of a plan file for `python -m hall
twin replay DAY --plan FILE`. One shape for both.

Windows are named by number, businesses by code, clerks by username, times by the clock on the hall's wall.
`understood` makes of it what is played (hall/rules/what_if.py).
"""

from collections.abc import Mapping, Sequence
from math import inf
from typing import Annotated

from pydantic import Field

from hall.config_model import Part, WindowKind
from hall.config_values import Code
from hall.records.book import Book
from hall.rules.errors import PlanIncomplete, Refusal, UnknownAccount
from hall.rules.what_if import MOST_CHANGES, MOST_VISITORS, Change, Do
from hall.twin.workloads import Clock, seconds_of

LATE_SECONDS = 60.0
"""A time that names the minute which is passing means now."""


class PlannedChange(Part):
    """One change. `window`: which one is switched, opened, paused or closed; `businesses`: what it serves
    then; `kind`: what kind it is then; `clerk`: who opens it. `visitors`: so many more come for `business`.
    `since` left out: from now on, or all day; `until` left out: to the end of the day.
    """

    do: Do
    window: int | None = None
    businesses: tuple[Code, ...] = ()
    kind: WindowKind | None = None
    clerk: str | None = None
    business: Code | None = None
    visitors: Annotated[int, Field(le=MOST_VISITORS)] | None = None
    since: Clock | None = None
    until: Clock | None = None


Changes = Annotated[tuple[PlannedChange, ...], Field(max_length=MOST_CHANGES)]


class PlanConfig(Part):
    """A plan file."""

    changes: Changes


def understood(
    planned: Sequence[PlannedChange], book: Book, now: float, accounts: Mapping[str, int]
) -> list[Change]:
    """The changes with the hall's ids. `now`: where a change begins that does not say; `accounts`: username →
    id.

    Raises PlanIncomplete, UnknownWindow, UnknownBusiness, UnknownAccount.
    """
    found = []
    for place, one in enumerate(planned, 1):
        try:
            found.append(_understood(one, place, book, now, accounts))
        except Refusal as refusal:
            refusal.more["change"] = place
            raise
    return found


def _understood(
    one: PlannedChange, place: int, book: Book, now: float, accounts: Mapping[str, int]
) -> Change:
    crowd = one.do is Do.VISITORS
    given = one.business is not None and one.visitors is not None if crowd else one.window is not None
    if not given or (one.do is Do.SWITCH and not one.businesses and one.kind is None):
        raise PlanIncomplete(change=place)
    if one.clerk is not None and one.clerk not in accounts:
        raise UnknownAccount(username=one.clerk)
    since = now if one.since is None else seconds_of(one.since)
    codes = [one.business or ""] if crowd else one.businesses
    return Change(
        one.do,
        now if now - LATE_SECONDS < since < now else since,
        inf if one.until is None else seconds_of(one.until),
        0 if one.window is None or crowd else book.window(one.window).id,
        frozenset(book.business(code).id for code in codes),
        one.kind or "",
        accounts[one.clerk] if one.clerk is not None else 0,
        one.visitors or 0,
    )
