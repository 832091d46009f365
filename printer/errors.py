"""What can go wrong between a print job and its paper: one named error each, raised at the device's edge.

`jobs.py` turns them into an outcome; whoever shows one to a person looks up `key` in the catalogue `printer`,
whose sentence says what to do. The exception's own text is for the log.
"""


class PrinterError(Exception):
    """Nothing was lost: the number stands, and the job can be printed again."""

    code = "printer_error"
    worth_retrying = True

    @property
    def key(self) -> str:
        """The catalogue key of the sentence for the person who has to act."""
        return f"printer.error.{self.code}"


class PrinterUnreachable(PrinterError):
    """Nobody answers at the address: switched off, unplugged, another address."""

    code = "unreachable"


class PrinterConnectionLost(PrinterError):
    """The connection broke while the ticket was under way."""

    code = "connection_lost"


class PrinterStuck(PrinterError):
    """Connected, but the printer stopped taking bytes."""

    code = "stuck"


class PrinterSilent(PrinterError):
    """The printer answers no status query although it has to, or did a moment ago."""

    code = "silent"


class PrinterOutOfPaper(PrinterError):
    """The paper sensor sees no paper."""

    code = "out_of_paper"


class PrinterCoverOpen(PrinterError):
    """The cover is open."""

    code = "cover_open"


class PrinterFault(PrinterError):
    """The printer reports a fault of its own: cutter jammed, head too hot, electronics."""

    code = "fault"


class PrinterOffline(PrinterError):
    """The printer says it is offline and names no cause."""

    code = "offline"


class PrinterForbidden(PrinterError):
    """The account this program runs under may not open the device."""

    code = "forbidden"


class PrinterDiskFull(PrinterError):
    """A printer that is a file, on a full disk."""

    code = "disk_full"


class PrinterMisconfigured(PrinterError):
    """The device's settings name no printer: unknown driver, address that cannot be read."""

    code = "misconfigured"
    worth_retrying = False


class PrinterDriverMissing(PrinterError):
    """A library the driver needs is not installed."""

    code = "driver_missing"
    worth_retrying = False


class PrinterFontMissing(PrinterError):
    """The Chinese font for printing as a picture is not installed."""

    code = "font_missing"
    worth_retrying = False


class PaperInvalid(PrinterError):
    """A job's payload is not a ticket; printing it again cannot help."""

    code = "paper_invalid"
    worth_retrying = False
