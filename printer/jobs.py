"""One try of a print job, apart from its table. The print worker calls it.

The number is committed before anything here runs (handbook 8): a failure is an outcome with a name, never a
lost ticket, and the job can be printed again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from printer.devices import DeviceSettings, open_device
from printer.errors import PrinterError, PrinterSilent
from printer.paper import from_payload
from printer.render import render
from printer.status import PrinterStatus, refuse_to_print


def refuse_silence(device_settings: DeviceSettings, status: PrinterStatus) -> None:
    """Raises PrinterSilent for a printer that has to answer and does not."""
    if device_settings.must_answer and not status.answered:
        raise PrinterSilent("no answer to DLE EOT")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one try ended."""

    printed: bool
    confirmed: bool = False
    """The printer said so itself; a printed job without this was sent to a printer that reports nothing."""
    error: str | None = None
    """The error's code, such as "out_of_paper"."""
    error_key: str | None = None
    """The catalogue key of the sentence for the person who has to act."""
    detail: str = ""
    """For the log."""
    worth_retrying: bool = False
    begun: bool = False
    """It failed when the printer had been sent at least a part of the ticket: that may be on paper."""
    status: PrinterStatus | None = None
    """What the printer said before the ticket was sent, as far as it was asked."""


def print_payload(payload: Mapping[str, Any], device_settings: DeviceSettings) -> Outcome:
    """Print one job's payload and say how it went. Bounded: about half a minute at the very worst."""
    status: PrinterStatus | None = None
    begun = False
    try:
        data = render(from_payload(payload), device_settings)
        with open_device(device_settings) as device:
            status = device.status()
            refuse_to_print(status)
            refuse_silence(device_settings, status)
            begun = True
            device.send(data)
            confirmed = status.answered and device.wait_until_printed()
    except PrinterError as error:
        return Outcome(
            printed=False,
            error=error.code,
            error_key=error.key,
            detail=str(error),
            worth_retrying=error.worth_retrying,
            begun=begun,
            status=status,
        )
    return Outcome(printed=True, confirmed=confirmed, status=status)
