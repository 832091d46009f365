"""Weeks drawn for the roster, what they rest on, and which certifications would cut waits most: all
worked out in the planning processes (hall/planning), never in a request.

A week is asked for and noted at once; a thread waits for the planner and keeps what it says, so the page that
asked may be closed meanwhile, and any other one sees how far it has come.
"""

import logging
import threading
import time
from contextlib import suppress
from datetime import timedelta
from typing import Any

from flask import Response, jsonify
from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel

from hall.actions import roster as actions
from hall.planning.keeper import Planning, planning
from hall.records.book import Book
from hall.records.database import Tx
from hall.rules.errors import Refusal, Unavailable, UnknownDrawnWeek
from hall.screens import roster as screen
from hall.web import access
from hall.web.api.answers import gives, meets
from hall.web.api.answers_roster import DrawnWeek, PlanApplied, PlanAsked, SkillsReport, WeekForecast
from hall.web.api.reports import Day
from hall.web.api.roster import Id, WeekQuery, monday_of
from hall.web.api.shapes import HallPath, Shape
from hall.web.doing import do, look
from hall.web.server import Server, the_server

log = logging.getLogger(__name__)

blueprint = APIBlueprint(
    "api_roster_plans", __name__, url_prefix="/api/v1/halls/<hall>/roster", abp_tags=[Tag(name="roster")]
)

PROGRESS_SECONDS = 1.5
"""Between two notes of how far the planner has come."""
KEEPS_AFTER_SECONDS = (0, 5, 30, 60)
"""A week that took a minute to draw is worth some patience with a database that is away."""


class PlanWish(Shape):
    first: Day


class PlanPath(HallPath):
    plan: Id


class SkillsQuery(BaseModel):
    """Which week the report looks at."""

    first: Day | None = None


@blueprint.get("/forecast", operation_id="get_arrivals_forecast", responses=gives(WeekForecast) | meets(503))
@access.only(*access.MANAGERS)
def get_forecast(path: HallPath, query: WeekQuery) -> Response:
    """Who is expected on seven days, per business and half hour, with the range that holds four times in
    five.
    """
    with look(path.hall) as (_, book):
        first = query.first or monday_of(book.day(the_server().database.clock()))
    return jsonify(planning().ask("arrivals", path.hall, first=first.isoformat()))


@blueprint.post("/plans", operation_id="draw_roster", responses=gives(PlanAsked))
@access.only(*access.MANAGERS)
def post_plan(path: HallPath, body: PlanWish) -> Response:
    """Have a week drawn from the forecast, the standards and the clerks' skills; ask for the plan to see how
    far it is.
    """
    asked: list[int] = []

    def ask(tx: Tx, book: Book) -> dict[str, Any]:
        asked[:] = [actions.ask_plan(tx, book, body.first)]
        return {"plan": asked[0]}

    response = do(path.hall, ask)
    answered = response.get_json()["plan"]
    if asked == [answered]:  # a repeated key got the first answer, whose planner is at work already
        work = (the_server(), planning(), path.hall, answered, body.first.isoformat())
        threading.Thread(target=_draw, args=work, name="roster", daemon=True).start()
    return response


@blueprint.get("/plans/<int:plan>", operation_id="get_drawn_week", responses=gives(DrawnWeek))
@access.only(*access.MANAGERS)
def get_plan(path: PlanPath) -> Response:
    """A drawn week: how far it is; once done its shifts, AB posts, and what is expected of it."""
    with look(path.hall) as (connection, book):
        found = screen.plan(connection, book, path.plan, the_server().database.clock())
    if found is None:
        raise UnknownDrawnWeek(plan=path.plan)
    return jsonify(found)


@blueprint.post("/plans/<int:plan>/apply", operation_id="apply_drawn_week", responses=gives(PlanApplied))
@access.only(*access.MANAGERS)
def post_apply(path: PlanPath) -> Response:
    """Put a drawn week in force; refused when a day was changed since."""

    def apply(tx: Tx, book: Book) -> dict[str, Any]:
        return dict(actions.apply_plan(tx, book, path.plan))

    return do(path.hall, apply)


@blueprint.get("/skills", operation_id="get_skills_report", responses=gives(SkillsReport) | meets(503))
@access.only(*access.MANAGERS)
def get_skills(path: HallPath, query: SkillsQuery) -> Response:
    """Which certifications would cut waits most: ranked, the best few tried in the twin."""
    with look(path.hall) as (_, book):
        today = book.day(the_server().database.clock())
    first = query.first or monday_of(today) + timedelta(days=7)
    return jsonify(planning().ask("skills", path.hall, first=first.isoformat()))


def _draw(server: Server, keeper: Planning, hall: str, plan: int, first: str) -> None:
    """Waits for the planner and keeps its plan; runs beside the requests."""
    place, told_at = hall_id_of(server, hall), 0.0

    def book_of(tx: Tx) -> Book:
        return server.books.of_version(tx.connection, hall, tx.settings_version)

    def tell(share: float) -> None:
        nonlocal told_at
        if time.monotonic() - told_at >= PROGRESS_SECONDS:
            told_at = time.monotonic()
            with suppress(Unavailable):  # a plan is not lost because nobody could be told how far it is
                server.database.write(place, lambda tx: actions.note_progress(tx, book_of(tx), plan, share))

    result: dict[str, Any] | None = None
    try:
        result = keeper.ask("roster_week", hall, tell, first=first)
    except Refusal as refusal:
        log.warning("no roster for %s: %s", first, refusal.code)
    for pause in KEEPS_AFTER_SECONDS:
        time.sleep(pause)
        try:
            server.database.write(place, lambda tx: actions.keep_plan(tx, book_of(tx), plan, result))
            return
        except Refusal as refusal:
            log.warning("roster %d is not kept: %s", plan, refusal.code)
            if not isinstance(refusal, Unavailable):
                return


def hall_id_of(server: Server, hall: str) -> int:
    """The same as doing.hall_id, outside a request."""
    with server.database.read() as connection:
        return server.books.id_of(connection, hall)
