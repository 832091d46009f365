"""Numbers leased to kiosks: whatever kiosks, desks, clocks and lost stores do, no number is given out twice,
and a lease that has ended is never used again.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from hall.actions import hand_in, leases
from hall.actions.accounts import fresh_token, new_device_token
from hall.actions.hand_in import Given
from hall.actions.leases import Held
from hall.records import once
from hall.records.database import Database
from hall.rules import errors
from hall.rules.leases import Lease
from hall.rules.tickets import VisitorClass
from tests.builders import small_hall
from tests.office import Office

TWO_KIOSKS = [
    {"id": f"kiosk-{number}", "kind": "kiosk", "name": "取号机", "reader": "simulated"} for number in (1, 2)
]


class Kiosk:
    """A kiosk that works alone, as the server meets it: `held` are its leases, `unsent` what it gave out."""

    def __init__(self, office: Office, code: str) -> None:
        self.office, self.code = office, code
        self.store = uuid4().hex
        self.held: list[Lease] = []
        self.unsent: list[Given] = []
        self.gave: list[str] = []

    def is_in_touch(self) -> "Kiosk":
        device = self.office.book().device(self.code)
        held = [Held(one.prefix, one.first, one.next) for one in self.held]
        granted = self.office.does("", leases.renew, device, self.store, held)
        known = {(one.prefix, one.first): one.next for one in self.held}
        self.held = [
            replace(one, next=max(one.next, known.get((one.prefix, one.first), one.first))) for one in granted
        ]
        return self

    def gives(self, prefix: str = "A", **more: Any) -> str | None:
        """The next number of its own; None when there is none left."""
        business = {one.prefix: one.code for one in self.office.book().businesses.values()}[prefix]
        for place, lease in enumerate(self.held):
            if lease.prefix == prefix and lease.left and self.office.now < lease.expires_at:
                self.held[place] = replace(lease, next=lease.next + 1)
                wish = {"visitor_class": VisitorClass.ORDINARY, "arrived_at": self.office.now, **more}
                self.unsent.append(Given(business, prefix, lease.next, uuid4().hex, **wish))
                self.gave.append(f"{prefix}{lease.next:03d}")
                self.office.later(seconds=0.5)
                return self.gave[-1]
        return None

    def hands_in(self, answered: bool = True) -> list[hand_in.TakenIn]:
        """What it gave out; without the answer it will do so again."""
        device = self.office.book().device(self.code)
        done = self.office.does("", hand_in.hand_in, device, self.unsent)
        if answered:
            self.unsent = []
        return done

    def loses_its_store(self) -> None:
        self.store, self.held, self.unsent = uuid4().hex, [], []


@pytest.fixture
def kiosk(office: Office) -> Kiosk:
    return Kiosk(office, "kiosk-1").is_in_touch()


def labels(office: Office) -> list[str]:
    return [one.data["ticket"] for one in office.journal() if one.type == "ticket_issued"]


def test_a_kiosks_block_comes_from_the_same_counter_as_everybodys_numbers(office: Office, kiosk: Kiosk):
    assert [(one.prefix, one.first, one.last) for one in kiosk.held] == [
        ("A", 1, 10),
        ("B", 1, 10),
        ("C", 1, 10),
    ]
    assert office.takes().label == "A011"
    assert kiosk.gives() == "A001"
    assert office.takes().label == "A012"


def test_a_block_is_added_when_less_than_half_of_one_is_left(kiosk: Kiosk):
    for _ in range(5):
        kiosk.gives()
    assert [one.first for one in kiosk.is_in_touch().held if one.prefix == "A"] == [1]
    kiosk.gives()
    blocks = [(one.first, one.last) for one in kiosk.is_in_touch().held if one.prefix == "A"]
    assert blocks == [(1, 10), (11, 16)]


def test_what_was_given_out_stands_where_it_arrived_and_says_which_kiosk_gave_it_and_when(
    office: Office, kiosk: Kiosk
):
    first = office.takes()
    label, at = kiosk.gives(), office.now
    last = office.takes()
    office.later(minutes=20)
    assert [one.label for one in kiosk.hands_in()] == [label]
    told = [one for one in office.journal() if one.type == "ticket_issued"][-1]
    assert (told.data["ticket"], told.data["device"]) == (label, "kiosk-1")
    assert told.data["happened_at"] < told.data["queued_at"].replace("Z", "~") < at.isoformat()
    assert "device" not in told.public()
    clerk = office.sits(1, 1)
    assert [office.serves(clerk, 1) for _ in range(3)] == [first.label, label, last.label]


def test_a_hand_in_that_is_repeated_doubles_nothing(office: Office, kiosk: Kiosk):
    kiosk.gives()
    kiosk.gives("B")
    first = kiosk.hands_in(answered=False)
    journal = office.told()
    assert kiosk.hands_in() == first
    assert office.told() == journal


def test_a_window_that_stands_ready_calls_who_is_handed_in(office: Office, kiosk: Kiosk):
    clerk = office.sits(1, 1)
    assert office.calls(clerk, 1) is None
    label = kiosk.gives()
    kiosk.hands_in()
    assert office.state(office.ticket_named(label or "")) == "called"


def test_a_number_that_stands_on_another_ticket_is_refused_by_itself(office: Office, kiosk: Kiosk):
    office.takes()
    business = office.book().business("social").code
    at = office.now
    doubled = Given(business, "A", 11, "s" * 20, VisitorClass.ORDINARY, at)
    kiosk.unsent = [doubled, replace(doubled, number=2, secret="t" * 20)]
    done = kiosk.hands_in()
    assert {one.label: one.why for one in done} == {"A011": errors.NumberTaken.code, "A002": None}
    assert "hand_in_refused" in office.told()


def test_a_copy_older_than_the_paper_goes_on_above_it(office: Office):
    """A database restored from a copy has never heard of the lease."""
    kiosk = Kiosk(office, "kiosk-1")
    kiosk.unsent = [
        Given("social", "A", 17, "s" * 20, VisitorClass.ORDINARY, office.now - timedelta(minutes=1))
    ]
    kiosk.hands_in()
    assert office.takes().label == "A018"


def test_what_is_handed_in_on_another_day_is_of_its_own_day_and_over(office: Office, kiosk: Kiosk):
    label = kiosk.gives()
    day = office.book().day(office.now)
    office.later(days=1)
    (done,) = kiosk.hands_in()
    assert done.label == label
    ticket = office.ticket(done.ticket_id or 0)
    assert (ticket.business_day, ticket.closed_at) == (day, office.now)
    assert office.state(ticket.id) == "expired"


def test_a_store_that_was_lost_gets_a_new_lease_and_its_old_numbers_stay_a_gap(office: Office, kiosk: Kiosk):
    kiosk.gives()
    kiosk.hands_in()
    kiosk.is_in_touch()
    kiosk.loses_its_store()
    assert kiosk.is_in_touch().gives() == "A011"
    ended = [one.data for one in office.journal() if one.type == "lease_closed"]
    assert [(one["numbers"], one["unused"], one["why"]) for one in ended][:1] == [("A001-A010", 9, "lost")]
    listed = office.does("", lambda tx, book: leases.of_today(tx.connection, book, tx.now))
    shown = {name: listed[0][name] for name in ("numbers", "used", "unused", "ended")}
    assert shown == {"numbers": "A001-A010", "used": 1, "unused": 9, "ended": "lost"}


@pytest.mark.parametrize(("later", "why"), [({"minutes": 241}, "expired"), ({"days": 1}, "day_over")])
def test_a_lease_that_ran_out_is_not_renewed(office: Office, kiosk: Kiosk, later: dict, why: str):
    before = {(one.business_day, one.prefix, one.first) for one in kiosk.held}
    office.later(**later)
    after = {(one.business_day, one.prefix, one.first) for one in kiosk.is_in_touch().held}
    assert not before & after
    assert {one.data["why"] for one in office.journal() if one.type == "lease_closed"} == {why}


def test_no_command_takes_a_token_for_an_option():
    assert not any(fresh_token().startswith("-") for _ in range(500))


def test_a_new_token_ends_what_the_old_one_held(office: Office, kiosk: Kiosk):
    office.does("admin", new_device_token, "kiosk-1")
    assert {one.data["why"] for one in office.journal() if one.type == "lease_closed"} == {"revoked"}
    assert [one.first for one in kiosk.is_in_touch().held] == [11, 11, 11]


def test_a_kiosk_that_has_not_heard_that_its_lease_was_revoked_meets_nobody_and_the_journal_says_so(
    office: Office, kiosk: Kiosk
):
    block = {f"A{number:03d}" for number in range(1, 11)}
    before = kiosk.gives()
    office.does("admin", new_device_token, "kiosk-1")
    office.later(minutes=1)
    label = kiosk.gives()
    elsewhere = {office.takes().label for _ in range(15)}
    assert [one.label for one in kiosk.hands_in()] == [before, label]
    told = {
        one.data["ticket"]: one.data.get("after_lease")
        for one in office.journal()
        if one.type == "ticket_issued"
    }
    assert (told[before], told[label]) == (None, "revoked")
    assert all("after_lease" not in one.public() for one in office.journal())
    for _ in range(20):
        kiosk.is_in_touch().gives()
    elsewhere |= {office.takes().label for _ in range(15)}
    assert not block & (elsewhere | set(kiosk.gave[2:]))


def test_leased_numbers_use_up_no_quota_until_they_are_given_out(database: Database):
    departments = small_hall()["departments"]
    departments[0]["businesses"][0]["quota"] = {"day": 3}
    office = Office(database, departments=departments)
    kiosk = Kiosk(office, "kiosk-1").is_in_touch()
    office.takes()
    kiosk.gives()
    kiosk.hands_in()
    office.takes()
    with pytest.raises(errors.QuotaUsedUp):
        office.takes()


def test_a_wish_whose_answer_was_lost_is_one_number_in_the_end(office: Office, kiosk: Kiosk):
    key = uuid4().hex
    asker = f"device:{office.book().device('kiosk-1').id}"
    lost = office.takes()
    with office.database.engine.begin() as connection:
        answer = (201, {"ticket": {"id": lost.ticket_id}})
        once.keep(connection, {once.Key(asker, key, "a digest"): answer}, office.now)
    late = uuid4().hex
    kiosk.gives(instead_of=key)
    kiosk.gives(instead_of=late)
    kiosk.hands_in()
    assert office.state(lost.ticket_id) == "cancelled"
    with office.database.engine.connect() as connection:
        found = once.find(connection, [once.Key(asker, late, "")])
    assert found[asker, late][1][0] == 409, "a request still under way comes to nothing"


DEEDS = st.lists(
    st.tuples(
        st.sampled_from(["desk", "touch", "gives", "hands_in", "half", "loses", "hour", "night"]),
        st.integers(0, 1),
        st.sampled_from("AB"),
    ),
    min_size=1,
    max_size=25,
)


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_whatever_happens_no_number_is_given_out_twice_and_no_ended_lease_is_used(kind: str, databases):
    database = databases(kind)

    @given(DEEDS)
    @effort(max_examples=15 if kind == "sqlite" else 5)
    def live(deeds: list[tuple[str, int, str]]) -> None:
        office = Office(database, devices=TWO_KIOSKS, rules={"kiosk_lease_numbers": 3})
        kiosks = [Kiosk(office, "kiosk-1"), Kiosk(office, "kiosk-2")]
        given_out: list[tuple[Any, str]] = []
        ended: set[tuple[Any, ...]] = set()
        for deed, who, prefix in deeds:
            kiosk, day = kiosks[who], office.book().day(office.now)
            match deed:
                case "desk":
                    taken = office.takes({"A": "social", "B": "employment"}[prefix])
                    given_out.append((day, taken.label))
                case "touch":
                    before = {(one.business_day, one.prefix, one.first, kiosk.store) for one in kiosk.held}
                    kiosk.is_in_touch()
                    after = {(one.business_day, one.prefix, one.first, kiosk.store) for one in kiosk.held}
                    ended |= before - after
                    assert not after & ended
                case "gives":
                    lease_day = next((one.business_day for one in kiosk.held), day)
                    if lease_day == day and (label := kiosk.gives(prefix)):
                        given_out.append((day, label))
                case "hands_in":
                    assert all(one.why is None for one in kiosk.hands_in())
                case "half":
                    kiosk.hands_in(answered=False)
                case "loses":
                    kiosk.loses_its_store()
                case "hour":
                    office.later(hours=1)
                case "night":
                    office.later(hours=24)
        assert len(set(given_out)) == len(given_out)
        for kiosk in kiosks:
            kiosk.hands_in()
        issued = [row.data["ticket_id"] for row in office.journal() if row.type == "ticket_issued"]
        known = {(one.business_day, one.label) for one in map(office.ticket, issued)}
        assert known <= set(given_out)
        assert len(labels(office)) == len(known)

    live()
