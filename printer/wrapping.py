"""Text that fits the paper: cleaned of everything invisible, measured, and broken into lines.

`layout.py` calls it with a ruler that the printing mode brings along: columns for text, dots for pictures.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

Size = Literal["small", "normal", "title", "large", "huge"]


class Ruler(Protocol):
    """How wide text comes out, and how wide the paper is, in the same unit. `huge` text is not measured."""

    @property
    def width(self) -> int: ...

    def measure(self, text: str, size: Size, bold: bool) -> int: ...

    def measure_tags(self, names: tuple[str, ...]) -> int: ...


def printable(text: str) -> str:
    """Text from a name or note with everything that is not a visible character taken out.

    Control bytes, line breaks and direction marks become a space or nothing, so that no name can carry a
    printer's command or turn its line around; characters of private use, which every font draws differently,
    become □, as do those that no script has (a rare CJK character may be newer than Python's tables).
    """
    kept: list[str] = []
    for character in unicodedata.normalize("NFC", text):
        category = unicodedata.category(character)
        if category in {"Cc", "Zs", "Zl", "Zp"}:
            kept.append(" ")
        elif category == "Co" or (category == "Cn" and ord(character) < 0x2E80):
            kept.append("□")
        elif category not in {"Cf", "Cs"} and not _is_variation_selector(character):
            kept.append(character)
    return " ".join("".join(kept).split())


def columns(text: str) -> int:
    """Width in a printer's own columns: ASCII takes one, and everything GB18030 adds to it takes two."""
    return sum(1 if character.isascii() else 2 for character in text)


def wrap(text: str, ruler: Ruler, size: Size, bold: bool = False) -> list[str]:
    """Lines that fit: Chinese breaks anywhere, a Latin word stays whole, no line opens with a full stop."""
    lines: list[str] = []
    line = ""
    for piece in _pieces(text):
        if ruler.measure((line + piece).rstrip(), size, bold) <= ruler.width:
            line += piece
            continue
        if line.strip():
            lines.append(line.strip())
        line = piece.lstrip()
        while ruler.measure(line.rstrip(), size, bold) > ruler.width:
            head = _longest_head(line, ruler, size, bold)
            lines.append(line[:head])
            line = line[head:]
    if line.strip():
        lines.append(line.strip())
    return lines


def balance(text: str, ruler: Ruler, size: Size, bold: bool = False, *, evenly: bool = True) -> list[str]:
    """As few lines as `wrap` makes, on the narrowest paper that still holds them: about equally long.

    Not `evenly`: only as narrow as it takes for the last line to have company, more than two characters.
    """
    best = wrap(text, ruler, size, bold)
    step = max(1, ruler.width // 24)
    widest = max((ruler.measure(piece.rstrip(), size, bold) for piece in _pieces(text)), default=0)
    for width in range(ruler.width - step, max(ruler.width // 2, widest), -step):
        if not evenly and len(best[-1]) > 2:
            break
        tried = wrap(text, _Narrowed(ruler, width), size, bold)
        if len(tried) > len(best):
            break
        best = tried
    return best


@dataclass(frozen=True, slots=True)
class _Narrowed:
    """The same ruler on narrower paper."""

    ruler: Ruler
    width: int

    def measure(self, text: str, size: Size, bold: bool) -> int:
        return self.ruler.measure(text, size, bold)

    def measure_tags(self, names: tuple[str, ...]) -> int:
        return self.ruler.measure_tags(names)


_CLOSING = set("，。、；：！？）》〉」』】〕”’…—～·,.;:!?)]}%％")
_OPENING = set("（《〈「『【〔“‘([{")


def _pieces(text: str) -> Iterator[str]:
    """What may not be broken: a Latin word, or one Chinese character, each with its marks and its space."""
    piece = ""
    for character in text:
        joins = bool(piece) and (
            character == " "
            or character in _CLOSING
            or piece[-1] in _OPENING
            or (piece[-1] != " " and piece[-1].isascii() and character.isascii())
        )
        if piece and not joins:
            yield piece
            piece = ""
        piece += character
    if piece:
        yield piece


def _longest_head(text: str, ruler: Ruler, size: Size, bold: bool) -> int:
    """How many characters of an unbreakable piece fit; at least one, or nothing would ever move on."""
    head = 1
    while head < len(text) and ruler.measure(text[: head + 1], size, bold) <= ruler.width:
        head += 1
    return head


def _is_variation_selector(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
