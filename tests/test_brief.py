"""What is remembered for a moment is asked for again by one of many."""

from hall.brief import RENEWAL_SECONDS, Brief


def test_of_many_who_ask_for_what_is_over_one_looks_again():
    now = 0.0
    brief: Brief[str] = Brief(2.0, lambda: now)
    brief["key"] = "old"
    assert [brief.get("key") for _ in range(3)] == ["old"] * 3
    now = 2.0
    assert [brief.get("key") for _ in range(3)] == [None, "old", "old"]
    brief["key"] = "new"
    assert [brief.get("key") for _ in range(3)] == ["new"] * 3


def test_what_was_over_for_a_while_or_is_not_renewed_is_nobodys():
    now = 0.0
    brief: Brief[str] = Brief(2.0, lambda: now)
    brief["key"] = "old"
    now = 2.0 + RENEWAL_SECONDS
    assert [brief.get("key") for _ in range(2)] == [None, None]
    brief["key"] = "new"
    now += 2.0
    assert [brief.get("key") for _ in range(2)] == [None, "new"]
    now += RENEWAL_SECONDS
    assert [brief.get("key") for _ in range(2)] == [None, None]
