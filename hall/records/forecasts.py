"""Forecasts of waits and their calibration: rows, the claim that lets one of several server processes make
the next forecast, and the copy in memory that requests read.

The worker (hall/twin/foresee.py) writes; `look_again` (hall/foresight.py, in every server process) takes the
newest into memory; `newest` is what a request asks, and it touches no table.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, Row, Text, bindparam, cast, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from hall.records.tables import wait_calibrations, wait_forecasts
from hall.rules.forecasts import Forecast

KEPT = timedelta(hours=6)
"""A forecast is held against the visitors who came while it was in force; nobody waits longer."""
NEVER = datetime(1970, 1, 1, tzinfo=UTC)

_NEWEST_MOMENT = (
    select(wait_forecasts.c.made_at)
    .where(wait_forecasts.c.hall_id == bindparam("hall"))
    .order_by(wait_forecasts.c.made_at.desc())
    .limit(1)
)
_FORECAST = select(wait_forecasts).where(
    wait_forecasts.c.hall_id == bindparam("hall"),
    wait_forecasts.c.made_at == bindparam("made_at", type_=wait_forecasts.c.made_at.type),
)
_OUTLOOKS = (
    select(wait_forecasts.c.made_at, wait_forecasts.c.outlooks)
    .where(
        wait_forecasts.c.hall_id == bindparam("hall"),
        wait_forecasts.c.made_at > bindparam("since", type_=wait_forecasts.c.made_at.type),
    )
    .order_by(wait_forecasts.c.made_at)
)
_CALIBRATION = select(wait_calibrations).where(wait_calibrations.c.hall_id == bindparam("hall"))
_FIRST_CLAIM = {
    "sqlite": sqlite.insert(wait_calibrations).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(wait_calibrations).on_conflict_do_nothing(),
}

_memory: WeakKeyDictionary[Engine, dict[int, Forecast]] = WeakKeyDictionary()


def newest(connection: Connection, hall_id: int, now: datetime) -> Forecast | None:
    """The newest forecast this process knows, if it may still be told. Asks no table."""
    known = _memory.get(connection.engine, {}).get(hall_id)
    return known if known is not None and known.fresh(now) else None


def look_again(connection: Connection, hall_id: int) -> Forecast | None:
    """Takes the hall's newest forecast into memory; returns it."""
    made_at = connection.execute(_NEWEST_MOMENT, {"hall": hall_id}).scalar()
    of_halls = _memory.setdefault(connection.engine, {})
    known = of_halls.get(hall_id)
    if made_at is None or (known is not None and known.made_at == made_at):
        return known
    row = connection.execute(_FORECAST, {"hall": hall_id, "made_at": made_at}).one()
    of_halls[hall_id] = known = Forecast.from_json(row.made_at, row.outlooks, row.places, row.queues)
    return known


def made_since(connection: Connection, hall_id: int, since: datetime) -> list[Forecast]:
    """The forecasts made after a moment, in order, without their places."""
    rows = connection.execute(_OUTLOOKS, {"hall": hall_id, "since": since})
    return [Forecast.from_json(row.made_at, row.outlooks) for row in rows]


def latest_moment(connection: Connection, hall_id: int) -> datetime | None:
    """When the hall's newest forecast was made."""
    return connection.execute(_NEWEST_MOMENT, {"hall": hall_id}).scalar()


def claim(connection: Connection, hall_id: int, now: datetime, least: timedelta) -> bool:
    """Takes the next forecast of a hall; False when somebody took it less than `least` ago. One that dies on
    the way costs the hall no more than that.
    """
    first = {"hall_id": hall_id, "claimed_at": NEVER, "scored_until": now, "state": {}}
    connection.execute(_FIRST_CLAIM[connection.dialect.name], first)
    won = connection.execute(
        update(wait_calibrations)
        .where(wait_calibrations.c.hall_id == hall_id, wait_calibrations.c.claimed_at <= now - least)
        .values(claimed_at=now)
    )
    return won.rowcount == 1


def calibration(connection: Connection, hall_id: int) -> Row[Any] | None:
    """The hall's calibration: `state`, and until when visitors have been counted in it."""
    return connection.execute(_CALIBRATION, {"hall": hall_id}).first()


@dataclass(frozen=True)
class Kept:
    """A forecast and its calibration, ready to be stored: their JSON is written already, so that nobody has
    to wait for that who wants to write meanwhile.
    """

    hall_id: int
    made_at: datetime
    took_seconds: float
    outlooks: str
    places: str
    queues: str
    state: str
    scored_until: datetime


def written(
    hall_id: int, forecast: Forecast, took_seconds: float, state: dict[str, Any], scored_until: datetime
) -> Kept:
    """Writes everything that is to be stored. `scored_until`: up to when visitors are counted in `state`."""
    parts = (*forecast.as_json(), forecast.queues.as_json())
    outlooks, places, queues = (json.dumps(one, separators=(",", ":")) for one in parts)
    return Kept(
        hall_id,
        forecast.made_at,
        took_seconds,
        outlooks,
        places,
        queues,
        json.dumps(state, separators=(",", ":")),
        scored_until,
    )


def put(connection: Connection, kept: Kept) -> None:
    """Stores a forecast and the calibration as it is now; lets go of forecasts that nobody can be waiting
    under.
    """
    add, score = _PUT[connection.dialect.name]
    values = vars(kept)
    connection.execute(add, {name: values[name] for name in wait_forecasts.c.keys()})  # noqa: SIM118
    connection.execute(
        score, {"hall": kept.hall_id, "state_": kept.state, "scored_until_": kept.scored_until}
    )
    connection.execute(_FORGET, {"hall": kept.hall_id, "before": kept.made_at - KEPT})


def keep(
    connection: Connection,
    hall_id: int,
    forecast: Forecast,
    took_seconds: float,
    state: dict[str, Any],
    scored_until: datetime,
) -> None:
    """Writes and stores."""
    put(connection, written(hall_id, forecast, took_seconds, state, scored_until))


def _putting(dialect: str) -> tuple[Any, Any]:
    """The statements that store JSON written already."""

    def ready(name: str) -> Any:
        text = bindparam(name, type_=Text())
        return cast(text, postgresql.JSONB()) if dialect == "postgresql" else text

    add = insert(wait_forecasts).values(
        hall_id=bindparam("hall_id"),
        made_at=bindparam("made_at", type_=wait_forecasts.c.made_at.type),
        took_seconds=bindparam("took_seconds"),
        outlooks=ready("outlooks"),
        places=ready("places"),
        queues=ready("queues"),
    )
    score = (
        update(wait_calibrations)
        .where(wait_calibrations.c.hall_id == bindparam("hall"))
        .values(
            state=ready("state_"),
            scored_until=bindparam("scored_until_", type_=wait_calibrations.c.scored_until.type),
        )
    )
    return add, score


_PUT = {dialect: _putting(dialect) for dialect in ("sqlite", "postgresql")}
_FORGET = delete(wait_forecasts).where(
    wait_forecasts.c.hall_id == bindparam("hall"),
    wait_forecasts.c.made_at < bindparam("before", type_=wait_forecasts.c.made_at.type),
)
