"""The power goes while numbers are taken: what was answered stands, and a retry gives nobody two."""

from threading import Thread

import requests

from tests.hall_server import HallServer
from tests.people import Api

KIOSKS = 4


def takes_until_the_lights_go_out(hall: HallServer, place: int, given: dict[str, str | None]) -> None:
    kiosk = hall.visitor().api
    for turn in range(10_000):
        key = f"kiosk{place}-{turn}"
        given[key] = None
        try:
            given[key] = label(kiosk, key)
        except requests.RequestException:
            return


def label(kiosk: Api, key: str) -> str:
    wish = {"business": "social", "device_print": False}
    return kiosk.post("/tickets", wish, key)["ticket"]["label"]


def test_after_a_power_cut_every_number_given_out_stands(hall_server: HallServer):
    given: dict[str, str | None] = {}
    kiosks = [
        Thread(target=takes_until_the_lights_go_out, args=(hall_server, place, given))
        for place in range(KIOSKS)
    ]
    for one in kiosks:
        one.start()
    watcher = hall_server.anyone()
    while sum(one["count"] for one in watcher.get("/board")["waiting"]) < 40:
        pass
    hall_server.kill()
    for one in kiosks:
        one.join()
    hall_server.start()
    kiosk = hall_server.visitor().api
    again = {key: label(kiosk, key) for key in given}
    assert all(again[key] == told for key, told in given.items() if told is not None)
    assert sum(told is None for told in given.values()) <= KIOSKS
    assert len(set(again.values())) == len(again)
    assert sorted(int(one[1:]) for one in again.values()) == list(range(1, len(again) + 1))
    events = hall_server.anyone().get("/events", after=0)["events"]
    assert [one["seq"] for one in events] == list(range(1, len(events) + 1))
