"""PostgreSQL's connection in a patched server, in a process of its own: patching cannot be undone here."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.postgres

PATCHED = """
from gevent import monkey
monkey.patch_all()
import sys
import gevent
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from hall.records.connections import make_engine
from hall.records.green import GreenConnection

engine = make_engine(sys.argv[1])
"""

WHILE_ONE_WAITS = """
ticks = []
def tick():
    while True:
        ticks.append(1)
        gevent.sleep(0.01)
gevent.spawn(tick)
with engine.connect() as connection:
    assert isinstance(connection.connection.driver_connection, GreenConnection)
    assert connection.execute(text("SELECT pg_sleep(1), 7")).one()[1] == 7
    assert len(ticks) >= 5
    wide = connection.execute(text("SELECT repeat('长', 3000000), :said"), {"said": "x" * 3_000_000}).one()
    assert (len(wide[0]), len(wide[1])) == (3_000_000, 3_000_000)
"""

WHOSE_SERVER_GOES = """
def end(backend):
    gevent.sleep(0.2)
    with engine.connect() as other:
        other.execute(text("SELECT pg_terminate_backend(:one)"), {"one": backend})
try:
    with engine.connect() as connection:
        killer = gevent.spawn(end, connection.execute(text("SELECT pg_backend_pid()")).scalar_one())
        connection.execute(text("SELECT pg_sleep(60)"))
except OperationalError:
    killer.get()
else:
    raise SystemExit("nothing was noticed")
with engine.connect() as connection:
    assert connection.execute(text("SELECT 1")).scalar_one() == 1
"""


def run(script: str, url: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PATCHED + script, url],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_others_run_while_one_waits_and_long_texts_come_and_go_whole(postgres_url: str):
    run(WHILE_ONE_WAITS, postgres_url)


def test_a_connection_whose_server_goes_says_so_and_the_next_one_works(postgres_url: str):
    run(WHOSE_SERVER_GOES, postgres_url)
