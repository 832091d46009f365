"""How the display joins the server: hall/app.py calls `register` while the app is made and `start` when it
begins to serve.
"""

from flask import Flask

from hall.live import Live
from hall.web.server import Server


def register(app: Flask, server: Server, live: Live) -> None:
    """Adds the display's pages and interface to the app."""


def start(server: Server, live: Live) -> None:
    """Starts what the display does beside the requests."""


def stop(server: Server) -> None:
    """Ends it again."""
