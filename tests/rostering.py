"""What a manager does with a roster over the interface, from making it to the AB post taking over; used by
the watched day and the tests of the roster's routes.
"""

import time
from typing import Any

from tests.people import Api

PATIENCE_SECONDS = 300.0


def shift(clerk: str, window: int | None, begins: str = "09:00", ends: str = "11:00", **more: Any) -> Any:
    return {"clerk": clerk, "window": window, "begins": begins, "ends": ends, **more}


def edition(api: Api, day: str) -> int:
    return int(
        next(one for one in api.get("/roster", **{"from": day})["days"] if one["day"] == day)["edition"]
    )


def puts(api: Api, day: str, *added: Any, removed: tuple[int, ...] = (), key: str | None = None) -> Any:
    """Changes a day as it stands now."""
    wish = {"day": day, "edition": edition(api, day), "added": list(added), "removed": list(removed)}
    return api.post("/roster/change", wish, key)


def make_a_roster(api: Api, clerk: Api) -> None:
    """Every verb of the roster once, for a day to come."""
    day, other = "2027-03-01", "2027-03-02"
    puts(api, day, shift("clerk3", 1), shift("clerk4", None), shift("clerk5", 2))
    api.post("/roster/backups", {"window": 1, "clerk": "clerk4"})
    api.post("/roster/backups", {"business": "tax", "clerk": "clerk5"})
    copied = api.post("/roster/copy", {"first": day, "to": other})
    assert copied == {"copied": 3, "left_out": 0}
    absence = api.post("/roster/absences", {"clerk": "clerk3", "first": day, "last": other, "note": "病假"})
    week = api.get("/roster", **{"from": day})
    (first, _) = week["absences"][0]["shifts"]
    assert first["stand_ins"] == [{"clerk": "clerk4", "backup": True}]
    api.post("/roster/take-over", {"shift": first["shift"], "clerk": "clerk4"})
    api.post(f"/roster/absences/{absence['absence']}/end")
    clerk.get("/roster/mine")


def draw_a_roster(api: Api) -> None:
    """The forecast, the report on skills, and a week drawn and put in force."""
    day = "2027-03-08"
    api.get("/roster/forecast", **{"from": day})
    api.get("/roster/skills", first=day)
    api.post(f"/roster/plans/{drawn(api, day)}/apply")


def drawn(api: Api, first: str) -> int:
    """A week that the planner has drawn."""
    plan = int(api.post("/roster/plans", {"first": first})["plan"])
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (state := api.get(f"/roster/plans/{plan}")["state"]) == "asked":
        assert time.monotonic() < deadline, "the week is not drawn"
        time.sleep(0.3)
    assert state == "done"
    return plan
