"""The servers that other tests rest on are real ones."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
import redis
from sqlalchemy import create_engine, inspect, text

from tests.services import fresh_database, make_folder

ROOT = Path(__file__).resolve().parent.parent.parent


def test_the_postgresql_of_the_tests_is_a_real_one(postgres_url):
    engine = create_engine(postgres_url)
    with engine.connect() as connection:
        version = connection.scalar(text("SELECT version()"))
        assert version.startswith("PostgreSQL 1")
        assert connection.scalar(text("SHOW fsync")) == "on"
    engine.dispose()


def test_every_test_gets_an_empty_database_of_its_own(postgres_url):
    with fresh_database() as other_url:
        one, other = create_engine(postgres_url), create_engine(other_url)
        with one.begin() as connection:
            connection.execute(text("CREATE TABLE visit (label text)"))
        assert inspect(one).get_table_names() == ["visit"]
        assert inspect(other).get_table_names() == []
        one.dispose()
        other.dispose()


def test_the_redis_of_the_tests_answers_and_passes_messages_on(redis_url):
    with redis.Redis.from_url(redis_url) as client, client.pubsub() as listener:
        assert client.ping()
        listener.subscribe("calls")
        assert listener.get_message(timeout=5)["type"] == "subscribe"
        client.publish("calls", "A001")
        assert listener.get_message(timeout=5)["data"] == b"A001"


def test_the_servers_end_even_when_their_session_is_killed():
    folder = make_folder()
    session = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    command = [sys.executable, "-m", "tests.service_keeper", "redis", folder, str(session.pid)]
    keeper = subprocess.Popen(command, cwd=ROOT)
    address = folder / "redis.url"
    while not address.exists():
        assert keeper.poll() is None
        time.sleep(0.05)
    client = redis.Redis.from_url(address.read_text())
    assert client.ping()

    session.kill()
    session.communicate()
    keeper.wait()

    with pytest.raises(redis.exceptions.ConnectionError), client:
        client.ping()
    assert not folder.exists()
