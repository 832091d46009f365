"""How fast the twin and the dispatcher's pick are, each beside something measured in the same run: called by
hall/bench/dispatch.py.

A Haimen day in the twin (the real rules, 120 businesses, 288 windows) against Ciw's plainest queue with as
many customers (two priority classes, 200 equal servers, no rules at all); and a pick with 10,000 people
waiting against one with 100, and against the same choice made by scanning everybody.
"""

import random
import time
from collections.abc import Callable
from datetime import timedelta
from importlib.util import find_spec
from math import log, sqrt
from statistics import median

from hall.bench.run import Report
from hall.rules import dispatcher
from hall.rules.dispatcher import Head
from hall.rules.lines import Lines
from hall.rules.tickets import VisitorClass
from hall.twin.engine import run
from hall.twin.model import Hall
from hall.twin.study import OPEN, Study, study

ROUNDS = 3
SERVERS = 200
FEW, MANY = 100, 10_000
PICKS = 300
SCANS = 15


def measure_speed(report: Report, seed: int = 1) -> None:
    """Prints the three figures; the day against Ciw only where Ciw is installed."""
    place = study("large", seed)
    _day_against_ciw(report, place, seed)
    few, many, scan = pick_seconds(place.hall, seed)
    ratio = many / few
    report.ratio(
        f"a pick, {MANY:,} waiting against {FEW}", 1e6 * many, 1e6 * few, "µs", ratio, "≤ 2", ratio <= 2
    )
    ratio = scan / many
    report.ratio(
        f"a scan of {MANY:,} waiting against a pick",
        1e6 * scan,
        1e6 * many,
        "µs",
        ratio,
        "≥ 100",
        ratio >= 100,
    )


def _day_against_ciw(report: Report, place: Study, seed: int) -> None:
    if find_spec("ciw") is None:
        report.note(
            "Ciw is not installed (tests/requirements.txt): the twin's speed was not compared with it"
        )
        return
    visitors = place.visitors(seed)
    ours, theirs = [], []
    for _ in range(ROUNDS):
        theirs.append(_took(lambda: _plain_queue(len(visitors), seed)))
        ours.append(_took(lambda: run(place.hall, visitors)))
    ratio = median(mine / other for mine, other in zip(ours, theirs, strict=True))
    report.ratio(
        f"a day of {len(visitors):,} in the twin against Ciw's M/G/{SERVERS}",
        median(ours),
        median(theirs),
        "s",
        ratio,
        "≤ 0.5",
        ratio <= 0.5,
    )


def _took(act: Callable[[], object]) -> float:
    """Seconds of this process's own time."""
    begun = time.process_time()
    act()
    return time.process_time() - begun


def _plain_queue(customers: int, seed: int) -> None:
    """M/G/200 with two priority classes in Ciw, as many customers, at a load of 0.76."""
    import ciw

    per_second = customers / (OPEN[1] - OPEN[0])
    mean, spread = 0.76 * SERVERS / per_second, sqrt(log(1 + 0.75**2))
    lengths = [ciw.dists.Lognormal(log(mean) - spread**2 / 2, spread)]
    ciw.seed(seed)
    network = ciw.create_network(
        arrival_distributions={
            "ordinary": [ciw.dists.Exponential(0.85 * per_second)],
            "elderly": [ciw.dists.Exponential(0.15 * per_second)],
        },
        service_distributions={"ordinary": lengths, "elderly": lengths},
        number_of_servers=[SERVERS],
        priority_classes={"ordinary": 1, "elderly": 0},
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_customers(customers)
    simulation.get_all_records()


def pick_seconds(hall: Hall, seed: int) -> tuple[float, float, float]:
    """Median seconds of one pick with few and with many waiting (the choice, and taking the chosen one out of
    the line), and of one scan of the many.
    """
    source = random.Random(seed)
    people = [_somebody(hall, number, source) for number in range(MANY + PICKS)]
    few = _picks(hall, people[: FEW + PICKS], FEW, source)
    many = _picks(hall, people, MANY, source)
    now = hall.moment(OPEN[1])
    windows = [source.choice(list(hall.windows.values())) for _ in range(SCANS)]
    scans = []
    for window in windows:
        begun = time.process_time()
        heads = [one for one in people[:MANY] if one.business_id in window.calls]
        dispatcher.decide(heads, window.asker, hall.references, hall.guarantee, now)
        scans.append(time.process_time() - begun)
    return few, many, median(scans)


def _picks(hall: Hall, people: list[Head], waiting: int, source: random.Random) -> float:
    """Each called one is replaced by a newcomer, so that the lines stay as long as they are."""
    lines, now = Lines(hall.layout), hall.moment(OPEN[1])
    for one in people[:waiting]:
        lines.add(one)
    windows, took = list(hall.windows.values()), []
    for newcomer in people[waiting:]:
        window = source.choice(windows)
        begun = time.process_time()
        heads = lines.heads(window.id, now)
        choice = dispatcher.decide(heads, window.asker, hall.references, hall.guarantee, now)
        if choice is not None:
            lines.remove(choice.head.step_id)
            took.append(time.process_time() - begun)
            lines.add(newcomer)
    return median(took)


def _somebody(hall: Hall, number: int, source: random.Random) -> Head:
    kind = VisitorClass.ELDERLY if source.random() < 0.15 else VisitorClass.ORDINARY
    queued_at = hall.moment(OPEN[1]) - timedelta(seconds=3600 * source.random())
    return Head(number, number, str(number), source.choice(list(hall.businesses)), kind, queued_at)
