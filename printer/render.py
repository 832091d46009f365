"""A ticket's paper to the bytes one printer gets: which mode, which width. `jobs.py` calls it."""

from collections.abc import Iterable
from typing import Literal

from printer import raster_mode, text_mode
from printer.devices import DeviceSettings
from printer.layout import Line, Tags, Text, lay_out
from printer.paper import TicketPaper
from printer.words import words_for

Mode = Literal["text", "raster"]


def render(paper: TicketPaper, device: DeviceSettings) -> bytes:
    """ESC/POS bytes of one ticket, from initialising the printer to the cut."""
    words = words_for(paper.language)
    if choose_mode(paper, device) == "raster":
        dots = device.columns_wide * text_mode.DOTS_PER_COLUMN
        return raster_mode.compose(lay_out(paper, raster_mode.DotRuler(dots), words), dots)
    width = device.columns_wide
    return text_mode.compose(lay_out(paper, text_mode.ColumnRuler(width), words), width)


def choose_mode(paper: TicketPaper, device: DeviceSettings) -> Mode:
    """The device's own mode; `auto` is text unless the paper has a character no printer's font knows."""
    if device.mode != "auto":
        return device.mode
    ruler = text_mode.ColumnRuler(device.columns_wide)
    rare = any(map(text_mode.needs_raster, _texts(lay_out(paper, ruler, words_for(paper.language)))))
    return "raster" if rare else "text"


def _texts(lines: Iterable[Line]) -> Iterable[str]:
    for line in lines:
        match line:
            case Text(text):
                yield text
            case Tags(names):
                yield from names
