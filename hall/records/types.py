"""Column types that SQLite and PostgreSQL store alike. Used by tables.py only."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, BigInteger, Integer, literal_column
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.elements import ColumnClause
from sqlalchemy.types import TypeDecorator

from hall.rules.dispatcher import Overtaken
from hall.rules.tickets import VisitorClass

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ONE = timedelta(microseconds=1)


class Instant(TypeDecorator[datetime]):
    """A moment: aware datetimes in Python, whole microseconds since 1970 UTC in the database.

    An integer orders, subtracts and indexes the same in both databases; text dates do not.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> int | None:
        return None if value is None else self.stored(value)

    @staticmethod
    def stored(value: datetime) -> int:
        """A moment as the database holds it."""
        return (value - EPOCH) // ONE

    def process_result_value(self, value: int | None, dialect: Any) -> datetime | None:
        return None if value is None else EPOCH + timedelta(microseconds=value)


Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

Id = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers rows by itself only when the column is INTEGER."""


class Overtook(TypeDecorator[tuple[Overtaken, ...]]):
    """Whom a call overtook. Every call of a wide window names dozens, for years: arrays, not objects."""

    impl = Json
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> list[list[Any]]:
        return [
            [
                one.label,
                one.business_id,
                one.visitor_class.value,
                round(one.waited_seconds, 1),
                round(one.ratio, 4),
            ]
            for one in value
        ]

    def process_result_value(self, value: Any, dialect: Any) -> tuple[Overtaken, ...]:
        return tuple(
            Overtaken(label, business_id, VisitorClass(visitor_class), waited, ratio)
            for label, business_id, visitor_class, waited, ratio in value
        )


def constant(word: str) -> ColumnClause[str]:
    """A word of ours written into the statement itself: only then does the planner see that a partial index
    fits.
    """
    return literal_column(f"'{word}'")
