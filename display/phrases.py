"""What is said when a ticket is called: from a ticket's label and a window's number to spoken segments.

A pure module: plain values in, plain values out. `display.voice` has every segment made into one WAV,
and the board's page plays them one after the other. A call is cut in two ("请 A 零零一 号" and
"到 十二 号窗口") because the first half can be made while the visitor still waits and nobody knows the
window yet, and because 288 windows and a day's tickets then need one WAV each, not one for every pair.

Rules of handbook 7: a ticket's digits are said one by one, with 零 and with 二 (never 两); 一 is said yī
unless the hall wants 幺; a window is a cardinal. Syllables keep their own tone in a row of digits (no
third-tone change in 九九): a number is said to be understood, not to flow.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

Spelling = Literal["pinyin", "hanzi"]
Language = Literal["zh", "en"]

HANZI_DIGITS = "零一二三四五六七八九"
# fmt: off
ENGLISH_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
ENGLISH_TEENS = ("ten", "eleven", "twelve", "thirteen", "fourteen",
                 "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
ENGLISH_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")

# The few characters a call is made of, so that no dictionary has to be asked (and none can be wrong).
PINYIN = {
    "零": "ling2", "一": "yi1", "二": "er4", "三": "san1", "四": "si4", "五": "wu3", "六": "liu4",
    "七": "qi1", "八": "ba1", "九": "jiu3", "幺": "yao1", "十": "shi2", "百": "bai3", "千": "qian1",
    "请": "qing3", "到": "dao4", "号": "hao4", "窗": "chuang1", "口": "kou3", "、": ",",
}
# fmt: on


@dataclass(frozen=True, slots=True)
class Segment:
    """One piece of an announcement = one WAV. `text` is shown, `spoken` is what the engine is given."""

    text: str
    spoken: str
    language: Language


@dataclass(frozen=True, slots=True)
class PhraseSettings:
    """How this hall speaks: the engine's spelling, 幺 for 1, the language said after Chinese (or None)."""

    spelling: Spelling = "pinyin"
    yao: bool = False
    second_language: Literal["en"] | None = None


def spelling_of(engine: str, voice: str) -> Spelling:
    """The spelling an engine reads: espeak-ng's pinyin voice wants tone numbers, everything else characters.

    espeak-ng's other Mandarin voice (sit/cmn) reads characters wrongly, so a hall should not choose it.
    """
    return "pinyin" if engine == "espeak" and "pinyin" in voice.lower() else "hanzi"


def digits_in_chinese(digits: str, yao: bool = False) -> str:
    """012 → 零一二: one by one, as ticket digits are said."""
    spoken = "".join(HANZI_DIGITS[int(digit)] for digit in digits)
    return spoken.replace("一", "幺") if yao else spoken


def cardinal_in_chinese(number: int) -> str:
    """12 → 十二, 102 → 一百零二, 110 → 一百一十. From 10,000 on the digits one by one."""
    if not 0 < number < 10_000:
        return digits_in_chinese(str(abs(number)))
    spoken, gap = "", False
    for value, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // value % 10
        if digit:
            spoken += ("零" if gap else "") + HANZI_DIGITS[digit] + unit
        gap = bool(spoken) and not digit
    return spoken.removeprefix("一") if 10 <= number < 20 else spoken


def cardinal_in_english(number: int) -> str:
    """12 → twelve, 102 → one hundred and two. From 10,000 on the digits one by one."""
    if not 0 < number < 10_000:
        return " ".join(ENGLISH_DIGITS[int(digit)] for digit in str(abs(number)))
    thousands, hundreds, rest = number // 1000, number // 100 % 10, number % 100
    words = [f"{ENGLISH_DIGITS[thousands]} thousand"] if thousands else []
    if hundreds:
        words.append(f"{ENGLISH_DIGITS[hundreds]} hundred")
    if rest and words:
        words.append("and")
    if rest >= 20:
        tens, ones = divmod(rest, 10)
        words.append(ENGLISH_TENS[tens] + (f"-{ENGLISH_DIGITS[ones]}" if ones else ""))
    elif rest >= 10:
        words.append(ENGLISH_TEENS[rest - 10])
    elif rest:
        words.append(ENGLISH_DIGITS[rest])
    return " ".join(words)


def ticket_segments(label: str, settings: PhraseSettings) -> tuple[Segment, ...]:
    """The half of a call that can be made as soon as the ticket exists: one segment per language."""
    chinese = _invite_in_chinese([label], settings)
    return _in_each_language(chinese, f"Ticket {_ticket_in_english(label)}", settings)


def window_segments(number: int, settings: PhraseSettings) -> tuple[Segment, ...]:
    """The other half, the same for every ticket called to this window: one segment per language."""
    chinese = _chinese(["到", cardinal_in_chinese(number), "号窗口"], settings)
    return _in_each_language(chinese, f"please proceed to window {cardinal_in_english(number)}", settings)


def call_segments(label: str, window: int, settings: PhraseSettings) -> tuple[Segment, ...]:
    """One call, once through, in playing order: ticket, window; then both again in the second language."""
    return _by_language([ticket_segments(label, settings), window_segments(window, settings)])


def merged_segments(calls: Sequence[tuple[str, int]], settings: PhraseSettings) -> tuple[Segment, ...]:
    """Several (label, window) calls of a burst as one sentence, in call order.

    Neighbours called to one window share it ("请 A 零零一、B 零零三 号，到 十二 号窗口"); 请 is said once.
    """
    halves: list[tuple[Segment, ...]] = []
    for window, group in groupby(calls, key=lambda call: call[1]):
        labels = [label for label, _ in group]
        chinese = _invite_in_chinese(labels, settings, politely=not halves)
        noun = "Ticket" if len(labels) == 1 else "Tickets"
        english = f"{noun} {'; '.join(_ticket_in_english(label) for label in labels)}"
        halves += [_in_each_language(chinese, english, settings), window_segments(window, settings)]
    return _by_language(halves)


def repeat_segments(segments: Iterable[Segment], times: int) -> tuple[Segment, ...]:
    """The whole announcement: Chinese `times` over, then the second language once."""
    segments = tuple(segments)
    first = tuple(segment for segment in segments if segment.language == "zh")
    return first * times + tuple(segment for segment in segments if segment.language != "zh")


def _invite_in_chinese(labels: Sequence[str], settings: PhraseSettings, politely: bool = True) -> Segment:
    words = ["请"] if politely else []
    for place, label in enumerate(labels):
        letters, digits = _letters_and_digits(label)
        words += ["、"] * (place > 0) + [letters, digits_in_chinese(digits, settings.yao)]
    return _chinese([*words, "号"], settings)


def _chinese(words: Sequence[str], settings: PhraseSettings) -> Segment:
    words = [word for word in words if word]
    text = " ".join(words).replace(" 、 ", "、")
    spoken = " ".join(map(_pinyin, words)) if settings.spelling == "pinyin" else text.replace(" ", "")
    return Segment(text, spoken.replace(" ,", ","), "zh")


def _pinyin(word: str) -> str:
    """Syllables with tone numbers. In a cardinal 一 is said yì before 百 and 千; 一十 and 一号 keep yī."""
    if word.isascii():
        # The voice names letters in English. "A" it takes for the English article and swallows, and a
        # capital "I" for the pronoun: A is spelt as the syllable it sounds like, the others in lower case.
        return " ".join("ei1" if letter == "A" else letter.lower() for letter in word)
    pairs = zip(word, word[1:] + " ", strict=True)
    return " ".join("yi4" if sign == "一" and after in "百千" else PINYIN[sign] for sign, after in pairs)


def _ticket_in_english(label: str) -> str:
    letters, digits = _letters_and_digits(label)
    named = [f"{letter}," for letter in letters]  # the comma keeps "A" from being read as an article
    return " ".join([*named, *(ENGLISH_DIGITS[int(digit)] for digit in digits)])


def _letters_and_digits(label: str) -> tuple[str, str]:
    """The parts of a label that can be said: capital A–Z, then 0–9. Anything else in it is passed over."""
    plain = unicodedata.normalize("NFKC", label).upper()
    letters = "".join(sign for sign in plain if "A" <= sign <= "Z")
    return letters, "".join(sign for sign in plain if "0" <= sign <= "9")


def _in_each_language(chinese: Segment, english: str, settings: PhraseSettings) -> tuple[Segment, ...]:
    if settings.second_language != "en":
        return (chinese,)
    return chinese, Segment(english.replace(",", ""), english, "en")


def _by_language(halves: Sequence[tuple[Segment, ...]]) -> tuple[Segment, ...]:
    """((zh, en), (zh, en)) → (zh, zh, en, en): a sentence is finished before the next language starts."""
    return tuple(segment for same_language in zip(*halves, strict=True) for segment in same_language)
