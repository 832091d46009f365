"""Years of daily summaries for a hall, as its days might have been: what a report of three years is measured
on. Weekdays and month-ends as handbook 12 has them, windows and clerks of the hall's own configuration.
"""

import random
from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import Connection, select

from hall.config_standards import standards_of
from hall.records import summaries
from hall.records.book import Book
from hall.records.tables import accounts
from hall.rules.figures import Figures
from hall.rules.tally import Key

OF_WEEKDAY = (1.25, 1.05, 0.95, 0.95, 0.85)
OF_HOUR = {8: 0.09, 9: 0.2, 10: 0.18, 11: 0.09, 12: 0.02, 13: 0.03, 14: 0.16, 15: 0.13, 16: 0.08, 17: 0.02}
"""Handbook 12: shares of a day."""


def fill_years(connection: Connection, book: Book, last: date, days: int, visits: int, seed: int = 1) -> int:
    """Adds the working days of the `days` before `last` with about so many visits each; returns how many
    days. The hall's own journal has been summed up before: the first mark clears what stands there.
    """
    chance = random.Random(seed)
    clerks = list(connection.execute(select(accounts.c.id).where(accounts.c.hall_id == book.id)).scalars())
    filled = 0
    for day in (last - timedelta(days=one) for one in range(days, 0, -1)):
        if day.weekday() < len(OF_WEEKDAY):
            month_end = 1.3 if (day + timedelta(days=3)).month != day.month else 1.0
            wanted = visits * OF_WEEKDAY[day.weekday()] * month_end * chance.uniform(0.9, 1.1)
            summaries.add(connection, book.id, _day(book, day, wanted, clerks, chance))
            filled += 1
    return filled


def _day(
    book: Book, day: date, visits: float, clerks: list[int], chance: random.Random
) -> dict[Key, Figures]:
    busy_hours = standards_of(book.settings).busy_hours
    sums: dict[Key, Figures] = {}
    for busy in (True, False):
        share = sum(part for hour, part in OF_HOUR.items() if (hour in busy_hours) == busy)
        for cut, subjects in _subjects(book, clerks):
            for subject in subjects:
                sums[day, cut, subject, busy] = _part(cut, visits * share / len(subjects), busy, chance)
    for hour, part in OF_HOUR.items():
        busy = hour in busy_hours
        sums[day, "hour", hour, busy] = _part("hour", visits * part, busy, chance)
    return sums


def _subjects(book: Book, clerks: list[int]) -> Iterator[tuple[str, list[int]]]:
    yield "business", list(book.businesses)
    yield "window", list(book.windows)
    yield "clerk", clerks[: len(book.windows)]


def _part(cut: str, visits: float, busy: bool, chance: random.Random) -> Figures:
    """What so many visits might come to."""
    sums = Figures()
    number = max(0, round(chance.gauss(visits, visits**0.5)))
    if cut in ("hour", "business"):
        sums.taken = round(number * 1.03)
        sums.known = round(number * 0.6)
        sums.abandoned = round(number * 0.02)
        sums.second_visits = round(number * 0.01)
    for _ in range(number):
        sums.wait(chance.expovariate(1 / (420.0 if busy else 200.0)))
    sums.asked = number
    sums.late = sum(count for step, count in sums.waits.items() if step >= 90)
    sums.elderly_asked, sums.elderly_late = number // 5, number // 90
    sums.missed, sums.held, sums.transferred = number // 17, number // 50, number // 25
    sums.served = sums.services = sums.visits = round(number * 0.95)
    sums.service_seconds = sum(chance.lognormvariate(6.0, 0.6) for _ in range(sums.services))
    sums.overtime = number // 200
    sums.rated, sums.negative = round(number * 0.45), number // 330
    sums.grades = 5 * sums.rated - 3 * sums.negative
    if cut != "business":
        sums.due_seconds = 3.75 * 3600.0
        sums.open_due_seconds = sums.due_seconds * chance.uniform(0.7, 1.0)
        sums.open_seconds = max(sums.open_due_seconds, sums.service_seconds / 0.8)
    return sums
