"""`python -m hall demo`: a server of its own under var/demo, and a crowd that keeps it busy until Ctrl-C."""

import random
import subprocess
import sys
import time
from pathlib import Path

from ruamel.yaml import YAML
from sqlalchemy import update

from hall import config, setup
from hall.actions import accounts as account_actions
from hall.config_model import Config, HallConfig
from hall.demo import workload
from hall.demo.client import Client
from hall.demo.crowd import Crowd, Desk
from hall.i18n import terminal_words
from hall.records.connections import begin_writing
from hall.records.tables import accounts

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
START_SECONDS = 60
AT_THE_DOOR = 2
"""Visitors a window who come with the opening of the doors, so that a newcomer sees lines at once."""
BUSY_SHARE = 0.95
"""Share of the open windows' time that the demonstration's visitors ask for: lines form, but do not grow
without end.
"""


def demo(loaded: Config, folder: Path, speed: float, port: int, seed: int, share: float = 1.0) -> int:
    """Runs the demonstration of the first hall of a configuration; returns the exit code."""
    words = terminal_words()
    place = folder / "var" / "demo"
    settings, password = make_settings(loaded, place, port)
    prepared = config.load(settings)
    hall = prepared.halls[0]
    token = prepare(prepared, place, password)
    server = subprocess.Popen([sys.executable, "-m", "hall", "--config", str(settings), "serve"])
    base = f"http://127.0.0.1:{port}"
    try:
        wait_until_open(base, hall.id, token)
        open_windows = [
            one for number, one in enumerate(hall.windows) if number < max(1, len(hall.windows) * share)
        ]
        desks = seat(base, hall, [one.number for one in open_windows], password)
        print(
            words("demo.ready", password=password, kiosk=f"{base}/halls/{hall.id}/pair?token={token}"),
            flush=True,
        )
        source = random.Random(seed)
        mean = sum(one.business.service_minutes for one in hall.businesses()) / len(hall.businesses()) + 0.75
        arrivals = workload.around_the_clock(
            hall, BUSY_SHARE * len(desks) * 60 / mean, source, AT_THE_DOOR * len(desks)
        )
        begun = time.monotonic()

        def pace(at: float) -> None:
            time.sleep(max(0.0, at / speed - (time.monotonic() - begun)))

        Crowd(hall, Client(base, hall.id, token), desks, source).run(
            arrivals, 0.0, pace, lambda at: server.poll() is not None
        )
    except (KeyboardInterrupt, SystemExit):
        pass
    finally:
        server.terminate()
        server.wait(15)
    return 0


def make_settings(loaded: Config, place: Path, port: int) -> tuple[Path, str]:
    """The demonstration's own settings file: open day and night, a clerk for every window; and everybody's
    password.
    """
    (place / "var").mkdir(parents=True, exist_ok=True)  # where a file printer of the settings may write
    hall = loaded.halls[0]
    taken = {one.username for one in hall.accounts}
    clerks = [
        {
            "username": clerk_of(one.number),
            "name": terminal_words()("demo.clerk", number=one.number),
            "role": "clerk",
            "skills": "all",
            "badge": f"{one.number:03d}",
        }
        for one in hall.windows
        if clerk_of(one.number) not in taken
    ]
    dumped = hall.model_dump(mode="json", exclude_none=True)
    dumped.update(hours={day: ["00:00-24:00"] for day in DAYS}, closed_days=[], open_days=[])
    dumped["rules"]["missed_after_seconds"] = 0
    for department in dumped["departments"]:
        for business in department["businesses"]:
            business.pop("hours", None)
            business.pop("quota", None)
    dumped["accounts"] += clerks
    if not any(one["role"] == "administrator" for one in dumped["accounts"]):
        name = terminal_words()("role.administrator")
        dumped["accounts"].append({"username": "admin", "name": name, "role": "administrator"})
    if not any(one["kind"] == "kiosk" for one in dumped["devices"]):
        dumped["devices"].append(
            {"id": "demo-kiosk", "kind": "kiosk", "name": terminal_words()("demo.kiosk")}
        )
    server = {
        **loaded.server.model_dump(exclude_none=True),
        "database": "sqlite:///hall.db",
        "secret_file": "secret",
    }
    settings = {
        "server": {**server, "port": port},
        "voice": {**loaded.voice.model_dump(exclude_none=True), "cache_dir": "voice"},
        "halls": [dumped],
    }
    path = place / "config.yaml"
    with path.open("w", encoding="utf-8") as file:
        YAML().dump(settings, file)
    for name in ("hall.db", "hall.db-wal", "hall.db-shm"):
        (place / name).unlink(missing_ok=True)
    return path, account_actions.new_password()


def clerk_of(window: int) -> str:
    return f"demo-{window:03d}"


def prepare(prepared: Config, place: Path, password: str) -> str:
    """Makes the hall and gives everybody the password; returns the kiosk's token."""
    database = setup.open_database(prepared, place)
    hall = prepared.halls[0]
    setup.apply(database, hall)
    hashed = account_actions.hash_password(password)
    with begin_writing(database.engine) as connection:
        connection.execute(update(accounts).values(password_hash=hashed))
    kiosk = next(one for one in hall.devices if one.kind == "kiosk")
    return setup.new_token(database, hall.id, kiosk.id)


def wait_until_open(base: str, hall: str, token: str) -> None:
    """Returns once the server answers; raises ConnectionError after a minute."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            Client(base, hall, token).get("")
            return
        except ConnectionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def seat(base: str, hall: HallConfig, numbers: list[int], password: str) -> list[Desk]:
    """Signs a clerk in at each window and opens it, with a line of progress."""
    desks = []
    for done, number in enumerate(numbers, start=1):
        client = Client(base, hall.id)
        client.sign_in(clerk_of(number), password)
        client.post(f"/windows/{number}/sign-in")
        client.post(f"/windows/{number}/open")
        desks.append(Desk(number, client))
        print(terminal_words()("demo.seating", done=done, all=len(numbers)), end="\r", flush=True)
    print()
    return desks
