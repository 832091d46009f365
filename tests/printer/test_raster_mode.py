"""Raster mode: the picture on the paper, its bands and letters, its QR read by an independent decoder."""

import pytest
import zxingcpp
from PIL import Image, ImageChops

from printer.devices import DeviceSettings
from printer.layout import Text, lay_out
from printer.paper import TicketPaper
from printer.raster_mode import DotRuler, draw
from printer.render import render
from printer.words import words_for
from tests.printer.decode import Printed, decode
from tests.printer.papers import RARE_HALL, a_paper

SIZES = [(58, 384), (80, 576)]
IDS = ["58 mm", "80 mm"]


def printed(paper: TicketPaper, millimetres: int) -> Printed:
    return decode(render(paper, DeviceSettings(driver="dummy", paper=millimetres, mode="raster")))  # type: ignore[arg-type]


def picture_of(text: str, **look: object) -> Image.Image:
    return draw([Text(text, **look)], 576)  # type: ignore[arg-type]


@pytest.mark.parametrize(("millimetres", "dots"), SIZES, ids=IDS)
def test_the_ticket_is_one_picture_as_wide_as_the_paper_and_one_cut(millimetres: int, dots: int) -> None:
    ticket = printed(a_paper(), millimetres)

    assert [picture.width for picture in ticket.pictures] == [dots]
    assert ticket.cuts == 1


@pytest.mark.parametrize(("millimetres", "dots"), SIZES, ids=IDS)
def test_no_band_is_larger_than_a_cheap_printers_memory(millimetres: int, dots: int) -> None:
    ticket = printed(a_paper(materials_hint="身份证、户口簿；" * 60), millimetres)

    assert ticket.largest_band_bytes <= 8 * 1024
    assert ticket.bands > 5


@pytest.mark.parametrize(("millimetres", "dots"), SIZES, ids=IDS)
def test_the_bands_put_together_are_the_picture_that_was_drawn(millimetres: int, dots: int) -> None:
    drawn = draw(lay_out(a_paper(), DotRuler(dots), words_for("zh")), dots).convert("L")

    assert ImageChops.difference(printed(a_paper(), millimetres).pictures[0], drawn).getbbox() is None


@pytest.mark.parametrize(("millimetres", "dots"), SIZES, ids=IDS)
@pytest.mark.parametrize("length", [10, 60, 180])
def test_the_qr_on_paper_is_read_back_by_an_independent_decoder(
    millimetres: int, dots: int, length: int
) -> None:
    url = "http://hall.example:8000/t/haimen/" + "k" * length
    found = zxingcpp.read_barcodes(printed(a_paper(status_url=url), millimetres).pictures[0])

    assert [code.text for code in found] == [url]


def test_rare_surnames_are_drawn_and_not_replaced_by_the_fonts_empty_box() -> None:
    missing = picture_of("\U000e0fff").convert("L")
    rare = [picture_of(character).convert("L") for character in "𠮷㐂𬭚𫖯"]

    for picture in rare:
        assert ImageChops.difference(picture, missing).getbbox() is not None
    assert len({picture.tobytes() for picture in rare}) == len(rare)


@pytest.mark.parametrize("hall_name", [RARE_HALL, "W" * 60, "中" * 60], ids=["rare", "wide Latin", "long"])
@pytest.mark.parametrize(("millimetres", "dots"), SIZES, ids=IDS)
def test_no_ink_touches_the_papers_edge_beyond_the_rules(millimetres: int, dots: int, hall_name: str) -> None:
    """Whatever would overflow would be cut off in mid-letter: a column of ink at the very edge."""
    picture = printed(a_paper(hall_name=hall_name, label="AB1024"), millimetres).pictures[0]
    rules = 3 * 2
    for edge in (0, dots - 1):
        column = picture.crop((edge, 0, edge + 1, picture.height))
        assert column.histogram()[0] <= rules + 12, edge


def test_the_number_is_the_largest_thing_on_the_paper_and_keeps_one_line() -> None:
    for label in ("A001", "AB1024", "ABCDEFGH1000"):
        number = picture_of(label, size="huge", bold=True)
        ink = ImageChops.invert(number.convert("L")).getbbox()
        assert ink is not None
        assert ink[0] > 0, label
        assert ink[2] < 576, label
    assert picture_of("A001", size="huge").height > 2 * picture_of("A001", size="large").height


def test_rendering_writes_nothing_to_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    printed(a_paper(), 80)
    printed(a_paper(), 58)

    assert capfd.readouterr() == ("", "")


def test_bold_has_more_ink_than_regular() -> None:
    def ink(bold: bool) -> int:
        return picture_of("前面还有人", bold=bold).histogram()[0]

    assert ink(True) > 1.2 * ink(False)
