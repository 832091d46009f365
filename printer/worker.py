"""The one process that prints: `python -m printer.worker`, started and watched over by printer/spool.py.

Rasters, sockets and printers that do not answer live here, never in the server. It knows no database. Each
line on stdin is a request and is answered by one line on stdout:

    {"id": 7, "do": "print", "printer": 3, "device": {DeviceSettings}, "payload": {TicketPaper}}
    → {"id": 7, "printed": true, "error": null, "worth_retrying": false, "begun": false, "health": {…}}
    {"id": 8, "do": "check", "printer": 3, "device": {DeviceSettings}}
    → {"id": 8, "health": {…}}

The first line out is {"id": null}: it is ready. health is {"online", "cover_open", "paper", "error", "seen",
"answers"}, or
null when nothing was learnt of the printer; "error" is a key of the catalogue. Every printer has a thread
of its own that works off its requests in order, so that a dead one delays no other. The process ends with
stdin, after the tickets that are under way.
"""

import json
import logging
import os
import queue
import signal
import sys
import threading
from collections.abc import Mapping
from typing import Any, BinaryIO

from printer.devices import DeviceSettings, open_device
from printer.errors import PrinterError
from printer.jobs import print_payload, refuse_silence
from printer.status import PrinterStatus, refuse_to_print

log = logging.getLogger(__name__)

# What an error says of the printer, whether or not it was asked before.
_MEANS: dict[str, dict[str, Any]] = {
    "unreachable": {"online": False},
    "connection_lost": {"online": False},
    "stuck": {"online": False},
    "silent": {"online": None},
    "out_of_paper": {"online": False, "paper": "out"},
    "cover_open": {"online": False, "cover_open": True},
    "fault": {"online": False},
    "offline": {"online": False},
    "forbidden": {},
    "disk_full": {},
    "misconfigured": {},
    "driver_missing": {},
}

Requests = queue.SimpleQueue[dict[str, Any] | None]


def describe(status: PrinterStatus | None, code: str | None, key: str | None) -> dict[str, Any] | None:
    """A printer's health from its own words and the error that was met; None when the error says nothing of
    it.
    """
    if code is not None and code not in _MEANS:
        return None
    said = status or PrinterStatus()
    health = {"online": said.online, "cover_open": said.cover_open, "paper": said.paper, "error": key}
    return {**health, **_MEANS.get(code or "", {}), "seen": status is not None, "answers": said.answered}


def print_ticket(payload: Mapping[str, Any], device: DeviceSettings) -> dict[str, Any]:
    """One try of one ticket, as the answer to its request."""
    outcome = print_payload(payload, device)
    if outcome.error:
        log.warning("%s %s: %s: %s", device.driver, device.address, outcome.error, outcome.detail)
    return {
        "printed": outcome.printed,
        "error": outcome.error_key,
        "worth_retrying": outcome.worth_retrying,
        "begun": outcome.begun,
        "health": describe(outcome.status, outcome.error, outcome.error_key),
    }


def check_printer(device: DeviceSettings) -> dict[str, Any]:
    """How a printer is, as the answer to its request."""
    status = None
    try:
        with open_device(device) as printer:
            status = printer.status()
            refuse_to_print(status)
            refuse_silence(device, status)
    except PrinterError as error:
        return {"health": describe(status, error.code, error.key)}
    return {"health": describe(status, None, None)}


def answer_to(request: Mapping[str, Any]) -> dict[str, Any]:
    """Does what one request asks for."""
    device = DeviceSettings(**request["device"])
    if request["do"] == "check":
        return check_printer(device)
    return print_ticket(request["payload"], device)


class Answers:
    """Writes whole lines from any thread. When nobody listens any more, the tickets still come out."""

    def __init__(self, pipe: BinaryIO) -> None:
        self._pipe, self._lock = pipe, threading.Lock()

    def put(self, answer: Mapping[str, Any]) -> None:
        with self._lock:
            try:
                self._pipe.write(json.dumps(answer).encode() + b"\n")
                self._pipe.flush()
            except OSError as error:
                log.warning("the server is gone: %s", error)


def serve_printer(requests: Requests, answers: Answers) -> None:
    """The thread of one printer: its requests, one after another."""
    while (request := requests.get()) is not None:
        try:
            answer = answer_to(request)
        except Exception:  # one ticket must not end the printer's thread
            log.exception("request %s", request.get("id"))
            lost = PrinterError()
            answer = {
                "printed": False,
                "error": lost.key,
                "worth_retrying": True,
                "begun": True,
                "health": None,
            }
        answers.put({"id": request["id"], **answer})


def main() -> None:
    """Reads requests until stdin ends."""
    logging.basicConfig(level=logging.WARNING, format="print worker: %(message)s")
    # Ctrl-C and a service manager's stop reach every process of the group; this one ends with the server,
    # so that no ticket is cut in the middle.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    # A library that prints a word would break the protocol: stdout is kept for answers only.
    answers = Answers(os.fdopen(os.dup(1), "wb"))
    os.dup2(2, 1)
    answers.put({"id": None})
    printers: dict[int, tuple[Requests, threading.Thread]] = {}
    for line in sys.stdin.buffer:
        request = json.loads(line)
        if request["printer"] not in printers:
            requests: Requests = queue.SimpleQueue()
            thread = threading.Thread(target=serve_printer, args=(requests, answers))
            printers[request["printer"]] = (requests, thread)
            thread.start()
        printers[request["printer"]][0].put(request)
    for requests, _ in printers.values():
        requests.put(None)


if __name__ == "__main__":
    main()
