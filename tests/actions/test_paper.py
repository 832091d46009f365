"""Calls made on paper while the server was away: entered afterwards with their times, once, and what does not
fit changes nothing and is kept with its reason.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from hall.actions import paper, serve, transfer
from hall.actions.paper import Entered, OnPaper
from hall.records.tables import calls, steps
from hall.rules.tickets import State
from tests.actions.test_leases import Kiosk
from tests.office import Office


def on_paper(label: str, outcome: str, called_at: datetime, minutes: float = 8, **more: Any) -> OnPaper:
    """A call, who sat down a minute later, and how it ended after so many minutes."""
    over = outcome in ("finished", "missed")
    times = {
        "started_at": called_at + timedelta(minutes=1) if outcome in ("serving", "finished") else None,
        "ended_at": called_at + timedelta(minutes=minutes) if over else None,
    }
    given = {"key": uuid4().hex, "label": label, "outcome": State(outcome), "called_at": called_at}
    return OnPaper(**{**given, **times, **more})


def enters(office: Office, clerk: str, window: int, *entries: OnPaper) -> list[Entered]:
    return [office.does(clerk, paper.enter, window, one) for one in entries]


def test_what_was_called_on_paper_is_entered_with_its_own_times(office: Office):
    first, second = office.takes(), office.takes()
    clerk = office.sits(1, 1)
    called_at = office.later(minutes=5).now
    office.later(minutes=40)
    missed = on_paper(second.label, "missed", called_at + timedelta(minutes=9), 2)
    done = enters(office, clerk, 1, on_paper(first.label.lower(), "finished", called_at), missed)
    assert [one.state for one in done] == ["done", "done"]
    with office.database.read() as connection:
        row = connection.execute(select(steps).where(steps.c.ticket_id == first.ticket_id)).one()
        call = connection.execute(select(calls).where(calls.c.ticket_id == first.ticket_id)).one()
    assert (row.called_at, row.started_at, row.ended_at) == (
        called_at,
        called_at + timedelta(minutes=1),
        called_at + timedelta(minutes=8),
    )
    assert call.rule == "paper"
    assert call.waited_seconds == pytest.approx((called_at - first.arrived_at).total_seconds())
    assert office.state(second.ticket_id) == "missed"
    assert office.ticket(first.ticket_id).closed_at == office.now
    told = office.journal()[-5:]
    happened = ["ticket_called", "ticket_started", "ticket_finished", "ticket_called", "ticket_missed"]
    assert [one.type for one in told] == happened
    assert all("happened_at" in one.data for one in told), "the journal says that they came afterwards"


def test_an_entry_that_comes_again_is_nothing(office: Office):
    issued = office.takes()
    clerk = office.sits(1, 1)
    entry = on_paper(issued.label, "finished", office.later(minutes=5).now)
    office.later(minutes=20)
    enters(office, clerk, 1, entry)
    before = office.dump()
    assert [one.state for one in enters(office, clerk, 1, entry)] == ["done"]
    assert office.dump() == before


def test_who_was_at_the_window_when_the_server_went_is_finished_on_paper(office: Office):
    issued = office.takes()
    clerk = office.sits(1, 1)
    office.calls(clerk, 1)
    office.does(clerk, serve.start, 1)
    entry = on_paper(issued.label, "finished", office.now, 12, started_at=None)
    office.later(minutes=30)
    enters(office, clerk, 1, entry)
    assert office.state(issued.ticket_id) == "finished"
    assert office.told()[-1] == "ticket_finished"
    assert office.told().count("ticket_called") == 1


def test_who_still_sits_at_the_window_stays_there_and_is_finished_as_usual(office: Office):
    issued = office.takes()
    clerk = office.sits(1, 1)
    entry = on_paper(issued.label, "serving", office.later(minutes=5).now)
    office.later(minutes=6)
    enters(office, clerk, 1, entry)
    assert office.state(issued.ticket_id) == "serving"
    office.does(clerk, serve.finish, 1)
    assert office.state(issued.ticket_id) == "finished"


def test_a_number_that_somebody_else_called_meanwhile_is_a_conflict_that_changes_nothing(office: Office):
    issued = office.takes()
    first, second = office.sits(1, 1), office.sits(2, 2)
    called_at = office.later(minutes=5).now
    office.calls(second, 2)
    office.later(minutes=10)
    (done,) = enters(office, first, 1, on_paper(issued.label, "finished", called_at))
    assert (done.state, done.why, done.params) == (
        "conflict",
        "elsewhere_meanwhile",
        {"label": issued.label, "window": 2},
    )
    assert office.state(issued.ticket_id) == "called"
    kept = office.journal()[-1]
    assert (kept.type, kept.data["ticket"], kept.data["why"]) == ("paper_call_kept", issued.label, done.why)
    assert "why" not in kept.public()


@pytest.mark.parametrize("outcome", ["called", "serving", "finished", "missed"])
def test_a_number_that_was_given_up_is_a_conflict(office: Office, outcome: str):
    issued = office.takes()
    clerk = office.sits(1, 1)
    office.does("guide", transfer.cancel, issued.ticket_id, "left")
    (done,) = enters(office, clerk, 1, on_paper(issued.label, outcome, office.now))
    assert (done.state, done.why) == ("conflict", "wrong_state")
    assert office.state(issued.ticket_id) == "cancelled"


def test_two_of_one_paper_cannot_both_still_sit_at_the_window(office: Office):
    first, second = office.takes(), office.takes()
    clerk = office.sits(1, 1)
    at = office.later(minutes=2).now
    office.later(minutes=9)
    done = enters(
        office, clerk, 1, on_paper(first.label, "serving", at), on_paper(second.label, "called", at)
    )
    assert [(one.state, one.why) for one in done] == [("done", None), ("conflict", "window_busy")]


@pytest.mark.parametrize("paper_first", [True, False])
def test_a_kiosks_number_and_its_call_on_paper_fit_in_either_order(office: Office, paper_first: bool):
    kiosk = Kiosk(office, "kiosk-1").is_in_touch()
    clerk = office.sits(1, 1)
    label = kiosk.gives() or ""
    entry = on_paper(label, "finished", office.later(minutes=3).now)
    office.later(minutes=30)
    if paper_first:
        assert [one.state for one in enters(office, clerk, 1, entry)] == ["waiting"]
        kiosk.hands_in()
    else:
        kiosk.hands_in()
        assert [one.state for one in enters(office, clerk, 1, entry)] == ["done"]
    assert office.state(office.ticket_named(label)) == "finished"
    assert office.told().count("ticket_called") == 1
    assert [one.state for one in enters(office, clerk, 1, entry)] == ["done"]


def test_moments_that_cannot_have_been_are_put_into_order(office: Office):
    """A counter PC's clock that runs ahead or behind makes no service of minus three minutes."""
    issued = office.takes()
    clerk = office.sits(1, 1)
    hour = timedelta(hours=1)
    early = on_paper(
        issued.label,
        "finished",
        office.now - hour,
        started_at=office.now + 2 * hour,
        ended_at=office.now - 2 * hour,
    )
    office.later(minutes=10)
    enters(office, clerk, 1, early)
    row = office.step(issued.ticket_id)
    assert issued.arrived_at <= row.latest_call_at <= row.started_at <= office.now
