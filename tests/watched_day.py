"""A whole day at a hall in which every operation of the interface is asked for and every event is heard, each
held against the OpenAPI document.
"""

import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
import socketio

from tests.advising import suggest
from tests.hall_server import PASSWORD, HallServer
from tests.interface import Interface
from tests.people import TIMEOUT, Api, Clerk, Guide, Manager, Refused, Visitor
from tests.rostering import draw_a_roster, make_a_roster
from tests.warning import lose


class House:
    """The people and devices of a hall, every one of them watched."""

    def __init__(self, server: HallServer) -> None:
        self.server, self.interface = server, Interface(server)
        self.visitor = Visitor(self.device("kiosk-1"))
        self.pad = self.device("pad-2")
        self.anyone = self.interface.watches(server.anyone())
        self.guide = Guide(self.signed_in("guide"))
        self.manager = Manager(self.signed_in("manager"))
        self.admin = self.signed_in("admin")
        self.clerk = Clerk(self.signed_in("clerk1"))
        self.second = Clerk(self.signed_in("clerk2"))

    def device(self, code: str) -> Api:
        server = self.server
        return self.interface.watches(Api(server.url, server.hall, token=server.tokens[code]))

    def signed_in(self, username: str) -> Api:
        return self.interface.watches(Api(self.server.url, self.server.hall)).sign_in(username, PASSWORD)

    def ask(self, api: Api, method: str, path: str) -> requests.Response:
        """A request outside any hall."""
        return api.session.request(method, f"{self.server.url}/api/v1{path}", timeout=TIMEOUT)


@dataclass
class Screen:
    """A Socket.IO client of one audience, and what it heard."""

    audience: str
    events: list[dict[str, Any]] = field(default_factory=list)
    pulses: list[dict[str, Any]] = field(default_factory=list)
    pulsed: threading.Event = field(default_factory=threading.Event)
    client: socketio.Client = field(default_factory=socketio.Client)

    def watch(self, house: House) -> None:
        cookies = "; ".join(f"{one.name}={one.value}" for one in house.clerk.api.session.cookies)
        self.client.on("events", self.events.extend)
        self.client.on("pulse", self._pulse)
        self.client.connect(house.server.url, transports=["websocket"], headers={"Cookie": cookies})
        wish = {"hall": house.server.hall, "audience": self.audience}
        told = house.interface
        told.wrong += told.faults_of("Watch", wish)
        told.wrong += told.faults_of("Watching", self.client.call("watch", wish))
        told.wrong += told.faults_of("NotWatching", self.client.call("watch", {**wish, "hall": "nowhere"}))

    def _pulse(self, pulse: dict[str, Any]) -> None:
        self.pulses.append(pulse)
        self.pulsed.set()


@dataclass
class Day:
    """What was answered and heard in a day of a hall; `journal` as its staff can read it."""

    house: House
    board: Screen
    staff: Screen
    journal: list[dict[str, Any]]


def live_a_day(server: HallServer) -> Day:
    """Drives every operation of the interface at least once, with a board and a clerk's screen listening."""
    house = House(server)
    lose(server, "pad-2")
    board, staff = Screen("board"), Screen("staff")
    for screen in (board, staff):
        screen.watch(house)
    before = house.anyone.get("/events")["latest"]
    parts = (
        look_around,
        work_alone,
        serve_the_first,
        serve_others,
        rate_on_the_pad,
        be_refused,
        roster,
        move_windows,
        try_a_plan,
        manage,
    )
    for part in parts:
        part(house)
    journal = house.clerk.api.get("/events", after=before)["events"]
    for screen in (board, staff):
        assert screen.pulsed.wait(TIMEOUT)
        screen.client.disconnect()
        # What happened just before may still have been on its way when the screen began to listen.
        screen.events = [event for event in screen.events if event["seq"] > before]
    administer(house)
    return Day(house, board, staff, journal)


def look_around(house: House) -> None:
    house.ask(house.anyone, "GET", "/halls")
    for path in ("", "/catalogue", "/items/retirement", "/board", "/events", "/voice"):
        house.anyone.get(path)
    assert house.anyone.get("/items", q="tx")["items"]
    kiosk = house.visitor.api
    kiosk.get("/kiosk/businesses/social/items")
    kiosk.get("/kiosk/simulated-card")
    kiosk.post("/devices/kiosk-1/heartbeat", {"status": {"paper": True}})
    house.anyone.post("/screens/heartbeat", {"screen": "window:1", "connection": "live"})


def work_alone(house: House) -> None:
    """A kiosk that gave out two numbers by itself, and a clerk who called one of them on paper."""
    kiosk, at = house.visitor.api, datetime.now(UTC).isoformat()
    house.ask(kiosk, "GET", "/kiosk")
    kiosk.get("/kiosk/copy")
    held = kiosk.post("/kiosk/leases", {"store": "f" * 16})["leases"]
    first = next(one["first"] for one in held if one["prefix"] == "A")
    wish = {"business": "social", "prefix": "A", "arrived_at": at}
    given = [{**wish, "number": first + place, "secret": f"{place:016d}"} for place in range(2)]
    unknown = {**given[0], "business": "nothing", "secret": "x" * 16}
    kiosk.post("/kiosk/tickets", {"tickets": [*given, unknown]})
    house.second.sits_at(2)
    paper = {"outcome": "finished", "called_at": at, "started_at": at, "ended_at": at}
    calls = [{"key": f"paper-{number}", "number": number, **paper} for number in (f"A{first:03d}", "C900")]
    house.second.api.post("/windows/2/paper", {"calls": calls})
    house.second.does("sign-out")
    kiosk.post("/kiosk/leases", {"store": "e" * 16})
    left = house.guide.api.get("/tickets", number=f"A{first + 1:03d}")
    house.guide.does("cancel", left["id"])
    house.manager.api.get("/leases")


def serve_the_first(house: House) -> None:
    """Called at once by a window that stood ready; recalled, held, resumed, finished, rated by QR."""
    house.clerk.api.get("/windows")
    house.clerk.sits_at(1, open_it=False).does("pause", reason="meal")
    house.clerk.does("open")
    assert house.clerk.calls_next() is None
    ticket = house.visitor.takes_a_number(items=["retirement"])
    assert ticket["called_to"] == 1
    house.clerk.does("recall")
    house.clerk.does("start")
    house.clerk.does("hold", note="copies")
    house.clerk.desk()
    house.clerk.does("resume", ticket=ticket["id"])
    house.anyone.get("/board")
    call = next(one for one in house.anyone.get("/events")["events"] if one["type"] == "ticket_called")
    house.anyone.get("/announcements", calls=call["call_id"])
    house.clerk.does("start")
    house.clerk.desk()
    house.manager.api.get("/overview")
    house.clerk.does("finish")
    house.anyone.get(f"/visits/{ticket['secret']}")
    house.anyone.post(f"/visits/{ticket['secret']}/rating", {"grade": 5, "comment": "快"})


def serve_others(house: House) -> None:
    """Missed and back, passed on with a note, taken out of the line, given up, printed again."""
    wishes = ("ordinary", "priority", "elderly", "ordinary")
    given = [house.guide.issues(visitor_class=one, class_reason="said so") for one in wishes]
    house.guide.does("reclassify", given[0]["id"], visitor_class="elderly", reason="said so")
    house.guide.does("cancel", given[3]["id"], reason="left")
    house.guide.api.get("/desk/tickets")
    house.guide.api.get("/tickets", number=given[1]["label"])
    own = house.visitor.takes_a_number()
    house.visitor.api.post(f"/tickets/{own['id']}/reprint")
    house.anyone.post(f"/visits/{own['secret']}/cancel")
    missed = house.clerk.calls_next(ticket=given[1]["id"])
    house.clerk.does("missed")
    house.clerk.desk()
    house.clerk.does("return", ticket=missed["id"])
    missed = house.clerk.calls_next()
    house.clerk.does("missed")
    house.guide.does("return", missed["id"])
    passed = house.clerk.calls_next()
    house.clerk.does("start")
    house.clerk.does("transfer", business="employment", note="asks for the card")
    house.guide.api.get(f"/tickets/{passed['id']}")
    for one in given:
        house.anyone.get(f"/visits/{one['secret']}")
        house.anyone.get(f"/visits/{one['secret']}/before")
        house.anyone.get(f"/visits/{one['secret']}/before/{passed['label']}")
        house.guide.api.get(f"/tickets/{one['id']}/before")
        house.guide.api.get(f"/tickets/{one['id']}/before/{passed['label']}")
    house.clerk.desk()
    house.clerk.does("sign-out")


def rate_on_the_pad(house: House) -> None:
    house.second.sits_at(2)
    served = house.second.serves_one()
    house.pad.get("/windows/2/pad")
    house.pad.post("/windows/2/pad", {"ticket": served["id"], "grade": 4})


def roster(house: House) -> None:
    make_a_roster(house.manager.api, house.clerk.api)
    draw_a_roster(house.manager.api)


def move_windows(house: House) -> None:
    """Advice is asked for, applied and taken back; a clerk is asked to a window, comes the second time."""
    api, hall = house.manager.api, house.server
    third = Clerk(house.signed_in("clerk3")).sits_at(3)
    api.get("/advice")
    api.post("/advice")
    wait_for_advice(api)
    both = ["social", "employment"]
    (helps,) = suggest(hall, [(3, "clerk3", ["social"], both)])
    assert api.get("/advice")["advice"]["suggestions"][0]["id"] == helps
    made = api.post(f"/advice/suggestions/{helps}/apply")["adjustment"]
    third.api.get("/moves/mine")
    api.post(f"/advice/adjustments/{made}/until", {"until": None})
    api.get("/advice")
    api.post(f"/advice/adjustments/{made}/undo")
    fourth = Clerk(house.signed_in("clerk4"))
    for answer in ("decline", "accept"):
        (opens,) = suggest(hall, [(4, "clerk4", [], ["tax"])])
        api.post("/advice/apply", {"suggestions": [opens], "endless": True})
        (asked,) = fourth.api.get("/moves/mine")["requests"]
        fourth.api.post(f"/moves/{asked['id']}/{answer}")
    api.get("/advice")
    with pytest.raises(Refused, match="409 clerk_not_there"):
        (opens,) = suggest(hall, [(6, "clerk4", [], ["tax"])])
        api.post(f"/advice/suggestions/{opens}/apply")
    wait_for_advice(api)  # the hall had changed, so it is asked about anew
    for clerk in (third, fourth):
        clerk.api.post(f"/windows/{3 if clerk is third else 4}/sign-out")


def wait_for_advice(api: Api) -> None:
    deadline = time.monotonic() + TIMEOUT
    while api.get("/advice")["state"] == "computing":
        assert time.monotonic() < deadline, "no advice comes"
        time.sleep(0.1)


def try_a_plan(house: House) -> None:
    """Tried, applied, taken back; and yesterday with it."""
    api, third = house.manager.api, Clerk(house.signed_in("clerk3")).sits_at(3)
    api.get("/what-if")
    changes = [
        {"do": "switch", "window": 3, "businesses": ["social", "employment"]},
        {"do": "visitors", "business": "social", "visitors": 30},
    ]
    said = api.post("/what-if", {"changes": changes})
    api.post("/what-if/draft", {"version": 0, "changes": changes})
    api.get("/what-if/draft")
    done = api.post("/what-if/apply", {"changes": changes, "basis": said["basis"]})
    assert done.pop("left") == [1]
    for one in done["adjustments"]:
        api.post(f"/advice/adjustments/{one}/undo")
    api.post("/what-if/replay", {"changes": []})
    third.does("sign-out")


def manage(house: House) -> None:
    api = house.manager.api
    api.get("/windows/3/businesses")
    api.post("/windows/3/businesses", {"businesses": ["social", "employment"]})
    house.manager.manages(2, "pause", "meeting")
    house.manager.manages(2, "open")
    house.manager.manages(2, "close")
    api.get("/overview")
    api.get("/floor")
    alert = api.get("/alerts")["alerts"][0]["id"]
    api.post(f"/alerts/{alert}/acknowledge", {"note": "opening a window"})
    api.get("/reports", by="business")
    api.get("/standards")
    api.get("/standards/rating-coverage/evidence")
    rectify(house)
    api.get("/devices")
    job = api.get("/print-jobs")["print_jobs"][0]["id"]
    api.post(f"/print-jobs/{job}/retry")
    house.guide.api.get(f"/kiosk/print-jobs/{job}")
    api.post("/close-day")


def rectify(house: House) -> None:
    """A mystery visitor's finding and a standard are to be rectified; one of them is."""
    api = house.manager.api
    day = api.get("/rectifications")["today"]
    seen = {"day": day, "time": "00:00", "score": 40, "finding": "空调不制冷", "rectify": True}
    opened = api.post("/mystery-visits", {**seen, "window": 1, "owner": "后勤"})["rectification"]
    api.post("/standards/rating-coverage/rectify", {"day": day})
    api.post(f"/rectifications/{opened}/done", {"note": "已修好"})
    api.get("/rectifications")


def administer(house: House) -> None:
    api = house.admin
    person = {"name": "新人", "role": "clerk", "skills": ["social"]}
    api.post("/accounts", {"username": "new", **person})
    api.post("/accounts/new", {**person, "badge": "099"})
    for verb in ("password", "retire", "restore"):
        api.post(f"/accounts/new/{verb}")
    api.get("/accounts")
    api.post("/devices/pad-2/token")
    api.get("/journal", limit=200)
    api.get("/configuration")
    house.ask(api, "GET", "/session")
    house.ask(api, "GET", "/openapi.json")
    house.ask(api, "DELETE", "/session")


def be_refused(house: House) -> None:
    clerk, visitor = house.clerk, house.visitor
    refusals = {
        "unknown_hall": lambda: Api(house.server.url, "nowhere", session=clerk.api.session).get(""),
        "unknown_business": lambda: visitor.takes_a_number("nothing"),
        "bad_request": lambda: visitor.takes_a_number(visitor_class="king"),
        "bad_key": lambda: visitor.takes_a_number(key="k" * 100),
        "not_signed_in": lambda: house.anyone.get("/overview"),
        "not_allowed": lambda: clerk.api.get("/accounts"),
        "window_taken": lambda: clerk.sits_at(2),
        "unknown_visit": lambda: house.anyone.get("/visits/none"),
    }
    for code, ask in refusals.items():
        with pytest.raises(Refused) as refused:
            ask()
        assert refused.value.code == code
        assert refused.value.problem["type"] == f"/problems/{code}"
    token = clerk.api.session.headers.pop("X-CSRF-Token")
    with pytest.raises(Refused, match="403 csrf"):
        clerk.does("sign-out")
    clerk.api.session.headers["X-CSRF-Token"] = token
    for body, status in (("{", 415), (b"\x00" * 70_000, 413)):
        answer = house.guide.api.session.post(f"{house.server.api}/tickets", data=body, timeout=TIMEOUT)
        assert answer.status_code == status
