"""The wait that was foreseen, as the kiosk, the ticket, the visitor's page and the manager's get it; and the
process that foresees.
"""

import os
import signal
import time
from datetime import UTC, datetime, timedelta

import psutil
import pytest
from sqlalchemy import func, select

from hall.records.book import read_book
from hall.records.tables import wait_forecasts
from hall.rules.queues_ahead import QueuesAhead, Standing, queue_ahead
from tests.builders import settings, small_hall
from tests.foreseeing import card, foresee, said, shown, until, worker_of
from tests.hall_server import HallServer, StartHall
from tests.people import Refused

RANGES = {
    "ordinary": (12.0, 19.0),
    "elderly": (3.0, 5.0),
    "priority": (3.0, 5.0),
    "appointment": (12.0, 19.0),
}
UNLIKELY = {"ordinary": 0.2, "appointment": 0.2}


def test_the_range_foreseen_for_each_class_is_told_before_and_on_the_ticket(hall_server: HallServer):
    clerk = hall_server.clerk(1).sits_at(1)
    visitor = hall_server.visitor()
    visitor.takes_a_number()
    clerk.calls_next()
    foresee(hall_server, RANGES)
    shown(hall_server, 12, 19)
    ranges = card(hall_server)["wait_ranges"]
    assert (ranges["ordinary"], ranges["elderly"]) == (said(12, 19), said(3, 5))
    assert visitor.takes_a_number()["wait_range"] == said(12, 19)
    assert visitor.takes_a_number(visitor_class="elderly")["wait_range"] == said(3, 5)
    overview = hall_server.manager().api.get("/overview")
    social = next(one for one in overview["businesses"] if one["code"] == "social")
    assert social["wait_range"] == said(12, 19)
    assert social["unlikely_before_closing"] is False


def test_the_manager_sees_where_each_queue_will_be_and_nothing_where_nobody_knows(hall_server: HallServer):
    runs = [Standing(waiting, 60.0 * waiting) for waiting in (2, 3, 3, 4, 9)]
    points = [queue_ahead(minutes, runs) for minutes in (15, 30, 45)]
    database = hall_server.database()
    with database.read() as connection:
        social = read_book(connection, hall_server.hall).business("social").id
    database.engine.dispose()
    old = datetime.now(UTC) - timedelta(minutes=4)
    foresee(hall_server, RANGES, queues=QueuesAhead({social: points}, {"east": points}, points), made_at=old)
    manager = hall_server.manager().api
    nothing = manager.get("/overview")
    assert (nothing["foreseen_at"], nothing["outlook"]) == (None, []), "too old to be told"
    assert all(one["outlook"] == [] for one in (*nothing["zones"], *nothing["businesses"]))
    hall_server.clerk(1).sits_at(1)
    foresee(hall_server, RANGES, queues=QueuesAhead({social: points}, {"east": points}, points))
    shown(hall_server, 12, 19)
    overview = manager.get("/overview")
    assert overview["foreseen_at"] is not None
    assert overview["outlook"][0] == {
        "minutes": 15,
        "waiting": {"low": 2, "middle": 3, "high": 7},
        "longest_seconds": {"low": 144, "middle": 180, "high": 420},
    }
    by_code = {one["code"]: one["outlook"] for one in (*overview["zones"], *overview["businesses"])}
    assert by_code["east"] == by_code["social"] == overview["outlook"]
    assert by_code["west"] == by_code["tax"] == []


def test_a_wait_nobody_knows_closely_is_told_by_the_end_that_helps(hall_server: HallServer):
    clerk = hall_server.clerk(1).sits_at(1)
    visitor = hall_server.visitor()
    visitor.takes_a_number()
    clerk.calls_next()
    wide = {"ordinary": (15.0, 240.0), "elderly": (0.0, 40.0), "priority": (0.0, 90.0)}
    foresee(hall_server, wide, places={3600: (15.0, 240.0), 0: (15.0, 240.0)})
    shown(hall_server, 15, None)
    ranges = card(hall_server)["wait_ranges"]
    assert (ranges["elderly"], ranges["priority"]) == (said(None, 40), None)
    departments = hall_server.anyone().get("/catalogue")["departments"]
    insurance = next(one for one in departments if any(b["code"] == "social" for b in one["businesses"]))
    assert insurance["wait_range"] is None, "its other business calls at once: 0 to 240 minutes help nobody"
    ticket = visitor.takes_a_number()
    assert ticket["wait_range"] == said(15, None)
    mine = hall_server.anyone().get(f"/visits/{ticket['secret']}")["ticket"]
    assert (mine["wait_range"], mine["windows_open"]) == (said(15, None), 1)
    overview = hall_server.manager().api.get("/overview")
    social = next(one for one in overview["businesses"] if one["code"] == "social")
    assert social["wait_range"] == said(15, None)


def test_a_visitors_page_tells_the_wait_that_is_left_at_their_place(hall_server: HallServer):
    clerk = hall_server.clerk(1).sits_at(1)
    visitor = hall_server.visitor()
    visitor.takes_a_number()
    clerk.calls_next()
    ticket = visitor.takes_a_number()
    began = time.monotonic()
    foresee(hall_server, RANGES, places={3600: (1.0, 2.0), 0: (7.0, 9.0)})
    shown(hall_server, 12, 19)
    mine = hall_server.anyone().get(f"/visits/{ticket['secret']}")["ticket"]["wait_range"]
    passed = (time.monotonic() - began) / 60 + 0.5  # minutes, as they are rounded
    assert 7 - passed <= mine["low_minutes"] <= 7
    assert 9 - passed <= mine["high_minutes"] <= 9


def test_nobody_can_say_how_long_while_no_window_is_open(hall_server: HallServer):
    foresee(hall_server, RANGES, called_share=UNLIKELY)
    until(lambda: card(hall_server)["unlikely_before_closing"], "the forecast is never read")
    assert card(hall_server)["wait_range"] is None


def test_who_would_probably_not_be_called_today_is_warned_and_may_still_take_a_number(
    hall_server: HallServer,
):
    foresee(hall_server, RANGES, called_share=UNLIKELY)
    until(lambda: card(hall_server)["unlikely_before_closing"], "nobody is warned")
    found = card(hall_server)
    assert found["unlikely_before_closing"] == ["ordinary", "appointment"]
    assert found["open"]
    assert hall_server.visitor().takes_a_number()["label"] == "A001"


def test_a_hall_may_stop_issuing_where_it_would_be_in_vain_and_the_guide_may_still_issue(
    start_hall: StartHall,
):
    rules = {"stop_issuing_when_unlikely": True, "warn_before_closing_share": 0.3}
    server = start_hall(settings(small_hall(rules=rules)))
    shares = {**UNLIKELY, "elderly": 0.6, "priority": 0.6}
    foresee(server, RANGES, called_share=shares)
    until(lambda: card(server)["unlikely_before_closing"], "the forecast is never read")
    assert card(server)["open"], "the elderly would be called in time"
    with pytest.raises(Refused) as refused:
        server.visitor().takes_a_number()
    assert (refused.value.status, refused.value.code) == (409, "unlikely_before_closing")
    assert "社会保险" in refused.value.detail
    assert server.visitor().takes_a_number(visitor_class="elderly")["label"] == "A001"
    with pytest.raises(Refused):
        server.guide().issues()
    assert server.guide().issues(override_closed=True)["label"] == "A002"


def test_a_business_where_nobody_would_be_called_any_more_is_shut_at_the_kiosk(start_hall: StartHall):
    server = start_hall(settings(small_hall(rules={"stop_issuing_when_unlikely": True})))
    foresee(server, RANGES, called_share=dict.fromkeys(RANGES, 0.1))
    until(lambda: not card(server)["open"], "it stays open")
    assert card(server)["why_closed"] == "unlikely_before_closing"


def forecasts_made(server: HallServer) -> int:
    database = server.database()
    with database.engine.connect() as connection:
        made = connection.execute(select(func.count()).select_from(wait_forecasts)).scalar_one()
    database.engine.dispose()
    return made


def test_a_hall_at_work_is_foreseen_by_a_process_of_its_own_that_is_started_again_when_it_dies(
    hall_server: HallServer,
):
    clerk = hall_server.clerk(1).sits_at(1)
    for _ in range(4):
        hall_server.visitor().takes_a_number()
    clerk.calls_next()
    first = worker_of(hall_server)
    until(lambda: forecasts_made(hall_server), "nothing is foreseen")
    os.kill(first.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
    until(lambda: worker_of(hall_server).pid != first.pid, "nobody starts it again")
    before = forecasts_made(hall_server)
    hall_server.clerk(2).sits_at(2)
    until(lambda: forecasts_made(hall_server) > before, "the new one foresees nothing")
    assert "Traceback" not in hall_server.log


def test_it_ends_with_its_server_however_that_ends(hall_server: HallServer):
    hall_server.clerk(1).sits_at(1)
    worker = worker_of(hall_server)
    hall_server.kill()
    until(lambda: not running(worker), "it outlives its server")


def running(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
