"""The process that plans: `python -m hall.planning.worker`, started and asked by hall/planning/keeper.py.

Its first line on stdin says which database, and whether somebody waits before it; every further line is a
question out of the table hall/planning/asks.py. It thinks behind everybody who answers requests
(hall/twin/gentle.py), reads the database and never writes to it.
"""

import logging
from importlib import import_module
from typing import Any

from hall.planning.asks import ASKS
from hall.planning.planner import Planner
from hall.records.database import Database
from hall.twin.gentle import NICENESS, give_way
from hall.worker_loop import Question, Questions, Tell, told

QUICK_NICENESS = 5
"""Behind requests as well, but before look-aheads: a person waits."""


def main() -> None:
    """Answers until stdin ends."""
    logging.basicConfig(level=logging.WARNING, format="planning: %(message)s")
    words = told()
    if words is None:
        return
    give_way(QUICK_NICENESS if words["quick"] else NICENESS)
    planner = Planner(Database(words["database"]))

    def answer(question: Question, tell: Tell) -> dict[str, Any]:
        return dict(import_module(ASKS[question["ask"]].module).answer(planner, question, tell))

    Questions().answer(answer)


if __name__ == "__main__":
    main()
