"""`python -m kiosk --server URL --token TOKEN`: a kiosk that goes on while the server is away.

Runs on the kiosk's own PC beside its browser, which opens the address that is printed. Puts together the
small hall that a kiosk is by itself, its line to the server and its printer; of the kiosk's modules only
this one knows the printer.
"""

import gevent
from gevent import monkey

monkey.patch_all()

import argparse  # noqa: E402
import logging  # noqa: E402
import os  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from contextlib import suppress  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

from gevent import pywsgi  # noqa: E402

import printer.place  # noqa: E402
from hall import setup  # noqa: E402
from hall.app import House, create_app, listen  # noqa: E402
from hall.i18n import speak_anywhere, terminal_words  # noqa: E402
from kiosk.alone import contact, desk, routes, store  # noqa: E402
from kiosk.alone.clock import Clock  # noqa: E402
from kiosk.alone.contact import Contact  # noqa: E402
from kiosk.alone.front import Front  # noqa: E402
from kiosk.alone.line import Away, Line  # noqa: E402

TRY_AGAIN_SECONDS = 2.0


def main(arguments: list[str] | None = None) -> int:
    """Runs the kiosk until it is ended; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m kiosk", description=__doc__)
    parser.add_argument("--server", required=True, help="the hall's address, such as http://hall.local:8000")
    parser.add_argument(
        "--token",
        default=os.environ.get("HALL_KIOSK_TOKEN"),
        help="the kiosk's token (python -m hall token DEVICE), or HALL_KIOSK_TOKEN",
    )
    parser.add_argument("--folder", type=Path, default=Path("var/kiosk"), help="where its store lies")
    parser.add_argument("--port", type=int, default=8100, help="of this PC only; 0 for a free one")
    chosen = parser.parse_args(arguments)
    speak_anywhere()
    words = terminal_words()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s")
    if not chosen.token:
        parser.error(words("kiosk.alone.no_token"))
    line = Line(chosen.server.rstrip("/"), chosen.token)
    try:
        copy = _copy(line, chosen.folder.resolve(), words)
    except contact.Refused:
        print(words("kiosk.alone.refused_start"), file=sys.stderr)
        return 1
    for sign in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(sign, sys.exit, 0)
    try:
        listener = listen("127.0.0.1", chosen.port)
    except OSError as error:
        print(setup.why_closed(error, "127.0.0.1", chosen.port), file=sys.stderr)
        return 1
    house, touch = assemble(line, copy, chosen.folder.resolve())
    front = Front(house.app, copy["hall"], line.token)
    server = pywsgi.WSGIServer(listener, front, log=None)
    server.start()
    gevent.spawn(house.admission.keep_measuring)
    house.live.start()
    printer.place.start(house.server, house.live)
    touch.start()
    print(words("kiosk.alone.open", url=f"http://127.0.0.1:{listener.getsockname()[1]}/"), flush=True)
    with suppress(KeyboardInterrupt, SystemExit):
        server.serve_forever()
    touch.stop()
    printer.place.stop(house.server)
    return 0


def assemble(line: Line, copy: dict[str, Any], folder: Path) -> tuple[House, Contact]:
    """The small hall on its store, and what keeps it in touch with the server; neither is started."""
    house = create_app(contact.config_of(copy), folder)
    server = house.server
    store.prepare(server.database)
    with server.database.read() as connection:
        clock = Clock(desk.known_clock(connection))
    server.database.clock = clock.now
    own = desk.Desk(server, line, clock, copy["hall"], copy["device"])
    server.places[desk.PLACE] = own
    house.app.register_blueprint(routes.blueprint)
    contact.take_copy(own, copy)
    return house, Contact(own, folder)


def _copy(line: Line, folder: Path, words: Any) -> dict[str, Any]:
    """What is configured: the server's word, or the copy of an earlier day. The very first start waits for
    the server.
    """
    said = False
    while True:
        try:
            return contact.fetch_copy(line, folder)
        except Away:
            kept = contact.first_copy(line, folder)
            if kept is not None:
                return kept
        if not said:
            print(words("kiosk.alone.first_contact", url=line.url), flush=True)
            said = True
        time.sleep(TRY_AGAIN_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
