"""How the look-ahead stays behind everybody who answers requests: it thinks in a thread of low priority and
rests between two runs.

Only its thinking is held back: the worker's own thread, which holds the database's write lock for a moment at
the end, keeps its priority, because whoever waits for that lock would have to wait for the slow one. Used by
hall/twin/foresee.py and, as there, by hall/bench/refresh.py; by hall/planning/worker.py, which writes
nothing, for the whole process.
"""

import os
import sys
from concurrent.futures import Executor, ThreadPoolExecutor

NICENESS = 15
"""Never so far behind that on a busy machine its forecasts come too late to be told."""
LOWEST_ON_WINDOWS = -2
THIS_THREAD_ON_WINDOWS = -2
LONGEST_REST_SECONDS = 0.5


def give_way(niceness: int = NICENESS) -> None:
    """From now on the calling thread goes behind all others, so far; where a system knows no priority of
    threads, its whole process.
    """
    if sys.platform == "win32":
        import ctypes

        thread = ctypes.c_void_p(THIS_THREAD_ON_WINDOWS)
        ctypes.windll.kernel32.SetThreadPriority(thread, LOWEST_ON_WINDOWS)
        return
    now = os.getpriority(os.PRIO_PROCESS, 0)
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, 0, max(now, niceness))
    else:
        os.nice(max(0, niceness - now))


def behind_requests() -> Executor:
    """A thread to think in."""
    return ThreadPoolExecutor(1, "thinking", initializer=give_way)


def rest_seconds(worked_seconds: float) -> float:
    """How long to leave the processor to others: for as long as it was used, but not so long that what comes
    out is old when it comes.
    """
    return min(worked_seconds, LONGEST_REST_SECONDS)
