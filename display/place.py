"""How the display joins the server: hall/app.py calls `register` while the app is made, `start` when it
begins to serve and `stop` at the end.
"""

from flask import Flask

from display import api, routes
from display.speaker import Speaker
from hall.live import Live
from hall.web.server import Server


def register(app: Flask, server: Server, live: Live) -> None:
    """Adds the display's pages, interface and voice to the app."""
    speaker = server.places["display"] = Speaker(server)
    live.listeners.append(speaker.hear)
    server.beats.own.append(speaker.beats)
    app.register_blueprint(routes.blueprint)
    app.register_api(api.blueprint)  # type: ignore[attr-defined]


def start(server: Server, live: Live) -> None:
    """Starts the voice."""
    server.places["display"].start()


def stop(server: Server) -> None:
    """Ends it again."""
    server.places["display"].stop()
