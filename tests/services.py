"""The real PostgreSQL and the real Redis of a test session; a plug-in that tests/conftest.py loads.

Each server starts when the first test asks for it, on a free loopback port with its data in a temporary
folder: one PostgreSQL for all parallel workers, where every test gets an empty database of its own; one Redis
for each worker, since its channels know no databases. They end with the session, however it ends
(tests/service_keeper.py).

HALL_TEST_PG_URL (of a user who may create databases) and HALL_TEST_REDIS_URL (for one worker: -n 0) name
servers that run already; then none is started.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from tests.service_keeper import START_SECONDS, STOP_SECONDS

FOLDER = "HALL_TEST_SERVICES"
OWNER = "HALL_TEST_OWNER"
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "alone")
KEEPERS: list[subprocess.Popen] = []  # held, or Python would warn of a process that nobody waits for


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """SQLAlchemy's URL of an empty database in a real PostgreSQL, this test's own."""
    with fresh_database() as url:
        yield url


@pytest.fixture
def redis_url() -> str:
    """The URL of a real Redis that no other worker uses."""
    return os.environ.get("HALL_TEST_REDIS_URL") or started(f"redis-{WORKER}")


@contextmanager
def fresh_database() -> Iterator[str]:
    """An empty database for as long as the block lasts; connections still open are cut at its end."""
    server = os.environ.get("HALL_TEST_PG_URL", "").replace("+psycopg", "") or started("postgres")
    name = f"hall_{WORKER}_{uuid4().hex[:12]}"
    execute(server, sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
    address, _, query = server.partition("?")
    url = f"{address.rpartition('/')[0]}/{name}".replace("://", "+psycopg://", 1)
    try:
        yield f"{url}?{query}" if query else url
    finally:
        execute(server, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def execute(server: str, statement: sql.Composed) -> None:
    """One statement outside a transaction, as CREATE and DROP DATABASE want it."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)


def started(service: str) -> str:
    """The address of this session's server; whoever asks first starts it, the others wait."""
    folder = Path(os.environ[FOLDER])
    address, log = folder / f"{service}.url", folder / f"{service}.log"
    try:
        with log.open("x") as words:
            keeper = subprocess.Popen(
                [sys.executable, "-m", "tests.service_keeper", service, folder, os.environ[OWNER]],
                cwd=Path(__file__).parent.parent,
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=words,
                start_new_session=True,  # Ctrl-C is for the tests; the keeper sees them end
            )
        KEEPERS.append(keeper)
    except FileExistsError:
        pass
    deadline = time.monotonic() + START_SECONDS
    while not address.exists():
        dead = any(keeper.poll() is not None for keeper in KEEPERS)
        if dead or (folder / f"{service}.failed").exists() or time.monotonic() > deadline:
            raise RuntimeError(f"{service} does not start. Its words:\n{log.read_text()}")
        time.sleep(0.05)
    return address.read_text()


def pytest_configure(config: pytest.Config) -> None:
    """The session's folder, made before the workers start, so that they inherit its name."""
    if not hasattr(config, "workerinput"):
        os.environ[FOLDER], os.environ[OWNER] = str(make_folder()), str(os.getpid())


def make_folder() -> Path:
    """A temporary folder that the servers' user gets through to its own folder inside."""
    folder = Path(tempfile.mkdtemp(prefix="hall-tests-"))
    folder.chmod(0o755)
    return folder


def pytest_unconfigure(config: pytest.Config) -> None:
    """Tell the keepers to stop, and wait until they have."""
    if hasattr(config, "workerinput"):
        for keeper in KEEPERS:
            keeper.returncode = keeper.poll() or 0  # it outlives this worker on purpose: nothing to warn of
        return
    folder = Path(os.environ.pop(FOLDER))
    (folder / "stop").touch()
    deadline = time.monotonic() + STOP_SECONDS
    while any(folder.glob("*.url")) and time.monotonic() < deadline:
        time.sleep(0.05)
    for keeper in KEEPERS:
        keeper.wait(STOP_SECONDS)
    shutil.rmtree(folder, ignore_errors=True)
