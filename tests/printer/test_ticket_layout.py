"""The lines of a ticket: what is said, what is emphasised, and that nothing runs over the paper's edge."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from printer.layout import Cut, Line, Qr, Tags, Text, lay_out
from printer.paper import TicketPaper
from printer.raster_mode import DotRuler
from printer.text_mode import ColumnRuler
from printer.words import words_for
from printer.wrapping import Ruler, columns, printable, wrap
from tests.printer.papers import a_paper

PAPERS: dict[str, Ruler] = {
    "58 mm text": ColumnRuler(32),
    "80 mm text": ColumnRuler(48),
    "58 mm picture": DotRuler(384),
    "80 mm picture": DotRuler(576),
}
NASTY = "WWW 中文\x1b@\n，。（·）É𠮷\u202e\ue000\U000e0100—“%s {0}"


def lines_of(paper: TicketPaper, ruler: Ruler = ColumnRuler(32)) -> tuple[Line, ...]:
    return lay_out(paper, ruler, words_for(paper.language))


def said(paper: TicketPaper) -> str:
    """All text of a ticket, without line breaks."""
    return "".join(line.text for line in lines_of(paper) if isinstance(line, Text))


def assert_fits(lines: tuple[Line, ...], ruler: Ruler) -> None:
    for line in lines:
        match line:
            case Text(text, size, _, bold) if size != "huge":
                assert ruler.measure(text, size, bold) <= ruler.width, line
            case Tags(names):
                assert ruler.measure_tags(names) <= ruler.width, line


@pytest.mark.parametrize("ruler", PAPERS.values(), ids=PAPERS)
@settings(max_examples=40, deadline=None)
@given(
    hall=st.text(min_size=1, max_size=120),
    business=st.text(alphabet=NASTY, min_size=1, max_size=120),
    place=st.text(alphabet=NASTY, max_size=60),
    hint=st.text(max_size=300),
    language=st.sampled_from(["zh", "en"]),
)
def test_no_line_of_any_ticket_is_wider_than_its_paper(
    ruler: Ruler, hall: str, business: str, place: str, hint: str, language: str
) -> None:
    paper = a_paper(
        hall_name=hall, business=business, where_to_wait=place, materials_hint=hint, language=language
    )
    assert_fits(lines_of(paper, ruler), ruler)


@pytest.mark.parametrize("ruler", PAPERS.values(), ids=PAPERS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_ticket_with_every_tag_and_the_longest_names_fits(ruler: Ruler, language: str) -> None:
    paper = a_paper(
        hall_name="江苏省南通市海门经济技术开发区（滨江街道）政务服务和公共资源交易管理中心" * 3,
        hall_name_en="Administrative Service and Public Resource Trading Centre of the Development Zone",
        business="不动产转移登记（存量房买卖）与税费申报一窗受理" * 3,
        materials_hint="身份证、户口簿、结婚证、不动产权证书、买卖合同；" * 40,
        tags=("elderly", "green_channel", "appointment", "reprint"),
        language=language,
    )
    lines = lines_of(paper, ruler)

    assert_fits(lines, ruler)
    assert len(lines) < 70  # however long its names, the ticket ends


def test_a_long_business_name_wraps_into_about_equal_lines_and_loses_no_character() -> None:
    business = "退休一件事（含养老保险待遇领取资格认证与公积金提取）"
    wrapped = [line.text for line in lines_of(a_paper(business=business)) if isinstance(line, Text)]
    parts = [line for line in wrapped if line in business]

    assert "".join(parts) == business
    assert len(parts) > 1
    assert max(map(columns, parts)) - min(map(columns, parts)) <= 8


def test_no_line_opens_with_a_closing_mark_and_no_latin_word_is_torn() -> None:
    lines = wrap("请带身份证，户口簿，Government Service（原件）。结婚证、照片", ColumnRuler(16), "normal")

    assert not any(line[0] in "，。、）" for line in lines)
    assert not any(line.endswith("（") for line in lines)
    assert any("Government" in line for line in lines)


def test_a_word_longer_than_the_paper_is_broken_rather_than_cut_off() -> None:
    assert wrap("W" * 40, ColumnRuler(32), "normal") == ["W" * 32, "W" * 8]


def test_the_number_is_the_only_huge_line_and_stands_above_its_business() -> None:
    texts = [line for line in lines_of(a_paper()) if isinstance(line, Text)]
    huge = [line.text for line in texts if line.size == "huge"]

    assert huge == ["A001"]
    assert [line.text for line in texts].index("A001") < [line.text for line in texts].index(
        "社会保险参保登记"
    )


def test_the_ticket_says_how_many_are_ahead_how_long_and_where_to_wait() -> None:
    words = said(a_paper())

    assert "前面还有 5 人" in words
    assert "预计等候 12–20 分钟" in words
    assert "A区 3、4、5号窗口" in words
    assert "2026年11月23日 09:31" in words


def test_an_unknown_wait_and_an_unknown_line_are_said_to_be_unknown() -> None:
    words = said(a_paper(ahead=None, wait_low_minutes=None, wait_high_minutes=None))

    assert "等候时间暂时无法预计" in words
    assert "前面人数暂时不清楚" in words
    assert "None" not in words


def test_a_wait_with_one_end_is_said_in_words() -> None:
    assert "预计至少等候约 15 分钟，可能更久" in said(a_paper(wait_low_minutes=15, wait_high_minutes=None))
    assert "预计等候一般不超过 40 分钟" in said(a_paper(wait_low_minutes=None, wait_high_minutes=40))


def test_the_first_in_line_is_told_to_listen() -> None:
    assert "前面没有人" in said(a_paper(ahead=0, wait_low_minutes=0, wait_high_minutes=1))


@pytest.mark.parametrize(
    ("tag", "zh", "en"),
    [
        ("elderly", "敬老", "Senior"),
        ("green_channel", "绿色通道", "Green channel"),
        ("appointment", "预约", "Appointment"),
        ("reprint", "补打", "Reprint"),
    ],
)
def test_each_tag_is_shown_in_the_tickets_language(tag: str, zh: str, en: str) -> None:
    for language, name in (("zh", zh), ("en", en)):
        tagged = lines_of(a_paper(tags=(tag,), language=language))
        assert [line.names for line in tagged if isinstance(line, Tags)] == [(name,)]


def test_a_ticket_without_tags_shows_none() -> None:
    assert not [line for line in lines_of(a_paper()) if isinstance(line, Tags)]


def test_the_missed_number_rule_is_the_halls_own() -> None:
    behind = said(a_paper(missed_return="behind", missed_return_behind=5))
    new = said(a_paper(missed_return="new_number"))

    assert "排在后 5 位之后再叫您，限一次" in behind
    assert "重新取号" in new


def test_how_often_and_until_when_a_missed_visitor_may_come_back_stands_on_the_paper() -> None:
    often = said(a_paper(missed_return_times=2, missed_return_within_minutes=20))
    english = said(a_paper(missed_return_times=2, missed_return_within_minutes=20, language="en"))

    assert "请在 20 分钟内告诉导办或窗口人员" in often
    assert "限 2 次" in often
    assert "within 20 min" in english
    assert "up to 2 times" in english


def test_id_digits_are_printed_only_when_given() -> None:
    assert "证件尾号 1234" in said(a_paper(id_last4="1234"))
    assert "证件" not in said(a_paper(materials_hint=None))


def test_an_elderly_visitors_notes_are_in_larger_type() -> None:
    def note_sizes(paper: TicketPaper) -> set[str]:
        notes = [line for line in lines_of(paper) if isinstance(line, Text) and line.align == "left"]
        return {line.size for line in notes}

    assert note_sizes(a_paper()) == {"small"}
    assert note_sizes(a_paper(tags=("elderly",))) == {"normal"}


def test_the_qr_leads_to_the_visitors_own_page_and_is_left_out_without_one() -> None:
    assert [line.data for line in lines_of(a_paper()) if isinstance(line, Qr)] == [a_paper().status_url]
    assert not [line for line in lines_of(a_paper(status_url=None)) if isinstance(line, Qr)]


def test_the_ticket_ends_with_one_cut() -> None:
    lines = lines_of(a_paper())

    assert isinstance(lines[-1], Cut)
    assert sum(isinstance(line, Cut) for line in lines) == 1


@given(st.text())
@example("\u0a8e")
def test_nothing_invisible_survives_in_printable_text(text: str) -> None:
    clean = printable(text)

    assert all(
        character.isprintable() or character.isalnum() or ord(character) > 0x2E7F for character in clean
    )
    assert not any(ord(character) < 0x20 or 0x7F <= ord(character) < 0xA0 for character in clean)
    clean.encode("gb18030")  # no half surrogate either
