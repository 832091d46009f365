"""A live day, driven through the HTTP interface, against the twin; and that day read back from its journal.

The server is a real one with a real database; only its clock is set by the test, so that hours take seconds.
One difference between the hall and its twin is known and left out here: an appointment that came before its
time is called to a window that stands ready when the hall next looks (hall/rounds.py, every 10 s), and by the
twin at once. Booked visitors of this day come at their time or after it.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from math import inf
from pathlib import Path
from random import Random

import pytest

from hall import config
from hall.records.book import read_book
from hall.rules.tickets import VisitorClass
from hall.twin.day import Day, Outcome
from hall.twin.halls import hall_of_config, staff
from hall.twin.measures import EVERYBODY, measure
from hall.twin.model import Clerk, Habits, Hall, Hop, Rest, Visitor
from hall.twin.policies import FIFO, OWN
from hall.twin.replay import play_again, same_calls
from hall.twin.replay_day import Part, PastDay, day_of_journal
from hall.twin.replay_windows import usual_of
from tests.builders import settings, small_hall
from tests.twin.live_day import Called, ClockedServer, LiveDay

ROOT = Path(__file__).resolve().parents[2]
A_PAST_MONDAY = date(2025, 11, 17)
NINE, ELEVEN = 9 * 3600.0, 11 * 3600.0
SWITCHED_AT = 9.75 * 3600 + 0.123
BUSINESSES = {"social": 1, "employment": 2, "tax": 3}
RULES = {"missed_after_seconds": 30, "elderly_windows": {"first": ["elderly", "priority"]}}


@dataclass(frozen=True)
class Lived:
    """The day as the twin was given it, and as the server lived it."""

    server: ClockedServer
    parts: tuple[Part, ...]
    people: tuple[Visitor, ...]
    calls: list[Called]

    def read(self) -> PastDay:
        """The day as its journal tells it."""
        database = self.server.database()
        with database.read() as connection:
            book = read_book(connection, self.server.hall)
            usual = usual_of(config.load(self.server.folder / "config.yaml").halls[0])
            past = day_of_journal(connection, book, A_PAST_MONDAY, datetime.now(UTC), usual)
        database.engine.dispose()
        return past


def a_staffed_hall(server: ClockedServer) -> Hall:
    """Five clerks with rests and lunches, a window that nobody staffs; no two do a thing at one moment."""
    configured = config.load(server.folder / "config.yaml").halls[0]
    hall = hall_of_config(configured, A_PAST_MONDAY, Habits(25.0, 20.0, 60.0, stays_seconds=0.0))
    clerks: dict[int, Clerk | None] = {6: None}
    for number in range(1, 6):
        begins, ends = NINE + 61.0371 * number, ELEVEN + 47.0113 * number
        lunch = ((begins, begins + 3000), (begins + 4500, ends)) if number in (2, 4) else ((begins, ends),)
        clerks[number] = Clerk(lunch, rests=(Rest(begins + 1500, 400.0),) if number != 4 else ())
    return staff(hall, clerks)


def a_crowd(source: Random) -> tuple[Visitor, ...]:
    """Everything a visitor can do, in no order; each moment differs from every other in its microseconds."""
    moments = sorted(round(NINE - 300 + source.random() * 7200, 6) for _ in range(110))
    numbers = dict.fromkeys("ABC", 0)
    people = []
    for number, at in enumerate(moments, 1):
        business = source.choices([1, 2, 3], [5, 3, 2])[0]
        prefix = "ABC"[business - 1]
        numbers[prefix] += 1
        one = Visitor(
            number, at, business, VisitorClass.ORDINARY, round(60 + source.random() * 330, 6),
            label=f"{prefix}{numbers[prefix]:03d}",
        )  # fmt: skip
        onward = source.choice([1, 2, 3])
        match source.randrange(14):
            case 0:
                one = replace(one, shows_up=False, returns_after_seconds=source.choice([None, 200.0317]))
            case 1:
                one = replace(one, patience_seconds=120.0 + 600 * source.random())
            case 2 | 3:
                place, pinned = source.choice([None, "tail", "keep"]), source.choice([None, None, 1, 5])
                one = replace(one, hops=(Hop(onward, 150.0713, pinned, place=place),))
            case 4:
                one = replace(one, hold_at_seconds=40.0, hold_seconds=source.choice([30.0, 500.0]))
            case 5 | 6:
                late = source.choice([0.0, 300.0, 1200.0])
                one = replace(one, visitor_class=VisitorClass.APPOINTMENT, booked_at_seconds=at - late)
            case 7 | 8 | 9:
                one = replace(one, visitor_class=VisitorClass.ELDERLY)
            case 10:
                one = replace(one, visitor_class=VisitorClass.PRIORITY)
        people.append(one)
    return tuple(people)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    wanted = settings(small_hall(rules=RULES))
    server = ClockedServer(tmp_path_factory.mktemp("live-day"), wanted, "test")
    server.write_settings()
    hall, people = a_staffed_hall(server), a_crowd(Random(4))
    try:
        server.open_at(hall, NINE - 3600)
        live = LiveDay(server, hall)
        live.run(people, [(SWITCHED_AT, 3, ["social", "employment"])])
        switched = {**hall.windows, 3: replace(hall.windows[3], serves=frozenset({1, 2}))}
        parts = (Part(SWITCHED_AT, hall), Part(inf, replace(hall, windows=switched)))
        yield Lived(server, parts, people, live.calls)
    finally:
        server.stop()


def calls_of(day: Day) -> list[Called]:
    labels = {visit.visitor.id: visit.visitor.label for visit in day.visits}
    return [
        (labels[one.visitor_id], day.hall.windows[one.window_id].number, one.at_seconds) for one in day.calls
    ]


def test_a_live_day_makes_the_same_calls_as_the_twin(lived: Lived):
    day = play_again(lived.parts, lived.people, OWN)
    assert len(lived.calls) > 110
    assert calls_of(day) == lived.calls


def test_the_day_has_of_everything(lived: Lived):
    """Else the comparison would say less than it seems to."""
    day = play_again(lived.parts, lived.people, OWN)
    ended = {visit.outcome for visit in day.visits}
    assert ended >= {Outcome.SERVED, Outcome.MISSED, Outcome.ABANDONED}
    calls = [call.visitor_id for call in day.calls]
    assert len(set(calls)) < len(calls)
    assert {call.rule.value for call in day.calls} >= {"promise_share", "elderly_window", "resumed", "pinned"}
    assert {call.business_id for call in day.calls if call.window_id == 3} == {1, 2}


def test_the_day_read_back_from_its_journal_is_the_day_that_was(lived: Lived):
    was = lived.read().was
    assert calls_of(was) == lived.calls
    twin = play_again(lived.parts, lived.people, OWN)
    assert [one.outcome for one in was.visits] == [one.outcome for one in twin.visits]
    assert measure(was).waits == measure(twin).waits


def test_that_day_played_again_under_todays_rule_makes_the_same_calls(lived: Lived):
    past = lived.read()
    again = play_again(past.parts, past.visitors, OWN)
    assert calls_of(again) == lived.calls
    assert same_calls(past.was, again) == 1.0
    was, would = measure(past.was), measure(again)
    assert would.waits == was.waits
    assert would.overtakes == was.overtakes
    assert would.outcomes == was.outcomes
    assert would.utilisation == pytest.approx(was.utilisation)


def test_the_command_tells_of_that_day_as_table_json_and_picture(lived: Lived, tmp_path: Path):
    figures, picture = tmp_path / "day.json", tmp_path / "day.svg"
    done = subprocess.run(
        [
            sys.executable, "-m", "hall", "twin", "replay", A_PAST_MONDAY.isoformat(),
            str(lived.server.folder / "config.yaml"), "--policy", "own", "fifo",
            "--json", str(figures), "--picture", str(picture),
        ],
        cwd=ROOT,
        env={**os.environ, "HALL_LANGUAGE": "en"},
        capture_output=True,
        text=True,
        timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "As it was" in done.stdout
    assert "The hall's own rule: 100.0% of that day's calls" in done.stdout
    told = json.loads(figures.read_text(encoding="utf-8"))
    assert told["same_calls"]["own"] == 1.0 > told["same_calls"]["fifo"]
    was, again, fifo = told["policies"]
    assert [one["policy"] for one in (was, again, fifo)] == ["as-it-was", "own", "fifo"]
    assert again["waits_seconds"] == was["waits_seconds"] != fifo["waits_seconds"]
    assert "<svg" in picture.read_text(encoding="utf-8")


def test_that_day_under_another_rule_is_another_day(lived: Lived):
    past = lived.read()
    other = play_again(past.parts, past.visitors, FIFO)
    assert 0 < (same_calls(past.was, other) or 0) < 1
    elderly = None, VisitorClass.ELDERLY
    was, would = measure(past.was).waits, measure(other).waits
    assert (would[elderly].mean or 0) > (was[elderly].mean or 0)
    assert would[EVERYBODY].asked == was[EVERYBODY].asked
