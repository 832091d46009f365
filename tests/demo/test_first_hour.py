"""The first hour of a day at Haimen's scale, through the real interface, as fast as it goes."""

import random
from pathlib import Path

from ruamel.yaml import YAML
from sqlalchemy import func, select

from hall import config
from hall.demo.client import Client
from hall.demo.crowd import Crowd, Desk
from hall.demo.workload import arrivals
from hall.records.tables import calls, events, halls, tickets
from tests.builders import ALWAYS_OPEN
from tests.hall_server import PASSWORD, StartHall

PRESET = Path(__file__).parents[2] / "hall" / "presets" / "haimen.yaml"
TICKETS_A_DAY = 5000
FIRST_HOUR = (8 * 60 + 30, 9 * 60 + 30)


def wanted() -> dict:
    """The preset itself, open at whatever time the test runs, without voice and paper."""
    content = YAML(typ="safe").load(PRESET.read_text(encoding="utf-8"))
    content["voice"] = {"engine": "none"}
    hall = content["halls"][0]
    hall.update(hours=ALWAYS_OPEN, closed_days=[])
    hall.setdefault("rules", {})["missed_after_seconds"] = 0
    for department in hall["departments"]:
        for business in department["businesses"]:
            business.pop("hours", None)
    return {"server": {"host": "127.0.0.1"}, "voice": content["voice"], "halls": [hall]}


def test_haimens_first_hour_runs_through_the_interface_without_a_lost_or_doubled_number(
    start_hall: StartHall,
):
    server = start_hall(wanted())
    hall = config.load(server.folder / "config.yaml").halls[0]
    clerks = {one.username for one in hall.accounts if one.role == "clerk"}
    desks = []
    # A third of the windows is staffed when the doors open. All 288 take some 130 s of computing.
    for window in hall.windows[::3]:
        username = f"w{window.number:03d}"
        assert username in clerks
        client = Client(server.url, server.hall)
        client.sign_in(username, PASSWORD)
        client.post(f"/windows/{window.number}/sign-in")
        client.post(f"/windows/{window.number}/open")
        desks.append(Desk(window.number, client))
    kiosk = Client(server.url, server.hall, next(iter(server.tokens.values())))
    source = random.Random(1)
    coming = arrivals(hall, TICKETS_A_DAY, source, *FIRST_HOUR)
    end = FIRST_HOUR[1] * 60
    crowd = Crowd(hall, kiosk, desks, source)
    crowd.run(coming, FIRST_HOUR[0] * 60, lambda at: None, lambda at: at > end)
    for client in (kiosk, *(desk.client for desk in desks)):
        client.close()

    assert crowd.tally.refused == {}
    assert crowd.tally.taken == len(coming) > 500
    assert len(crowd.tally.labels) == crowd.tally.taken
    assert crowd.tally.finished > 100
    with server.database().read() as connection:
        stored = connection.execute(select(func.count()).select_from(tickets)).scalar_one()
        numbers = connection.execute(select(events.c.seq).order_by(events.c.seq)).scalars().all()
        latest = connection.execute(select(halls.c.journal_seq)).scalar_one()
        called = connection.execute(select(func.count()).select_from(calls)).scalar_one()
    assert stored == crowd.tally.taken
    assert numbers == list(range(1, latest + 1))
    assert called >= crowd.tally.called
