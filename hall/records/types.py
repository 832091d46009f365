"""Column types that SQLite and PostgreSQL store alike. Used by tables.py only."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, BigInteger, Integer
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ONE = timedelta(microseconds=1)


class Instant(TypeDecorator[datetime]):
    """A moment: aware datetimes in Python, whole microseconds since 1970 UTC in the database.

    An integer orders, subtracts and indexes the same in both databases; text dates do not.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> int | None:
        return None if value is None else (value - EPOCH) // ONE

    def process_result_value(self, value: int | None, dialect: Any) -> datetime | None:
        return None if value is None else EPOCH + timedelta(microseconds=value)


Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

Id = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers rows by itself only when the column is INTEGER."""
