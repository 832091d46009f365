"""Bands of where the queues will be, from what the runs of a look-ahead saw at its horizons. Called by
hall/twin/foresee.py and, to hold them against what happens, by hall/twin/trial.py.
"""

from collections.abc import Iterable, Mapping

from hall.rules.queues_ahead import NOBODY, QueueAhead, QueuesAhead, queue_ahead, together
from hall.twin.lookahead import Ahead, Scene


def queues_of(scene: Scene, ahead: Ahead, home_zones: Mapping[int, str]) -> QueuesAhead:
    """Every queue that some window calls. Horizons after the doors close are left out: who waits then is told
    to come another day, or stays, and no run knows which.
    """
    called = list(dict.fromkeys(business_id for business_id, _ in ahead.newcomers))
    zones = {zone: [one for one in called if home_zones.get(one) == zone] for zone in home_zones.values()}
    hall_closes = _closes_in(scene.hall.open_spans, scene.present.at_seconds)

    def bands(of: Iterable[int], closes_in: float) -> list[QueueAhead]:
        """Of several businesses taken together."""
        group = list(of)
        return [
            queue_ahead(
                round((runs[0].at_seconds - scene.present.at_seconds) / 60),
                [together([seen.standing.get(one, NOBODY) for one in group]) for seen in runs],
            )
            for runs in ahead.queues
            if runs and runs[0].at_seconds - scene.present.at_seconds <= closes_in
        ]

    return QueuesAhead(
        {one: bands([one], _closes_in(scene.hall.spans_of(one), scene.present.at_seconds)) for one in called},
        {zone: bands(group, hall_closes) for zone, group in zones.items() if group},
        bands(called, hall_closes) if called else [],
    )


def _closes_in(spans: tuple[tuple[float, float], ...], now: float) -> float:
    """Seconds until the last of the day's spans ends; without end where it is over, or there is none."""
    return spans[-1][1] - now if spans and spans[-1][1] > now else float("inf")
