"""The ask `ready`: whether the planning process is there, and what it sees of a hall. For those who look
after a server, and for the process itself to learn a hall before the first plan is wanted.
"""

from typing import Any

from hall.planning.planner import Planner
from hall.worker_loop import Question, Tell


def answer(planner: Planner, question: Question, tell: Tell) -> dict[str, Any]:
    """The moment of the look, who waits, and how many windows have a clerk."""
    with planner.look(question["hall"]) as seen:
        tell(0.5)
        return {
            "day": seen.book.day(seen.now).isoformat(),
            "waiting": len(seen.scene.present.waiting),
            "windows": len(seen.scene.clerks),
        }
