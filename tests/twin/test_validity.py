"""The twin agrees with what is known otherwise: with Erlang's formula, and with Ciw, a queueing simulator of
its own making, on models that both can say (M/M/c, and M/G/c with two priority classes).
"""

import random
from collections.abc import Callable, Sequence
from datetime import date
from math import factorial, log, sqrt
from statistics import mean, stdev

import ciw
import pytest

from hall.rules.tickets import VisitorClass
from hall.twin.engine import run
from hall.twin.model import Business, Clerk, Habits, Hall, Visitor, Window
from hall.twin.policies import ELDERLY_FIRST, FIFO, Policy
from hall.twin.visitors import lognormal
from tests.builders import ALWAYS_OPEN

ORDINARY, ELDERLY = VisitorClass.ORDINARY, VisitorClass.ELDERLY
WHOLE_DAY = 86_400.0
REPLICATIONS = 8
T_99 = 3.499
"""Student's t for 99 % with 7 degrees of freedom."""
SERVICE_SECONDS = 60.0


def plain_hall(windows: int) -> Hall:
    """One business, equal windows, nobody takes time to walk or to tidy up: M/·/c."""
    clerk = Clerk(staffed=((0.0, WHOLE_DAY),))
    return Hall(
        code="plain",
        day=date(2026, 11, 23),
        businesses={1: Business(1, "any", dict.fromkeys(VisitorClass, 900.0), SERVICE_SECONDS)},
        windows={
            one: Window(one, one, "comprehensive", frozenset({1}), clerk=clerk)
            for one in range(1, windows + 1)
        },
        habits=Habits(call_to_seat_seconds=0.0, turn_over_seconds=0.0),
        hours=ALWAYS_OPEN,
    )


Service = Callable[[random.Random], float]


def exponential(source: random.Random) -> float:
    return source.expovariate(1 / SERVICE_SECONDS)


def lognormal_service(source: random.Random) -> float:
    return lognormal(SERVICE_SECONDS, 0.75, source)


def poisson_day(seed: int, per_second: float, service: Service, elderly: float = 0.0) -> list[Visitor]:
    source, now, people = random.Random(seed), 0.0, []
    while (now := now + source.expovariate(per_second)) < WHOLE_DAY:
        kind = ELDERLY if source.random() < elderly else ORDINARY
        people.append(Visitor(len(people) + 1, round(now, 3), 1, kind, round(service(source), 3)))
    return people


def waits(hall: Hall, people: Sequence[Visitor], policy: Policy) -> dict[int, float]:
    """Visitor → seconds until called; everybody is."""
    called = {call.visitor_id: call.waited_seconds for call in run(hall, people, policy).calls}
    assert called.keys() == {one.id for one in people}
    return called


def ciw_waits(people: Sequence[Visitor], windows: int) -> dict[int, float]:
    """The same visitors with the same services in Ciw, the elderly as its first priority class."""
    names = {ORDINARY: "ordinary", ELDERLY: "elderly"}
    arrivals, services, ids = {}, {}, {}
    for kind, name in names.items():
        these = [one for one in people if one.visitor_class is kind]
        times = [one.at_seconds for one in these]
        gaps = [at - before for at, before in zip(times, [0.0, *times], strict=False)]
        arrivals[name] = [ciw.dists.Sequential([*gaps, float("inf")])]
        services[name] = [ciw.dists.Sequential([one.service_seconds for one in these] or [1.0])]
        ids[name] = iter([one.id for one in these])
    simulation = ciw.Simulation(
        ciw.create_network(
            arrival_distributions=arrivals,
            service_distributions=services,
            number_of_servers=[windows],
            priority_classes={"ordinary": 1, "elderly": 0},
        )
    )
    simulation.simulate_until_max_time(2 * WHOLE_DAY)
    records = sorted(simulation.get_all_records(), key=lambda one: one.id_number)
    return {next(ids[one.customer_class]): one.waiting_time for one in records}


def erlang_c(per_second: float, windows: int) -> tuple[float, float]:
    """The share of visitors who wait, and the mean wait in seconds, of M/M/c (Erlang 1917)."""
    offered = per_second * SERVICE_SECONDS
    busy = offered**windows / factorial(windows) * windows / (windows - offered)
    waiting = busy / (sum(offered**one / factorial(one) for one in range(windows)) + busy)
    return waiting, waiting * SERVICE_SECONDS / (windows - offered)


def interval(figures: Sequence[float]) -> tuple[float, float]:
    """Mean and half width of the 99 % confidence interval."""
    assert len(figures) == REPLICATIONS
    return mean(figures), T_99 * stdev(figures) / sqrt(len(figures))


@pytest.mark.parametrize(("windows", "load"), [(2, 0.7), (4, 0.8), (8, 0.8)])
def test_the_twin_agrees_with_erlangs_formula(windows: int, load: float):
    per_second = load * windows / SERVICE_SECONDS
    hall, means, shares = plain_hall(windows), [], []
    for seed in range(REPLICATIONS):
        # The first two hours of a day that starts with nobody there are not yet Erlang's.
        people = poisson_day(100 * windows + seed, per_second, exponential)
        settled = {one.id for one in people if one.at_seconds > 7200}
        waited = [seconds for one, seconds in waits(hall, people, FIFO).items() if one in settled]
        means.append(mean(waited))
        shares.append(mean(seconds > 0 for seconds in waited))
    share, wait = erlang_c(per_second, windows)
    assert interval(means)[0] == pytest.approx(wait, abs=interval(means)[1])
    assert interval(shares)[0] == pytest.approx(share, abs=interval(shares)[1])
    assert interval(means)[1] < 0.35 * wait, "an interval so wide would agree with anything"


MODELS = [
    pytest.param(6, 0.8, exponential, 0.0, FIFO, id="M/M/6"),
    pytest.param(6, 0.85, lognormal_service, 0.2, ELDERLY_FIRST, id="M/G/6 with two classes"),
]


@pytest.mark.parametrize(("windows", "load", "service", "elderly", "policy"), MODELS)
def test_the_same_visitors_wait_the_same_in_the_twin_and_in_ciw(
    windows: int, load: float, service: Service, elderly: float, policy: Policy
):
    people = poisson_day(7, load * windows / SERVICE_SECONDS, service, elderly)
    ours, theirs = waits(plain_hall(windows), people, policy), ciw_waits(people, windows)
    assert ours.keys() == theirs.keys()
    assert max(ours.values()) > 60
    assert max(abs(ours[one] - theirs[one]) for one in ours) < 0.001


@pytest.mark.parametrize(("windows", "load", "service", "elderly", "policy"), MODELS)
def test_on_draws_of_their_own_the_twin_and_ciw_agree_within_their_confidence(
    windows: int, load: float, service: Service, elderly: float, policy: Policy
):
    per_second, hall = load * windows / SERVICE_SECONDS, plain_hall(windows)
    kinds = [ORDINARY, ELDERLY] if elderly else [ORDINARY]
    figures: dict[str, dict[VisitorClass, list[float]]] = {
        name: {kind: [] for kind in kinds} for name in ("twin", "ciw")
    }
    for seed in range(REPLICATIONS):
        people = poisson_day(1000 + seed, per_second, service, elderly)
        waited = waits(hall, people, policy)
        ciw.seed(2000 + seed)
        theirs = ciw_draws(windows, per_second, service is exponential, elderly)
        for kind in kinds:
            figures["twin"][kind].append(mean(waited[one.id] for one in people if one.visitor_class is kind))
            figures["ciw"][kind].append(theirs[kind])
    for kind in kinds:
        (ours, width), (other, its_width) = (interval(figures[name][kind]) for name in ("twin", "ciw"))
        assert abs(ours - other) < sqrt(width**2 + its_width**2)


def ciw_draws(
    windows: int, per_second: float, is_exponential: bool, elderly: float
) -> dict[VisitorClass, float]:
    """Mean waits per class of a day that Ciw draws by itself."""
    spread = sqrt(log(1 + 0.75**2))
    lengths = (
        ciw.dists.Exponential(1 / SERVICE_SECONDS)
        if is_exponential
        else ciw.dists.Lognormal(log(SERVICE_SECONDS) - spread**2 / 2, spread)
    )
    classes = {"ordinary": 1 - elderly, "elderly": elderly}
    simulation = ciw.Simulation(
        ciw.create_network(
            arrival_distributions={
                name: [ciw.dists.Exponential(per_second * share) if share else None]
                for name, share in classes.items()
            },
            service_distributions={name: [lengths] for name in classes},
            number_of_servers=[windows],
            priority_classes={"ordinary": 1, "elderly": 0},
        )
    )
    simulation.simulate_until_max_time(WHOLE_DAY)
    found = simulation.get_all_records()
    return {
        kind: mean(one.waiting_time for one in found if one.customer_class == kind.value)
        for kind in (ORDINARY, ELDERLY)
        if classes[kind.value]
    }
