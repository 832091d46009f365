"""From a ticket's paper to the lines that are printed: order and emphasis, and nothing of any device.

`render.py` calls `lay_out`; `text_mode.py` and `raster_mode.py` print its lines. Each mode brings its own
ruler, because the one counts columns and the other dots: a line that fits by its ruler never overflows the
paper. Words come from the catalogue by key.
"""

from dataclasses import dataclass
from typing import Literal, Protocol

from printer.paper import TicketPaper
from printer.wrapping import Ruler, Size, balance, printable, wrap

Align = Literal["left", "center"]


@dataclass(frozen=True, slots=True)
class Text:
    """One printed line. `huge` is for the number: as big as fits on one line."""

    text: str
    size: Size = "normal"
    align: Align = "center"
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Tags:
    """Short marks side by side, white on black."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the paper."""


@dataclass(frozen=True, slots=True)
class Qr:
    """A QR code in the middle, its side the given percentage of the paper's width at most."""

    data: str
    size: int


@dataclass(frozen=True, slots=True)
class Feed:
    """White space, in dots of 1/8 mm."""

    dots: int


@dataclass(frozen=True, slots=True)
class Cut:
    """The end of the ticket."""


Line = Text | Tags | Rule | Qr | Feed | Cut


class Words(Protocol):
    """The catalogue in one language: a key and its parameters in, a sentence out."""

    def __call__(self, key: str, **params: object) -> str: ...


def lay_out(paper: TicketPaper, ruler: Ruler, words: Words) -> tuple[Line, ...]:
    """The whole ticket, top to bottom. What is unknown is said to be unknown, never left out."""
    note: Size = "normal" if "elderly" in paper.tags else "small"
    names = [paper.hall_name, paper.hall_name_en or ""]
    if paper.language == "en" and paper.hall_name_en:
        names.reverse()
    lines: list[Line] = [
        *_wrapped(names[0], ruler, "title", bold=True, most=3),
        *_wrapped(names[1], ruler, "small", most=2),
        Feed(8),
        Rule(),
        Feed(12),
        *_wrapped(words("printer.your_number"), ruler, note, most=1),
        Text(printable(paper.label), "huge", bold=True),
        Feed(10),
        *_business(printable(paper.business), ruler),
        *_tags(paper, ruler, words),
        Feed(14),
        Rule(),
        Feed(14),
        *_wrapped(_ahead(paper, words), ruler, "title", bold=True, most=2),
        *_wrapped(_wait(paper, words), ruler, "normal", most=2),
    ]
    place = printable(paper.where_to_wait)
    if place:
        lines += [Feed(16), *_wrapped(words("printer.where"), ruler, note, most=1)]
        lines += _wrapped(place, ruler, "title", bold=True, most=4)
    if paper.status_url:
        lines += [Feed(24), Qr(paper.status_url, 44), Feed(14)]
        lines += _wrapped(words("printer.scan"), ruler, note, most=2)
    lines += [Feed(14), Rule(), Feed(10)]
    materials = printable(paper.materials_hint or "")
    if materials:
        sentence = words("printer.materials", materials=materials)
        lines += [*_wrapped(sentence, ruler, note, align="left", most=8), Feed(6)]
    lines += _wrapped(_missed(paper, words), ruler, note, align="left", most=4)
    lines += [Feed(12), *_wrapped(_issued(paper, words), ruler, "small", most=1)]
    if paper.id_last4:
        lines += _wrapped(words("printer.id_last4", digits=paper.id_last4), ruler, "small", most=1)
    lines += [Feed(16), Cut()]
    return tuple(lines)


def _wrapped(
    text: str, ruler: Ruler, size: Size, *, bold: bool = False, align: Align = "center", most: int
) -> list[Line]:
    """One paragraph in at most `most` lines; centred ones about equally long."""
    lines = wrap(printable(text), ruler, size, bold)
    if 1 < len(lines) <= most:
        lines = balance(printable(text), ruler, size, bold, evenly=align == "center")
    if len(lines) > most:
        last = lines[most - 1]
        while last and ruler.measure(last + "…", size, bold) > ruler.width:
            last = last[:-1]
        lines = [*lines[: most - 1], last + "…"]
    return [Text(line, size, align, bold) for line in lines]


def _business(business: str, ruler: Ruler) -> list[Line]:
    """The business as large as two lines allow."""
    for size in ("large", "title"):
        lines = wrap(business, ruler, size, bold=True)
        if len(lines) <= 2 and all(len(line) > 1 for line in lines):
            return _wrapped(business, ruler, size, bold=True, most=2)
    return _wrapped(business, ruler, "title", bold=True, most=4)


def _tags(paper: TicketPaper, ruler: Ruler, words: Words) -> list[Line]:
    rows: list[tuple[str, ...]] = []
    for tag in dict.fromkeys(paper.tags):
        name = printable(words(f"printer.tag.{tag}"))
        if rows and ruler.measure_tags((*rows[-1], name)) <= ruler.width:
            rows[-1] = (*rows[-1], name)
        else:
            rows.append((name,))
    return [line for row in rows for line in (Feed(8), Tags(row))]


def _ahead(paper: TicketPaper, words: Words) -> str:
    if paper.ahead is None:
        return words("printer.ahead_unknown")
    return words("printer.ahead", count=paper.ahead) if paper.ahead else words("printer.ahead_none")


def _wait(paper: TicketPaper, words: Words) -> str:
    low, high = paper.wait_low_minutes, paper.wait_high_minutes
    if high is None:
        return words("printer.wait_unknown") if low is None else words("printer.wait_at_least", minutes=low)
    if low is None:
        return words("printer.wait_at_most", minutes=high)
    if low == high or high <= 1:
        return words("printer.wait_about", minutes=max(high, 1))
    return words("printer.wait_range", low=low, high=high)


def _missed(paper: TicketPaper, words: Words) -> str:
    if paper.missed_return == "new_number":
        return words("printer.missed_new_number")
    times = paper.missed_return_times
    often = words("printer.once") if times == 1 else words("printer.times", times=times)
    minutes = paper.missed_return_within_minutes
    if minutes is not None:
        return words(
            "printer.missed_behind_within", places=paper.missed_return_behind, often=often, minutes=minutes
        )
    return words("printer.missed_behind", places=paper.missed_return_behind, often=often)


def _issued(paper: TicketPaper, words: Words) -> str:
    at = paper.issued_at_local
    return words("printer.issued_at", year=at.year, month=at.month, day=at.day, time=f"{at:%H:%M}")
