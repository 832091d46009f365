"""`python -m tests.echoing_worker`: a worker for tests/test_worker_process.py, in the loop that the real ones
use. It says what it was told, refuses, breaks, dies or hangs, as it is asked.
"""

import os
import threading
from typing import Any

from hall.rules.errors import UnknownStandard
from hall.worker_loop import Question, Questions, Tell, told


def main() -> None:
    words = told()
    if words is None:
        return

    def answer(question: Question, tell: Tell) -> dict[str, Any]:
        match question["ask"]:
            case "refuse":
                raise UnknownStandard(standard="none")
            case "break":
                raise KeyError("something nobody thought of")
            case "die":
                os._exit(3)
            case "hang":
                threading.Event().wait()
            case "chat":
                os.write(1, b"a library says hello\n")
        tell(0.5)
        return {"told": words, "pid": os.getpid(), "said": question.get("say")}

    Questions().answer(answer)


if __name__ == "__main__":
    main()
