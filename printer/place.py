"""How the printer joins the server: hall/app.py calls `register` while the app is made and `start` when it
begins to serve.
"""

from flask import Flask

from hall.live import Live
from hall.web.server import Server
from printer.spool import Spool


def register(app: Flask, server: Server, live: Live) -> None:
    """Adds the printer's pages and interface to the app: it has none of its own. Lists, states and retries of
    print jobs are in hall/web/api/admin.py and kiosk/routes.py.
    """


def start(server: Server, live: Live) -> None:
    """Starts printing; a ticket is looked for as soon as it is told to the screens."""
    spool = server.places["printer"] = Spool(server)
    live.listeners.append(spool.wake)
    spool.start()


def stop(server: Server) -> None:
    """Ends it, after the tickets that are under way."""
    spool: Spool | None = server.places.pop("printer", None)
    if spool is not None:
        spool.stop()
