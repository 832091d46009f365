"""What a printer says about itself: DLE EOT queries and the bits of their answers.

`devices.py` asks with it. Source: Epson's ESC/POS command reference, DLE EOT (real-time status) and GS r.
Every valid DLE EOT answer has the fixed bits 0xx1xx10; a byte without them is noise and says nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from printer.errors import PrinterCoverOpen, PrinterFault, PrinterOffline, PrinterOutOfPaper

Paper = Literal["ok", "low", "out", "unknown"]
Fault = Literal["cutter", "unrecoverable", "recoverable"]

# The order asked: whether it lives at all, then what most often stops it.
_PRINTER, _PAPER, _OFFLINE_CAUSE, _ERROR_CAUSE = 1, 4, 2, 3


@dataclass(frozen=True, slots=True)
class PrinterStatus:
    """None and "unknown" mean the printer did not say; they never mean that all is well."""

    online: bool | None = None
    cover_open: bool | None = None
    paper: Paper = "unknown"
    error: Fault | None = None
    raw: tuple[tuple[int, int], ...] = ()
    """Query number and answered byte, for the log."""

    @property
    def answered(self) -> bool:
        return bool(self.raw)


def ask_status(ask: Callable[[bytes], int | None]) -> PrinterStatus:
    """Ask the four queries in turn; `ask` sends one and gives the answered byte, None when none came in time.

    After the first query without an answer nothing more is asked: a late answer would be taken for the next
    query's, and an open cover be read as a paper that is fine.
    """
    answers: dict[int, int] = {}
    for number in (_PRINTER, _PAPER, _OFFLINE_CAUSE, _ERROR_CAUSE):
        answer = ask(b"\x10\x04" + bytes([number]))
        if answer is None:
            break
        answers[number] = answer
    return _read(answers)


def is_status_answer(byte: int) -> bool:
    """Whether a byte can be an answer to DLE EOT."""
    return byte & 0b1001_0011 == 0b0001_0010


def is_paper_answer(byte: int) -> bool:
    """Whether a byte can be an answer to GS r 1, which the printer gives when all before it is printed."""
    return byte & 0b1001_0000 == 0


def refuse_to_print(status: PrinterStatus) -> None:
    """Raise the named error of a printer that says it cannot print; unknown is no reason to refuse."""
    seen = f"DLE EOT answers {dict(status.raw)}"
    if status.cover_open:
        raise PrinterCoverOpen(seen)
    if status.paper == "out":
        raise PrinterOutOfPaper(seen)
    if status.error:
        raise PrinterFault(f"{status.error}: {seen}")
    if status.online is False:
        raise PrinterOffline(seen)


def _read(answers: dict[int, int]) -> PrinterStatus:
    printer, paper = answers.get(_PRINTER), answers.get(_PAPER)
    offline, error = answers.get(_OFFLINE_CAUSE), answers.get(_ERROR_CAUSE)
    return PrinterStatus(
        online=None if printer is None else not printer & 0b0000_1000,
        cover_open=None if offline is None else bool(offline & 0b0000_0100),
        paper=_read_paper(paper, offline),
        error=_read_error(error),
        raw=tuple(answers.items()),
    )


def _read_paper(paper: int | None, offline: int | None) -> Paper:
    if (paper is not None and paper & 0b0110_0000) or (offline is not None and offline & 0b0010_0000):
        return "out"
    if paper is None:
        return "unknown"
    return "low" if paper & 0b0000_1100 else "ok"


def _read_error(error: int | None) -> Fault | None:
    if error is None:
        return None
    if error & 0b0000_1000:
        return "cutter"
    if error & 0b0010_0000:
        return "unrecoverable"
    return "recoverable" if error & 0b0100_0100 else None
