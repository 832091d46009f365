"""The command line: `python -m hall serve | check | apply | backup | restore | migrate | password | token |
demo | bench | twin`."""

import gevent
from gevent import monkey

monkey.patch_all()

import argparse  # noqa: E402
import os  # noqa: E402
import signal  # noqa: E402
import socket  # noqa: E402
import sys  # noqa: E402
from contextlib import suppress  # noqa: E402
from pathlib import Path  # noqa: E402

from sqlalchemy import make_url  # noqa: E402
from sqlalchemy.exc import OperationalError  # noqa: E402

from hall import config, setup  # noqa: E402
from hall.backup.command import backup, bring_back, settings_from  # noqa: E402
from hall.config_model import Config  # noqa: E402
from hall.i18n import speak_anywhere, terminal_words  # noqa: E402
from hall.rules.errors import Refusal  # noqa: E402
from hall.twin.command import add_arguments as add_twin_arguments  # noqa: E402


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; returns its exit code."""
    speak_anywhere()
    parser = argparse.ArgumentParser(prog="python -m hall", description=__doc__)
    parser.add_argument(
        "--config", default=os.environ.get("HALL_CONFIG", "config.yaml"), help="the configuration file"
    )
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("serve", help="run the hall")
    one.add_argument("--host")
    one.add_argument("--port", type=_port)
    one = commands.add_parser("check", help="validate a configuration file")
    one.add_argument("file", nargs="?")
    one = commands.add_parser(
        "apply", help="show what a changed file changes, then apply it to the running hall"
    )
    one.add_argument("file", nargs="?")
    one.add_argument("--yes", action="store_true", help="apply without asking")
    one = commands.add_parser("backup", help="a consistent copy of the running hall")
    one.add_argument("--to", help="the folder of the copies (default: that of the settings, or var/backup)")
    one.add_argument("--keep", type=int, help="let go of all but the newest N (default: keep all)")
    one = commands.add_parser("restore", help="bring the hall up from a copy, here or on another machine")
    one.add_argument("copy", type=Path, help="the copy's folder")
    commands.add_parser("migrate", help="bring the database to today's tables")
    one = commands.add_parser("password", help="give an account a new random password and print it once")
    one.add_argument("username")
    one.add_argument("--hall")
    one = commands.add_parser("token", help="give a device a new token and print its pairing address once")
    one.add_argument("device")
    one.add_argument("--hall")
    one = commands.add_parser("demo", help="a hall with simulated visitors and clerks")
    one.add_argument("--speed", type=float, default=20.0, help="simulated seconds per second (default 20)")
    one.add_argument("--port", type=_port, default=8000)
    one.add_argument("--seed", type=int, default=1)
    one = commands.add_parser(
        "bench", help="measure this machine: each figure beside a floor of the same run"
    )
    one.add_argument(
        "only",
        nargs="?",
        choices=(
            "actions",
            "full",
            "screens",
            "search",
            "dispatch",
            "waits",
            "refresh",
            "advice",
            "staffing",
            "reports",
            "roster",
            "whatif",
            "history",
            "week",
            "faults",
        ),
    )
    one.add_argument("--postgres", help="URL of a PostgreSQL database that may be emptied")
    one.add_argument("--redis", help="faults: URL of a Redis")
    one.add_argument("--days", type=int, help="how many days: 10, of history 1,096, of a week 7")
    one.add_argument(
        "--seed", type=int, default=1, help="dispatch, waits, staffing, whatif: the first day's seed"
    )
    one.add_argument(
        "--size",
        choices=("large", "medium", "small"),
        help="dispatch, waits, staffing, whatif: this size only",
    )
    one.add_argument("--tried", action="store_true", help="dispatch: also the policies that were tried")
    one.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="NAME",
        dest="named",
        help="faults: this one (again: and this)",
    )
    one.add_argument(
        "--foretold", action="store_true", help="staffing: only how suggestions are foretold, of every day"
    )
    one.add_argument("--times", type=int, help="faults: how often each is tried")
    one.add_argument("--json", action="store_true", help="faults: JSON instead of the table")
    add_twin_arguments(commands.add_parser("twin", help="simulated days by the hall's own rules"))
    chosen = parser.parse_args(arguments)
    if chosen.command == "twin":
        return int(chosen.perform(chosen))
    if chosen.command == "bench" and chosen.only == "faults":
        from hall.bench.faults.listing import bench_faults

        return bench_faults(chosen.named, chosen.times, chosen.postgres, chosen.json, chosen.redis)
    if chosen.command == "bench" and chosen.only == "waits":
        from hall.bench.waits import bench_waits

        return bench_waits(max(1, chosen.days or 10), chosen.seed, chosen.size)
    if chosen.command == "bench" and chosen.only == "staffing":
        from hall.bench.staffing import bench_staffing

        return bench_staffing(max(1, chosen.days or 10), chosen.seed, chosen.size, chosen.foretold)
    if chosen.command == "bench" and chosen.only == "whatif":
        from hall.bench.whatif import bench_whatif

        return bench_whatif(max(1, chosen.days or 10), chosen.seed, chosen.size)
    if chosen.command == "bench" and chosen.only == "roster":
        from hall.bench.roster import bench_roster

        return bench_roster(max(1, chosen.days), chosen.seed, chosen.size)
    if chosen.command == "bench" and chosen.only == "reports":
        from hall.bench.reports import bench_reports

        return bench_reports(max(1, chosen.days or 10), chosen.seed)
    if chosen.command == "bench" and chosen.only == "history":
        from hall.bench.history import DAYS, bench_history

        return bench_history(chosen.postgres, chosen.days or DAYS)
    if chosen.command == "bench" and chosen.only == "advice":
        from hall.bench.advice import bench_advice

        return bench_advice(chosen.postgres)
    if chosen.command == "bench" and chosen.only == "week":
        from hall.bench.week import bench_week

        return bench_week(chosen.days or 7, seed=chosen.seed)
    if chosen.command == "bench" and chosen.only == "refresh":
        from hall.bench.refresh import bench_refresh

        return bench_refresh(chosen.postgres)
    if chosen.command == "bench" and chosen.only == "dispatch":
        from hall.bench.dispatch import bench_dispatch

        return bench_dispatch(max(1, chosen.days or 10), chosen.seed, chosen.size, chosen.tried)
    if chosen.command == "bench":
        from hall.bench.run import bench

        return bench(chosen.postgres, chosen.only)
    return _run(chosen)


def _port(text: str) -> int:
    """A port of the command line; 0 lets the system choose."""
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text} is no port: from 0 to 65535")
    return int(text)


def _run(chosen: argparse.Namespace) -> int:
    file = Path(getattr(chosen, "file", None) or chosen.config)
    if chosen.command == "restore":
        settings_from(chosen.copy, file)
    loaded = _load(file)
    if loaded is None:
        return 1
    if chosen.command == "check":
        print(terminal_words()("cli.check_ok", file=file.name))
        return 0
    try:
        return _COMMANDS[chosen.command](loaded, file, chosen)
    except Refusal as refusal:
        print(terminal_words()(f"error.{refusal.code}", **refusal.params), file=sys.stderr)
    except OperationalError as error:
        where = make_url(loaded.server.database).render_as_string(hide_password=True)
        why = str(error.orig).splitlines()[0]
        print(terminal_words()("cli.no_database", database=where, why=why), file=sys.stderr)
    except OSError as error:
        if error.filename is None:
            raise
        print(terminal_words()("cli.no_file", file=error.filename, why=error.strerror), file=sys.stderr)
    return 1


def _load(file: Path) -> Config | None:
    try:
        return config.load(file)
    except config.ConfigError as error:
        for problem in error.problems:
            print(config.render_problem(problem, os.environ.get("HALL_LANGUAGE", "zh")), file=sys.stderr)
        return None


def _serve(loaded: Config, file: Path, chosen: argparse.Namespace) -> int:
    from hall.app import create_app, serve

    _end_when_asked()
    if chosen.host or chosen.port is not None:
        given = {
            key: value for key, value in (("host", chosen.host), ("port", chosen.port)) if value is not None
        }
        loaded = loaded.model_copy(update={"server": loaded.server.model_copy(update=given)})
    house = create_app(loaded, file.resolve().parent)
    house.server.file = file.resolve()
    listener = _listen(loaded.server.host, loaded.server.port)
    if listener is None:  # before the first passwords are made, which are told only once
        return 1
    first = setup.prepare(house.server)

    def ready(port: int) -> None:
        print(setup.welcome(house.server, first, port), flush=True)

    with suppress(KeyboardInterrupt, SystemExit):
        serve(house, listener, ready)
    house.stop()
    return 0


def _listen(host: str, port: int) -> socket.socket | None:
    """None when that cannot be, which has been said."""
    from hall.app import listen

    try:
        return listen(host, port)
    except OSError as error:
        print(setup.why_closed(error, host, port), file=sys.stderr)
        return None


def _end_when_asked() -> None:
    """gevent hands the exit to the main greenlet; a plain handler raises it in whichever one
    happens to run.
    """
    for sign in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(sign, sys.exit, 0)


def _apply(loaded: Config, file: Path, chosen: argparse.Namespace) -> int:
    words, database = terminal_words(), setup.open_database(loaded, file.resolve().parent)
    for hall in loaded.halls:
        lines = setup.differences(database, hall)
        print(words("cli.apply_hall", hall=hall.name, count=len(lines)))
        for line in lines:
            print(f"  {line}")
        if lines and (chosen.yes or _agreed(words("cli.apply_ask"))):
            setup.apply(database, hall)
            print(words("cli.applied"))
    return 0


def _agreed(question: str) -> bool:
    """Not where nobody is there to be asked."""
    try:
        return input(question).strip().lower() in ("y", "yes", "是")
    except EOFError:
        print()
        return False


def _backup(loaded: Config, file: Path, chosen: argparse.Namespace) -> int:
    return backup(loaded, file.resolve(), chosen.to, chosen.keep)


def _restore(loaded: Config, file: Path, chosen: argparse.Namespace) -> int:
    return bring_back(loaded, file.resolve(), chosen.copy)


def _migrate(loaded: Config, file: Path, chosen: argparse.Namespace) -> int:
    setup.open_database(loaded, file.resolve().parent)
    return 0


def _password(loaded: Config, file: Path, chosen: argparse.Namespace) -> int:
    database = setup.open_database(loaded, file.resolve().parent)
    print(setup.new_password(database, chosen.hall or loaded.halls[0].id, chosen.username))
    return 0


def _token(loaded: Config, file: Path, chosen: argparse.Namespace) -> int:
    database = setup.open_database(loaded, file.resolve().parent)
    hall = chosen.hall or loaded.halls[0].id
    print(setup.pairing_address(loaded.server, hall, setup.new_token(database, hall, chosen.device)))
    return 0


def _demo(loaded: Config, file: Path, chosen: argparse.Namespace) -> int:
    from hall.demo.run import demo

    _end_when_asked()
    listener = _listen(loaded.server.host, chosen.port)
    if listener is None:  # perhaps another demonstration, whose database this one would take away
        return 1
    port = listener.getsockname()[1]
    listener.close()
    return demo(loaded, file.resolve().parent, max(0.1, chosen.speed), port, chosen.seed)


_COMMANDS = {
    "serve": _serve,
    "apply": _apply,
    "backup": _backup,
    "restore": _restore,
    "migrate": _migrate,
    "password": _password,
    "token": _token,
    "demo": _demo,
}

if __name__ == "__main__":
    sys.exit(main())
