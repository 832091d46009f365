"""`python -m tests.clocked_server CONFIG CLOCK`: a hall as `serve` runs it, whose clock is the moment written
in a file. For tests that drive a whole day through the real interface without waiting for it.

The look-ahead is left out: it would run by the machine's clock.
"""

from gevent import monkey

monkey.patch_all()

import sys  # noqa: E402
from contextlib import suppress  # noqa: E402
from datetime import datetime  # noqa: E402
from pathlib import Path  # noqa: E402

from hall import config, setup  # noqa: E402
from hall.__main__ import _end_when_asked  # noqa: E402
from hall.app import create_app, listen, serve  # noqa: E402


def main(file: Path, clock: Path) -> None:
    """Serves until it is asked to end."""
    loaded = config.load(file)

    def now() -> datetime:
        return datetime.fromisoformat(clock.read_text(encoding="utf-8"))

    house = create_app(loaded, file.parent, now)
    house.foresight.has_worker = False
    house.advising.has_worker = False
    first = setup.prepare(house.server)
    _end_when_asked()

    def ready(port: int) -> None:
        sys.stdout.write(setup.welcome(house.server, first, port) + "\n")
        sys.stdout.flush()

    with suppress(KeyboardInterrupt, SystemExit):
        serve(house, listen("127.0.0.1", 0), ready)
    house.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
