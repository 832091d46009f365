"""Lines to ESC/POS bytes for a printer with a Chinese font: text as GB18030, QR drawn by the printer.

`render.py` calls it. python-escpos knows the commands; Chinese goes out raw, because its own text encoder
only knows single-byte code pages. No byte of GB18030 text is below the space, so that what went through
`wrapping.printable` cannot contain a command.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import segno
from escpos.constants import QR_ECLEVEL_M
from escpos.printer import Dummy

from printer.layout import Cut, Feed, Line, Qr, Rule, Tags, Text
from printer.wrapping import Size, columns

DOTS_PER_COLUMN = 12

_CHINESE_ON = b"\x1c&"
_FEED_DOTS = b"\x1bJ"
_MAGNIFIED: dict[Size, tuple[int, int]] = {
    "small": (1, 1),
    "normal": (1, 1),
    "title": (1, 2),
    "large": (2, 2),
}
_TAG_GAP = "  "


@dataclass(frozen=True, slots=True)
class ColumnRuler:
    """Counts columns of the printer's own font: 32 on 58 mm paper, 48 on 80 mm."""

    width: int

    def measure(self, text: str, size: Size, bold: bool) -> int:
        return columns(text) * magnify(text, size, self.width)[0]

    def measure_tags(self, names: tuple[str, ...]) -> int:
        return sum(columns(name) + 2 for name in names) + len(_TAG_GAP) * (len(names) - 1)


def magnify(text: str, size: Size, width: int) -> tuple[int, int]:
    """How many times wider and higher than the printer's font. The number takes well over half the paper."""
    if size == "huge":
        times = max(1, min(width * 5 // 32, width // max(1, columns(text)), 8))
        return times, times
    return _MAGNIFIED[size]


def needs_raster(text: str) -> bool:
    """True when a character takes four bytes in GB18030: the fonts inside printers end at two."""
    return any(len(character.encode("gb18030")) == 4 for character in text)


def compose(lines: Sequence[Line], width: int) -> bytes:
    """The whole ticket for paper of `width` columns; characters no printer's font has come out as □."""
    commands = Dummy()
    commands.hw("INIT")
    commands._raw(_CHINESE_ON)
    for line in lines:
        match line:
            case Text(text, size, align, bold):
                times_wide, times_high = magnify(text, size, width)
                commands.set(align=align, bold=bold, custom_size=True, width=times_wide, height=times_high)
                commands._raw(_encode(text) + b"\n")
            case Tags(names):
                _add_tags(commands, names)
            case Rule():
                commands.set(align="left", bold=False, custom_size=True, width=1, height=1)
                commands._raw(_encode("─" * (width // 2)) + b"\n")
            case Qr(data, percent):
                commands.set(align="center")
                commands.qr(data, ec=QR_ECLEVEL_M, size=_module_dots(data, percent, width), native=True)
                commands._raw(b"\n")
            case Feed(dots):
                commands._raw(_FEED_DOTS + bytes([min(dots, 255)]))
            case Cut():
                commands.cut(mode="PART")
    return bytes(commands.output)


def _add_tags(commands: Dummy, names: Sequence[str]) -> None:
    commands.set(align="center", bold=True, custom_size=True, width=1, height=1)
    for position, name in enumerate(names):
        if position:
            commands._raw(_encode(_TAG_GAP))
        commands.set(invert=True)
        commands._raw(_encode(f" {name} "))
        commands.set(invert=False)
    commands._raw(b"\n")


def _module_dots(data: str, percent: int, width: int) -> int:
    """Dots per module so that the printer's own QR is at most `percent` of the paper wide."""
    code = segno.make(data, error="m", boost_error=False, micro=False)
    modules = int(code.symbol_size(border=0)[0])
    return max(3, min(8, width * DOTS_PER_COLUMN * percent // 100 // modules))


def _encode(text: str) -> bytes:
    known = "".join("□" if needs_raster(character) else character for character in text)
    return known.encode("gb18030")
