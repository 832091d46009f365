"""The hall as a state machine: several clients do something at the same moment, again and again, against a
real server, and a model that knows nothing but the handbook's states follows the journal.

After each moment: the journal went on without a gap; each of its rows is an arrow of the handbook's table; an
act that was answered stands in it once, one that was refused not at all, and was against the rules at some
instant of that moment; numbers are unique; a window holds one open ticket; nobody was overtaken inside a
business and class. HALL_DEEP=200 plays two hundred days.
"""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.builders import settings as hall_settings
from tests.builders import small_hall
from tests.hall_server import HallServer
from tests.people import Api, Clerk, Refused
from tests.services import fresh_database

DAYS = int(os.environ.get("HALL_DEEP", "4"))
MOMENTS = 15
WINDOWS = {1: ("social", "employment", "tax"), 3: ("social",), 4: ("tax",)}
"""Of the small hall: one window for everything, two for one business each."""
AT_WINDOW = ("called", "serving")
EVENT_OF = {
    "call": "ticket_called",
    "resume": "ticket_called",
    "recall": "ticket_recalled",
    "start": "ticket_started",
    "finish": "ticket_finished",
    "missed": "ticket_missed",
    "hold": "ticket_held",
    "return": "ticket_returned",
    "transfer": "ticket_transferred",
    "cancel": "ticket_cancelled",
    "issue": "ticket_issued",
    "pause": "window_paused",
    "open": "window_opened",
}


@dataclass
class Ticket:
    """What the model knows of a ticket. `moved`: it has returned or was transferred, so its place in line is
    no longer its number's.
    """

    business: str
    state: str = "waiting"
    window: int | None = None
    recalls: int = 0
    returns: int = 0
    moved: bool = False


@dataclass
class Model:
    """The handbook's states, nothing of the code's."""

    tickets: dict[int, Ticket] = field(default_factory=dict)
    windows: dict[int, str] = field(default_factory=lambda: dict.fromkeys(WINDOWS, "open"))

    def at(self, window: int) -> int | None:
        """The open ticket of a window."""
        found = [one for one, it in self.tickets.items() if it.window == window and it.state in AT_WINDOW]
        assert len(found) <= 1, f"window {window} holds {found}"
        return found[0] if found else None

    def allows(self, act: "Act") -> bool:
        """Whether the handbook lets this happen now."""
        here = self.at(act.window) if act.window else None
        held = self.tickets.get(here or 0)
        it = self.tickets.get(act.ticket or 0)
        match act.verb:
            case "issue":
                return True
            case "call":
                return self.windows[act.window] == "open" and here is None
            case "resume":
                return here is None and it is not None and it.state == "held" and it.window == act.window
            case "recall":
                return held is not None and held.state == "called" and held.recalls < 3
            case "start" | "missed":
                return held is not None and held.state == "called"
            case "finish":
                return held is not None and held.state == "serving"
            case "hold" | "transfer":
                return held is not None
            case "return":
                return it is not None and it.state == "missed" and it.returns < 1
            case "cancel":
                return it is not None and it.state == "waiting"
            case "pause":
                return held is None
            case "open":
                return True
        raise AssertionError(act.verb)

    def follow(self, event: dict[str, Any]) -> None:
        """One row of the journal; AssertionError when it is no arrow of the handbook's table."""
        kind, number = event["type"], event.get("ticket_id")
        if kind == "ticket_issued":
            assert number not in self.tickets
            self.tickets[number] = Ticket(event["business"])
        elif kind.startswith("window_"):
            states = {"window_paused": "paused", "window_opened": "open"}
            self.windows[event["window"]] = states.get(kind, self.windows[event["window"]])
        elif kind.startswith("ticket_"):
            self._move(self.tickets[number], number, kind, event)

    def _move(self, it: Ticket, number: int, kind: str, event: dict[str, Any]) -> None:
        window = event.get("window")
        before = it.state
        match kind:
            case "ticket_called":
                assert self.at(window) is None, f"{event} while {self.at(window)} is there"
                assert before == ("held" if event.get("held") else "waiting"), (before, event)
                if before == "waiting":
                    assert it.business in WINDOWS[window], event
                    self._nobody_is_overtaken(it, number)
                it.state, it.window, it.recalls = "called", window, 0
            case "ticket_recalled":
                assert (before, it.window) == ("called", window), event
                it.recalls += 1
            case "ticket_started":
                assert (before, it.window) == ("called", window), event
                it.state = "serving"
            case "ticket_finished":
                assert (before, it.window) == ("serving", window), event
                it.state = "finished"
            case "ticket_missed":
                assert (before, it.window) == ("called", window), event
                it.state = "missed"
            case "ticket_held":
                assert before in AT_WINDOW and it.window == window, event
                it.state = "held"
            case "ticket_returned":
                assert before == "missed", event
                it.state, it.window, it.returns, it.moved = "waiting", None, it.returns + 1, True
            case "ticket_transferred":
                assert before in (*AT_WINDOW, "waiting"), event
                it.state, it.window, it.business, it.moved = "waiting", None, event["to_business"], True
            case "ticket_cancelled":
                assert before == "waiting", event
                it.state = "cancelled"
            case _:
                raise AssertionError(event)

    def _nobody_is_overtaken(self, it: Ticket, number: int) -> None:
        if it.moved:
            return
        earlier = [
            one
            for one, other in self.tickets.items()
            if one < number and other.state == "waiting" and other.business == it.business and not other.moved
        ]
        assert earlier == [], f"{number} was called before {earlier}"


@dataclass(frozen=True)
class Act:
    """What somebody wants to do."""

    verb: str
    window: int = 0
    ticket: int | None = None
    business: str = ""


@dataclass
class House:
    """The hall and its people, who stay signed in from one day to the next: who signs in is limited to two a
    second from one address.
    """

    hall: HallServer
    guide: Api
    manager: Api
    clerks: dict[int, Clerk]


HOUSE: list[House] = []


class Day(RuleBasedStateMachine):
    """One day of the hall; each rule is a moment in which one to four people act at once."""

    def __init__(self) -> None:
        super().__init__()
        self.house = HOUSE[0]
        self.guide = self.house.guide
        self.clerks = {window: clerk.api for window, clerk in self.house.clerks.items()}
        self.model = Model()
        self.labels: list[str] = []

    @initialize()
    def opens(self) -> None:
        for window, clerk in self.clerks.items():
            empties(clerk, window)
        self.house.manager.post("/close-day")
        for window, clerk in self.house.clerks.items():
            clerk.sits_at(window)
        self.latest = self.guide.get("")["seq"]
        self.people = ThreadPoolExecutor(4)

    @rule(businesses=st.lists(st.sampled_from(["social", "employment", "tax"]), min_size=1, max_size=4))
    def visitors_arrive(self, businesses: list[str]) -> None:
        self.moment([Act("issue", business=one) for one in businesses])

    @precondition(lambda self: self.model.tickets)
    @rule(data=st.data())
    def everybody_acts(self, data: st.DataObject) -> None:
        verbs = ["call", "call", "start", "finish", "missed", "hold", "recall", "transfer", "pause", "open"]
        mine = ["resume", "return", "cancel"]
        acts = []
        for _ in range(data.draw(st.integers(1, 4))):
            window = data.draw(st.sampled_from(list(WINDOWS)))
            verb = data.draw(st.sampled_from(verbs + mine))
            wanted = {"resume": "held", "return": "missed", "cancel": "waiting"}.get(verb)
            fitting = [one for one, it in self.model.tickets.items() if it.state == wanted]
            chosen = data.draw(st.sampled_from(fitting or list(self.model.tickets))) if verb in mine else None
            business = data.draw(st.sampled_from(["social", "tax"])) if verb == "transfer" else ""
            acts.append(Act(verb, window, chosen, business))
        self.moment(acts)

    def moment(self, acts: list[Act]) -> None:
        """They all press at once; then the journal is read and judged."""
        answers = list(self.people.map(self.does, acts))
        states, told = [deepcopy(self.model)], self.guide.get("/events", after=self.latest)["events"]
        for event in told:
            assert event["seq"] == self.latest + 1
            self.latest = event["seq"]
            self.model.follow(event)
            states.append(deepcopy(self.model))
        left = [one["type"] for one in told]
        for act, answer in zip(acts, answers, strict=True):
            if isinstance(answer, Refused):
                assert answer.status in (409, 404, 403, 422), answer
                assert not all(one.allows(act) for one in states), f"{act} was refused: {answer}"
            elif act.verb == "call" and answer["ticket"] is None:
                assert any(one.allows(act) for one in states), f"{act} was done"
            elif EVENT_OF[act.verb] in left or not idle(act, states):
                assert any(one.allows(act) for one in states), f"{act} was done"
                left.remove(EVENT_OF[act.verb])
                if act.verb == "issue":
                    self.labels.append(answer["ticket"]["label"])
        assert set(left) <= {"window_ready"}, f"{left} was done by nobody"
        assert len(self.labels) == len(set(self.labels))
        for window in WINDOWS:
            self.model.at(window)

    def does(self, act: Act) -> Any:
        try:
            if act.verb == "issue":
                return self.guide.post("/tickets", {"business": act.business})
            if act.verb == "cancel":
                return self.guide.post(f"/tickets/{act.ticket}/cancel")
            words: dict[str, Any] = {"reason": "整理"} if act.verb == "pause" else {}
            if act.ticket:
                words["ticket"] = act.ticket
            if act.business:
                words["business"] = act.business
            return self.clerks[act.window].post(f"/windows/{act.window}/{act.verb}", words)
        except Refused as refused:
            return refused

    def teardown(self) -> None:
        """What the hall says of each number is what the model says."""
        if not hasattr(self, "people"):
            return
        self.people.shutdown()
        for number, it in self.model.tickets.items():
            assert self.guide.get(f"/tickets/{number}")["state"] == it.state


def idle(act: Act, states: list[Model]) -> bool:
    """To open what is open, or to pause what is paused, is answered and leaves no row."""
    wanted = {"open": "open", "pause": "paused"}.get(act.verb)
    return wanted is not None and any(one.windows[act.window] == wanted for one in states)


def empties(clerk: Api, window: int) -> None:
    """Whatever stands at a window is ended and its clerk goes."""
    desk = clerk.get(f"/windows/{window}/desk")
    if desk["clerk"] is None:
        return
    if desk["ticket"] is not None:
        for verb in ("start", "finish")[desk["ticket"]["state"] == "serving" :]:
            clerk.post(f"/windows/{window}/{verb}")
    clerk.post(f"/windows/{window}/sign-out")


@pytest.fixture(scope="module")
def its_postgres() -> Iterator[str]:
    with fresh_database() as url:
        yield url


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def hall(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HallServer]:
    """A hall in which nobody is called by themselves: each row of the journal is somebody's act."""
    database = (
        "sqlite:///var/hall.db" if request.param == "sqlite" else request.getfixturevalue("its_postgres")
    )
    rules = {"missed_after_seconds": 0, "auto_call": False}
    server = HallServer(
        tmp_path_factory.mktemp("machine"), hall_settings(small_hall(rules=rules), database=database), "test"
    )
    server.prepare()
    server.start()
    yield server
    server.stop()
    assert "Traceback" not in server.log, server.log


def test_whatever_people_do_at_once_the_hall_stays_in_the_handbooks_states(hall: HallServer):
    clerks = {window: hall.clerk(window) for window in WINDOWS}
    HOUSE[:] = [House(hall, hall.guide().api, hall.manager().api, clerks)]
    run_state_machine_as_test(
        Day,
        settings=settings(
            max_examples=DAYS,
            stateful_step_count=MOMENTS,
            deadline=None,
            database=None,
            phases=[Phase.generate, Phase.shrink] if DAYS > 10 else [Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
