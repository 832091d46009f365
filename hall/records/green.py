"""PostgreSQL's connection as a gevent server waits on it; hall/records/connections.py opens these.

psycopg waits by poll(), and gevent's own poll() builds several watchers for each call, which costs as much
as a small statement does. Here one watcher of the loop is waited on; every other greenlet runs meanwhile just
the same, and what the database says is heard before what browsers say, because others wait for whoever holds
the hall. Where nothing is patched (workers, commands, tests) psycopg's own, quicker waiting stays.
"""

from typing import Any, TypeVar

import psycopg
from gevent import get_hub
from gevent.monkey import is_module_patched
from psycopg.abc import PQGen
from psycopg.waiting import Wait

Found = TypeVar("Found")

READ, WRITE = 1, 2
"""As gevent's loop, psycopg's Wait and its Ready number them."""


class GreenConnection(psycopg.Connection[Any]):
    """psycopg's connection whose statements are waited for on gevent's loop."""

    def wait(self, gen: PQGen[Found], interval: float = 0.1, timeout: float | None = None) -> Found:
        """Runs a statement's generator to its end and returns what it found.

        `interval` is for threads that must look for Ctrl-C; the loop does that itself. A wait with a
        `timeout` (a statement being cancelled) is rare and psycopg's own.
        """
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        hub, descriptor = get_hub(), self.pgconn.socket
        loop: Any = hub.loop
        try:
            wanted: Wait = next(gen)
            while True:
                watcher = loop.io(descriptor, int(wanted), priority=loop.MAXPRI)
                try:
                    hub.wait(watcher)
                finally:
                    watcher.close()
                wanted = gen.send(int(wanted))
        except StopIteration as done:
            return done.value


def connect(*arguments: Any, **settings: Any) -> psycopg.Connection[Any]:
    """What psycopg.connect does, for a server that is patched and for a program that is not."""
    kind = GreenConnection if is_module_patched("select") else psycopg.Connection
    return kind.connect(*arguments, **settings)
