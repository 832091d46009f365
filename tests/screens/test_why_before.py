"""Every reason why one number went before another is one plain sentence, in both languages."""

from datetime import UTC, datetime, timedelta

import pytest

from hall.i18n import words_for
from hall.rules.before import Answer, Call, Ground, Stand
from hall.rules.dispatcher import Overtaken, Promises, Rule
from hall.rules.tickets import State, VisitorClass
from hall.screens.why_before import Reader, for_visitors, percents, sentence, tidy
from hall.screens.yardsticks import Yardsticks

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
CALL = Call(
    "B001",
    2,
    VisitorClass.PRIORITY,
    NOW - timedelta(minutes=4),
    0,
    50,
    NOW,
    Rule.GUARANTEE,
    0,
    0.8,
    240.0,
    (),
)
MINE = Stand(
    "A002",
    State.WAITING,
    1,
    VisitorClass.ORDINARY,
    NOW - timedelta(minutes=6),
    0,
    10,
    reference_seconds=900.0,
)
MYSELF = Overtaken("A002", 1, VisitorClass.ORDINARY, 360.0, 0.4)
HEAD = Overtaken("A001", 1, VisitorClass.ORDINARY, 480.0, 0.5333)
NEW = Overtaken("A001", 1, VisitorClass.ORDINARY, 0.4, 0.0004)


PROMISES = {
    (1, VisitorClass.ORDINARY): 900.0,
    (2, VisitorClass.ORDINARY): 900.0,
    (2, VisitorClass.PRIORITY): 300.0,
}


def said(answer: Answer, language: str = "zh", visitor: bool = True, references: Promises = PROMISES) -> str:
    say = words_for(language)
    words = for_visitors(say) if visitor else say
    reader = Reader(words, lambda moment: f"{moment:%H:%M}", visitor, Yardsticks(PROMISES, references))
    return sentence(answer, CALL, MINE, 7, "社会保险", NOW - timedelta(minutes=6), reader)


@pytest.mark.parametrize("visitor", [True, False])
@pytest.mark.parametrize("compared", [MYSELF, HEAD, NEW])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("reason", list(Ground))
def test_every_reason_is_a_whole_sentence(reason: Ground, language: str, compared: Overtaken, visitor: bool):
    words = said(Answer(reason, compared), language, visitor)
    assert words.endswith("。" if language == "zh" else ".")
    assert not words.startswith("before.")
    assert "  " not in words
    assert "%" not in words.replace("80%", "").replace("40%", "").replace("53%", "").replace("0%", "")
    assert ("您" in words or "your" in words.lower()) <= visitor


def test_a_visitor_reads_one_word_for_all_who_come_first():
    assert "绿色通道号" not in said(Answer(Ground.SHARE, MYSELF))
    assert "是绿色通道号" in said(Answer(Ground.SHARE, MYSELF), visitor=False)
    assert "green channel)" not in said(Answer(Ground.AS_STORED), "en").replace(
        "elderly or green channel)", ""
    )


def test_the_head_of_the_line_is_named_when_it_was_the_one_compared():
    assert "排在您的 A002 前面的同类号 A001 当时已等 8 分钟" in said(Answer(Ground.SHARE, HEAD))
    assert "您的 A002 当时已等 6 分钟，用去 15 分钟承诺的 40%" in said(Answer(Ground.SHARE, MYSELF))


@pytest.mark.parametrize(
    ("language", "compared", "note"),
    [
        (
            "zh",
            "您的 A002 当时已等 6 分钟，用去 12 分钟参考时限的 50%。",
            "短事项的短一些，长事项的长一些；等候承诺不变。",
        ),
        (
            "en",
            "By then your A002 had waited 6 min, 50% of a reference time of 12 min.",
            "The promised waits stay as they are.",
        ),
    ],
)
def test_a_time_that_follows_the_length_is_called_by_its_name_and_explained(
    language: str, compared: str, note: str
):
    shorter = {**PROMISES, (1, VisitorClass.ORDINARY): 720.0}
    mine = Overtaken("A002", 1, VisitorClass.ORDINARY, 360.0, 0.5)
    words = said(Answer(Ground.SHARE, mine), language, references=shorter)
    assert compared in words
    assert words.endswith(note)


def test_a_time_that_is_configured_no_longer_is_read_back_from_the_share_and_nothing_is_said_of_lengths():
    mine = Overtaken("A002", 1, VisitorClass.ORDINARY, 360.0, 0.6)
    words = said(Answer(Ground.SHARE, mine))
    assert "用去 10 分钟参考时限的 60%" in words
    assert words.endswith("用去得多的先叫。")


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        (0.8, 0.4, ("80", "40")),
        (0.799, 0.4, ("79", "40")),
        (0.404, 0.401, ("40.4", "40.1")),
        (0.4004, 0.4001, ("40.04", "40.01")),
        (0.4, 0.4, ("40", "40")),
    ],
)
def test_two_shares_that_differ_read_differently(one: float, other: float, words: tuple[str, str]):
    assert percents(one, other) == words


def test_chinese_sets_no_spaces_around_its_punctuation():
    assert tidy("您的 A002 ，等了 3 分钟 。 好") == "您的 A002，等了 3 分钟。好"
    assert tidy("your A002 waited.") == "Your A002 waited."
