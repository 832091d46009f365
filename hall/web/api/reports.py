"""Reports and standards for duty managers and administrators: asked of the reports' own process
(hall/reporting), never worked out in the request.
"""

import re
from datetime import date
from typing import Annotated, Any, Literal

from flask import Response, jsonify
from flask_openapi3 import APIBlueprint, Tag
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from hall.events import iso
from hall.reporting.keeper import Reports
from hall.rules.spans import Span, span_of
from hall.web import access
from hall.web.api.answers import gives, meets
from hall.web.api.answers_reports import Evidence, Report, StandardsOfDay
from hall.web.api.shapes import Code, HallPath, of_these_years
from hall.web.doing import look
from hall.web.server import the_server

blueprint = APIBlueprint(
    "api_reports", __name__, url_prefix="/api/v1/halls/<hall>", abp_tags=[Tag(name="reports")]
)

PLACE = "reports"
"""Where hall/app.py puts the process's keeper among the server's places."""


def _only_a_date(value: Any) -> Any:
    if isinstance(value, str) and not re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
        raise ValueError("not a date such as 2026-11-24")
    return value


Day = Annotated[date, BeforeValidator(_only_a_date), AfterValidator(of_these_years)]


class ReportQuery(BaseModel):
    """Which days, cut how, which hours."""

    model_config = ConfigDict(populate_by_name=True)

    first: Day | None = Field(default=None, alias="from", description="the first day; today if left out")
    last: Day | None = Field(default=None, alias="to", description="the last day; today if left out")
    by: Literal["hall", "department", "business", "window", "clerk", "hour", "day"] = "hall"
    hours: Literal["all", "busy", "idle"] = Field(
        default="all", description="only busy hours, as the hall's standards name them, or only the others"
    )


class StandardsQuery(BaseModel):
    day: Day | None = Field(default=None, description="today if left out")


class EvidenceQuery(StandardsQuery):
    subject: Annotated[str, Field(max_length=64)] = Field(
        default="", description="the code of one department, business, window or clerk; all if left out"
    )


class StandardPath(HallPath):
    standard: Code


def ask(what: str, hall: str, **words: Any) -> dict[str, Any]:
    """One question to the reports' process. Raises ReportsAway, and what the answering raises."""
    keeper: Reports = the_server().places[PLACE]
    return keeper.ask(what, hall, **words)


def span_in(hall: str, first: date | None, last: date | None) -> Span:
    """The days asked for, by the hall's own calendar. Raises RangeReversed, RangeInFuture, RangeTooLong,
    UnknownHall.
    """
    with look(hall) as (_, book):
        return span_of(first, last, book.day(the_server().database.clock()))


def wish_of(hall: str, query: ReportQuery) -> dict[str, Any]:
    """The question's words. Raises what `span_in` raises."""
    span = span_in(hall, query.first, query.last)
    return {
        "from": span.first.isoformat(),
        "to": span.last.isoformat(),
        "by": query.by,
        "hours": query.hours,
    }


@blueprint.get("/reports", responses=gives(Report) | meets(503))
@access.only(*access.MANAGERS)
def get_report(path: HallPath, query: ReportQuery) -> Response:
    """The indicators of a range of days, altogether and by one cut. Today counts up to this moment."""
    answer = ask("report", path.hall, **wish_of(path.hall, query))
    return jsonify(answer | {"now": iso(the_server().database.clock())})


@blueprint.get("/standards", responses=gives(StandardsOfDay) | meets(503))
@access.only(*access.MANAGERS)
def get_standards(path: HallPath, query: StandardsQuery) -> Response:
    """Every standard in force on a day, met or not, over the period that holds the day."""
    span = span_in(path.hall, query.day, query.day)
    answer = ask("standards", path.hall, to=span.last.isoformat())
    return jsonify(answer | {"now": iso(the_server().database.clock())})


@blueprint.get("/standards/<standard>/evidence", responses=gives(Evidence) | meets(503))
@access.only(*access.MANAGERS)
def get_evidence(path: StandardPath, query: EvidenceQuery) -> Response:
    """The very tickets that broke a standard; for a standard about windows, the windows, worst first."""
    span = span_in(path.hall, query.day, query.day)
    words = {"to": span.last.isoformat(), "standard": path.standard, "subject": query.subject}
    return jsonify(ask("evidence", path.hall, **words))
