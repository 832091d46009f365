"""The pages of reports, standards and rectifications, and reports as files."""

import base64

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext
from pydantic import ValidationError

from hall.config_standards import standards_of
from hall.i18n import page_language
from hall.rules.errors import Invalid
from hall.rules.figures import INDICATORS
from hall.web import access
from hall.web.api.reports import ReportQuery, ask, wish_of
from hall.web.doing import look
from hall.web.frames import account_frame, hall_frame

blueprint = Blueprint("reports", __name__, url_prefix="/halls/<hall>")

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@blueprint.get("/reports")
@access.page(*access.MANAGERS)
def show_reports(hall: str) -> str:
    """Figures, charts and tables of any range."""
    with look(hall) as (_, book):
        busy = standards_of(book.settings).busy_hours
    return render_template(
        "reports/reports.html",
        hall=hall_frame(hall),
        account=account_frame(),
        busy_hours=busy,
        indicators=INDICATORS,
    )


@blueprint.get("/standards")
@access.page(*access.MANAGERS)
def show_standards(hall: str) -> str:
    """The standards, red or green, with what broke them."""
    return render_template("reports/standards.html", hall=hall_frame(hall), account=account_frame())


@blueprint.get("/rectifications")
@access.page(*access.MANAGERS)
def show_rectifications(hall: str) -> str:
    """What is to be rectified, and what mystery visitors saw."""
    return render_template("reports/rectifications.html", hall=hall_frame(hall), account=account_frame())


@blueprint.get("/reports/file.<kind>")
@access.page(*access.MANAGERS)
def download(hall: str, kind: str) -> Response:
    """A report for a spreadsheet. Raises Invalid and what the report raises."""
    if kind not in KINDS:
        raise Invalid()
    try:
        query = ReportQuery.model_validate(request.args.to_dict())
    except ValidationError as error:
        raise Invalid() from error
    wish = wish_of(hall, query)
    made = ask("file", hall, kind=kind, language=page_language(), **wish)
    name = gettext("report.file_name", first=wish["from"], last=wish["to"], by=wish["by"])
    response = Response(base64.b64decode(made["file"]), content_type=KINDS[kind])
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.{kind}")
    return response
