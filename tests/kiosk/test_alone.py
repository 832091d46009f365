"""A kiosk that works alone: whatever happens to its line, its server, its clock and its store, every visitor
gets one number, nobody gets another's, and all of them stand in the line where they came.
"""

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from tests.builders import settings, small_hall
from tests.faulty_wire import FaultyWire
from tests.hall_server import PASSWORD, HallServer
from tests.kiosk_pc import KioskPc
from tests.people import Api, Refused, Visitor
from tests.printer.stand_in import StandIn

PAPER_SECONDS = 90.0


@dataclass
class Scene:
    """One hall, its kiosk's PC with a printer of its own, and the wire between them, for all tests; each of
    them begins with nobody waiting, the line whole and the kiosk in touch.
    """

    hall: HallServer
    wire: FaultyWire
    pc: KioskPc
    printer: StandIn
    seq: int = 0
    people: dict[str, Any] = field(default_factory=dict)

    def begin(self) -> "Scene":
        self.wire.mend()
        self.pc.waits_until(there=True)
        self.manager.api.post("/close-day")
        self.seq = self.guide.api.get("/events", after=10**9)["latest"]
        return self

    @property
    def guide(self) -> Any:
        return self.people.setdefault("guide", self.hall.guide())

    @property
    def manager(self) -> Any:
        return self.people.setdefault("manager", self.hall.manager())

    @property
    def visitor(self) -> Visitor:
        return self.pc.visitor()

    def told(self, kind: str) -> list[dict[str, Any]]:
        """The server's events of one kind since the test began."""
        events = self.guide.api.get("/events", after=self.seq)["events"]
        return [one for one in events if one["type"] == kind]

    def issued(self) -> list[str]:
        return [one["ticket"] for one in self.told("ticket_issued")]

    def papers(self, label: str, count: int = 1) -> list[str]:
        """The text of so many papers with this number, when they are there; others come when they come."""
        deadline = time.monotonic() + PAPER_SECONDS
        while True:
            found = [one.text for one in list(self.printer.tickets) if label in one.text]
            if len(found) >= count or time.monotonic() > deadline:
                return found
            time.sleep(0.05)

    def comes_back(self) -> None:
        """The line is whole again, and everything has been handed in."""
        self.wire.mend()
        self.pc.waits_until(there=True)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with StandIn() as printer:
        devices: list[dict[str, Any]] = small_hall()["devices"]
        for one in devices:
            if one["kind"] == "printer":
                one |= {"driver": "network", "address": f"127.0.0.1:{printer.port}"}
        rules = {"missed_after_seconds": 0, "kiosk_lease_numbers": 30}
        hall = HallServer(
            tmp_path_factory.mktemp("hall"), settings(small_hall(devices=devices, rules=rules)), "test"
        )
        hall.prepare()
        hall.start()
        wire = FaultyWire(hall.port)
        pc = KioskPc(wire.url, hall.hall, hall.tokens["kiosk-1"], tmp_path_factory.mktemp("pc")).start()
        yield Scene(hall, wire, pc, printer)
        pc.stop()
        wire.end()
        hall.stop()


@pytest.fixture
def scene(whole: Scene) -> Scene:
    return whole.begin()


def test_while_the_server_is_there_it_issues_and_the_kiosk_prints(scene: Scene):
    jobs = scene.guide.api.get("/print-jobs")["print_jobs"]
    ticket = scene.visitor.takes_a_number(items=["retirement"])
    assert ticket["ahead"] == 0
    assert scene.issued() == [ticket["label"]]
    assert scene.guide.api.get("/print-jobs")["print_jobs"] == jobs, "the server prints nothing for it"
    assert len(scene.papers(ticket["label"])) == 1
    again = scene.visitor.api.post(f"/tickets/{ticket['id']}/reprint")["print_job"]
    assert len(scene.papers(ticket["label"], 2)) == 2
    assert scene.visitor.api.get(f"/kiosk/print-jobs/{again['id']}")["id"] == again["id"]


def test_while_the_server_is_away_numbers_are_the_kiosks_own_and_stand_where_they_came(scene: Scene):
    before = scene.visitor.takes_a_number()
    scene.wire.cut()
    alone = [scene.visitor.takes_a_number() for _ in range(3)]
    assert [one["ahead"] for one in alone] == [None, None, None]
    assert alone[0]["wait_range"] is None
    elsewhere = scene.guide.issues()
    labels = [one["label"] for one in (before, *alone, elsewhere)]
    assert len(set(labels)) == 5
    (text,) = scene.papers(labels[3])
    assert "前面人数暂时不清楚" in text
    assert "等候时间暂时无法预计" in text
    assert alone[0]["status_url"].startswith(scene.wire.url)
    scene.comes_back()
    told = scene.told("ticket_issued")[-3:]
    assert [one["ticket"] for one in told] == labels[1:4]
    assert {one["device"] for one in told} == {"kiosk-1"}
    assert all(one["happened_at"] < one["at"] for one in told)
    visit = scene.hall.anyone().get(f"/visits/{alone[1]['secret']}")
    assert visit["ticket"]["label"] == alone[1]["label"], "the paper's QR is right"
    clerk = scene.hall.clerk(1).sits_at(1)
    assert [clerk.serves_one()["label"] for _ in range(5)] == labels
    clerk.does("sign-out")
    assert scene.visitor.takes_a_number()["label"] not in labels


def test_a_server_and_a_kiosk_that_are_killed_and_started_again_lose_and_double_nothing(scene: Scene):
    scene.hall.kill()
    first = [scene.visitor.takes_a_number() for _ in range(2)]
    scene.hall.start()
    scene.comes_back()
    scene.hall.kill()
    second = scene.visitor.takes_a_number("tax")
    scene.pc.kill()
    scene.pc.start()
    third = scene.visitor.takes_a_number()
    scene.hall.start()
    scene.comes_back()
    labels = [one["label"] for one in (*first, second, third)]
    assert scene.issued() == labels
    assert len(set(labels)) == 4


def test_an_answer_that_is_cut_half_way_leaves_one_number(scene: Scene):
    scene.wire.loses = b"POST /api/v1/halls/test/tickets"  # not what the kiosk asks by itself meanwhile
    scene.wire.loses_answers = 1
    key = uuid4().hex
    ticket = scene.pc.wishes(key).json()["ticket"]
    assert scene.pc.wishes(key).json()["ticket"] == ticket, "the second tap gets the first answer"
    scene.wire.loses = b"POST "
    scene.wire.loses_answers = 2
    scene.pc.waits_until(there=True)
    assert scene.guide.api.get("/tickets", number=ticket["label"])["state"] == "waiting"
    assert len(scene.issued()) == 2
    nobodys = scene.told("ticket_cancelled")
    assert len(nobodys) == 1, "what the server had issued for the lost answer is nobody's"
    assert nobodys[0]["ticket"] != ticket["label"]


def test_requests_that_come_twice_and_late_double_nothing(scene: Scene):
    scene.wire.repeats, scene.wire.delay_seconds = True, 0.05
    labels = [scene.visitor.takes_a_number()["label"] for _ in range(2)]
    scene.wire.cut()
    labels += [scene.visitor.takes_a_number()["label"] for _ in range(2)]
    scene.wire.gone = False
    scene.pc.waits_until(there=True)
    assert sorted(scene.issued()) == sorted(labels)


def test_a_line_that_swallows_everything_costs_one_visitor_a_moment(scene: Scene):
    scene.wire.swallows = True
    labels = [scene.visitor.takes_a_number()["label"] for _ in range(2)]
    scene.comes_back()
    assert scene.issued() == labels


def test_when_its_numbers_are_used_up_the_kiosk_says_to_go_to_the_desk(scene: Scene):
    scene.wire.cut()
    for _ in range(scene.pc.how_it_is()["left"]["B"]):
        scene.visitor.takes_a_number("employment")
    with pytest.raises(Refused) as refused:
        scene.visitor.takes_a_number("employment")
    assert refused.value.code == "numbers_used_up"
    assert "服务台" in refused.value.detail
    departments = scene.visitor.api.get("/catalogue")["departments"]
    cards = {card["code"]: card for one in departments for card in one["businesses"]}
    assert (cards["employment"]["open"], cards["employment"]["why_closed"]) == (False, "numbers_used_up")
    assert (cards["social"]["open"], cards["social"]["waiting"]) == (True, None)


def test_one_person_gets_one_number_of_a_business_also_without_the_server(scene: Scene):
    scene.wire.cut()
    card = scene.visitor.api.get("/kiosk/simulated-card", age=72)["id_number"]
    ticket = scene.visitor.takes_a_number("tax", id_number=card)
    assert ticket["visitor_class"] == "elderly"
    with pytest.raises(Refused, match="second_open_ticket"):
        scene.visitor.takes_a_number("tax", id_number=card)
    for part in scene.pc.folder.rglob("*"):
        assert not part.is_file() or card.encode() not in part.read_bytes(), part


def test_a_number_that_is_not_taken_in_is_named_at_the_kiosk_with_what_to_do(scene: Scene):
    scene.wire.cut()
    label = scene.visitor.takes_a_number("tax")["label"]
    doubled = {"business": "tax", "prefix": "C", "number": int(label[1:]), "secret": "s" * 20}
    itself = Api(scene.hall.url, scene.hall.hall, token=scene.pc.token)
    itself.post("/kiosk/tickets", {"tickets": [{**doubled, "arrived_at": datetime.now(UTC).isoformat()}]})
    scene.comes_back()
    assert scene.pc.how_it_is()["not_taken_in"] == [label]
    page = scene.visitor.api.session.get(f"{scene.pc.url}/status").text
    for said in (label, "已在另一张号票上", "请到服务台给持票人重新取号"):
        assert said in page


def test_a_store_that_is_deleted_begins_with_new_numbers(scene: Scene):
    scene.wire.cut()
    lost = scene.visitor.takes_a_number("tax")["label"]
    scene.pc.kill()
    shutil.rmtree(scene.pc.folder / "store")
    scene.wire.mend()
    scene.pc.start()
    scene.pc.waits_until(there=True)
    leases = scene.manager.api.get("/leases")["leases"]
    held = [one for one in leases if one["numbers"].startswith("C")]
    assert held[-2]["ended"] == "lost"
    assert held[-2]["unused"] > 0
    scene.wire.cut()
    fresh = scene.visitor.takes_a_number("tax")["label"]
    assert held[-1]["numbers"].startswith(fresh)
    assert fresh > lost


def test_a_new_token_ends_what_the_kiosk_held_for_good(scene: Scene):
    admin = Api(scene.hall.url, scene.hall.hall).sign_in("admin", PASSWORD)
    token = admin.post("/devices/kiosk-1/token")["token"]
    scene.pc.waits_until(there=False)
    scene.wire.cut()
    with pytest.raises(Refused) as refused:
        scene.visitor.takes_a_number()
    assert refused.value.code in ("outdated_pairing", "numbers_used_up")
    scene.pc.stop()
    scene.pc.token = token
    scene.wire.mend()
    scene.pc.start()
    scene.pc.waits_until(there=True)


def test_only_this_pc_is_let_in_and_only_to_the_kiosk(scene: Scene):
    session = scene.visitor.api.session
    assert session.get(f"{scene.pc.url}/", headers={"Host": "elsewhere.example"}).status_code == 403
    assert session.get(f"{scene.pc.url}/").url.endswith("/halls/test/kiosk")
    scene.wire.cut()
    assert session.get(f"{scene.pc.url}/halls/test/manager").status_code == 503
