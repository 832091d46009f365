"""What the planning processes can be asked: the one table. hall/planning/keeper.py asks by it, and
hall/planning/worker.py finds by it where an ask is answered.

A module of an ask has `answer(planner, question, tell) -> dict`: `planner` (hall/planning/planner.py) looks
at halls, `question` holds `hall` and the words the asker gave, `tell(share)` says how far it has come. It
writes nothing: what is to be kept is written by the server, in the hall's own lane. It is imported in the
process only, for it may load a solver.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Ask:
    """`seconds`: no answer by then is none. `quick`: a person waits before it, so it has a process apart from
    those that think for long. `long`: it may think for minutes, so it has another one, and live advice never
    waits for it.
    """

    module: str
    seconds: float
    quick: bool = False
    long: bool = False


ASKS: dict[str, Ask] = {
    "ready": Ask("hall.planning.ready", 30.0),
    "arrivals": Ask("hall.planning.arrivals", 60.0, quick=True),
    "roster_week": Ask("hall.planning.roster_week", 900.0, long=True),
    "skills": Ask("hall.planning.skills", 900.0, long=True),
    "what_if": Ask("hall.planning.what_if", 60.0, quick=True),
    "advise": Ask("hall.planning.advising", 90.0),
    "replay_plan": Ask("hall.planning.replay_plan", 120.0),
}
