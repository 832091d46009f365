"""Lines to a picture to ESC/POS bytes, for printers without a Chinese font and for rare characters.

`render.py` calls it. The font is Noto Sans CJK, one file with every weight, which the package
manimgx-fonts-cjk brings under the SIL Open Font License; its Simplified Chinese face knows 44,810 characters.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from math import ceil

import segno
from escpos.printer import Dummy
from PIL import Image, ImageDraw, ImageFont

from printer.errors import PrinterFontMissing
from printer.layout import Cut, Feed, Line, Qr, Rule, Tags, Text
from printer.wrapping import Size

# Cheap printers hold about 8 KiB of picture: 80 mm paper is 72 bytes a row.
BAND_ROWS = 96

_FONT_PACKAGE, _FONT_FILE, _SIMPLIFIED_CHINESE = "manimgx_fonts_cjk", "NotoSansCJK-VF.otf.ttc", 2
_REGULAR, _BOLD = 450, 700

# Heights in dots (8 to the millimetre) on 384 dots; wider paper gets larger type.
_TYPE: dict[Size, int] = {"small": 21, "normal": 25, "title": 30, "large": 42, "huge": 140}
_INK = 150  # greys darker than this are printed: thermal paper knows only black


@dataclass(frozen=True, slots=True)
class DotRuler:
    """Measures dots as the font draws them: 384 on 58 mm paper, 576 on 80 mm."""

    width: int

    def measure(self, text: str, size: Size, bold: bool) -> int:
        return _width(text, _font(_height(size, self.width), bold))

    def measure_tags(self, names: tuple[str, ...]) -> int:
        font = _font(_height("normal", self.width), True)
        pad = round(font.size)
        return sum(_width(name, font) + pad for name in names) + pad // 2 * (len(names) - 1)


def draw(lines: Sequence[Line], width: int) -> Image.Image:
    """The ticket as a black-and-white picture `width` dots wide."""
    strips = [_strip(line, width) for line in lines if not isinstance(line, Cut)]
    paper = Image.new("L", (width, max(1, sum(strip.height for strip in strips))), 255)
    top = 0
    for strip in strips:
        paper.paste(strip, (0, top))
        top += strip.height
    return paper.point(lambda grey: 255 if grey > _INK else 0).convert("1")


def compose(lines: Sequence[Line], width: int) -> bytes:
    """The whole ticket as bytes: the picture in bands, one below the other without a gap, then the cut."""
    commands = Dummy()
    # On this instance only: without a width python-escpos complains on the terminal for every band.
    profile = commands.profile
    profile.profile_data = {**profile.profile_data, "media": {"width": {"pixels": width}}}
    commands.hw("INIT")
    commands.set(align="left")
    commands.image(draw(lines, width), impl="bitImageRaster", fragment_height=BAND_ROWS)
    if any(isinstance(line, Cut) for line in lines):
        commands.cut(mode="PART")
    return bytes(commands.output)


def _strip(line: Line, width: int) -> Image.Image:
    """One line as a grey picture over the whole width."""
    match line:
        case Text():
            return _text_strip(line, width)
        case Tags(names):
            return _tags_strip(names, width)
        case Qr(data, percent):
            return _qr_strip(data, width, percent)
        case Rule():
            strip = _blank(width, 2)
            ImageDraw.Draw(strip).rectangle((0, 0, width, 1), fill=0)
            return strip
        case Feed(dots):
            return _blank(width, dots)
    return _blank(width, 0)


def _text_strip(line: Text, width: int) -> Image.Image:
    font = (
        _font_for_number(line, width) if line.size == "huge" else _font(_height(line.size, width), line.bold)
    )
    # Digits and capitals fill only the middle of a line; around the huge number that white is too much.
    strip = _blank(width, int(font.size * (0.98 if line.size == "huge" else 1.36)))
    left = 0 if line.align == "left" else (width - _width(line.text, font)) // 2
    ImageDraw.Draw(strip).text((left, strip.height // 2), line.text, fill=0, font=font, anchor="lm")
    return strip


def _font_for_number(line: Text, width: int) -> ImageFont.FreeTypeFont:
    font = _font(_height("huge", width), line.bold)
    room = 0.94 * width / max(1, _width(line.text, font))
    return _font(int(font.size * min(1, room)), line.bold)


def _tags_strip(names: Sequence[str], width: int) -> Image.Image:
    font = _font(_height("normal", width), True)
    pad = round(font.size)
    strip = _blank(width, int(font.size * 1.6))
    pencil = ImageDraw.Draw(strip)
    left = (width - DotRuler(width).measure_tags(tuple(names))) // 2
    for name in names:
        right = left + _width(name, font) + pad
        pencil.rounded_rectangle((left, 0, right, strip.height - 1), radius=pad // 3, fill=0)
        pencil.text(((left + right) // 2, strip.height // 2), name, fill=255, font=font, anchor="mm")
        left = right + pad // 2
    return strip


def _qr_strip(data: str, width: int, percent: int) -> Image.Image:
    code = segno.make(data, error="m", boost_error=False, micro=False)
    modules = int(code.symbol_size(border=0)[0])
    dots = max(3, width * percent // 100 // modules)
    strip = _blank(width, modules * dots)
    pencil = ImageDraw.Draw(strip)
    start = (width - modules * dots) // 2
    for row, line in enumerate(code.matrix):
        for column, dark in enumerate(line):
            if dark:
                left, top = start + column * dots, row * dots
                pencil.rectangle((left, top, left + dots - 1, top + dots - 1), fill=0)
    return strip


def _blank(width: int, height: int) -> Image.Image:
    return Image.new("L", (width, height), 255)


def _width(text: str, font: ImageFont.FreeTypeFont) -> int:
    return ceil(font.getlength(text))


def _height(size: Size, width: int) -> int:
    return round(_TYPE[size] * (1 + (width / 384 - 1) * 0.56))


@lru_cache(maxsize=32)
def _font(height: int, bold: bool) -> ImageFont.FreeTypeFont:
    try:
        file = resources.files(_FONT_PACKAGE) / _FONT_FILE
        with resources.as_file(file) as path:
            font = ImageFont.truetype(path, height, index=_SIMPLIFIED_CHINESE)
    except (ImportError, OSError) as error:
        raise PrinterFontMissing(f"{_FONT_PACKAGE}/{_FONT_FILE}: {error}") from error
    font.set_variation_by_axes([_BOLD if bold else _REGULAR])
    return font
