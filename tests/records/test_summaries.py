"""The daily summaries add up to the journal, whatever happened, however often they were stopped."""

from collections import Counter
from datetime import date, timedelta
from math import isclose
from typing import Any

import pytest

from hall.bench.years import fill_years
from hall.records import summaries, summing
from hall.records.connections import begin_writing
from hall.rules.figures import COUNTS, SECONDS, Figures
from tests.office import Office
from tests.records.random_day import IDS, close_the_day, live_a_random_day


def catch_up(office: Office) -> None:
    assert summing.catch_up(office.database, office.book(), office.now, batches=1000) == 0


def total(office: Office, cut: str = "hour") -> Figures:
    day = office.book().day(office.now)
    with office.database.read() as connection:
        found = summaries.totals(connection, office.hall_id, cut, day, day, "", None)
    return found.get(None, Figures())


def by_subject(office: Office, cut: str) -> dict[int, Figures]:
    day = office.book().day(office.now)
    with office.database.read() as connection:
        return summaries.totals(connection, office.hall_id, cut, day, day, "subject_id", None)


def same(one: Figures, other: Figures) -> bool:
    counted = all(getattr(one, name) == getattr(other, name) for name in COUNTS)
    timed = all(isclose(getattr(one, name), getattr(other, name), abs_tol=1e-6) for name in SECONDS)
    return counted and timed and one.waits == other.waits


def counted_by_hand(office: Office) -> dict[str, float]:
    """The journal of the day read by other, simpler code than the summaries'."""
    kinds: Counter[str] = Counter()
    began: dict[int, Any] = {}
    opened: dict[int, Any] = {}
    serving = open_seconds = 0.0
    for one in office.journal():
        data = one.data
        kinds[one.type] += 1
        if one.type == "ticket_started":
            began[data["ticket_id"]] = one.at
        elif one.type in ("ticket_finished", "ticket_held", "ticket_transferred"):
            since = began.pop(data["ticket_id"], None)
            serving += (one.at - since).total_seconds() if since else 0.0
        elif one.type == "window_opened":
            opened.setdefault(data["window"], one.at)
        elif one.type in ("window_paused", "window_closed", "window_signed_out"):
            since = opened.pop(data["window"], None)
            open_seconds += (one.at - since).total_seconds() if since else 0.0
        elif one.type == "ticket_rated":
            kinds["grades"] += data["grade"]
            kinds["negative"] += data["grade"] <= 2
        if one.type == "ticket_finished" and data["visit_over"]:
            kinds["visits"] += 1
    until = max(office.now - timedelta(seconds=10), office.journal()[-1].at)
    open_seconds += sum((until - since).total_seconds() for since in opened.values())
    return {
        "taken": kinds["ticket_issued"],
        "served": kinds["ticket_finished"],
        "missed": kinds["ticket_missed"],
        "held": kinds["ticket_held"],
        "transferred": kinds["ticket_transferred"],
        "abandoned": kinds["ticket_cancelled"] + kinds["ticket_expired"],
        "visits": kinds["visits"],
        "rated": kinds["ticket_rated"],
        "grades": kinds["grades"],
        "negative": kinds["negative"],
        "service_seconds": serving,
        "open_seconds": open_seconds,
    }


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_summaries_of_a_random_day_add_up_to_the_journal(office: Office, seed: int):
    live_a_random_day(office, seed)
    close_the_day(office)
    catch_up(office)
    sums = total(office)
    by_hand = counted_by_hand(office)
    assert {name: getattr(sums, name) for name in by_hand} == pytest.approx(by_hand, abs=1e-6)
    assert min(sums.served, sums.missed, sums.held, sums.transferred, sums.rated, sums.abandoned) > 0
    assert sum(sums.waits.values()) == sums.called
    assert sums.called <= sums.asked <= sums.called + sums.abandoned


def test_every_cut_of_a_day_adds_up_to_the_same(office: Office):
    live_a_random_day(office, 4)
    catch_up(office)
    hours = total(office)
    for cut in ("business", "window", "clerk"):
        parts = Figures()
        for one in by_subject(office, cut).values():
            parts.add(one)
        for name in ("called", "waited_seconds", "missed", "held", "served", "services", "service_seconds"):
            assert getattr(parts, name) == pytest.approx(getattr(hours, name)), (cut, name)
        assert parts.waits == hours.waits
        assert parts.longest_wait_seconds == hours.longest_wait_seconds
    assert total(office, "business").taken == hours.taken
    assert total(office, "window").due_seconds == pytest.approx(hours.due_seconds)
    assert total(office, "clerk").open_seconds == pytest.approx(hours.open_seconds)


def test_counting_in_many_small_steps_and_all_at_once_comes_to_the_same(office: Office, monkeypatch):
    monkeypatch.setattr(summing, "BATCH", 7)
    live_a_random_day(office, 5)
    catch_up(office)
    in_steps = total(office)
    monkeypatch.setattr(summing, "BATCH", 100_000)
    monkeypatch.setattr(summaries, "EDITION", summaries.EDITION + 1)
    catch_up(office)
    assert same(total(office), in_steps)
    assert in_steps.taken > 20


def test_catching_up_again_adds_nothing(office: Office):
    live_a_random_day(office, 6, moves=80)
    catch_up(office)
    before = total(office)
    for _ in range(3):
        catch_up(office)
    assert same(total(office), before)


def test_of_two_who_read_the_same_events_only_one_adds_them(office: Office):
    live_a_random_day(office, 7, moves=60)
    with office.database.read() as connection:
        mark = summaries.mark(connection, office.hall_id)
    catch_up(office)
    before = total(office)
    late = summaries.restored(summing.hall_of(office.book()), mark.state)
    with office.database.engine.begin() as connection:
        assert not summaries.move(connection, office.hall_id, mark, 5, late, office.now)
    assert same(total(office), before)


def test_what_expires_the_next_morning_belongs_to_the_day_it_was_taken(office: Office):
    office.takes()
    office.later(days=1)
    office.takes()
    catch_up(office)
    assert total(office).abandoned == 0
    office.later(days=-1)
    yesterday = total(office)
    assert (yesterday.taken, yesterday.abandoned, yesterday.asked, yesterday.late) == (1, 1, 1, 1)


def test_a_transferred_visitor_waits_anew_from_the_moment_of_the_transfer(office: Office):
    office.takes("social")
    first = office.sits(1, 1)
    office.later(minutes=3)
    office.calls(first, 1)
    office.later(minutes=20)
    office.sends(first, 1, business="tax")
    office.later(minutes=2)
    office.calls(office.sits(4, 4), 4)
    catch_up(office)
    assert total(office).waited_seconds == pytest.approx(5 * 60 + 0.5)
    assert total(office).called == 2


def test_open_time_counts_against_the_hours_of_the_windows_that_stand_there(office: Office):
    office.apply({**office.settings, "hours": {"mon": ["09:00-17:00"]}})
    office.sits(1, 1)
    office.later(minutes=30, seconds=10)
    catch_up(office)
    sums = total(office)
    assert sums.open_due_seconds == sums.open_seconds == pytest.approx(1800)
    assert sums.due_seconds == pytest.approx(6 * 1800)
    window = by_subject(office, "window")[office.book().window(1).id]
    assert (window.open_seconds, window.due_seconds) == (pytest.approx(1800), pytest.approx(1800))


def test_days_on_which_nothing_happened_are_not_held_against_the_windows(office: Office):
    office.sits(1, 1)
    office.later(days=5)
    office.takes()
    catch_up(office)
    with office.database.read() as connection:
        day = office.book().day(office.now)
        found = summaries.totals(
            connection, office.hall_id, "hour", day - timedelta(days=9), day, "business_day", None
        )
    assert sorted(found) == [day - timedelta(days=5), day]
    assert found[day - timedelta(days=5)].due_seconds == pytest.approx(6 * 86400)


def test_a_second_visit_is_one_for_the_same_business_within_thirty_days_of_being_served(office: Office):
    person = IDS[0]
    clerk = office.sits(1, 1)

    def visits(business: str = "social") -> int:
        office.takes(business, id_number=person)
        office.serves(clerk, 1)
        catch_up(office)
        return total(office).second_visits

    assert visits() == 0
    office.later(days=1)
    assert visits("employment") == 0
    office.later(days=28)
    assert visits() == 1
    office.later(days=31)
    assert visits() == 0


def test_the_recount_of_a_day_finds_every_ticket_behind_the_figures(office: Office):
    live_a_random_day(office, 8)
    close_the_day(office)
    catch_up(office)
    facts: Counter[str] = Counter()
    with office.database.read() as connection:
        day = office.book().day(office.now)
        summing.facts_of(connection, office.book(), day, lambda one: facts.update([one.name]))
    sums = total(office)
    for name in ("late", "elderly_late", "missed", "held", "abandoned", "rated", "negative", "visits"):
        assert facts[name] == getattr(sums, name), name


def test_percentiles_are_at_most_half_a_step_wrong():
    sums = Figures()
    waits = [float(one * 7 % 1000) for one in range(1, 500)]
    for one in waits:
        sums.wait(one)
    ordered = sorted(waits)
    for share in (0.5, 0.9):
        exact = ordered[int(share * len(ordered))]
        found = sums.percentile(share)
        assert found is not None
        assert abs(found - exact) <= 7.5


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2025-12-31", "2026-03-01"),
        ("2026-01-01", "2026-02-28"),
        ("2026-01-15", "2026-01-20"),
        ("2026-01-02", "2026-03-31"),
    ],
)
def test_whole_months_and_the_days_at_the_ends_come_to_what_the_days_come_to(
    office: Office, first: str, last: str
):
    span = (date.fromisoformat(first), date.fromisoformat(last))
    with begin_writing(office.database.engine) as connection:
        fill_years(connection, office.book(), date(2026, 4, 1), days=100, visits=20)
    with office.database.read() as connection:
        for cut in ("hour", "business", "window", "clerk"):
            days = summaries.totals(connection, office.hall_id, cut, *span, "business_day", None)
            by_hand = Figures()
            for one in days.values():
                by_hand.add(one)
            together = summaries.totals(connection, office.hall_id, cut, *span, "", None)[None]
            assert same(together, by_hand)
            apart = Figures()
            for busy in (True, False):
                for one in summaries.totals(
                    connection, office.hall_id, cut, *span, "subject_id", busy
                ).values():
                    apart.add(one)
            assert same(apart, by_hand)
