"""Any two verbs at one ticket or one window at the same moment: exactly one wins, the other is told why, and
afterwards the window goes on calling. On SQLite, on PostgreSQL, and with two server processes on one
PostgreSQL.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Barrier, Thread
from typing import Any
from uuid import uuid4

import pytest
import requests

from tests.builders import settings
from tests.hall_server import PASSWORD, HallServer, next_to
from tests.people import Api
from tests.problems import is_sentence
from tests.services import fresh_database
from tests.web.conftest import renamed

ROUNDS = 3
Act = tuple[Api, str, dict[str, Any]]


@dataclass
class Arena:
    """A hall with two doors: two addresses, of one process or of two, and people signed in at each."""

    servers: list[HallServer]
    people: dict[tuple[str, int], Api] = field(default_factory=dict)

    def person(self, name: str, door: int = 0) -> Api:
        if (name, door) not in self.people:
            server = self.servers[door % len(self.servers)]
            self.people[name, door] = Api(server.url, "race").sign_in(name, PASSWORD)
        return self.people[name, door]

    def at(self, window: int, verb: str, door: int = 0, clerk: int | None = None, **words: Any) -> Act:
        return self.person(f"clerk{clerk or window}", door), f"/windows/{window}/{verb}", words

    def issues(self, business: str = "social") -> dict[str, Any]:
        return self.person("guide").post("/tickets", {"business": business})["ticket"]

    def does(self, window: int, verb: str, **words: Any) -> dict[str, Any]:
        api, path, body = self.at(window, verb, **words)
        return api.post(path, body)

    def sits(self, *windows: int) -> None:
        """Clerk n at window n, open, with nothing before them."""
        for window in windows:
            self.does(window, "sign-in")
            self.does(window, "open")

    def calls(self, window: int, *, start: bool = False) -> dict[str, Any]:
        """A fresh visitor at this window."""
        ticket = self.issues()
        self.does(window, "call", ticket=ticket["id"])
        if start:
            self.does(window, "start")
        return ticket

    def rests(self, window: int) -> None:
        """Whatever stands at this window is ended, and nobody comes by themselves any more."""
        desk = self.person(f"clerk{window}").get(f"/windows/{window}/desk")
        if desk["clerk"] is None:
            self.does(window, "sign-in")
        if desk["ticket"] is not None:
            self.ends(window, desk["ticket"]["state"])
        self.does(window, "pause", reason="整理")

    def leaves(self, *windows: int) -> None:
        """Every window shows that it still calls, serves and finishes; then its clerk goes."""
        for window in windows:
            self.rests(window)
        for window in windows:
            ticket = self.issues()
            self.does(window, "open")
            assert self.does(window, "call", ticket=ticket["id"])["ticket"]["id"] == ticket["id"]
            self.ends(window, "called")
            self.does(window, "sign-out")

    def ends(self, window: int, state: str) -> None:
        if state == "called":
            self.does(window, "start")
        self.does(window, "finish")

    def state(self, ticket: dict[str, Any]) -> str:
        return self.person("guide").get(f"/tickets/{ticket['id']}")["state"]

    def empties(self) -> None:
        """Nobody waits, is held or sits at a window from what was before."""
        for window in (1, 2):
            desk = self.person("manager").get(f"/windows/{window}/desk")
            if desk["clerk"] is not None:
                clerk = int(desk["clerk"]["badge"])
                if desk["ticket"] is not None:
                    for verb in ("start", "finish")[desk["ticket"]["state"] == "serving" :]:
                        self.does(window, verb, clerk=clerk)
                self.does(window, "sign-out", clerk=clerk)
        self.person("manager").post("/close-day")


@pytest.fixture(scope="session")
def postgres_pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[HallServer]]:
    """Two server processes on one PostgreSQL."""
    with fresh_database() as url:
        first = HallServer(tmp_path_factory.mktemp("pair"), settings(renamed("race"), database=url), "race")
        first.prepare()
        first.start()
        second = next_to(first, tmp_path_factory.mktemp("pair"))
        second.start()
        yield [first, second]
        for one in (first, second):
            one.stop()
            assert "Traceback" not in one.log, one.log


ARENAS: dict[str, Arena] = {}


@pytest.fixture(params=["SQLite", "PostgreSQL", "two processes"])
def arena(request: pytest.FixtureRequest) -> Arena:
    kind = request.param
    if kind not in ARENAS:
        if kind == "SQLite":
            servers = [request.getfixturevalue("house")]
        else:
            pair = request.getfixturevalue("postgres_pair")
            servers = pair[:1] if kind == "PostgreSQL" else pair
        ARENAS[kind] = Arena(servers)
    found = ARENAS[kind]
    found.empties()
    return found


def race(*acts: Act) -> list[requests.Response]:
    """All acts at the same moment, each over its own connection and with its own Idempotency-Key."""
    gate = Barrier(len(acts))
    answers: list[requests.Response | None] = [None] * len(acts)

    def run(place: int, api: Api, path: str, body: dict[str, Any]) -> None:
        with requests.Session() as session:
            session.headers.update(api.session.headers)
            session.cookies.update(api.session.cookies)
            session.trust_env = False
            session.get(f"{api.url}/api/v1/halls", timeout=30)  # the connection stands
            headers = {"Idempotency-Key": uuid4().hex}
            address = f"{api.url}/api/v1/halls/{api.hall}{path}"
            gate.wait()
            answers[place] = session.post(address, json=body, headers=headers, timeout=30)

    runners = [Thread(target=run, args=(place, *act)) for place, act in enumerate(acts)]
    for one in runners:
        one.start()
    for one in runners:
        one.join()
    return [one for one in answers if one is not None]


def one_wins(answers: list[requests.Response], *codes: str, winners: int = 1) -> list[requests.Response]:
    """So many are done; the others are told with 409, by name and in a sentence. Returns who won."""
    won = [one for one in answers if one.ok]
    lost = [one for one in answers if not one.ok]
    assert len(won) == winners, [one.text for one in answers]
    for one in lost:
        assert one.status_code == 409, one.text
        assert one.json()["code"] in codes, one.text
        is_sentence(one.json()["detail"])
    return won


def test_call_and_call_at_one_window(arena: Arena):
    for _ in range(ROUNDS):
        arena.sits(1)
        tickets = [arena.issues(), arena.issues()]
        one_wins(race(arena.at(1, "call"), arena.at(1, "call", 1)), "window_busy")
        assert sorted(arena.state(one) for one in tickets) == ["called", "waiting"]
        arena.leaves(1)
        arena.empties()


def test_call_and_call_at_two_windows_with_one_visitor(arena: Arena):
    for _ in range(ROUNDS):
        arena.sits(1, 2)
        ticket = arena.issues()
        answers = race(arena.at(1, "call"), arena.at(2, "call", 1))
        called = [one.json()["ticket"] for one in answers if one.ok]
        assert len(called) == 2
        assert [one["id"] for one in called if one] == [ticket["id"]]
        arena.leaves(1, 2)


def test_call_and_call_of_one_chosen_visitor(arena: Arena):
    for _ in range(ROUNDS):
        arena.sits(1, 2)
        ticket = arena.issues()["id"]
        one_wins(
            race(arena.at(1, "call", ticket=ticket), arena.at(2, "call", 1, ticket=ticket)), "wrong_state"
        )
        arena.leaves(1, 2)


def test_call_and_start(arena: Arena):
    for _ in range(ROUNDS):
        arena.sits(1)
        ticket = arena.calls(1)
        arena.issues()
        won = one_wins(race(arena.at(1, "call"), arena.at(1, "start", 1)), "window_busy")
        assert won[0].json()["ticket"] == {"id": ticket["id"], "label": ticket["label"], "state": "serving"}
        arena.leaves(1)
        arena.empties()


def test_hold_and_transfer(arena: Arena):
    for _ in range(ROUNDS):
        arena.sits(1)
        ticket = arena.calls(1, start=True)
        one_wins(race(arena.at(1, "hold"), arena.at(1, "transfer", 1, business="tax")), "no_open_ticket")
        assert arena.state(ticket) in ("held", "waiting")
        arena.leaves(1)


def test_missed_and_start(arena: Arena):
    for _ in range(ROUNDS):
        arena.sits(1)
        ticket = arena.calls(1)
        one_wins(race(arena.at(1, "missed"), arena.at(1, "start", 1)), "wrong_state", "no_open_ticket")
        assert arena.state(ticket) in ("missed", "serving")
        arena.leaves(1)


def test_finish_four_times(arena: Arena):
    for _ in range(ROUNDS):
        arena.sits(1)
        ticket = arena.calls(1, start=True)
        one_wins(race(*(arena.at(1, "finish", door) for door in (0, 1, 0, 1))), "no_open_ticket")
        assert arena.state(ticket) == "finished"
        arena.leaves(1)


def test_recall_five_times_is_three_recalls(arena: Arena):
    arena.sits(1)
    arena.calls(1)
    one_wins(race(*(arena.at(1, "recall", door) for door in (0, 1, 0, 1, 0))), "recalls_used_up", winners=3)
    arena.leaves(1)


def test_two_clerks_sign_in_at_one_window(arena: Arena):
    for _ in range(ROUNDS):
        answers = race(arena.at(1, "sign-in"), arena.at(1, "sign-in", 1, clerk=2))
        one_wins(answers, "window_taken")
        winner = 1 if answers[0].ok else 2
        arena.does(1, "sign-out", clerk=winner)
        arena.sits(1)
        arena.leaves(1)


def test_one_clerk_signs_in_at_two_windows(arena: Arena):
    for _ in range(ROUNDS):
        answers = race(arena.at(1, "sign-in"), arena.at(2, "sign-in", 1, clerk=1))
        one_wins(answers, "clerk_elsewhere")
        arena.does(1 if answers[0].ok else 2, "sign-out", clerk=1)


def test_transfer_and_finish(arena: Arena):
    for _ in range(ROUNDS):
        arena.sits(1)
        ticket = arena.calls(1, start=True)
        one_wins(race(arena.at(1, "transfer", business="tax"), arena.at(1, "finish", 1)), "no_open_ticket")
        assert arena.state(ticket) in ("waiting", "finished")
        arena.leaves(1)


def test_resume_and_call(arena: Arena):
    for _ in range(ROUNDS):
        arena.sits(1)
        ticket = arena.calls(1, start=True)
        arena.does(1, "hold")
        arena.issues()
        one_wins(race(arena.at(1, "resume", ticket=ticket["id"]), arena.at(1, "call", 1)), "window_busy")
        arena.leaves(1)
        if arena.state(ticket) == "held":
            arena.sits(1)
            arena.does(1, "resume", ticket=ticket["id"])
            arena.ends(1, "called")
            arena.does(1, "sign-out")
        arena.empties()


def test_cancel_and_call(arena: Arena):
    for _ in range(ROUNDS):
        arena.sits(1)
        ticket = arena.issues()
        cancel = (arena.person("guide", 1), f"/tickets/{ticket['id']}/cancel", {})
        one_wins(race(cancel, arena.at(1, "call", ticket=ticket["id"])), "wrong_state")
        assert arena.state(ticket) in ("cancelled", "called")
        arena.leaves(1)


def test_return_and_return(arena: Arena):
    for _ in range(ROUNDS):
        arena.sits(1)
        ticket = arena.calls(1)
        arena.does(1, "missed")
        by_guide = (arena.person("guide", 1), f"/tickets/{ticket['id']}/return", {})
        one_wins(race(by_guide, arena.at(1, "return", ticket=ticket["id"])), "wrong_state")
        assert arena.state(ticket) == "waiting"
        arena.leaves(1)
        arena.empties()


@pytest.mark.parametrize(
    ("verb", "words", "loser"),
    [("pause", {"reason": "喝水"}, "window_not_open"), ("sign-out", {}, "nobody_signed_in")],
)
def test_leaving_and_call(arena: Arena, verb: str, words: dict, loser: str):
    for _ in range(ROUNDS):
        arena.sits(1)
        arena.issues()
        one_wins(race(arena.at(1, verb, **words), arena.at(1, "call", 1)), loser, "window_busy")
        arena.leaves(1)
        arena.empties()


def test_the_managers_close_and_a_call(arena: Arena):
    for _ in range(ROUNDS):
        arena.sits(1)
        arena.issues()
        close = (arena.person("manager", 1), "/windows/1/manage", {"action": "close"})
        one_wins(race(close, arena.at(1, "call")), "nobody_signed_in", "window_busy")
        arena.leaves(1)
        arena.empties()


def test_two_ratings_of_one_visit(arena: Arena):
    arena.sits(1)
    ticket = arena.calls(1, start=True)
    arena.does(1, "finish")
    doors = [Api(one.url, "race") for one in (arena.servers[0], arena.servers[-1])]
    path = f"/visits/{ticket['secret']}/rating"
    one_wins(race((doors[0], path, {"grade": 5}), (doors[1], path, {"grade": 1})), "already_rated")
    arena.leaves(1)


def test_an_arrival_and_a_call_never_meet_twice(arena: Arena):
    """An arrival comes to the ready window in the moment in which its clerk presses next again."""
    for _ in range(ROUNDS):
        arena.sits(1)
        assert arena.does(1, "call")["ticket"] is None
        issue = (arena.person("guide", 1), "/tickets", {"business": "social"})
        answers = race(issue, arena.at(1, "call"))
        assert answers[0].status_code == 201
        assert answers[1].ok or answers[1].json()["code"] == "window_busy"
        assert arena.state(answers[0].json()["ticket"]) == "called"
        arena.leaves(1)


def numbers(api: Api) -> Iterator[int]:
    after = 0
    while rows := api.get("/events", after=after)["events"]:
        yield from (row["seq"] for row in rows)
        after = rows[-1]["seq"]


def test_after_all_races_the_journal_has_no_gap(arena: Arena):
    arena.sits(1)
    tickets = [arena.issues() for _ in range(3)]
    one_wins(race(arena.at(1, "call"), arena.at(1, "call", 1)), "window_busy")
    arena.leaves(1)
    found = list(numbers(arena.person("guide")))
    assert found == list(range(1, len(found) + 1))
    assert len({one["label"] for one in tickets}) == 3
