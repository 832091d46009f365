"""What the first start makes and tells once: the administrator's password and the pairing addresses; and what
a start that cannot be says.
"""

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from sqlalchemy import select

from hall import config, setup
from hall.app import create_app
from hall.config_model import Config
from hall.records.database import Database
from hall.records.tables import accounts
from tests.builders import settings, small_hall


def test_the_first_start_pairs_what_needs_a_token_and_the_second_tells_nothing(tmp_path: Path):
    devices = [
        *small_hall()["devices"],
        {"id": "loud", "kind": "board", "name": "有声屏", "speaks": True},
        {"id": "mute", "kind": "board", "name": "无声屏", "zone": "west"},
    ]
    house = create_app(Config.model_validate(settings(small_hall(devices=devices))), tmp_path)
    try:
        first, second = setup.prepare(house.server), setup.prepare(house.server)
    finally:
        house.stop()
        house.server.database.engine.dispose()
    assert [(name, hall) for name, hall, _ in first.pairings] == [
        ("取号机", "test"),
        ("2号评价器", "test"),
        ("有声屏", "test"),
    ]
    told = setup.welcome(house.server, first, port=8123)
    assert all(
        f"http://127.0.0.1:8123/halls/test/pair?token={token}" in told for _, _, token in first.pairings
    )
    assert "http://127.0.0.1:8123/halls/test/kiosk" in told
    assert [username for _, username, _ in first.passwords] == ["admin"]
    assert second == setup.First([], [])


def starts(folder: Path, **server: Any) -> subprocess.CompletedProcess[str]:
    """A start that fails: what the terminal shows."""
    wanted = settings(small_hall())
    wanted["server"] |= server
    with (folder / "config.yaml").open("w", encoding="utf-8") as file:
        YAML().dump(wanted, file)
    return runs(folder, "utf-8", "serve")


def runs(folder: Path, encoding: str, *words: str) -> subprocess.CompletedProcess[str]:
    """One command on a terminal or into a log of that encoding."""
    command = [sys.executable, "-m", "hall", "--config", str(folder / "config.yaml"), *words]
    env = {**os.environ, "PYTHONIOENCODING": encoding, "HALL_LANGUAGE": "zh"}
    return subprocess.run(command, capture_output=True, encoding=encoding, env=env, timeout=120, check=False)


def test_a_taken_port_is_said_and_the_first_password_is_kept_for_the_start_that_tells_it(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ended = starts(tmp_path, port=port)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert f"端口 {port} 已被占用" in ended.stderr
    assert "Traceback" not in ended.stderr
    loaded = config.load(tmp_path / "config.yaml")
    database = Database(loaded.server.database_url(tmp_path))
    with database.read() as connection:
        assert connection.execute(select(accounts)).all() == []
    database.engine.dispose()


def test_a_database_that_is_not_there_is_said_without_its_password(tmp_path: Path):
    ended = starts(tmp_path, database="postgresql://hall:secret@127.0.0.1:1/hall")
    assert ended.returncode == 1
    assert "打不开数据库 postgresql://hall:***@127.0.0.1:1/hall" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "secret" not in ended.stderr


def test_a_log_that_knows_no_chinese_stops_no_command(tmp_path: Path):
    (tmp_path / "config.yaml").write_text("halls: []", encoding="utf-8")
    ended = runs(tmp_path, "cp1252", "check")
    assert ended.returncode == 1
    assert "\\u" in ended.stderr
    assert "Traceback" not in ended.stderr
