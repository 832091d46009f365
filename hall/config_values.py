"""The single values config.yaml may hold, each with the check it can answer alone.

Lives here: ids, prefixes, opening spans, time zones, addresses; used by hall/config_model.py. A mistake is
raised as PydanticCustomError whose type is the last part of a key in config.po ("config.bad_prefix").
"""

import re
from difflib import get_close_matches
from typing import Annotated, Any, LiteralString
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from hall.rules.calendar import Weekday, parse_span


def wrong(reason: LiteralString, **params: object) -> PydanticCustomError:
    """The error for one mistaken value; `reason` is its key in config.po without the leading "config."."""
    return PydanticCustomError(reason, reason, params)


def checked_by(pattern: str, reason: LiteralString) -> AfterValidator:
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        if not compiled.fullmatch(value):
            raise wrong(reason, value=value)
        return value

    return AfterValidator(check)


def _check_not_empty(value: tuple[Any, ...]) -> tuple[Any, ...]:
    if not value:
        raise wrong("empty_list")
    return value


def _check_time_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ValueError, OSError, LookupError) as error:
        nearest = get_close_matches(value, sorted(available_timezones()), n=1, cutoff=0.5)
        if nearest:
            raise wrong("unknown_timezone_nearest", value=value, nearest=nearest[0]) from error
        raise wrong("unknown_timezone", value=value) from error
    return value


def _check_span(value: str) -> str:
    minutes = parse_span(value)
    if minutes is None:
        raise wrong("bad_hours", value=value)
    if minutes[0] >= minutes[1]:
        raise wrong("hours_reversed", value=value)
    return value


def _check_promise(value: int) -> int:
    if value < 1:
        raise wrong("promise_not_positive", value=value)
    return value


Code = Annotated[str, checked_by(r"[a-z0-9][a-z0-9_.-]{0,63}", "bad_id")]
Prefix = Annotated[str, checked_by(r"[A-Z]{1,2}", "bad_prefix")]
NOT_EMPTY = AfterValidator(_check_not_empty)
Span = Annotated[str, AfterValidator(_check_span)]
Hours = dict[Weekday, tuple[Span, ...]]
TimeZone = Annotated[str, AfterValidator(_check_time_zone)]
Minutes = Annotated[int, AfterValidator(_check_promise)]
Text = Annotated[str, Field(min_length=1)]
DatabaseUrl = Annotated[str, checked_by(r"(sqlite:///|postgresql(\+psycopg)?://).+", "bad_database_url")]
RedisUrl = Annotated[str, checked_by(r"(rediss?|unix)://.+", "bad_redis_url")]
WebUrl = Annotated[str, checked_by(r"https?://\S+", "bad_web_url")]
Engine = Annotated[str, checked_by(r"espeak|sapi5|none|[\w.]+:[A-Za-z_]\w*", "bad_engine")]
