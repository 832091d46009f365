"""Printing as the hall does it: a real server, its print worker, and a printer on TCP."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from typing import Any

import psutil
import pytest
import requests
import zxingcpp

from tests.builders import settings, small_hall
from tests.hall_server import HallServer, StartHall
from tests.people import Api, Refused
from tests.printer.stand_in import StandIn

SECONDS = 90.0


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with StandIn() as printer:
        yield printer


def printing_hall(*addresses: str, driver: str = "network", **more: Any) -> dict[str, Any]:
    """A hall whose kiosk-1 prints on printer-1 at the first address, kiosk-2 on printer-2 at the second."""
    devices: list[dict[str, Any]] = []
    for n, address in enumerate(addresses, start=1):
        devices.append({"id": f"kiosk-{n}", "kind": "kiosk", "name": f"取号机{n}", "printer": f"printer-{n}"})
        printer = {"id": f"printer-{n}", "kind": "printer", "name": f"打印机{n}", "driver": driver}
        devices.append({**printer, "address": address, **more})
    return small_hall(devices=devices)


def until(seen: Callable[[], Any], what: str) -> Any:
    """What `seen` gives once it gives something; fails when it never does."""
    deadline = time.monotonic() + SECONDS
    while not (found := seen()):
        assert time.monotonic() < deadline, what
        time.sleep(0.05)
    return found


def takes_a_number(hall: HallServer, device: str = "kiosk-1", **wish: Any) -> tuple[dict[str, Any], int]:
    """The ticket as the kiosk shows it, and the id of its print job."""
    answer = hall.visitor(device).api.post("/tickets", {"business": "social", **wish})
    return answer["ticket"], answer["print_job"]["id"]


def job(hall: HallServer, job_id: int, device: str = "kiosk-1") -> dict[str, Any]:
    return hall.visitor(device).api.get(f"/kiosk/print-jobs/{job_id}")


def becomes(hall: HallServer, job_id: int, state: str, device: str = "kiosk-1") -> dict[str, Any]:
    return until(
        lambda: found if (found := job(hall, job_id, device))["state"] == state else None,
        f"job {job_id} never becomes {state}: {job(hall, job_id, device)}",
    )


def has_error(hall: HallServer, job_id: int) -> dict[str, Any]:
    return until(lambda: found if (found := job(hall, job_id))["error"] else None, "no error is told")


def printer_status(hall: HallServer, manager: Api, code: str = "printer-1") -> dict[str, Any]:
    return next(one for one in manager.get("/devices")["devices"] if one["code"] == code)


def worker_of(hall: HallServer) -> psutil.Process:
    """The printing process of this server."""

    def find() -> psutil.Process | None:
        children = psutil.Process(hall.process.pid).children(recursive=True)
        return next((one for one in children if "printer.worker" in " ".join(one.cmdline())), None)

    return until(find, "there is no print worker")


def runs(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_number_from_the_kiosk_is_printed_once_with_a_qr_of_its_own_page(
    start_hall: StartHall, stand_in: StandIn
) -> None:
    hall = start_hall(settings(printing_hall(stand_in.address, mode="raster")))
    ticket, job_id = takes_a_number(hall)

    becomes(hall, job_id, "printed")

    assert len(stand_in.tickets) == 1
    codes = zxingcpp.read_barcodes(stand_in.tickets[0].pictures[0])
    assert [code.text for code in codes] == [f"{hall.url}/t/test/{ticket['secret']}"]
    page = requests.get(codes[0].text, timeout=30)
    assert page.status_code == 200
    assert ticket["label"] in page.text


def test_the_paper_says_what_the_visitor_has_to_know(start_hall: StartHall, stand_in: StandIn) -> None:
    hall = start_hall(settings(printing_hall(stand_in.address, mode="text")))
    takes_a_number(hall)
    wish = {"visitor_class": "elderly", "items": ["retirement", "insurance-card"]}
    _, job_id = takes_a_number(hall, **wish)

    becomes(hall, job_id, "printed")
    paper = stand_in.tickets[1].text

    for words in (
        "测试大厅",
        "A002",
        "社会保险",
        "前面还有 1 人",
        "敬老",
        "东区 1、2、3号窗口",
        "西区 5、6号窗口",
    ):
        assert words in paper, words
    assert "居民身份证、一寸照片" in paper.replace("\n", "")
    assert paper.count("居民身份证") == 1
    assert "补打" not in paper


def test_a_visitor_who_reads_english_gets_an_english_ticket(start_hall: StartHall, stand_in: StandIn) -> None:
    hall = start_hall(settings(printing_hall(stand_in.address, mode="text")))
    _, job_id = takes_a_number(hall, language="en")

    becomes(hall, job_id, "printed")

    for words in ("Test Hall", "Social insurance", "East, window 1, 2, 3"):
        assert words in stand_in.tickets[0].text, words


def test_a_switched_off_printer_loses_no_number_and_prints_when_it_is_back(start_hall: StartHall) -> None:
    with StandIn() as before:
        port = before.port
    hall = start_hall(settings(printing_hall(f"127.0.0.1:{port}")))
    manager = hall.manager().api
    first, first_job = takes_a_number(hall)
    second, second_job = takes_a_number(hall)

    waiting = has_error(hall, first_job)
    clerk = hall.clerk(1).sits_at(1)
    assert clerk.calls_next()["label"] == first["label"]
    assert waiting["error"] == "printer.error.unreachable"
    status = until(lambda: printer_status(hall, manager)["status"], "no status is told")
    assert (status["online"], status["error"]) == (False, "printer.error.unreachable")
    assert printer_status(hall, manager)["seen_at"] is None

    with StandIn(port=port) as after:
        becomes(hall, first_job, "printed")
        becomes(hall, second_job, "printed")
        papers = [ticket.text for ticket in after.tickets]

    assert [first["label"] in papers[0], second["label"] in papers[1], len(papers)] == [True, True, 2]
    assert not any("补打" in paper for paper in papers)
    happened = hall.anyone().get("/events", after=0)["events"]
    came_out = [event for event in happened if event["type"] == "print_job_printed"]
    assert [(event["job"], event["printer"]) for event in came_out][:1] == [(first_job, "printer-1")]
    assert [event["seq"] for event in happened] == list(range(1, len(happened) + 1))


def test_a_printer_without_paper_says_so_and_prints_when_it_has_some(
    start_hall: StartHall, stand_in: StandIn
) -> None:
    stand_in.paper = "out"
    hall = start_hall(settings(printing_hall(stand_in.address)))
    manager = hall.manager().api
    _, job_id = takes_a_number(hall)

    assert has_error(hall, job_id)["error"] == "printer.error.out_of_paper"
    status = until(lambda: printer_status(hall, manager)["status"], "no status is told")
    assert (status["online"], status["paper"], status["error"]) == (
        False,
        "out",
        "printer.error.out_of_paper",
    )
    assert stand_in.tickets == []

    stand_in.paper = "ok"
    becomes(hall, job_id, "printed")
    device = until(
        lambda: found if (found := printer_status(hall, manager))["status"]["paper"] == "ok" else None,
        "the paper is never seen",
    )
    assert (device["status"]["online"], device["status"]["error"]) == (True, None)
    assert device["seen_at"] is not None
    assert ["补打" in ticket.text for ticket in stand_in.tickets] == [False]


def test_an_idle_printers_state_is_known_before_the_first_ticket(
    start_hall: StartHall, stand_in: StandIn
) -> None:
    stand_in.cover_open = True
    hall = start_hall(settings(printing_hall(stand_in.address)))
    manager = hall.manager().api

    status = until(lambda: printer_status(hall, manager)["status"], "no status is told")

    assert (status["cover_open"], status["error"]) == (True, "printer.error.cover_open")
    assert stand_in.tickets == []


def test_a_reprint_carries_its_mark_and_says_how_things_stand_now(
    start_hall: StartHall, stand_in: StandIn
) -> None:
    hall = start_hall(settings(printing_hall(stand_in.address, mode="text")))
    takes_a_number(hall)
    ticket, job_id = takes_a_number(hall)
    becomes(hall, job_id, "printed")
    hall.clerk(1).sits_at(1).calls_next()

    again = hall.guide().does("reprint", ticket["id"])["print_job"]["id"]
    becomes(hall, again, "printed")

    assert ["补打" in one.text for one in stand_in.tickets] == [False, False, True]
    assert "前面还有 1 人" in stand_in.tickets[1].text
    assert "前面没有人" in stand_in.tickets[2].text
    assert ticket["label"] in stand_in.tickets[2].text


def test_a_dead_printer_delays_no_other(start_hall: StartHall, stand_in: StandIn) -> None:
    with StandIn(temper="deaf") as dead:
        hall = start_hall(settings(printing_hall(dead.address, stand_in.address)))
        _, stuck_job = takes_a_number(hall, "kiosk-1")
        _, job_id = takes_a_number(hall, "kiosk-2")

        becomes(hall, job_id, "printed", "kiosk-2")

        assert job(hall, stuck_job)["state"] == "printing"
        worker_of(hall).kill()


def test_two_servers_on_one_database_print_fifty_tickets_once_each(
    start_hall: StartHall, postgres_url: str, stand_in: StandIn
) -> None:
    with StandIn() as other:
        wanted = settings(printing_hall(stand_in.address, other.address), database=postgres_url)
        first = start_hall(wanted)
        second = start_hall(wanted, beside=first)
        taken: dict[str, list[str]] = {"kiosk-1": [], "kiosk-2": []}
        jobs = []
        for n in range(50):
            device = ("kiosk-1", "kiosk-2")[n % 2]
            ticket, job_id = takes_a_number((first, second)[n // 2 % 2], device)
            taken[device].append(ticket["label"])
            jobs.append((job_id, device))
        for job_id, device in jobs:
            becomes(first, job_id, "printed", device)

        for device, printer in (("kiosk-1", stand_in), ("kiosk-2", other)):
            came = [next(one for one in taken[device] if one in paper.text) for paper in printer.tickets]
            assert came == taken[device]
            assert not any("补打" in paper.text for paper in printer.tickets)


def test_a_killed_worker_is_started_again_and_loses_no_job(start_hall: StartHall, stand_in: StandIn) -> None:
    stand_in.temper = "deaf"
    hall = start_hall(settings(printing_hall(stand_in.address)))
    first, first_job = takes_a_number(hall)
    second, second_job = takes_a_number(hall)
    becomes(hall, first_job, "printing")
    killed = worker_of(hall)

    os.kill(killed.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
    stand_in.temper = "willing"
    becomes(hall, first_job, "printed")
    becomes(hall, second_job, "printed")

    assert worker_of(hall).pid != killed.pid
    marked = [(ticket.text.count("补打"), ticket.text) for ticket in stand_in.tickets[-2:]]
    assert marked[0][0] == 1 and first["label"] in marked[0][1]
    assert marked[1][0] == 0 and second["label"] in marked[1][1]


def test_a_server_that_ends_leaves_no_worker_and_its_jobs_wait_for_the_next_start(
    start_hall: StartHall, stand_in: StandIn
) -> None:
    stand_in.temper = "deaf"
    hall = start_hall(settings(printing_hall(stand_in.address)))
    ticket, job_id = takes_a_number(hall)
    becomes(hall, job_id, "printing")
    worker = worker_of(hall)

    hall.stop()
    until(lambda: not runs(worker), "the worker outlives its server")

    stand_in.temper = "willing"
    hall.start()
    becomes(hall, job_id, "printed")
    assert ticket["label"] in stand_in.tickets[-1].text


def test_a_full_disk_is_named_and_the_number_stands(start_hall: StartHall) -> None:
    hall = start_hall(settings(printing_hall("/dev/full", driver="file")))
    ticket, job_id = takes_a_number(hall)

    assert has_error(hall, job_id)["error"] == "printer.error.disk_full"
    assert hall.clerk(1).sits_at(1).calls_next()["label"] == ticket["label"]


def test_a_file_printer_writes_beside_the_settings_file(start_hall: StartHall) -> None:
    hall = start_hall(settings(printing_hall("var/paper.bin", driver="file")))
    ticket, job_id = takes_a_number(hall)

    becomes(hall, job_id, "printed")

    assert ticket["label"].encode() in (hall.folder / "var" / "paper.bin").read_bytes()


def test_a_printed_job_is_not_printed_again_by_mistake(start_hall: StartHall, stand_in: StandIn) -> None:
    hall = start_hall(settings(printing_hall(stand_in.address)))
    _, job_id = takes_a_number(hall)
    becomes(hall, job_id, "printed")

    with pytest.raises(Refused) as refused:
        hall.guide().api.post(f"/print-jobs/{job_id}/retry")

    assert (refused.value.status, refused.value.code) == (409, "already_printed")


def test_an_address_that_is_none_fails_at_once_and_tells_the_hall(start_hall: StartHall) -> None:
    hall = start_hall(settings(printing_hall("127.0.0.1:99999")))
    ticket, job_id = takes_a_number(hall)

    assert becomes(hall, job_id, "failed")["error"] == "printer.error.misconfigured"
    told = hall.anyone().get("/events", after=0)["events"]
    failed = [event for event in told if event["type"] == "print_job_failed"]
    assert [(event["job"], event["ticket"], event["error"]) for event in failed] == [
        (job_id, ticket["label"], "printer.error.misconfigured")
    ]

    hall.guide().api.post(f"/print-jobs/{job_id}/retry")
    becomes(hall, job_id, "failed")
