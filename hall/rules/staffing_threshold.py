"""The threshold rule: who has many waiting per window gets one of those who have few. The fallback when the
integer programme has no answer in time, and what it is compared with (`python -m hall bench staffing`).

Looks only at what waits now. A window's load is the people waiting for its businesses, each business's shared
out among the open windows that serve it (窗口饱和度, handbook 11). A business is short of windows when even
the least loaded of those that serve it has more than `HIGH`; a window with `LOW` or less, or with less than
`SHARE` of what those have, can be spared. Reserve windows are opened first.
"""

from hall.rules.staffing import Move, Plan, Post, Situation, faults, move_of

HIGH, LOW, SHARE = 1.5, 1.0, 0.5


def threshold_plan(situation: Situation) -> Plan:
    """The moves of the rule in this situation; always within the rules of staffing."""
    hall = _Hall(situation)
    for post in situation.posts:
        away = post.open and post.serves != post.home and post.home in post.ways
        if away and not post.held and hall.shared_out(post.serves - post.home) <= LOW:
            hall.try_move(post, post.home)
    hopeless: set[int] = set()
    while (short := hall.most_loaded(hopeless)) is not None:
        code, load = short
        if not _help(situation, hall, code, max(LOW, SHARE * load)):
            hopeless.add(code)
    return Plan(tuple(hall.moves[key] for key in sorted(hall.moves)), "threshold")


def _help(situation: Situation, hall: "_Hall", code: int, spare: float) -> bool:
    """One more window for a business, if one can be spared."""
    found: list[tuple[bool, bool, float, Post]] = []
    for post in situation.posts:
        now = hall.sets[_key(post)]
        if post.held or _key(post) in hall.moves or code in now or not any(code in one for one in post.ways):
            continue
        load = hall.shared_out(now)
        if not now or load <= spare:
            found.append((bool(now), post.serving, load, post))
    for _, _, _, post in sorted(found, key=lambda one: (*one[:3], *_key(one[3]))):
        if hall.try_move(post, min((way for way in post.ways if code in way), key=len)):
            return True
    return False


def _key(post: Post) -> tuple[int, int]:
    return post.window_id, post.clerk_id


class _Hall:
    """The posts as the moves so far leave them."""

    def __init__(self, situation: Situation) -> None:
        self._situation = situation
        self._waiting = {one.business_id: one.waiting for one in situation.queues}
        self.sets = {_key(one): one.serves for one in situation.posts}
        self.moves: dict[tuple[int, int], Move] = {}
        self._share_out()

    def _share_out(self) -> None:
        serving = dict.fromkeys(self._waiting, 0)
        for businesses in self.sets.values():
            for code in businesses & serving.keys():
                serving[code] += 1
        self._shares = {code: people / max(1, serving[code]) for code, people in self._waiting.items()}

    def shared_out(self, businesses: frozenset[int]) -> float:
        """The load of a window that serves these."""
        return sum(self._shares.get(code, 0.0) for code in businesses)

    def most_loaded(self, but: set[int]) -> tuple[int, float] | None:
        """The business most short of windows, and its least loaded window's load."""
        loads: dict[int, float] = {}
        for businesses in set(self.sets.values()):
            load = self.shared_out(businesses)
            for code in businesses:
                loads[code] = min(load, loads.get(code, load))
        for code, share in self._shares.items():
            loads.setdefault(code, share)
        short = [
            (load, -code)
            for code, load in loads.items()
            if load > HIGH and code not in but and self._waiting.get(code)
        ]
        if not short:
            return None
        load, code = max(short)
        return -code, load

    def try_move(self, post: Post, after: frozenset[int]) -> bool:
        move = move_of(post, after)
        if move is None or faults(self._situation, [*self.moves.values(), move]):
            return False
        self.moves[_key(post)], self.sets[_key(post)] = move, after
        self._share_out()
        return True
