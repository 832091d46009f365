"""Printers of every kind and temper, over real sockets, files, pipes and terminals."""

import contextlib
import os
import pty
import socket
import threading
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest

from printer import devices
from printer.devices import DeviceSettings, open_device
from printer.errors import (
    PrinterConnectionLost,
    PrinterDiskFull,
    PrinterError,
    PrinterMisconfigured,
    PrinterStuck,
    PrinterUnreachable,
)
from printer.status import PrinterStatus, ask_status
from tests.printer.stand_in import StandIn


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with StandIn() as printer:
        yield printer


def at(printer: StandIn) -> DeviceSettings:
    return DeviceSettings(driver="network", address=printer.address)


def status_of(printer: StandIn) -> PrinterStatus:
    with open_device(at(printer)) as device:
        return device.status()


def test_a_printer_that_is_well_says_so(stand_in: StandIn) -> None:
    status = status_of(stand_in)

    assert (status.online, status.cover_open, status.paper, status.error) == (True, False, "ok", None)


@pytest.mark.parametrize("paper", ["ok", "low", "out"])
def test_the_paper_left_is_reported(stand_in: StandIn, paper: str) -> None:
    stand_in.paper = paper  # type: ignore[assignment]

    assert status_of(stand_in).paper == paper


def test_an_open_cover_and_an_offline_printer_and_a_jammed_cutter_are_told_apart(stand_in: StandIn) -> None:
    stand_in.cover_open = True
    assert (status_of(stand_in).online, status_of(stand_in).cover_open) == (False, True)

    stand_in.cover_open, stand_in.offline = False, True
    assert (status_of(stand_in).online, status_of(stand_in).cover_open) == (False, False)

    stand_in.offline, stand_in.cutter_jammed = False, True
    assert status_of(stand_in).error == "cutter"


@pytest.mark.parametrize("temper", ["silent", "rubbish"])
def test_no_answer_and_noise_mean_unknown_and_never_that_all_is_well(
    stand_in: StandIn, temper: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(devices, "STATUS_SECONDS", 0.3)
    stand_in.temper = temper  # type: ignore[assignment]
    status = status_of(stand_in)

    assert status == PrinterStatus()
    assert (status.online, status.cover_open, status.paper, status.answered) == (None, None, "unknown", False)


def test_a_slow_printer_within_the_limit_is_understood(stand_in: StandIn) -> None:
    stand_in.temper, stand_in.delay_seconds, stand_in.paper = "slow", 0.1, "low"

    assert status_of(stand_in).paper == "low"


def test_after_a_query_without_an_answer_nothing_more_is_asked() -> None:
    """Its answer may come late, and would be taken for the next query's."""
    asked = []

    def ask(query: bytes) -> int | None:
        asked.append(query[2])
        return StandIn(offline=True).answer(1) if query[2] == 1 else None

    status = ask_status(ask)

    assert asked == [1, 4]
    assert (status.online, status.paper, status.cover_open) == (False, "unknown", None)


def test_everything_sent_arrives(stand_in: StandIn) -> None:
    data = bytes(range(32, 127)) * 500
    with open_device(at(stand_in)) as device:
        device.send(data + b"\n")
        assert device.wait_until_printed()

    assert stand_in.received[0].startswith(data)


def test_a_printer_that_stops_taking_bytes_is_stuck(
    stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(devices, "SEND_SECONDS", 0.3)
    stand_in.temper = "deaf"
    with pytest.raises(PrinterStuck), open_device(at(stand_in)) as device:
        device.send(b"A" * 20_000_000)


def test_a_connection_broken_on_the_way_has_its_name(stand_in: StandIn) -> None:
    stand_in.temper = "hangs_up"
    with pytest.raises(PrinterConnectionLost), open_device(at(stand_in)) as device:
        device.send(b"A" * 2_000_000)


def test_nobody_listening_is_unreachable() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
        with (
            pytest.raises(PrinterUnreachable),
            open_device(DeviceSettings(driver="network", address=address)),
        ):
            pass


@pytest.mark.parametrize(
    ("driver", "address"),
    [
        ("network", "printer"),
        ("network", "printer:lpt1"),
        ("network", ":9100"),
        ("network", "printer:99999"),
        ("network", "印" * 80 + ":9100"),
        ("usb", "04b8"),
        ("usb", "04b8:xyz"),
        ("usb", "1:2:3"),
        ("file", ""),
        ("file", "tickets\x00.bin"),
        ("pigeon", "home"),
    ],
)
def test_an_address_that_names_no_printer_is_a_mistake_in_the_settings(driver: str, address: str) -> None:
    settings = DeviceSettings(driver=driver, address=address)  # type: ignore[arg-type]
    with pytest.raises(PrinterMisconfigured), open_device(settings):
        pass


def test_an_absent_usb_printer_is_unreachable() -> None:
    with pytest.raises(PrinterUnreachable), open_device(DeviceSettings(driver="usb", address="dead:beef")):
        pass


def test_a_file_printer_keeps_every_ticket_and_reports_no_status(tmp_path: Path) -> None:
    settings = DeviceSettings(driver="file", address=str(tmp_path / "tickets.bin"))
    for ticket in (b"first", b"second"):
        with open_device(settings) as device:
            device.send(ticket)
            assert device.status() == PrinterStatus()

    assert (tmp_path / "tickets.bin").read_bytes() == b"first" + _QUERY + b"second" + _QUERY


_QUERY = b"\x10\x04\x01"


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("/dev/no-such-printer", PrinterUnreachable),
        ("/no/such/folder/tickets.bin", PrinterUnreachable),
        ("/tmp", PrinterMisconfigured),
    ],
)
def test_a_file_that_cannot_be_opened_has_its_name(path: str, error: type[PrinterError]) -> None:
    with pytest.raises(error), open_device(DeviceSettings(driver="file", address=path)):
        pass
    assert not Path("/dev/no-such-printer").exists()


def test_a_full_disk_has_its_name() -> None:
    settings = DeviceSettings(driver="file", address="/dev/full")
    with pytest.raises(PrinterDiskFull), open_device(settings) as device:
        device.send(b"ticket")


def test_a_device_node_that_stops_taking_bytes_does_not_block_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(devices, "SEND_SECONDS", 0.3)
    pipe = tmp_path / "lp0"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        with (
            pytest.raises(PrinterStuck),
            open_device(DeviceSettings(driver="file", address=str(pipe))) as device,
        ):
            device.send(b"A" * 1_000_000)
    finally:
        os.close(reader)


def test_a_device_node_that_can_speak_is_asked_for_its_status() -> None:
    """A pseudo-terminal stands for /dev/usb/lp0: a character device that is written to and answers."""
    ours, theirs = pty.openpty()
    tty.setraw(theirs)
    answers = StandIn(paper="low")

    def answer_queries() -> None:
        with contextlib.suppress(OSError):
            for _ in range(4):
                os.write(ours, bytes([answers.answer(os.read(ours, 3)[2])]))

    speaker = threading.Thread(target=answer_queries)
    speaker.start()
    try:
        with open_device(DeviceSettings(driver="file", address=os.ttyname(theirs))) as device:
            status = device.status()
    finally:
        speaker.join(timeout=5)
        os.close(ours)
        os.close(theirs)

    assert (status.online, status.paper, status.cover_open) == (True, "low", False)


def test_a_dummy_printer_takes_everything_and_claims_nothing() -> None:
    with open_device(DeviceSettings(driver="dummy")) as device:
        device.send(b"ticket")
        assert device.status() == PrinterStatus()
