"""The REST interface under /api/v1, one module per audience; each has a `blueprint` whose routes name who may
use them.
"""

from flask_openapi3 import APIBlueprint

from hall.web.api import (
    admin,
    advice,
    alerts,
    alone,
    desk,
    manage,
    rectifications,
    reports,
    roster,
    roster_plans,
    visits,
    what_if,
    window_list,
)

MORE: tuple[APIBlueprint, ...] = (
    visits.blueprint,
    manage.blueprint,
    admin.blueprint,
    window_list.blueprint,
    desk.blueprint,
    reports.blueprint,
    rectifications.blueprint,
    alerts.blueprint,
    alone.blueprint,
    roster.blueprint,
    advice.blueprint,
    what_if.blueprint,
    roster_plans.blueprint,
)
"""Blueprints of further modules, registered by hall/app.py."""
