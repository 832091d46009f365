"""What the kiosk makes of its reader's settings, and the cards that a simulated reader deals."""

from datetime import date

import pytest

from hall.rules import identity
from kiosk.readers import Reader, origin_of, reader_of, simulated_number


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("http://127.0.0.1:9000/read", "http://127.0.0.1:9000"),
        ("http://localhost/card?x=1", "http://localhost"),
        ("https://reader.hall.example:8443/a/b", "https://reader.hall.example:8443"),
        ("http://[::1]:9000/read", "http://[::1]:9000"),
        ("http://user:secret@127.0.0.1:9000/read", "http://127.0.0.1:9000"),
        ("http://127.0.0.1:99999/read", None),
        ("http://bad;host/read", None),
        ("http://*/read", None),
        ("ftp://127.0.0.1/read", None),
        ("http:///read", None),
    ],
)
def test_only_the_readers_own_origin_may_be_asked(url: str, origin: str | None):
    assert origin_of(url) == origin


def test_a_kiosk_without_a_reader_asks_for_no_card():
    assert reader_of({}) == Reader("")
    assert reader_of({"reader": None, "reader_url": "http://127.0.0.1:9000/"}) == Reader("")


def test_a_reader_that_types_needs_no_address_even_if_one_is_given():
    assert reader_of({"reader": "keyboard", "reader_url": "http://127.0.0.1:9000/"}) == Reader("keyboard")


def test_a_reader_at_an_address_nobody_can_ask_is_as_good_as_none():
    assert reader_of({"reader": "http", "reader_url": "http://bad;host/"}) == Reader("")


@pytest.mark.parametrize("age", [18, 35, 59, 60, 72, 100])
@pytest.mark.parametrize("today", [date(2026, 3, 1), date(2024, 2, 29), date(2026, 12, 31)])
def test_a_simulated_card_is_well_formed_and_exactly_as_old_as_it_says(age: int, today: date):
    for _ in range(50):
        number = identity.normalise(simulated_number(age, today))
        assert identity.age(number, today) == age


def test_simulated_cards_are_nobodys_and_differ():
    cards = {simulated_number(35, date(2026, 11, 23)) for _ in range(40)}
    assert len(cards) > 30
    assert all(card.startswith("990000") for card in cards)
