"""Which calls are spoken next, together or alone: the rule as tables."""

import pytest

from display.announcements import SPOKEN_ALONE, SPOKEN_TOGETHER, Announcement, Call, next_announcement
from display.phrases import PhraseSettings

PLAIN = PhraseSettings()
BILINGUAL = PhraseSettings(second_language="en")


def calls(count: int, gone: tuple[int, ...] = ()) -> list[Call]:
    """Calls 1 … count of A001 … to windows 1 …; those in `gone` have been answered or withdrawn."""
    return [Call(one, f"A{one:03d}", one, one not in gone) for one in range(1, count + 1)]


def said(asked: list[int], known: list[Call], repeat: int = 2) -> Announcement:
    return next_announcement(asked, known, PLAIN, repeat)


def spoken_ids(announcement: Announcement) -> list[int]:
    return [call.call_id for call in announcement.calls]


def test_a_call_is_said_alone_ticket_then_window_as_often_as_the_hall_wants():
    announcement = said([1], calls(1))
    assert [sound.segment.text for sound in announcement.sounds] == ["请 A 零零一 号", "到 一 号窗口"] * 2
    assert announcement.text == "请 A 零零一 号，到 一 号窗口"
    assert len(said([1], calls(1), repeat=1).sounds) == 2


def test_calls_are_said_in_the_order_in_which_the_board_heard_of_them():
    assert spoken_ids(said([3, 1, 2], calls(3))) == [3]


@pytest.mark.parametrize("gone", [(1,), (1, 2), (1, 2, 3)])
def test_a_call_whose_visitor_is_no_longer_expected_is_dropped_before_it_begins(gone):
    announcement = said([1, 2, 3, 4], calls(4, gone))
    assert announcement.dropped == gone
    assert spoken_ids(announcement) == [len(gone) + 1]


def test_a_call_that_the_hall_does_not_know_is_dropped():
    assert said([99, 1], calls(1)).dropped == (99,)


def test_nothing_is_said_when_nobody_is_expected_any_more():
    announcement = said([1, 2], calls(2, gone=(1, 2)))
    assert announcement == Announcement((), (1, 2), ())
    assert announcement.text == ""


def test_the_same_call_asked_about_twice_is_said_once():
    many = [1, 2, 3, 4] * 3
    assert spoken_ids(said(many, calls(4))) == [1]


def test_as_many_as_may_wait_are_said_one_by_one():
    assert len(said(list(range(1, SPOKEN_ALONE + 1)), calls(SPOKEN_ALONE)).calls) == 1


def test_a_burst_is_merged_into_sentences_of_four_until_few_are_left():
    known, waiting, sentences = calls(15), list(range(1, 16)), []
    while waiting:
        announcement = said(waiting, known)
        sentences.append(len(announcement.calls))
        waiting = [one for one in waiting if one not in spoken_ids(announcement)]
    assert sentences == [SPOKEN_TOGETHER] * 3 + [1, 1, 1]


def test_a_burst_is_counted_by_those_still_expected():
    announcement = said(list(range(1, 9)), calls(8, gone=(2, 5)))
    assert spoken_ids(announcement) == [1]
    assert announcement.dropped == (2, 5)


def test_a_merged_sentence_names_every_call_in_order_and_is_said_once():
    announcement = said(list(range(1, 8)), calls(7))
    assert announcement.text == (
        "请 A 零零一 号，到 一 号窗口，A 零零二 号，到 二 号窗口，"
        "A 零零三 号，到 三 号窗口，A 零零四 号，到 四 号窗口"
    )
    assert len(announcement.sounds) == 8


def test_the_second_language_follows_once_after_the_first_with_a_breath_between():
    announcement = next_announcement([1], calls(1), BILINGUAL, 2)
    assert [sound.segment.language for sound in announcement.sounds] == ["zh"] * 4 + ["en"] * 2
    long, short = announcement.sounds[0].pause_seconds, announcement.sounds[1].pause_seconds
    assert long > short
    assert [sound.pause_seconds for sound in announcement.sounds] == [long, short] * 3
