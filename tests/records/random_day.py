"""A day at a hall in which people do whatever the rules let them, by chance: for tests of what is counted."""

import random
from contextlib import suppress

from hall.actions import closing, rate, serve, transfer, windows
from hall.records import desks
from hall.rules.errors import Refusal
from tests.office import Office

CLASSES = ("ordinary", "ordinary", "elderly", "priority")
IDS = ("32068319500101123X", "320683199001011238", "320683198001011233")
BUSINESSES = ("social", "employment", "tax")
AT_THE_WINDOW = {
    None: (("call", 10), ("open", 2), ("pause", 1)),
    "called": (("start", 12), ("miss", 4), ("hold", 1), ("send", 1)),
    "serving": (("finish", 10), ("hold", 2), ("send", 2)),
}


def live_a_random_day(office: Office, seed: int, moves: int = 160) -> None:
    """Some hours of chance: arrivals, calls, services, holds, transfers, missed and returned, ratings."""
    chance = random.Random(seed)
    issued = [office.takes().ticket_id]
    clerks = {number: office.sits(number, number) for number in (1, 2)}
    for _ in range(moves):
        office.later(seconds=chance.choice((0.25, 5, 20, 65.5, 130)))
        with suppress(Refusal):
            _move(office, chance, issued, clerks)
    for ticket in issued:
        if chance.random() < 0.5:
            with suppress(Refusal):
                office.does("", rate.rate, ticket, chance.randint(1, 5), None, "qr")


def close_the_day(office: Office) -> None:
    office.does("manager", lambda tx, book: closing.close_day(tx, book, book.day(tx.now)))


def _move(office: Office, chance: random.Random, issued: list[int], clerks: dict[int, str]) -> None:
    window = chance.choice(list(clerks))
    clerk = clerks[window]
    what = chance.choices(("visitor", "return", "resume", "cancel", "window"), (6, 3, 1, 1, 14))[0]
    if what == "visitor":
        wish = {"id_number": chance.choice(IDS)} if chance.random() < 0.3 else {}
        visitor_class = chance.choice(CLASSES)
        taken = office.takes(
            chance.choice(BUSINESSES), visitor_class=visitor_class, class_reason="said so", **wish
        )
        issued.append(taken.ticket_id)
    elif what == "return":
        missed = [one for one in issued if office.state(one) == "missed"]
        office.does(clerk, serve.return_missed, chance.choice(missed or issued))
    elif what == "resume":
        held = [one for one in issued if office.state(one) == "held"]
        office.does(clerk, serve.resume, window, chance.choice(held or issued))
    elif what == "cancel":
        office.does("guide", transfer.cancel, chance.choice(issued), None)
    else:
        _work(office, chance, clerk, window)


def _work(office: Office, chance: random.Random, clerk: str, window: int) -> None:
    with office.database.read() as connection:
        step = desks.standing(connection, office.book().window(window).id).step
    verbs, weights = zip(*AT_THE_WINDOW[step.state if step else None], strict=True)
    verb = chance.choices(verbs, weights)[0]
    if verb == "call":
        office.calls(clerk, window)
    elif verb == "send":
        office.sends(clerk, window, business=chance.choice(BUSINESSES))
    elif verb in ("open", "pause"):
        does = windows.open_window if verb == "open" else windows.pause
        office.does(clerk, does, window, *(["meal"] if verb == "pause" else []))
    else:
        office.does(clerk, getattr(serve, verb), window, *([None] if verb == "hold" else []))
