"""An ESC/POS decoder of our own for tests: bytes back to lines, sizes, QR data, pictures and cuts.

It shares no code with `printer/`, so that a mistake there cannot hide here. The stand-in printer uses its
tokens, the tests its `decode`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from PIL import Image, ImageOps


@dataclass(frozen=True)
class Token:
    """One command with its parameters, or a run of text (name "text")."""

    name: str
    data: bytes = b""


# How many parameter bytes follow each fixed-length command.
_FIXED = {
    b"\x1b@": ("initialise", 0),
    b"\x1c&": ("chinese on", 0),
    b"\x1c.": ("chinese off", 0),
    b"\x1ba": ("align", 1),
    b"\x1bE": ("bold", 1),
    b"\x1bM": ("font", 1),
    b"\x1b-": ("underline", 1),
    b"\x1b!": ("mode", 1),
    b"\x1d!": ("size", 1),
    b"\x1dB": ("invert", 1),
    b"\x1bJ": ("feed dots", 1),
    b"\x1bd": ("feed lines", 1),
    b"\x1dr": ("report when printed", 1),
    b"\x10\x04": ("status", 1),
}


class NotEscPos(AssertionError):
    """The bytes hold a command this decoder does not know: on real paper it would be rubbish or worse."""


def tokens(data: bytes) -> Iterator[tuple[Token, int]]:
    """Each token and where the next begins; stops before a command that is not complete yet."""
    at = 0
    while at < len(data):
        found = _token(data, at)
        if found is None:
            return
        yield found
        at = found[1]


def _token(data: bytes, at: int) -> tuple[Token, int] | None:
    first, pair = data[at], data[at : at + 2]
    if first >= 0x20:
        end = at
        while end < len(data) and data[end] >= 0x20:
            end += 1
        return Token("text", data[at:end]), end
    if first == 0x0A:
        return Token("line feed"), at + 1
    if len(pair) < 2:
        return None
    if pair in _FIXED:
        name, length = _FIXED[pair]
        return _cut_out(name, data, at + 2, length)
    if pair == b"\x1dV":
        return _cut_out("cut", data, at + 2, 2 if data[at + 2 : at + 3] in (b"A", b"B") else 1)
    if pair == b"\x1d(":
        size = data[at + 3 : at + 5]
        if len(size) < 2:
            return None
        return _cut_out(f"GS ( {chr(data[at + 2])}", data, at + 5, int.from_bytes(size, "little"))
    if pair == b"\x1dv":
        head = data[at + 2 : at + 8]
        if len(head) < 6:
            return None
        row, rows = int.from_bytes(head[2:4], "little"), int.from_bytes(head[4:6], "little")
        return _cut_out("raster", data, at + 4, 4 + row * rows)
    raise NotEscPos(f"unknown command {data[at : at + 8].hex(' ')} at byte {at}")


def _cut_out(name: str, data: bytes, start: int, length: int) -> tuple[Token, int] | None:
    return (
        (Token(name, data[start : start + length]), start + length) if start + length <= len(data) else None
    )


@dataclass(frozen=True)
class Run:
    """Text of one look."""

    text: str
    width: int
    height: int
    bold: bool
    inverted: bool

    @property
    def columns(self) -> int:
        """Each byte of GB18030 text fills one column of the printer's font."""
        return len(self.text.encode("gb18030")) * self.width


@dataclass(frozen=True)
class PrintedLine:
    align: str
    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)

    @property
    def columns(self) -> int:
        return sum(run.columns for run in self.runs)


@dataclass
class Printed:
    """What is on the paper."""

    lines: list[PrintedLine] = field(default_factory=list)
    qr_codes: list[str] = field(default_factory=list)
    pictures: list[Image.Image] = field(default_factory=list)
    bands: int = 0
    largest_band_bytes: int = 0
    cuts: int = 0
    asked: list[Token] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)

    def line_with(self, part: str) -> PrintedLine:
        return next(line for line in self.lines if part in line.text)


@dataclass
class _Head:
    """The printer's own state between commands."""

    align: str = "left"
    width: int = 1
    height: int = 1
    bold: bool = False
    inverted: bool = False
    chinese: bool = False
    runs: list[Run] = field(default_factory=list)
    stored_qr: str | None = None
    qr_dots: int = 0
    rows: list[bytes] = field(default_factory=list)
    row_bytes: int = 0


def decode(data: bytes, *, still_coming: bool = False) -> Printed:
    """What a printer would make of the bytes; NotEscPos for anything unknown.

    Unfinished commands and unprinted text are wrong as well, unless more is `still_coming`.
    """
    printed, head = Printed(), _Head()
    end = 0
    for token, next_at in tokens(data):
        end = next_at
        if token.name != "raster":
            _finish_picture(printed, head)
        head = _obey(token, printed, head)
    if not still_coming and (end != len(data) or head.runs):
        raise NotEscPos(f"{len(data) - end} bytes left over, unprinted text {head.runs}")
    _finish_picture(printed, head)
    return printed


def _obey(token: Token, printed: Printed, head: _Head) -> _Head:
    value = token.data[0] if token.data else 0
    match token.name:
        case "initialise":
            return _Head()
        case "chinese on" | "chinese off":
            head.chinese = token.name == "chinese on"
        case "align":
            head.align = ("left", "center", "right")[value]
        case "bold":
            head.bold = bool(value)
        case "invert":
            head.inverted = bool(value)
        case "size":
            head.width, head.height = (value >> 4) + 1, (value & 7) + 1
        case "text":
            if not head.chinese and not token.data.isascii():
                raise NotEscPos("Chinese before FS &")
            text = token.data.decode("gb18030")
            head.runs.append(Run(text, head.width, head.height, head.bold, head.inverted))
        case "line feed":
            if head.runs:
                printed.lines.append(PrintedLine(head.align, tuple(head.runs)))
            head.runs = []
        case "GS ( k":
            _obey_qr(token.data, printed, head)
        case "raster":
            row, rows = int.from_bytes(token.data[:2], "little"), int.from_bytes(token.data[2:4], "little")
            head.row_bytes = row
            head.rows += [token.data[4 + at * row : 4 + (at + 1) * row] for at in range(rows)]
            printed.bands += 1
            printed.largest_band_bytes = max(printed.largest_band_bytes, row * rows)
        case "cut":
            printed.cuts += 1
        case "feed dots" | "feed lines":
            pass
        case "status" | "report when printed":
            printed.asked.append(token)
        case _:
            raise NotEscPos(f"{token.name} is not expected on a ticket")
    return head


def _obey_qr(data: bytes, printed: Printed, head: _Head) -> None:
    """GS ( k for QR codes: 67 dots per module, 80 store, 81 print."""
    code_type, function, rest = data[:1], data[1], data[2:]
    if code_type != b"1":
        raise NotEscPos(f"two-dimensional code {code_type!r} is no QR")
    if function == 67:
        head.qr_dots = rest[0]
    elif function == 80:
        head.stored_qr = rest[1:].decode("utf-8")
    elif function == 81:
        if head.stored_qr is None or not head.qr_dots:
            raise NotEscPos("a QR printed before it was stored")
        printed.qr_codes.append(head.stored_qr)


def _finish_picture(printed: Printed, head: _Head) -> None:
    """Bands that follow one another without anything between them are one picture."""
    if head.rows:
        size = (head.row_bytes * 8, len(head.rows))
        ink = Image.frombytes("1", size, b"".join(head.rows))
        printed.pictures.append(ImageOps.invert(ink.convert("L")))
        head.rows = []
