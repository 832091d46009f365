"""The measured server: the hall's own, with the bare routes that the floors are taken on. `python -m
hall.bench.server CONFIG [clock]`. With `clock` its clock stands still until it is set from outside.

The floor of an action is a bare Flask route in the same server that does one durable INSERT: on PostgreSQL by
a connection for each client, kept open as the hall keeps its own, whose commits share the disk's. The floor
of a call's way to the screens is a bare Socket.IO emit of the same payload to the same room.
"""

from gevent import monkey

monkey.patch_all()

import sys  # noqa: E402
import threading  # noqa: E402
from datetime import datetime  # noqa: E402
from pathlib import Path  # noqa: E402

from flask import Response, jsonify, request  # noqa: E402
from sqlalchemy import Column, MetaData, Table, Text, insert  # noqa: E402

from hall import config  # noqa: E402
from hall.app import House, create_app, listen, serve  # noqa: E402
from hall.records.connections import begin_writing  # noqa: E402
from hall.records.database import now_utc  # noqa: E402
from hall.records.types import Id  # noqa: E402
from hall.web import access  # noqa: E402

BARE = Table("bench_bare", MetaData(), Column("id", Id, primary_key=True), Column("value", Text))


def add_floors(house: House) -> None:
    """Adds the bare routes."""
    engine = house.server.database.engine
    BARE.create(engine, checkfirst=True)
    one_writer = threading.Lock() if engine.dialect.name == "sqlite" else None
    statement = insert(BARE)

    @house.app.post("/api/bench/insert")
    @access.anyone
    def bare_insert() -> Response:
        if one_writer is None:
            with begin_writing(engine) as connection:
                connection.execute(statement, {"value": "x"})
        else:
            with one_writer, begin_writing(engine) as connection:
                connection.execute(statement, {"value": "x"})
        return jsonify({})

    @house.app.post("/api/bench/emit")
    @access.anyone
    def bare_emit() -> Response:
        payload = request.get_json()
        house.socketio.emit("events", [payload], to=f"hall:{payload.pop('hall_id')}:public")
        return jsonify({})


class Clock:
    """A clock that is set."""

    def __init__(self) -> None:
        self.now = now_utc()

    def __call__(self) -> datetime:
        return self.now

    def add_to(self, house: House) -> None:
        """The route that sets it."""

        @house.app.post("/api/bench/clock")
        @access.anyone
        def set_clock() -> Response:
            self.now = datetime.fromisoformat(request.get_json()["now"])
            return jsonify({})


def main() -> None:
    file, clock = Path(sys.argv[1]), Clock() if "clock" in sys.argv[2:] else None
    house = create_app(config.load(file), file.parent, clock or now_utc)
    add_floors(house)
    if clock is not None:
        clock.add_to(house)
    house.foresight.has_worker = False
    house.advising.has_worker = False
    serve(house, listen("127.0.0.1", 0), lambda port: print(f"PORT {port}", flush=True))


if __name__ == "__main__":
    main()
