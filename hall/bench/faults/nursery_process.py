"""Servers that start quickly: `python -m hall.bench.faults.nursery_process` has loaded everything that a
server loads and forks one for each line on stdin. What runs in the child is `python -m hall`, nothing else;
only the loading of modules, two of every three seconds of a start, is done once for hundreds of starts.

A line is {"arguments": [...], "log": path}; the answer is the child's process number. Who asks:
hall/bench/faults/nursery.py.
"""

from gevent import monkey

monkey.patch_all()

import json  # noqa: E402
import logging  # noqa: E402
import os  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402

from gevent.os import fork_gevent  # noqa: E402

import hall.app  # noqa: E402 - loaded for the children
import hall.bench.run  # noqa: E402, F401
from hall.__main__ import main as hall_main  # noqa: E402


def main() -> None:
    """Forks until stdin ends. Nobody waits for the children: the system lets go of those that have ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        wanted = json.loads(line)
        child = fork_gevent()
        if child == 0:
            become_server(wanted)
        print(child, flush=True)


def become_server(wanted: dict) -> None:
    """The child: its words go to the log, its stdin is empty, its end is its own."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    log = os.open(wanted["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    empty = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((empty, 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    code = 1
    try:
        code = hall_main(wanted["arguments"])
    except Exception:  # the parent must not go on in the child
        logging.exception("the server has ended")
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()
