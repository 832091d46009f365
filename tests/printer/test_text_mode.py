"""Text mode: real bytes, read back by a decoder of our own."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from printer.devices import DeviceSettings
from printer.paper import TicketPaper
from printer.render import choose_mode, render
from printer.text_mode import needs_raster
from tests.printer.decode import Printed, decode
from tests.printer.papers import RARE_HALL, a_paper

NARROW = DeviceSettings(driver="dummy", paper=58, mode="text")
WIDE = DeviceSettings(driver="dummy", paper=80, mode="text")


def printed(paper: TicketPaper, device: DeviceSettings = NARROW) -> Printed:
    return decode(render(paper, device))


@pytest.mark.parametrize("device", [NARROW, WIDE], ids=["58 mm", "80 mm"])
def test_a_ticket_in_text_mode_reads_as_the_paper_says(device: DeviceSettings) -> None:
    ticket = printed(a_paper(tags=("appointment",)), device)

    for expected in (
        "南通市海门区政务服务中心",
        "A001",
        "社会保险参保登记",
        "前面还有 5 人",
        "12–20",
        "预约",
    ):
        assert expected in ticket.text
    assert ticket.qr_codes == [a_paper().status_url]
    assert ticket.cuts == 1
    assert not ticket.pictures


@pytest.mark.parametrize(("device", "times"), [(NARROW, 5), (WIDE, 7)], ids=["58 mm", "80 mm"])
def test_the_number_is_printed_bold_centred_and_far_larger_than_all_else(
    device: DeviceSettings, times: int
) -> None:
    ticket = printed(a_paper(), device)
    number = ticket.line_with("A001")

    assert (number.runs[0].width, number.runs[0].height, number.runs[0].bold) == (times, times, True)
    assert number.align == "center"
    assert all(run.height <= 2 for line in ticket.lines if line is not number for run in line.runs)


@pytest.mark.parametrize("label", ["A001", "AB1024", "ABCD1000", "ABCDEFGHIJKL1000"])
def test_however_long_the_number_it_stays_on_one_line_that_fits(label: str) -> None:
    for device in (NARROW, WIDE):
        assert printed(a_paper(label=label), device).line_with(label).columns <= device.columns_wide


@pytest.mark.parametrize("device", [NARROW, WIDE], ids=["58 mm", "80 mm"])
@settings(max_examples=60, deadline=None)
@given(name=st.text(min_size=1, max_size=80), note=st.text(max_size=200))
def test_whatever_a_name_holds_the_bytes_stay_a_ticket_that_fits(
    device: DeviceSettings, name: str, note: str
) -> None:
    ticket = printed(a_paper(hall_name=name, business=name, materials_hint=note, where_to_wait=note), device)

    assert all(line.columns <= device.columns_wide for line in ticket.lines)
    assert ticket.cuts == 1
    assert not ticket.asked


@pytest.mark.parametrize(
    "attack",
    [
        "社保\x1b@\x1bi\x1d(k\x03\x00\x31\x51\x30",
        "社保\x1dV\x00",
        "社保\x10\x04\x01\x10\x14\x01\x00\x05",
        "社保\n\n\n\x0c",
        "社保\x1c.\x1bp\x00",
        "社保\u202e\u2066号码\u2028",
    ],
    ids=["reset", "cut", "real-time", "feed", "drawer", "direction"],
)
def test_commands_hidden_in_a_name_come_out_as_plain_text(attack: str) -> None:
    for mode in ("text", "raster"):
        device = DeviceSettings(driver="dummy", paper=58, mode=mode)
        honest = printed(a_paper(business="社保", hall_name="社保", materials_hint="社保"), device)
        attacked = printed(a_paper(business=attack, hall_name=attack, materials_hint=attack), device)

        assert (attacked.cuts, attacked.qr_codes, attacked.asked) == (1, honest.qr_codes, [])
        assert all(character.isprintable() for character in attacked.text.replace("\n", ""))


def test_tags_stand_white_on_black_and_the_black_ends_with_them() -> None:
    ticket = printed(a_paper(tags=("elderly", "reprint")))
    inverted = [run.text.strip() for line in ticket.lines for run in line.runs if run.inverted]

    assert inverted == ["敬老", "补打"]


def test_a_reprint_is_marked_on_paper() -> None:
    assert "补打" in printed(a_paper(tags=("reprint",))).text
    assert "补打" not in printed(a_paper()).text


@pytest.mark.parametrize("character", ["𠮷", "㐂", "𬭚", "𫖯", "😀", "ก"])
def test_a_character_of_four_gb18030_bytes_needs_a_picture(character: str) -> None:
    assert needs_raster(f"{character}先生")


@pytest.mark.parametrize("text", ["海门", "镕喆堃珺", "A001–·“”—…０", "", "Grüße"[:2]])
def test_what_a_printers_font_knows_needs_no_picture(text: str) -> None:
    assert not needs_raster(text)


@pytest.mark.parametrize(
    "change",
    [
        {"hall_name": RARE_HALL},
        {"business": "㛃登记"},
        {"where_to_wait": "𬱖区"},
        {"materials_hint": "𫖯"},
    ],
)
def test_automatic_mode_prints_a_picture_as_soon_as_one_character_is_rare(change: dict[str, str]) -> None:
    automatic = DeviceSettings(driver="dummy", paper=58)

    assert choose_mode(a_paper(), automatic) == "text"
    assert choose_mode(a_paper(**change), automatic) == "raster"
    assert printed(a_paper(**change), automatic).pictures


def test_a_device_set_to_text_shows_a_box_for_what_its_font_cannot_know() -> None:
    ticket = printed(a_paper(business="𠮷登记"))

    assert "□登记" in ticket.text
    assert not ticket.pictures


def test_a_device_set_to_raster_prints_pictures_of_ordinary_tickets_too() -> None:
    ticket = printed(a_paper(), DeviceSettings(driver="dummy", paper=80, mode="raster"))

    assert ticket.pictures
    assert not ticket.text


def test_a_printer_of_unusual_width_gets_lines_of_its_own_width() -> None:
    odd = DeviceSettings(driver="dummy", paper=80, mode="text", columns=42)
    ticket = printed(a_paper(hall_name="江苏省南通市海门区" * 6), odd)

    assert 40 <= max(line.columns for line in ticket.lines) <= 42
