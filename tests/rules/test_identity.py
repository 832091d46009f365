"""Identity numbers: the check digit of GB 11643, ages to the day, and nothing shown but the mask."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall.rules.errors import BadIdNumber
from hall.rules.identity import age, birthday, mask, normalise

WEIGHTS = [2**power % 11 for power in range(17, 0, -1)]
"""GB 11643 defines the weights as powers of two; the code under test lists them."""


def number(born: str, order: str = "123", place: str = "320684") -> str:
    """A well-formed number, with the check character worked out as ISO 7064 MOD 11-2 says."""
    body = place + born + order
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


def test_the_standards_own_examples_are_right():
    assert normalise("11010519491231002X") == "11010519491231002X"
    assert normalise("440524188001010014") == "440524188001010014"


@pytest.mark.parametrize("raw", [" 11010519491231002x ", "11010519491231002X\n", "\t11010519491231002x"])
def test_a_readers_spaces_and_small_x_do_not_matter(raw: str):
    assert normalise(raw) == "11010519491231002X"


@pytest.mark.parametrize(
    "raw",
    [
        "",
        " ",
        "1101051949123100",
        "11010519491231002",
        "110105194912310021",
        "11010519491231002XX",
        "1101051949123100２X",
        "11010519491231002Х",  # Cyrillic
        "X1010519491231002X",
        "１１０１０５１９４９１２３１００２Ｘ",
        "'; drop table tickets; --",
        "110105" + "19491331" + "0021",
        "130503670401001",
    ],
)
def test_what_is_no_identity_number_is_refused(raw: str):
    with pytest.raises(BadIdNumber):
        normalise(raw)


@given(st.dates(date(1900, 1, 1), date(2026, 1, 1)), st.integers(0, 999), st.integers(0, 17))
def test_one_wrong_digit_anywhere_is_found(born: date, order: int, place: int):
    right = number(born.strftime("%Y%m%d"), f"{order:03d}")
    assert normalise(right) == right
    wrong = "5" if right[place] != "5" else "6"
    with pytest.raises(BadIdNumber):
        normalise(right[:place] + wrong + right[place + 1 :])


@pytest.mark.parametrize("born", ["19490230", "20260229", "00000101", "19491301", "19490100"])
def test_a_birthday_that_never_was_is_refused(born: str):
    with pytest.raises(BadIdNumber):
        normalise(number(born))


@pytest.mark.parametrize(
    ("born", "today", "years"),
    [
        ("19661123", date(2026, 11, 22), 59),
        ("19661123", date(2026, 11, 23), 60),
        ("19661123", date(2026, 11, 24), 60),
        ("19640229", date(2024, 2, 28), 59),
        ("19640229", date(2024, 2, 29), 60),
        ("19640229", date(2026, 2, 28), 61),
        ("19640229", date(2026, 3, 1), 62),
        ("20261123", date(2026, 11, 23), 0),
    ],
)
def test_a_year_older_on_the_birthday(born: str, today: date, years: int):
    assert age(number(born), today) == years


def test_nobody_is_born_tomorrow():
    with pytest.raises(BadIdNumber):
        age(number("20261124"), date(2026, 11, 23))


def test_the_birthday_is_read_from_the_number():
    assert birthday(number("19640229")) == date(1964, 2, 29)


def test_the_mask_shows_four_characters_at_each_end():
    assert mask("11010519491231002X") == "1101**********002X"
