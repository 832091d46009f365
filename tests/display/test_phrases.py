"""What is said, as tables; and, by the real engine's own ear, that every letter is said as a letter."""

import ctypes
import string

import espeakng_loader
import pytest

from display.phrases import (
    PhraseSettings,
    Segment,
    call_segments,
    cardinal_in_chinese,
    cardinal_in_english,
    digits_in_chinese,
    merged_segments,
    repeat_segments,
    spelling_of,
    ticket_segments,
    window_segments,
)

PINYIN = PhraseSettings()
HANZI = PhraseSettings(spelling="hanzi")
BILINGUAL = PhraseSettings(second_language="en")


@pytest.mark.parametrize(
    ("number", "chinese", "english"),
    [
        (1, "一", "one"),
        (2, "二", "two"),
        (10, "十", "ten"),
        (11, "十一", "eleven"),
        (12, "十二", "twelve"),
        (20, "二十", "twenty"),
        (21, "二十一", "twenty-one"),
        (100, "一百", "one hundred"),
        (101, "一百零一", "one hundred and one"),
        (102, "一百零二", "one hundred and two"),
        (110, "一百一十", "one hundred and ten"),
        (112, "一百一十二", "one hundred and twelve"),
        (200, "二百", "two hundred"),
        (288, "二百八十八", "two hundred and eighty-eight"),
        (1000, "一千", "one thousand"),
        (1001, "一千零一", "one thousand and one"),
        (1010, "一千零一十", "one thousand and ten"),
        (1100, "一千一百", "one thousand one hundred"),
        (9999, "九千九百九十九", "nine thousand nine hundred and ninety-nine"),
        (10_000, "一零零零零", "one zero zero zero zero"),
    ],
)
def test_a_window_is_said_as_a_cardinal(number: int, chinese: str, english: str) -> None:
    assert cardinal_in_chinese(number) == chinese
    assert cardinal_in_english(number) == english


@pytest.mark.parametrize(
    ("label", "shown", "pinyin", "hanzi"),
    [
        ("A001", "请 A 零零一 号", "qing3 ei1 ling2 ling2 yi1 hao4", "请A零零一号"),
        ("A002", "请 A 零零二 号", "qing3 ei1 ling2 ling2 er4 hao4", "请A零零二号"),
        ("B110", "请 B 一一零 号", "qing3 b yi1 yi1 ling2 hao4", "请B一一零号"),
        ("I288", "请 I 二八八 号", "qing3 i er4 ba1 ba1 hao4", "请I二八八号"),
        ("AA1000", "请 AA 一零零零 号", "qing3 ei1 ei1 yi1 ling2 ling2 ling2 hao4", "请AA一零零零号"),
        (
            "BC345679",
            "请 BC 三四五六七九 号",
            "qing3 b c san1 si4 wu3 liu4 qi1 jiu3 hao4",
            "请BC三四五六七九号",
        ),
        ("ａ００１", "请 A 零零一 号", "qing3 ei1 ling2 ling2 yi1 hao4", "请A零零一号"),
        ("a-0 1;\x07😀", "请 A 零一 号", "qing3 ei1 ling2 yi1 hao4", "请A零一号"),
    ],
)
def test_a_tickets_digits_are_said_one_by_one(label: str, shown: str, pinyin: str, hanzi: str) -> None:
    assert ticket_segments(label, PINYIN) == (Segment(shown, pinyin, "zh"),)
    assert ticket_segments(label, HANZI) == (Segment(shown, hanzi, "zh"),)


def test_no_ticket_is_ever_said_with_liang() -> None:
    for number in range(1, 1000):
        (segment,) = ticket_segments(f"A{number:03}", PINYIN)
        assert "liang" not in segment.spoken
        assert "两" not in segment.text


def test_one_is_yao_only_where_the_hall_wants_it_and_never_in_a_window() -> None:
    settings = PhraseSettings(yao=True)
    assert digits_in_chinese("110") == "一一零"
    assert [segment.spoken for segment in call_segments("A110", 11, settings)] == [
        "qing3 ei1 yao1 yao1 ling2 hao4",
        "dao4 shi2 yi1 hao4 chuang1 kou3",
    ]


@pytest.mark.parametrize(
    ("number", "shown", "spoken"),
    [
        (1, "到 一 号窗口", "dao4 yi1 hao4 chuang1 kou3"),
        (12, "到 十二 号窗口", "dao4 shi2 er4 hao4 chuang1 kou3"),
        (110, "到 一百一十 号窗口", "dao4 yi4 bai3 yi1 shi2 hao4 chuang1 kou3"),
        (288, "到 二百八十八 号窗口", "dao4 er4 bai3 ba1 shi2 ba1 hao4 chuang1 kou3"),
        (1000, "到 一千 号窗口", "dao4 yi4 qian1 hao4 chuang1 kou3"),
    ],
)
def test_one_changes_its_tone_before_a_hundred_and_a_thousand(number: int, shown: str, spoken: str) -> None:
    assert window_segments(number, PINYIN) == (Segment(shown, spoken, "zh"),)


def test_a_call_is_made_of_the_segments_that_were_made_before_it() -> None:
    for settings in (PINYIN, HANZI, BILINGUAL):
        halves = {*ticket_segments("A001", settings), *window_segments(12, settings)}
        assert set(call_segments("A001", 12, settings)) == halves


def test_the_second_language_is_said_after_the_first_has_finished() -> None:
    assert [(segment.language, segment.text) for segment in call_segments("A001", 12, BILINGUAL)] == [
        ("zh", "请 A 零零一 号"),
        ("zh", "到 十二 号窗口"),
        ("en", "Ticket A zero zero one"),
        ("en", "please proceed to window twelve"),
    ]


def test_chinese_is_repeated_and_the_second_language_said_once() -> None:
    spoken = repeat_segments(call_segments("A001", 12, BILINGUAL), 2)
    assert [segment.language for segment in spoken] == ["zh", "zh", "zh", "zh", "en", "en"]
    assert spoken[:2] == spoken[2:4]


def test_a_burst_is_one_sentence_in_call_order() -> None:
    calls = [("A001", 12), ("B003", 12), ("C007", 3), ("A002", 12)]
    assert [segment.text for segment in merged_segments(calls, PINYIN)] == [
        "请 A 零零一、B 零零三 号",
        "到 十二 号窗口",
        "C 零零七 号",
        "到 三 号窗口",
        "A 零零二 号",
        "到 十二 号窗口",
    ]
    assert merged_segments(calls, PINYIN)[0].spoken == ("qing3 ei1 ling2 ling2 yi1, b ling2 ling2 san1 hao4")
    english = [segment.text for segment in merged_segments(calls, BILINGUAL) if segment.language == "en"]
    assert english[0] == "Tickets A zero zero one; B zero zero three"
    assert len(english) == 6


def test_a_burst_of_one_is_an_ordinary_call_and_of_none_is_silence() -> None:
    assert merged_segments([("A001", 12)], BILINGUAL) == call_segments("A001", 12, BILINGUAL)
    assert merged_segments([], BILINGUAL) == ()


@pytest.mark.parametrize(
    ("engine", "voice", "spelling"),
    [
        ("espeak", "sit/cmn-latn-pinyin", "pinyin"),
        ("espeak", "sit/cmn-Latn-pinyin", "pinyin"),
        ("espeak", "sit/yue", "hanzi"),
        ("sapi5", "", "hanzi"),
        ("vendor.speech:Engine", "pinyin", "hanzi"),
    ],
)
def test_each_engine_is_given_the_spelling_it_reads(engine: str, voice: str, spelling: str) -> None:
    assert spelling_of(engine, voice) == spelling


@pytest.fixture(scope="module")
def phonemes():
    """espeak-ng's own reading of a text, in its phoneme alphabet, from the library the hall speaks with."""
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p
    assert library.espeak_Initialize(1, 1000, espeakng_loader.get_data_path().encode(), 0) == 22050

    def read(voice: str, text: str) -> str:
        assert library.espeak_SetVoiceByName(voice.encode()) == 0
        rest, clauses = ctypes.c_char_p(text.encode()), []
        while rest.value is not None:
            clauses.append((library.espeak_TextToPhonemes(ctypes.byref(rest), 1, 0) or b"").decode())
        return " ".join(clauses)

    return read


def test_the_engine_names_every_letter_and_takes_none_for_a_word(phonemes) -> None:
    heard = {}
    for letter in string.ascii_uppercase:
        (segment,) = ticket_segments(f"{letter}001", PINYIN)
        sounds = phonemes("sit/cmn-latn-pinyin", segment.spoken)
        before, heard[letter], after = sounds.split("_|", 2)
        assert before.endswith("i214N")
        assert after.split() == ["l'i35N_|", "l'i35N_|", "j'i55_|", "X'Au51_|"]
        assert "'" in heard[letter], f"{letter} is not stressed, so it is swallowed: {sounds}"
    assert len(set(heard.values())) == 26
    assert heard["A"].strip() == "'ei55"


def test_the_engine_reads_a_tone_for_every_syllable_of_every_window(phonemes) -> None:
    for number in (1, 2, 10, 12, 20, 101, 110, 288, 1000, 9876):
        (segment,) = window_segments(number, PINYIN)
        syllables = segment.spoken.split()
        sounds = [sound.strip() for sound in phonemes("sit/cmn-latn-pinyin", segment.spoken).split("_|")][:-1]
        contours = {"1": "55", "2": "35", "3": "214", "4": "51"}
        assert len(sounds) == len(syllables)
        for syllable, sound in zip(syllables, sounds, strict=True):
            assert contours[syllable[-1]] in sound, (syllable, sound)


def test_the_english_voice_names_the_letter_a_as_well(phonemes) -> None:
    segment = ticket_segments("AA001", BILINGUAL)[1]
    assert phonemes("gmw/en-us", segment.spoken).split()[1:4] == ["'eI", "'eI", "z'i@roU"]
