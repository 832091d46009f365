"""Who came on past days, for the forecast of a coming week: counts per business and day from the daily sums,
the shape of the day from the tickets of the last weeks, and where each clerk usually sits.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import BigInteger, Connection, bindparam, cast, func, select

from hall.records import summaries
from hall.records.book import Book
from hall.records.tables import steps, tickets
from hall.records.tables import summaries as sums

DAYS = 400
"""So far back the counts are looked at."""
SHAPE_DAYS = 42
"""So far back each business's shape of the day is counted."""
HALF_HOUR_MICROSECONDS = 1_800_000_000

_COUNTS = select(sums.c.business_day, sums.c.subject_id, func.sum(sums.c.taken)).where(
    sums.c.hall_id == bindparam("hall"),
    sums.c.cut == "business",
    sums.c.business_day.between(bindparam("first"), bindparam("last")),
).group_by(sums.c.business_day, sums.c.subject_id)  # fmt: skip


@dataclass(frozen=True)
class Came:
    """Past days in order: per day who came for what; visitors per (business, half hour of the day) over the
    last weeks; and the share of the elderly per business.
    """

    days: dict[date, dict[int, int]]
    half_hours: Counter[tuple[int, int]]
    elderly: dict[int, float]


def came_before(connection: Connection, book: Book, today: date) -> Came:
    """What is known of the days before `today`; a day on which nobody came is not in it."""
    first, last = today - timedelta(days=DAYS), today - timedelta(days=1)
    days: dict[date, dict[int, int]] = defaultdict(dict)
    for day, business_id, taken in connection.execute(
        _COUNTS, {"hall": book.id, "first": first, "last": last}
    ):
        if taken and business_id in book.businesses:
            days[day][business_id] = int(taken)
    since = today - timedelta(days=SHAPE_DAYS)
    seen = summaries.totals(connection, book.id, "business", since, last, "subject_id", None)
    elderly = {
        code: figures.elderly_asked / figures.asked for code, figures in seen.items() if figures.asked >= 20
    }
    return Came(dict(sorted(days.items())), _half_hours(connection, book, since, last), elderly)


def _half_hours(connection: Connection, book: Book, first: date, last: date) -> Counter[tuple[int, int]]:
    half = cast(tickets.c.arrived_at, BigInteger).op("/", return_type=BigInteger())(HALF_HOUR_MICROSECONDS)
    wanted = (
        select(tickets.c.business_id, half.label("half"), func.count())
        .where(tickets.c.hall_id == book.id, tickets.c.business_day.between(first, last))
        .group_by(tickets.c.business_id, half)
    )
    found: Counter[tuple[int, int]] = Counter()
    for business_id, number, count in connection.execute(wanted):
        moment = datetime.fromtimestamp(1800 * int(number), book.zone)
        found[business_id, 2 * moment.hour + moment.minute // 30] += count
    return found


def usual_windows(connection: Connection, book: Book, today: date) -> dict[int, int]:
    """Clerk id → the window at which they served most in the last month."""
    wanted = (
        select(steps.c.clerk_id, steps.c.window_id, func.count())
        .where(
            steps.c.hall_id == book.id,
            steps.c.business_day >= today - timedelta(days=31),
            steps.c.clerk_id.is_not(None),
            steps.c.window_id.is_not(None),
        )
        .group_by(steps.c.clerk_id, steps.c.window_id)
    )
    found: dict[int, tuple[int, int]] = {}
    for clerk_id, window_id, count in connection.execute(wanted):
        if window_id in book.windows and (count, -window_id) > found.get(clerk_id, (0, 0)):
            found[clerk_id] = (count, -window_id)
    return {clerk_id: -window for clerk_id, (_, window) in found.items()}
