"""The page that shows every token and component in all its states, and the large-print choice that all pages share.

Registered by hall/app.py. The page is for whoever builds or judges a screen: what is not on it is not part of the house style.
"""

from flask import Blueprint, Response, render_template, request

from hall.i18n import YEAR_SECONDS

SIZES = ("normal", "large")

blueprint = Blueprint("design", __name__)


@blueprint.get("/design")
def show_design() -> str:
    return render_template("design.html")


@blueprint.app_template_global()
def page_size() -> str:
    """ "large" for a visitor who asked for large print (?size= or the cookie), else "normal"."""
    wishes = (request.args.get("size"), request.cookies.get("size"))
    return next((wish for wish in wishes if wish in SIZES), SIZES[0])


@blueprint.after_app_request
def remember_size(response: Response) -> Response:
    wish = request.args.get("size")
    if wish in SIZES and wish != request.cookies.get("size"):
        response.set_cookie("size", wish, max_age=YEAR_SECONDS, samesite="Lax")
    return response
