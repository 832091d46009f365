"""What devices say of themselves, and what the hall makes of it: the list, the alerts, the recovery."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psutil
import pytest
import requests
from sqlalchemy import update

from hall.config_alerts import Indicators
from hall.records.connections import begin_writing
from hall.records.tables import devices
from tests.builders import settings, small_hall
from tests.hall_server import HallServer, StartHall
from tests.people import Api, Refused
from tests.printer.stand_in import StandIn, Temper
from tests.printer.test_print_worker import until
from tests.warning import look

USUAL = Indicators()
DEVICE_ALERTS = ("device_offline", "paper_low", "device_trouble")
ON = {name: getattr(USUAL, name).model_dump() for name in DEVICE_ALERTS}
WATCHED = {"indicators": {**dict.fromkeys(Indicators.model_fields), **ON}}


def listed(manager: Api, code: str) -> dict[str, Any]:
    """A device, or something else of the hall by its source, as the device list shows it."""
    told = manager.get("/devices")
    everything = {one["code"]: one for one in told["devices"]}
    return everything.get(code) or {one["source"]: one for one in told["others"]}.get(code, {})


def becomes(manager: Api, code: str, seen: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    def found() -> dict[str, Any] | None:
        one = listed(manager, code)
        return one if one and seen(one) else None

    return until(found, f"{code} stays {listed(manager, code)}")


def standing(hall: HallServer, manager: Api) -> dict[tuple[str, str], str]:
    """The hall looks; then the alerts that stand."""
    look(hall)
    alerts = manager.get("/alerts")["alerts"]
    return {(one["indicator"], one["scope"]): one["level"] for one in alerts if not one["ended_at"]}


def test_a_device_is_seen_when_it_reports_itself_and_the_journal_is_not_bothered(own_hall: HallServer):
    manager = own_hall.manager().api
    before = own_hall.anyone().get("/events", after=0)["latest"]
    device = Api(own_hall.url, own_hall.hall, token=own_hall.tokens["pad-2"])
    device.post("/devices/pad-2/heartbeat", {"status": {"page": "pad"}})
    shown = becomes(manager, "pad-2", lambda one: one["seen_at"])
    assert (shown["status"], shown["window"], shown["state"]) == ({"page": "pad"}, 2, "there")
    assert shown["seen_at"].endswith("Z")
    with pytest.raises(Refused) as refused:
        device.post("/devices/kiosk-1/heartbeat", {"status": {}})
    assert refused.value.status == 403
    assert own_hall.anyone().get("/events", after=0)["latest"] == before


def test_a_screen_that_is_open_without_being_paired_is_listed_by_its_place(own_hall: HallServer):
    anyone, manager = own_hall.anyone(), own_hall.manager().api
    for screen in ("board", "zone:east", "window:3"):
        anyone.post("/screens/heartbeat", {"screen": screen, "connection": "live"})
    assert becomes(manager, "zone:east", bool)["zone"]["name_en"] == "East"
    assert (listed(manager, "window:3")["kind"], listed(manager, "window:3")["window"]) == ("window", 3)
    assert listed(manager, "board")["state"] == "there"
    anyone.post("/screens/heartbeat", {"screen": "board", "connection": "lost"})
    assert becomes(manager, "board", lambda one: one["state"] == "trouble")["troubles"] == [
        "device.trouble.connection"
    ]


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"screen": "window:99", "connection": "live"}, 404),
        ({"screen": "zone:nowhere", "connection": "live"}, 404),
        ({"screen": "x" * 5000, "connection": "live"}, 422),
        ({"screen": "board", "connection": "live", "more": "x"}, 422),
        ({"screen": "board", "sound": "loud", "connection": "live"}, 422),
    ],
)
def test_a_place_that_is_none_leaves_no_trace(own_hall: HallServer, said: dict[str, Any], status: int):
    with pytest.raises(Refused) as refused:
        own_hall.anyone().post("/screens/heartbeat", said)
    assert refused.value.status == status


def test_a_heartbeat_as_long_as_a_book_is_refused(own_hall: HallServer):
    device = Api(own_hall.url, own_hall.hall, token=own_hall.tokens["pad-2"])
    for status in ({str(one): one for one in range(17)}, {"page": "x" * 201}, {"x" * 33: 1}):
        with pytest.raises(Refused) as refused:
            device.post("/devices/pad-2/heartbeat", {"status": status})
        assert refused.value.status == 422


def half_a_minute_is_over(hall: HallServer) -> None:
    """Each printer may be asked again how it is."""
    database = hall.database()
    with begin_writing(database.engine) as connection:
        connection.execute(update(devices).values(checked_at=None))
    database.engine.dispose()


PRINTER_TROUBLES: list[tuple[Temper, dict[str, Any], str, str]] = [
    ("willing", {"paper": "out"}, "printer.error.out_of_paper", "red"),
    ("willing", {"cover_open": True}, "printer.error.cover_open", "orange"),
    ("willing", {"offline": True}, "printer.error.offline", "orange"),
    ("willing", {"cutter_jammed": True}, "printer.error.fault", "orange"),
    ("willing", {"paper": "low"}, "device.trouble.paper_low", "yellow"),
]
TEMPERS: list[Temper] = ["silent", "deaf", "rubbish"]


def test_a_printer_in_each_trouble_is_listed_warned_of_and_well_again_by_itself(start_hall: StartHall):
    """One hall with a printer for each trouble, so that they are found at the same time."""
    printers = [StandIn(temper=temper, **state) for temper, state, _, _ in PRINTER_TROUBLES]
    codes = [f"printer-{number}" for number in range(len(printers))]
    for one in printers:
        one.__enter__()
    wanted = [
        {"id": code, "kind": "printer", "name": code, "driver": "network", "address": one.address}
        for code, one in zip(codes, printers, strict=True)
    ]
    hall = start_hall(settings(small_hall(devices=wanted, alerts=WATCHED)))
    manager = hall.manager().api
    for code, (_, _, words, _) in zip(codes, PRINTER_TROUBLES, strict=True):
        shown = becomes(manager, code, lambda one: one["state"] == "trouble")
        assert shown["troubles"][0] == words
    warned = standing(hall, manager)
    assert [warned[("paper_low", code)] for code in codes] == [level for _, _, _, level in PRINTER_TROUBLES]
    for one in printers:
        one.paper, one.cover_open, one.offline, one.cutter_jammed = "ok", False, False, False
    half_a_minute_is_over(hall)
    for code in codes:
        becomes(manager, code, lambda one: one["state"] == "there")
    assert standing(hall, manager) == {}
    for one in printers:
        one.__exit__(None, None, None)


def voice_process(hall: HallServer) -> psutil.Process:
    def find() -> psutil.Process | None:
        assert hall.process is not None
        children = psutil.Process(hall.process.pid).children(recursive=True)
        return next((one for one in children if "display.voice_worker" in " ".join(one.cmdline())), None)

    return until(find, "there is no voice")


def test_a_printer_that_falls_silent_or_deaf_or_answers_rubbish_is_warned_of_and_well_again_by_itself(
    start_hall: StartHall,
):
    """One of each; the paper of a ticket meanwhile waits, and comes out once."""
    printers = [StandIn() for _ in TEMPERS]
    codes = [f"printer-{number}" for number in range(len(printers))]
    wanted: list[dict[str, Any]] = []
    for code, one in zip(codes, printers, strict=True):
        one.__enter__()
        wanted.append(
            {"id": code, "kind": "printer", "name": code, "driver": "network", "address": one.address}
        )
        wanted.append({"id": f"at-{code}", "kind": "kiosk", "name": code, "printer": code})
    hall = start_hall(settings(small_hall(devices=wanted, alerts=WATCHED)))
    manager = hall.manager().api
    for code in codes:
        becomes(manager, code, lambda one: one["state"] == "there")
    for one, temper in zip(printers, TEMPERS, strict=True):
        one.temper = temper
    for code in codes:
        hall.visitor(f"at-{code}").takes_a_number()
    for code in codes:
        assert becomes(manager, code, lambda one: one["state"] == "trouble")["troubles"] == [
            "printer.error.silent"
        ]
    assert standing(hall, manager) == {("paper_low", code): "orange" for code in codes}
    for one in printers:
        one.temper = "willing"
    for code, one in zip(codes, printers, strict=True):
        assert len(one.wait_for_tickets(seconds=60)) == 1
        becomes(manager, code, lambda one: one["state"] == "there")
    assert standing(hall, manager) == {}
    for one in printers:
        one.__exit__(None, None, None)


def test_a_voice_that_cannot_speak_is_listed_and_warned_of(start_hall: StartHall):
    hall = start_hall(settings(small_hall(alerts=WATCHED)) | {"voice": {"engine": "no.such:Engine"}})
    manager = hall.manager().api
    shown = becomes(manager, "voice", lambda one: one["state"] == "trouble")
    assert shown["troubles"] == ["display.no_voice.engine_missing"]
    assert standing(hall, manager)["device_trouble", "voice"] == "red"
    alert = next(one for one in manager.get("/alerts")["alerts"] if one["scope"] == "voice")
    assert alert["place"] == {"kind": "device", "name": "语音播报", "name_en": "Voice"}


def test_a_killed_voice_is_back_by_itself_and_the_next_call_has_its_words(start_hall: StartHall):
    hall = start_hall(settings() | {"voice": {"engine": "espeak"}})
    manager = hall.manager().api
    becomes(manager, "voice", lambda one: one["status"]["voice"] == "ready")
    first = voice_process(hall)
    first.kill()
    clerk = hall.clerk(1).sits_at(1)
    hall.visitor().takes_a_number()
    clerk.calls_next()
    call = hall.anyone().get("/board")["calls"][0]["call_id"]
    spoken = until(
        lambda: sounds if len(sounds := announcement(hall, call)["sounds"]) > 1 else None, "nothing is said"
    )
    assert {requests.get(hall.url + one["url"], timeout=30).status_code for one in spoken} == {200}
    assert voice_process(hall).pid != first.pid
    assert becomes(manager, "voice", lambda one: one["status"]["voice"] == "ready")["state"] == "there"


def announcement(hall: HallServer, call: int) -> dict[str, Any]:
    time.sleep(0.05)
    return hall.anyone().get("/announcements", calls=call)


def test_two_kiosks_pressing_at_once_get_two_numbers(start_hall: StartHall):
    """The same wish at the same moment from two devices, each under the same Idempotency-Key: keys are each
    device's own.
    """
    wanted = [{"id": f"kiosk-{one}", "kind": "kiosk", "name": f"取号机{one}"} for one in (1, 2)]
    hall = start_hall(settings(small_hall(devices=wanted)))
    kiosks = [hall.visitor(f"kiosk-{one}").api for one in (1, 2)]

    def press(turn: int) -> str:
        answer = kiosks[turn % 2].post("/tickets", {"business": "social"}, key=f"press-{turn // 2}")
        return answer["ticket"]["label"]

    with ThreadPoolExecutor(8) as hands:
        labels = list(hands.map(press, range(40)))
    assert sorted(labels) == [f"A{number:03d}" for number in range(1, 41)]
