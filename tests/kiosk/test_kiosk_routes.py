"""What only the kiosk asks the server for: its page, QR pictures, how its printing goes, a made-up card."""

from collections.abc import Iterator

import pytest
import requests

from hall.rules import identity
from tests.builders import settings, small_hall
from tests.hall_server import HallServer

TIMEOUT = 30
DEVICES = [
    {"id": "trying", "kind": "kiosk", "name": "试用", "printer": "printer-1", "reader": "simulated"},
    {"id": "typing", "kind": "kiosk", "name": "键盘", "printer": "printer-1", "reader": "keyboard"},
    {
        "id": "asking",
        "kind": "kiosk",
        "name": "问读卡器",
        "reader": "http",
        "reader_url": "http://127.0.0.1:9123/read",
    },
    {"id": "printer-1", "kind": "printer", "name": "打印机", "driver": "dummy"},
    {"id": "pad-2", "kind": "pad", "name": "2号评价器", "window": 2},
]


@pytest.fixture(scope="module")
def hall_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HallServer]:
    """One hall for all of these tests: none of them minds what another did."""
    wanted = settings(small_hall(devices=DEVICES))
    server = HallServer(tmp_path_factory.mktemp("kiosks"), wanted, "test")
    server.prepare()
    server.start()
    yield server
    server.stop()


def as_device(server: HallServer, device: str, path: str) -> requests.Response:
    return requests.get(
        f"{server.url}{path}",
        headers={"Authorization": f"Bearer {server.tokens[device]}"},
        timeout=TIMEOUT,
    )


def test_a_browser_that_is_no_kiosk_learns_how_to_become_one(hall_server: HallServer):
    answer = requests.get(f"{hall_server.url}/halls/test/kiosk", timeout=TIMEOUT)
    assert answer.status_code == 401
    assert "python -m hall token trying" in answer.text
    assert 'id="stage"' not in answer.text


def test_a_pad_is_no_kiosk(hall_server: HallServer):
    answer = as_device(hall_server, "pad-2", "/halls/test/kiosk")
    assert answer.status_code == 401
    assert 'id="stage"' not in answer.text


def test_the_page_may_ask_its_reader_and_nobody_else(hall_server: HallServer):
    policies = {
        name: as_device(hall_server, name, "/halls/test/kiosk").headers["Content-Security-Policy"]
        for name in ("typing", "asking")
    }
    assert "connect-src 'self';" in policies["typing"]
    assert "connect-src 'self' http://127.0.0.1:9123;" in policies["asking"]
    assert policies["asking"].replace(" http://127.0.0.1:9123", "") == policies["typing"]


def test_a_kiosk_sees_how_its_own_tickets_print_and_no_others(hall_server: HallServer):
    server = hall_server
    answer = server.visitor("trying").api.post("/tickets", {"business": "social"})
    path = f"/api/v1/halls/test/kiosk/print-jobs/{answer['print_job']['id']}"
    job = as_device(server, "trying", path).json()
    assert job["state"] in ("waiting", "printing", "printed")
    assert as_device(server, "typing", path).status_code == 403
    assert requests.get(f"{server.url}{path}", timeout=TIMEOUT).status_code == 401
    assert as_device(server, "trying", "/api/v1/halls/test/kiosk/print-jobs/999").status_code == 404


def test_a_qr_picture_is_drawn_for_kiosks_and_guides_only(hall_server: HallServer):
    path = "/halls/test/kiosk/qr/some-secret-of-a-ticket.svg"
    answer = as_device(hall_server, "trying", path)
    assert answer.headers["Content-Type"].startswith("image/svg+xml")
    assert answer.text.startswith("<svg")
    assert hall_server.guide().api.session.get(f"{hall_server.url}{path}", timeout=TIMEOUT).ok
    assert requests.get(f"{hall_server.url}{path}", timeout=TIMEOUT).status_code == 401


def test_the_online_way_has_a_qr_where_there_is_one(hall_server: HallServer):
    assert as_device(hall_server, "trying", "/halls/test/kiosk/items/retirement/online.svg").ok
    for item in ("insurance-card", "nothing-like-it"):
        path = f"/halls/test/kiosk/items/{item}/online.svg"
        assert as_device(hall_server, "trying", path).status_code == 404


def test_the_items_of_a_business_come_in_the_configured_order(hall_server: HallServer):
    path = "/api/v1/halls/test/kiosk/businesses/social/items"
    items = as_device(hall_server, "trying", path).json()["items"]
    assert [one["code"] for one in items] == ["retirement", "insurance-card"]
    unknown = as_device(hall_server, "trying", "/api/v1/halls/test/kiosk/businesses/nothing/items")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_business")


def test_only_a_simulated_reader_deals_cards(hall_server: HallServer):
    server = hall_server
    path = "/api/v1/halls/test/kiosk/simulated-card"
    identity.normalise(as_device(server, "trying", f"{path}?age=72").json()["id_number"])
    assert as_device(server, "typing", path).status_code == 403
    assert as_device(server, "trying", f"{path}?age=7").status_code == 422
