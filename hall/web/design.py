"""What all pages share beside the API: their words as JSON, the large-print choice, and the page /design that
shows every token and component in all its states.

Registered by hall/app.py. /design is for whoever builds or judges a screen: what is not on it is not part of
the house style.
"""

import hashlib

from flask import Blueprint, Response, abort, render_template, request

from hall.i18n import LANGUAGES, YEAR_SECONDS, catalogue_json
from hall.web import access

SIZES = ("normal", "large")

blueprint = Blueprint("design", __name__)


@blueprint.get("/design")
@access.anyone
def show_design() -> str:
    return render_template("design.html")


@blueprint.get("/words/<language>.json")
@access.anyone
def send_words(language: str) -> Response:
    """Every message in one language, for the scripts of pages (js/words.js)."""
    if language not in LANGUAGES:
        abort(404)
    body = catalogue_json(language)
    response = Response(body, mimetype="application/json")
    response.set_etag(hashlib.sha256(body.encode()).hexdigest()[:16])
    response.cache_control.no_cache = True
    response.make_conditional(request)
    return response


@blueprint.app_template_global()
def page_size() -> str:
    """ "large" for a visitor who asked for large print (?size= or the cookie), else "normal"."""
    wishes = (request.args.get("size"), request.cookies.get("size"))
    return next((wish for wish in wishes if wish in SIZES), SIZES[0])


@blueprint.after_app_request
def remember_size(response: Response) -> Response:
    """A page opened with ?size=large stays large on the next one, without any script."""
    wish = request.args.get("size")
    if wish in SIZES and wish != request.cookies.get("size"):
        response.set_cookie("size", str(wish), max_age=YEAR_SECONDS, samesite="Lax")
    return response
