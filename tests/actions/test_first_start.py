"""What the first start makes and tells once: the administrator's password and the pairing addresses."""

from pathlib import Path

from hall import setup
from hall.app import create_app
from hall.config_model import Config
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
