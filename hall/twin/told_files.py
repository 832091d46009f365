"""The hall and the workload that a command of the twin is told of, read from their files. Called by
hall/twin/command.py and hall/twin/skills_command.py.
"""

import argparse
import os
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from hall import config
from hall.config_model import HallConfig
from hall.i18n import terminal_words
from hall.twin.halls import hall_of_config
from hall.twin.model import Hall
from hall.twin.workloads import Workload, load_workload


def read_told(chosen: argparse.Namespace) -> tuple[HallConfig, Hall, Workload] | None:
    """The hall of `file` and `hall` on its `day`, and the `workload`; None when something is wrong with
    them, which then has been told, mistakes in the files with their lines.
    """
    try:
        loaded = config.load(chosen.file)
        configured = loaded.hall(chosen.hall) if chosen.hall else loaded.halls[0]
        if configured is None:
            print(terminal_words()("twin.no_such_hall", hall=chosen.hall), file=sys.stderr)  # noqa: T201
            return None
        hall = open_day(lambda day: hall_of_config(configured, day), chosen.day)
        workload = load_workload(chosen.workload, hall)
        if workload.day is not None:
            hall = hall_of_config(configured, workload.day)
        return configured, hall, workload
    except config.ConfigError as error:
        language = os.environ.get("HALL_LANGUAGE", "zh")
        for problem in error.problems:
            print(config.render_problem(problem, language), file=sys.stderr)  # noqa: T201
        return None


def open_day(hall_on: Callable[[date], Hall], day: date | None) -> Hall:
    """The hall on `day`; without one, on the first day from today on which it is open (or today, if it never
    is).
    """
    if day is not None:
        return hall_on(day)
    today = datetime.now(UTC).date()
    ahead = (hall_on(today + timedelta(days=days)) for days in range(14))
    return next((hall for hall in ahead if hall.open_spans), None) or hall_on(today)
