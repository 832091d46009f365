"""How the kiosk joins the server: hall/app.py calls `register` while the app is made and `start` when it
begins to serve.
"""

from typing import cast

from flask import Flask
from flask_openapi3 import OpenAPI

from hall.live import Live
from hall.web.server import Server
from kiosk import routes


def register(app: Flask, server: Server, live: Live) -> None:
    """Adds the kiosk's pages and interface to the app."""
    app.register_blueprint(routes.pages)
    cast(OpenAPI, app).register_api(routes.blueprint)


def start(server: Server, live: Live) -> None:
    """Starts what the kiosk does beside the requests."""


def stop(server: Server) -> None:
    """Ends it again."""
