"""One printer: open it by its settings, send a ticket, ask how it is.

`jobs.py` calls it, in the print worker. Everything here blocks, and everything is bounded in time. What goes
wrong is one of the errors in `errors.py`.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from printer.errors import PrinterMisconfigured, PrinterSilent
from printer.status import PrinterStatus, ask_status, is_paper_answer, is_status_answer, refuse_to_print
from printer.wires import DummyWire, FileWire, NetworkWire, UsbWire, Wire

CONNECT_SECONDS = 3.0
STATUS_SECONDS = 2.0
# One that is known to answer may take its time before it counts as silent.
PATIENT_STATUS_SECONDS = 5.0
SEND_SECONDS = 15.0
# A ticket takes two or three seconds to come out.
CONFIRM_SECONDS = 5.0

_TELL_WHEN_PRINTED = b"\x1dr\x01"


@dataclass(frozen=True, slots=True)
class DeviceSettings:
    """What config.yaml says about one printer."""

    driver: Literal["network", "usb", "file", "dummy"]
    address: str = ""
    """network "host:port", usb "vendor:product" in hexadecimal, file a path, dummy nothing."""
    paper: Literal[58, 80] = 80
    mode: Literal["auto", "text", "raster"] = "auto"
    columns: int | None = None
    """Where the printer differs from its paper's usual 32 or 48 columns of 12 dots."""
    must_answer: bool = False
    """Print nothing while the printer does not report its status: it has done so before, and what it is sent
    now may end in a buffer. Many cheap ones never do.
    """

    @property
    def columns_wide(self) -> int:
        return self.columns or (32 if self.paper == 58 else 48)


class Device:
    """An open printer."""

    def __init__(self, wire: Wire, patience: float) -> None:
        self._wire, self._patience = wire, patience

    def send(self, data: bytes) -> None:
        """Hand over all bytes within SEND_SECONDS, or raise PrinterStuck or PrinterConnectionLost."""
        self._wire.write(data, time.monotonic() + SEND_SECONDS)

    def status(self) -> PrinterStatus:
        """What the printer says about itself in time; what it does not say is unknown."""
        deadline = time.monotonic() + self._patience
        return ask_status(lambda query: self._ask(query, is_status_answer, deadline))

    def wait_until_printed(self) -> bool:
        """True once the printer has worked off everything sent; False when it cannot tell.

        Raises the named error when paper ran out or the cover was opened on the way, and PrinterSilent when a
        printer that spoke before has gone mute.
        """
        deadline = time.monotonic() + CONFIRM_SECONDS
        if self._ask(_TELL_WHEN_PRINTED, is_paper_answer, deadline) is not None:
            return True
        status = self.status()
        refuse_to_print(status)
        if not status.answered:
            raise PrinterSilent("the printer answered before the ticket and not after it")
        return False

    def close(self) -> None:
        self._wire.close()

    def _ask(self, query: bytes, fits: Callable[[int], bool], deadline: float) -> int | None:
        """Send a query and give the first byte that can be its answer; None when none comes in time."""
        self._wire.write(query, deadline)
        while heard := self._wire.read(deadline):
            for byte in heard:
                if fits(byte):
                    return byte
            if time.monotonic() >= deadline:
                break
        return None


@contextmanager
def open_device(settings: DeviceSettings) -> Iterator[Device]:
    """The printer, open; closed again however the block ends."""
    patience = PATIENT_STATUS_SECONDS if settings.must_answer else STATUS_SECONDS
    device = Device(_open_wire(settings, time.monotonic() + CONNECT_SECONDS), patience)
    try:
        yield device
    finally:
        device.close()


def _open_wire(settings: DeviceSettings, deadline: float) -> Wire:
    address = settings.address
    match settings.driver:
        case "network":
            host, _, port = address.rpartition(":")
            if not host or not port.isdecimal() or not 0 < int(port) < 65536:
                raise PrinterMisconfigured(f'network address "{address}" is not host:port')
            return NetworkWire(host.strip("[]"), int(port), deadline)
        case "usb":
            try:
                vendor, product = (int(number, 16) for number in address.split(":"))
            except ValueError as error:
                raise PrinterMisconfigured(f'usb address "{address}" is not vendor:product') from error
            return UsbWire(vendor, product)
        case "file":
            if not address:
                raise PrinterMisconfigured("a file printer needs a path")
            return FileWire(Path(address))
        case "dummy":
            return DummyWire()
    raise PrinterMisconfigured(f'unknown driver "{settings.driver}"')
