"""Puts the hall together: database, live events, web, and the three places kiosk, display and printer. The
only module that knows them all.

`create_app` makes everything; `serve` runs it. hall/__main__.py has monkey-patched the standard library
before this is imported.
"""

import logging
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from flask import Flask, abort, request, send_from_directory, session
from flask_openapi3 import Info, OpenAPI
from flask_socketio import SocketIO
from flask_wtf.csrf import CSRFProtect
from gevent import pywsgi, socket
from werkzeug.wrappers import Response

import display.place
import kiosk.place
import printer.place
from hall import i18n, live, rounds, webhooks
from hall.advising import Advising
from hall.backup.schedule import Copies
from hall.clock_watch import ClockWatch
from hall.config_model import Config
from hall.events import Recorded
from hall.foresight import Foresight
from hall.planning import keeper as planning
from hall.records import migrate
from hall.records.book import Books
from hall.records.database import Database, now_utc
from hall.reporting.keeper import Reports
from hall.web import access, design, pages, policy, problems, signed
from hall.web import api as web_api
from hall.web.admission import Admission
from hall.web.api import advice as api_advice
from hall.web.api import document
from hall.web.api import hall as api_hall
from hall.web.api import reports as api_reports
from hall.web.api import session as api_session
from hall.web.api import tickets as api_tickets
from hall.web.api import windows as api_windows
from hall.web.server import Server

LARGEST_BODY = 64 * 1024
"""Bytes. The largest honest request is a transfer with twenty items and a note."""

VENDOR = (
    "socket.io-client/dist",
    "swagger-ui-dist",
    "@fontsource-variable/noto-sans-sc",
    "echarts/dist",
    "axe-core",
)
"""Folders of node_modules that browsers may read."""

SCREENS, PAD = ("kiosk", "display"), "visitor.show_pad"
"""The blueprints of the hall's own screens, and the one other page that such a screen shows."""

ROOT = Path(__file__).parent.parent


@dataclass
class House:
    """A hall ready to serve."""

    app: Flask
    socketio: SocketIO
    server: Server
    live: live.Live
    admission: Admission
    foresight: Foresight
    reports: Reports
    planning: planning.Planning
    advising: Advising

    def start(self) -> None:
        """Starts what works beside the requests: sending, voice, printing, looking ahead, reports."""
        self.live.start()
        for hall in self.server.config.halls:
            with self.server.database.read() as connection:
                self.server.finder(self.server.books.of(connection, hall.id))
        for place in (kiosk.place, display.place, printer.place):
            place.start(self.server, self.live)
        self.socketio.start_background_task(rounds.go_round, self.server, self.socketio)
        self.socketio.start_background_task(webhooks.keep_sending, self.server, self.socketio)
        self.socketio.start_background_task(self.admission.keep_measuring)
        self.socketio.start_background_task(self.server.beats.keep_writing, self.server.database)
        self.socketio.start_background_task(Copies(self.server).keep_making)
        self.socketio.start_background_task(ClockWatch(self.server).keep_looking)
        self.foresight.start()
        self.reports.start()
        self.advising.start()

    def stop(self) -> None:
        """Ends the worker processes."""
        self.foresight.stop()
        self.reports.stop()
        self.advising.stop()
        self.planning.stop()
        for place in (kiosk.place, display.place, printer.place):
            place.stop(self.server)


def create_app(config: Config, folder: Path, clock: Callable[[], datetime] = now_utc) -> House:
    """The application for one configuration; relative paths in it start at `folder`. Migrates the
    database.
    """
    database = Database(config.server.database_url(folder), clock)
    migrate.upgrade(database.engine)
    server = Server(config, folder, database, Books(), _secret(folder / config.server.secret_file))
    database.on_rollback = server.books.forget
    app = OpenAPI(
        "hall",
        root_path=str(Path(__file__).parent),
        info=Info(title="Hall", version="1"),
        template_folder="web/templates",
        static_folder="web/static",
        static_url_path="/static",
        doc_ui=False,
        validation_error_callback=problems.invalid_request,
    )
    app.extensions["hall"] = server
    app.config.update(
        SECRET_KEY=server.secret,
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        SESSION_COOKIE_NAME="hall_session",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=(config.server.public_url or "").startswith("https:"),
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        SESSION_REFRESH_EACH_REQUEST=False,
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=None,
        SEND_FILE_MAX_AGE_DEFAULT=3600,
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    i18n.init_translations(app, lambda: _first_language(config), _has_a_reader)
    problems.register(app)
    admission = Admission()
    _guard(app, admission)
    for blueprint in (
        api_session.blueprint,
        api_hall.blueprint,
        api_tickets.blueprint,
        api_windows.blueprint,
        *web_api.MORE,
    ):
        app.register_api(blueprint)
    document.register(app)
    for page in (design.blueprint, pages.blueprint, *pages.MORE):
        app.register_blueprint(page)
    socketio = SocketIO(
        app,
        async_mode="gevent",
        transports=["websocket"],
        message_queue=config.server.redis,
        manage_session=False,
        max_http_buffer_size=16 * 1024,
    )
    sender = live.Live(socketio, database)

    def committed(recorded: list[Recorded]) -> None:
        server.forget_askers(recorded)
        sender.tell(recorded)

    database.on_commit = committed
    live.register(socketio, sender, server)
    for place in (kiosk.place, display.place, printer.place):
        place.register(app, server, sender)
    writes = any(hall.report_files.folder for hall in config.halls)
    codes = [hall.id for hall in config.halls]
    reports = Reports(database, config.server.database_url(folder), codes, folder, writes)
    server.places[api_reports.PLACE] = reports
    plans = server.places[planning.PLACE] = planning.Planning(config.server.database_url(folder))
    advising = server.places[api_advice.PLACE] = Advising(server, plans)
    return House(app, socketio, server, sender, admission, Foresight(server), reports, plans, advising)


def _guard(app: OpenAPI, admission: Admission) -> None:
    """Security headers on every answer, the CSRF check on every changing request that a browser could be
    tricked into.
    """
    tokens = signed.Tokens(CSRFProtect(app))
    app.session_interface = signed.Sessions()
    app.before_request(admission.check)

    @app.before_request
    def check_csrf() -> None:
        if request.method not in ("GET", "HEAD", "OPTIONS") and access.needs_csrf():
            tokens.check()

    app.before_request(access.check_early)

    @app.before_request
    def check_json() -> None:
        # A body that comes in chunks says no length.
        has_body = bool(request.content_length or request.headers.get("Transfer-Encoding"))
        if request.method == "POST" and request.path.startswith("/api/") and has_body:
            if not request.is_json:
                abort(415)
            try:
                request.get_json()
            except RecursionError:  # brackets in brackets, thousands deep
                abort(400)

    @app.after_request
    def add_headers(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", policy.content_security())
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        if request.path.startswith("/api/") or "account" in session:
            headers.setdefault("Cache-Control", "no-store")
        return response

    @access.anyone
    def vendor(name: str) -> Response:
        if not name.startswith(VENDOR):
            abort(404)
        return send_from_directory(ROOT / "node_modules", name, max_age=86400)

    # Not by the decorator: that one is the API's and would put this into its document.
    app.add_url_rule("/vendor/<path:name>", view_func=vendor)


def _first_language(config: Config) -> str | None:
    """The first language of the hall that this request is about, for readers who have not chosen one."""
    hall = config.hall((request.view_args or {}).get("hall", ""))
    return hall.languages[0] if hall else None


def _has_a_reader() -> bool:
    """Whether the browser is its reader's own. Screens of the hall speak the hall's language to everybody."""
    return request.blueprint not in SCREENS and request.endpoint != PAD


def _secret(path: Path) -> bytes:
    """The server's secret, made once. It signs sessions and keys identity hashes, so it must outlive
    restarts.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(32))
    return path.read_bytes()


def listen(host: str, port: int) -> socket.socket:
    """The socket that `serve` takes connections from; port 0 lets the system choose. Raises OSError.

    It has TCP_NODELAY, which accepted connections inherit: with Nagle's algorithm a keep-alive answer waits
    40 ms for an acknowledgement.
    """
    listener = socket.create_server((host, port), backlog=1024)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def serve(house: House, listener: socket.socket, ready: Callable[[int], None]) -> None:
    """Serves until interrupted; `ready` is told the port once connections are accepted."""
    logging.getLogger("engineio").setLevel(logging.ERROR)
    server = pywsgi.WSGIServer(listener, house.app, log=None)
    server.start()
    house.server.port = listener.getsockname()[1]
    house.start()
    ready(listener.getsockname()[1])
    server.serve_forever()
