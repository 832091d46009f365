"""The kiosk's ID-card readers and scanners: which kinds there are and what the page needs to know of each.
kiosk/routes.py asks; kiosk/static/js/readers.js does the reading, because the reader hangs on the kiosk's own
PC and not on the server.

- keyboard: a reader or scanner that types what it read, quickly, and then Enter (a "keyboard wedge"). Every
  kiosk listens to one, since a barcode scanner may be plugged into any of them.
- http: a small program on the kiosk's PC. The page asks `GET reader_url` once a second while somebody may put
  a card down. 200 with {"id_number": "…"}: a card lies there; 204: none does. The program must allow the
  hall's origin (Access-Control-Allow-Origin), and the page may talk to exactly this origin and no other.
- simulated: a button on the screen puts down a made-up card, for trying a hall out and for tests.

A number read goes into the visitor's one wish for a ticket. It is never stored, logged or shown in full.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

from hall.rules.identity import CHECK_DIGITS, WEIGHTS

NOWHERE = "990000"
"""The area code of simulated cards: no real place has it, so no real person has such a number."""


@dataclass(frozen=True)
class Reader:
    """How this kiosk reads cards. `kind`: keyboard, http, simulated, or empty where it has no card reader."""

    kind: str
    url: str | None = None
    origin: str | None = None
    """The one origin beside the hall that the kiosk's page may ask."""


def reader_of(device: Mapping[str, Any]) -> Reader:
    """The reader of a kiosk as its settings say (config.yaml: reader, reader_url)."""
    kind = device.get("reader") or ""
    url = device.get("reader_url") if kind == "http" else None
    origin = origin_of(url) if url else None
    return Reader(kind, url, origin) if kind != "http" or origin else Reader("")


def origin_of(url: str) -> str | None:
    """Scheme, host and port of an address as a Content-Security-Policy wants them; None where it has none."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return None
    host = parts.hostname or ""
    if ":" in host:
        host = f"[{host}]"
    if parts.scheme not in ("http", "https") or not re.fullmatch(r"[a-z0-9.\-]+|\[[0-9a-f:.]+\]", host):
        return None
    return f"{parts.scheme}://{host}{port}"


def simulated_number(age: int, today: date) -> str:
    """A well-formed number of somebody who turned `age` in the last half year, a new one at every call."""
    born = date(today.year - age, today.month, min(today.day, 28)) - timedelta(days=secrets.randbelow(180))
    first = f"{NOWHERE}{born:%Y%m%d}{secrets.randbelow(1000):03d}"
    total = sum(int(digit) * weight for digit, weight in zip(first, WEIGHTS, strict=True))
    return first + CHECK_DIGITS[total % 11]
