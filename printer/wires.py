"""The ways bytes reach a printer: TCP, USB, a file or device node, or nowhere. `devices.py` opens one.

Every call is bounded by a deadline (a time.monotonic() value), and what the system or a library raises
becomes one of our named errors here, at the edge. python-escpos opens the USB device; its network and file
drivers are not used, because they know no deadline for a whole ticket and no IPv6, and block for ever on a
device node that is out of paper.
"""

import errno
import os
import select
import socket
import stat
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from printer.errors import (
    PrinterConnectionLost,
    PrinterDiskFull,
    PrinterDriverMissing,
    PrinterError,
    PrinterForbidden,
    PrinterMisconfigured,
    PrinterStuck,
    PrinterUnreachable,
)

_CHUNK = 4096
_BREATH_SECONDS = 0.02


class Wire(Protocol):
    """One open connection to a printer."""

    def write(self, data: bytes, deadline: float) -> None:
        """Everything, or PrinterStuck / PrinterConnectionLost."""
        ...

    def read(self, deadline: float) -> bytes:
        """What the printer says next; empty when it says nothing in time or cannot speak at all."""
        ...

    def close(self) -> None: ...


class NetworkWire:
    """Raw TCP, usually port 9100."""

    def __init__(self, host: str, port: int, deadline: float) -> None:
        try:
            self._socket = socket.create_connection((host, port), timeout=_left(deadline))
        except OSError as error:
            raise PrinterUnreachable(f"{host}:{port}: {error}") from error
        except ValueError as error:
            raise PrinterMisconfigured(f"{host!r} is no host name: {error}") from error
        # A large buffer here would swallow a whole ticket for a printer that takes nothing, and call it sent.
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16 * 1024)

    def write(self, data: bytes, deadline: float) -> None:
        self._socket.settimeout(_left(deadline))
        try:
            self._socket.sendall(data)
        except TimeoutError as error:
            raise PrinterStuck("the printer stopped taking bytes") from error
        except OSError as error:
            raise PrinterConnectionLost(str(error)) from error

    def read(self, deadline: float) -> bytes:
        self._socket.settimeout(_left(deadline))
        try:
            heard = self._socket.recv(64)
        except TimeoutError:
            return b""
        except OSError as error:
            raise PrinterConnectionLost(str(error)) from error
        if not heard:
            raise PrinterConnectionLost("the printer closed the connection")
        return heard

    def close(self) -> None:
        # Bytes left unread would make the system reset the connection, and the printer drop what it has not
        # printed yet.
        with suppress(OSError):
            self._socket.setblocking(False)
            while self._socket.recv(_CHUNK):
                pass
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)
        self._socket.close()


class FileWire:
    """A device node (/dev/usb/lp0 answers, too), a shared Windows printer, or a plain file to look at."""

    def __init__(self, path: Path) -> None:
        try:
            self._file, self._speaks = _open_file(path)
        except OSError as error:
            raise _name_file_error(error, path) from error
        except ValueError as error:
            raise PrinterMisconfigured(f"{str(path)!r} is no path: {error}") from error

    def write(self, data: bytes, deadline: float) -> None:
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[os.write(self._file, rest[:_CHUNK]) :]
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise PrinterStuck("the device stopped taking bytes") from None
                time.sleep(_BREATH_SECONDS)
            except OSError as error:
                if error.errno == errno.ENOSPC:
                    raise PrinterDiskFull(str(error)) from error
                raise PrinterConnectionLost(str(error)) from error

    def read(self, deadline: float) -> bytes:
        if not self._speaks:
            return b""
        try:
            if select.select([self._file], [], [], _left(deadline))[0]:
                return os.read(self._file, 64)
        except OSError as error:
            raise PrinterConnectionLost(str(error)) from error
        return b""

    def close(self) -> None:
        os.close(self._file)


class UsbWire:
    """A USB printer by vendor and product number, through libusb."""

    def __init__(self, vendor: int, product: int) -> None:
        try:  # a hall without USB printers needs none of these
            import libusb_package
            import usb.core
            from escpos.exceptions import Error
            from escpos.printer import Usb
        except ImportError as error:
            raise PrinterDriverMissing(str(error)) from error
        self._usb_error, self._usb_timeout = usb.core.USBError, usb.core.USBTimeoutError
        backend = libusb_package.get_libusb1_backend()
        if backend is None:
            raise PrinterDriverMissing("libusb cannot be loaded")
        self._printer = Usb(vendor, product, usb_args={"backend": backend})
        try:
            self._printer.open()
            self._out, self._in = _bulk_endpoints(self._printer.device)
        except (Error, self._usb_error) as error:
            raise _name_usb_error(error, vendor, product) from error

    def write(self, data: bytes, deadline: float) -> None:
        rest = memoryview(data)
        while rest:
            try:
                sent = self._printer.device.write(self._out, bytes(rest[:_CHUNK]), _milliseconds(deadline))
            except self._usb_timeout as error:
                raise PrinterStuck(str(error)) from error
            except self._usb_error as error:
                raise PrinterConnectionLost(str(error)) from error
            rest = rest[sent:]

    def read(self, deadline: float) -> bytes:
        if self._in is None:
            return b""
        while time.monotonic() < deadline:
            try:
                answer = bytes(self._printer.device.read(self._in, 64, _milliseconds(deadline)))
            except self._usb_timeout:
                return b""
            except self._usb_error as error:
                raise PrinterConnectionLost(str(error)) from error
            if answer:
                return answer
            time.sleep(_BREATH_SECONDS)  # some printers answer with empty packets while they think
        return b""

    def close(self) -> None:
        with suppress(self._usb_error):
            self._printer.close()


class DummyWire:
    """Takes everything, says nothing, prints nowhere: a hall without paper."""

    def write(self, data: bytes, deadline: float) -> None:
        return

    def read(self, deadline: float) -> bytes:
        return b""

    def close(self) -> None:
        return


def _open_file(path: Path) -> tuple[int, bool]:
    """The open descriptor, and whether the other side can answer."""
    flags = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
    if path.exists() and stat.S_ISCHR(path.stat().st_mode) and os.name == "posix":
        return os.open(path, flags | os.O_RDWR), True
    # Never made below /dev: the unplugged printer's node would come back as a file that swallows tickets.
    create = 0 if path.is_relative_to("/dev") else os.O_CREAT
    # A Windows share (\\computer\\printer) has no end to append to.
    place = os.O_TRUNC if path.drive.startswith("\\") else os.O_APPEND
    return os.open(path, flags | os.O_WRONLY | place | create, 0o640), False


def _name_file_error(error: OSError, path: Path) -> PrinterError:
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return PrinterForbidden(str(error))
    if error.errno == errno.ENOSPC:
        return PrinterDiskFull(str(error))
    if error.errno == errno.EISDIR:
        return PrinterMisconfigured(f"{path} is a folder")
    return PrinterUnreachable(str(error))


def _name_usb_error(error: Exception, vendor: int, product: int) -> PrinterError:
    cause: BaseException | None = error
    while cause is not None:
        if getattr(cause, "errno", None) in (errno.EACCES, errno.EPERM):
            return PrinterForbidden(f"{vendor:04x}:{product:04x}: {error}")
        cause = cause.__context__
    return PrinterUnreachable(f"{vendor:04x}:{product:04x}: {error}")


def _bulk_endpoints(device: Any) -> tuple[int, int | None]:
    """The addresses to write to and read from; printers differ, so the device's own descriptor decides."""
    import usb.util

    bulk = [
        endpoint
        for interface in device.get_active_configuration()
        for endpoint in interface
        if usb.util.endpoint_type(endpoint.bmAttributes) == usb.util.ENDPOINT_TYPE_BULK
    ]
    ways = {usb.util.endpoint_direction(end.bEndpointAddress): end.bEndpointAddress for end in reversed(bulk)}
    if usb.util.ENDPOINT_OUT not in ways:
        raise PrinterMisconfigured("this USB device takes no data: it is no printer")
    return ways[usb.util.ENDPOINT_OUT], ways.get(usb.util.ENDPOINT_IN)


def _left(deadline: float) -> float:
    """Seconds until the deadline, never zero: zero would mean "do not wait" to a socket."""
    return max(0.001, deadline - time.monotonic())


def _milliseconds(deadline: float) -> int:
    return max(1, int(_left(deadline) * 1000))
