"""At the door: a server that is behind tells some to come again later (503), and who asks for more than a
share to ask less (429); both with Retry-After, before anything of the request is done. hall/app.py calls
`check` before every request; hall/records/database.py bounds the line of those who wait to write.
"""

import time

from flask import request

from hall.rules.admission import STRAINED_SECONDS, Asker, Share, Shares, again_in_seconds, puts_off
from hall.rules.errors import Overloaded, TooManyRequests
from hall.web import access

TICK_SECONDS = 0.1
STRAINED_SHARE = Share(per_second=30, burst=120)
"""Of one device or address while the server is behind: more than a screen that catches up needs."""
SIGN_IN_SHARE = Share(per_second=2, burst=400)
"""Of one address, always: all clerks of a large hall come from one at eight in the morning."""
KINDS = {"account": Asker.STAFF, "device": Asker.DEVICE, "anyone": Asker.ANYONE}


class Admission:
    """How far behind this server is, and what each asker has left. `behind_seconds` is by how much the
    server's timer was late the last two times: one stall alone is no overload.
    """

    def __init__(self) -> None:
        self.behind_seconds = 0.0
        self._shares = Shares(STRAINED_SHARE)
        self._sign_ins = Shares(SIGN_IN_SHARE)

    def keep_measuring(self) -> None:
        """Forever, as a task of its own."""
        before = 0.0
        while True:
            begun = time.monotonic()
            time.sleep(TICK_SECONDS)
            late = max(0.0, time.monotonic() - begun - TICK_SECONDS)
            self.behind_seconds, before = min(before, late), late

    def check(self) -> None:
        """Raises Overloaded or TooManyRequests when whoever sent this request has to come again later."""
        now = time.monotonic()
        signs_in = request.method == "POST" and request.path in ("/api/v1/session", "/sign-in")
        if signs_in and not self._sign_ins.take(_address(), now):
            raise TooManyRequests(retry_seconds=10)
        if self.behind_seconds < STRAINED_SECONDS or _is_static():
            return
        asker = access.who()
        kind = KINDS[asker.kind]
        again = again_in_seconds(self.behind_seconds)
        if puts_off(kind, self.behind_seconds):
            raise Overloaded(retry_seconds=again)
        whose = f"device:{asker.id}" if kind is Asker.DEVICE else _address()
        if kind is not Asker.STAFF and not self._shares.take(whose, now):
            raise TooManyRequests(retry_seconds=again)


def _address() -> str:
    return request.remote_addr or ""


def _is_static() -> bool:
    """Scripts and styles: cheap, and kept by browsers."""
    endpoint = request.endpoint or ""
    return endpoint == "vendor" or endpoint.rpartition(".")[2] == "static"
