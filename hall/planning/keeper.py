"""The planning processes as the server holds them: one for what takes its time, one for what a person waits
for, one for what takes minutes, each started by its first question. hall/app.py makes one keeper per server
and puts it among the server's places; `planning()` finds it in a request.
"""

from typing import Any

from hall.planning.asks import ASKS, Ask
from hall.rules.errors import PlanningAway
from hall.web.server import the_server
from hall.worker_process import Progress, WorkerProcess

PLACE = "planning"
"""Where hall/app.py puts it among the server's places."""
MODULE = "hall.planning.worker"
LONGEST_PAUSE_SECONDS = 30.0
QUICK, USUAL, LONG = "quick", "usual", "long"


class Planning:
    """Asks by the table hall/planning/asks.py."""

    def __init__(self, url: str) -> None:
        """`url`: of the database."""
        self._processes = {
            kind: WorkerProcess(
                MODULE, {"database": url, "quick": kind == QUICK}, PlanningAway, LONGEST_PAUSE_SECONDS
            )
            for kind in (QUICK, USUAL, LONG)
        }

    def pid(self, ask: str) -> int | None:
        """The process that answers this ask, while it runs."""
        return self._processes[_kind(ASKS[ask])].pid

    def ask(self, ask: str, hall: str, progress: Progress | None = None, **words: Any) -> dict[str, Any]:
        """The answer to one question of the table; `words` are JSON values. Whoever asks waits, nobody else.

        Raises PlanningAway when there is none in time (its process is ended then, and started again by the
        next question), and what the answering raises.
        """
        wanted = ASKS[ask]
        question = {"ask": ask, "hall": hall, **words}
        return self._processes[_kind(wanted)].ask(question, wanted.seconds, progress, drop=True)

    def stop(self) -> None:
        """Ends the processes; a plan under way is not waited for."""
        for process in self._processes.values():
            process.stop()


def _kind(ask: Ask) -> str:
    """Which process answers it."""
    return QUICK if ask.quick else LONG if ask.long else USUAL


def planning() -> Planning:
    """The keeper of the server this request runs in."""
    keeper: Planning = the_server().places[PLACE]
    return keeper
