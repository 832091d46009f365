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
STRAINED_SHARE = Share(per_second=50, burst=500)
"""Of one device or address while the server is behind: more than a screen that catches up needs."""
SIGN_IN_SHARE = Share(per_second=2, burst=400)
"""Of one address, always: all clerks of a large hall come from one at eight in the morning."""
MANY = 20
"""So many let in since the timer last fired: it is late because of them, not because the machine slept."""
KINDS = {"account": Asker.STAFF, "device": Asker.DEVICE, "anyone": Asker.ANYONE}


class Admission:
    """How far behind this server is, and what each asker has left."""

    def __init__(self) -> None:
        self._late, self._due, self._let_in = 0.0, time.monotonic(), 0
        self._shares = Shares(STRAINED_SHARE)
        self._sign_ins = Shares(SIGN_IN_SHARE)

    def keep_measuring(self) -> None:
        """Forever, as a task of its own."""
        before = 0.0
        while True:
            self._due, self._let_in = time.monotonic() + TICK_SECONDS, 0
            time.sleep(TICK_SECONDS)
            late = max(0.0, time.monotonic() - self._due)
            self._late, before = min(before, late), late

    def behind_seconds(self, now: float) -> float:
        """By how much the server's timer was late the last two times, for one stall alone is no overload; or
        is late already with all that was let in meanwhile.
        """
        return max(self._late, now - self._due if self._let_in >= MANY else 0.0)

    def check(self) -> None:
        """Raises Overloaded or TooManyRequests when whoever sent this request has to come again later."""
        now = time.monotonic()
        signs_in = request.method == "POST" and request.path in ("/api/v1/session", "/sign-in")
        if signs_in and not self._sign_ins.take(_address(), now):
            raise TooManyRequests(retry_seconds=10)
        behind = self.behind_seconds(now)
        if behind >= STRAINED_SECONDS and not _is_static():
            self._judge(behind, now)
        self._let_in += 1

    def _judge(self, behind: float, now: float) -> None:
        asker = access.who()
        kind = KINDS[asker.kind]
        again = again_in_seconds(behind)
        if puts_off(kind, behind):
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
