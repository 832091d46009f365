"""The lines of a whole hall in memory, kept so that a pick stays cheap however many people wait (handbook 5).

Businesses that weigh the same for each of the windows that serve them (same promise and guarantee for the
class, own work or not, preferred or not) share one line per class: inside it only the place decides, whoever
asks. So the dispatcher needs the first of each line only; of these, among lines that weigh the same for the
window that asks, only the one with the smallest place; and of those that differ in nothing but the promise,
only whose share of it is the largest, and whose is among those whom the guarantee has reached. `Lines.heads`
gives exactly those, and `dispatcher.decide` among them chooses what it would choose among all who wait; a
test holds that against a scan. A line is a heap by place with lazy deletion. `Ready` does the same for the
windows that stand ready.

Used by the twin (hall/twin/engine.py), which has all lines of a hall in memory. Plain values in, plain values
out; nothing here decides who is called.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from heapq import heappop, heappush, nsmallest
from math import inf
from operator import itemgetter

from hall.rules.dispatcher import Asker, Guarantee, Head, Promises, ReadyWindow
from hall.rules.tickets import Place, VisitorClass

Key = tuple[float, int, int, Head]
"""A place among all who wait: queued_at (as a timestamp, which is quicker to compare), rank, step id; and who
stands there.
"""

CLOSE = 1e-6
"""Shares, and moments in seconds, that differ by less are the dispatcher's to compare: it counts every
microsecond, and a timestamp is not that exact.
"""

_Look = Callable[[list[Key]], tuple[Key, ...]]
_Sort = tuple[VisitorClass, float, bool, bool]
"""What makes a head differ from another for a window, its place and what its wait is measured by apart."""
_Weight = tuple[_Sort, float]
"""The same with what its wait is measured by."""
_Looks = tuple[int, float, tuple[tuple[int, float], ...]]
"""Lines of one sort as bits; after how many seconds the guarantee may reach somebody there; and the groups
that those of each promise make, with the promise.
"""


@dataclass(frozen=True)
class Caller:
    """A window that calls: what it may call now (its businesses ∩ its clerk's skills), and how it asks."""

    window_id: int
    businesses: frozenset[int]
    asker: Asker = Asker()  # noqa: RUF009 - frozen


class Layout:
    """Which line everybody stands in, and which lines a window looks at. Made once for a set of windows;
    `Lines` and `Ready` are then cheap to make, as often as somebody likes.
    """

    def __init__(self, callers: Iterable[Caller], promises: Promises, guarantee: Guarantee) -> None:
        self.callers = {one.window_id: one for one in callers}
        seen: dict[tuple[int, VisitorClass], list[tuple[int, _Weight]]] = {place: [] for place in promises}
        for caller in self.callers.values():
            for business_id in sorted(caller.businesses):
                for visitor_class in VisitorClass:
                    place = business_id, visitor_class
                    if place in seen and caller.asker.may_call(_somebody(*place)):
                        weight = _weight(caller.asker, *place, promises, guarantee)
                        seen[place].append((caller.window_id, weight))
        numbers: dict[tuple[VisitorClass, tuple[tuple[int, _Weight], ...]], int] = {}
        self.line_of = {
            place: numbers.setdefault((place[1], tuple(by)), len(numbers)) for place, by in seen.items()
        }
        """(business, class) → number of its line."""
        self.lines = len(numbers)
        self.firsts = self.lines
        """How many firsts there are to keep: of every line, and behind them of every group of several."""
        alike: dict[int, dict[_Sort, dict[float, list[int]]]] = {}
        for (_, by), number in numbers.items():
            for window_id, (sort, promise) in by:
                alike.setdefault(window_id, {}).setdefault(sort, {}).setdefault(promise, []).append(number)
        self.firsts_of: dict[int, _Look] = {}
        """How to read the first of every line of a group; those of a group weigh the same to some window."""
        self.groups_of: list[list[int]] = [[] for _ in range(self.lines)]
        """Line → the groups it is in with others."""
        groups: dict[tuple[int, ...], int] = {(line,): line for line in range(self.lines)}
        self.looks: dict[int, tuple[_Looks, ...]] = {
            window_id: tuple(self._looks(sort, promises, groups) for sort, promises in sorts.items())
            for window_id, sorts in alike.items()
        }
        """Window → how it looks at the lines, one sort after another."""
        self.calls = {window_id: sum(look[0] for look in looks) for window_id, looks in self.looks.items()}
        """Window → the lines it may call from, as bits."""
        kinds: dict[tuple[frozenset[int], Asker], int] = {}
        self.kind_of: dict[int, int] = {}
        """Window → number of its kind: windows of a kind may call the same people."""
        for one in self.callers.values():
            asker = Asker(
                one.asker.elderly_window, frozenset(), None, one.asker.first_classes, one.asker.first_only
            )
            self.kind_of[one.window_id] = kinds.setdefault((one.businesses, asker), len(kinds))
        self.kinds = len(kinds)
        self.as_ready = {
            one.window_id: (len(one.businesses), one.asker.elderly_window, one.asker.first_classes)
            for one in self.callers.values()
        }
        """Window → what `ReadyWindow` says of it, but for the moment since when."""
        self.kinds_for: dict[int, list[int]] = {}
        """Business → the kinds of windows that may call it."""
        for (businesses, _), number in kinds.items():
            for business_id in businesses:
                self.kinds_for.setdefault(business_id, []).append(number)

    def _looks(
        self, sort: _Sort, promises: dict[float, list[int]], groups: dict[tuple[int, ...], int]
    ) -> _Looks:
        _, reached, *_ = sort
        looks = []
        for promise, those in sorted(promises.items()):
            group = groups.setdefault(tuple(those), self.firsts)
            if group == self.firsts:
                self.firsts += 1
                self.firsts_of[group] = itemgetter(*those)
                for line in those:
                    self.groups_of[line].append(group)
            looks.append((group, promise))
        lines = sum(1 << line for those in promises.values() for line in those)
        return lines, reached - CLOSE, tuple(looks)


def _somebody(business_id: int, visitor_class: VisitorClass) -> Head:
    return Head(0, 0, "", business_id, visitor_class, datetime.max.replace(tzinfo=UTC))


_NOBODY: Key = (inf, 0, 0, _somebody(0, VisitorClass.ORDINARY))
_UNKNOWN: Key = (-inf, 0, 0, _NOBODY[3])
"""The first of a group, where it has to be looked for again."""


def _weight(
    asker: Asker, business_id: int, visitor_class: VisitorClass, promises: Promises, guarantee: Guarantee
) -> _Weight:
    """Of two heads with the same weight the dispatcher always takes the one with the smaller place."""
    own, promise = guarantee.of(business_id), promises[business_id, visitor_class]
    sort = (
        visitor_class,
        asker.reached_after(own, visitor_class, promise),
        bool(asker.own_businesses) and business_id not in asker.own_businesses,
        asker.preference is not None and asker.preference.holds(_somebody(business_id, visitor_class)),
    )
    return sort, asker.measures_by(business_id, visitor_class, promises)


class Lines:
    """Everybody who waits. A step is in at most one line, under its id."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._heaps: list[list[Key]] = [[] for _ in range(layout.lines)]
        self._firsts: list[Key] = [_NOBODY] * layout.firsts
        """Of every line and every group."""
        self._keys: dict[int, Key] = {}
        self._occupied = 0
        """The lines in which somebody waits, as bits."""
        self._uncounted: set[int] = set()
        self._pinned: dict[int, dict[int, Head]] = {}
        self._pinned_to: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._keys)

    def __contains__(self, step_id: int) -> bool:
        return step_id in self._keys

    def add(self, head: Head, pinned_window_id: int | None = None, counts: bool = True) -> None:
        """Somebody joins: the line of their business and class, or a window's own when pinned to it. One who
        does not count (the twin's virtual visitors) is nobody's neighbour in `next_places`.
        """
        step_id, _, _, business_id, visitor_class, queued_at, rank, _ = head
        key = self._keys[step_id] = (queued_at.timestamp(), rank, step_id, head)
        if not counts:
            self._uncounted.add(step_id)
        if pinned_window_id is not None:
            self._pinned_to[step_id] = pinned_window_id
            self._pinned.setdefault(pinned_window_id, {})[step_id] = head
            return
        line = self._layout.line_of[business_id, visitor_class]
        heappush(self._heaps[line], key)
        if key < self._firsts[line]:
            self._firsts[line] = key
            self._occupied |= 1 << line
            firsts = self._firsts
            for group in self._layout.groups_of[line]:
                if key < firsts[group]:
                    firsts[group] = key

    def remove(self, step_id: int) -> Head:
        """Somebody leaves: called, given back, over. KeyError when they do not wait."""
        key = self._keys.pop(step_id)
        head = key[3]
        if self._uncounted:
            self._uncounted.discard(step_id)
        if self._pinned_to and step_id in self._pinned_to:
            del self._pinned[self._pinned_to.pop(step_id)][step_id]
            return head
        line = self._layout.line_of[head.business_id, head.visitor_class]
        if self._firsts[line] is key:
            heap, keys = self._heaps[line], self._keys
            # Who left from the middle is still in the heap; who came back has a new key under the same id.
            while heap and keys.get(heap[0][2]) is not heap[0]:
                heappop(heap)
            if heap:
                self._firsts[line] = heap[0]
            else:
                self._firsts[line] = _NOBODY
                self._occupied ^= 1 << line
            firsts = self._firsts
            for group in self._layout.groups_of[line]:
                if firsts[group] is key:
                    firsts[group] = _UNKNOWN
        return head

    def heads(self, window_id: int, now: datetime) -> list[Head]:
        """Those among whom the dispatcher has to choose for a window, and all who are pinned to it. Whose
        booked time has not come is not among them.
        """
        found: list[Head] = []
        layout = self._layout
        occupied = self._occupied & layout.calls.get(window_id, 0)
        if occupied:
            firsts, latest = self._firsts, now.timestamp()
            for any_of, reached, groups in layout.looks[window_id]:
                if not occupied & any_of:
                    continue
                largest, best, earliest = -1.0, None, latest
                most, guaranteed = -1.0, None
                for group, promise in groups:
                    first = firsts[group]
                    queued = first[0]
                    # Nobody, or a booked time to come; or later than somebody with a shorter promise.
                    if queued > earliest:
                        continue
                    if first is _UNKNOWN:
                        first = firsts[group] = min(layout.firsts_of[group](firsts))
                        queued = first[0]
                        if queued > earliest:
                            continue
                    earliest = queued
                    waited = latest - queued
                    share = waited / promise
                    if waited >= reached:
                        if share > most + CLOSE:
                            most, guaranteed = share, first
                        elif share > most - CLOSE:
                            found.append(first[3])
                    elif share > largest + CLOSE:
                        largest, best = share, first
                    elif share > largest - CLOSE:
                        found.append(first[3])
                if guaranteed is not None:
                    found.append(guaranteed[3])
                if best is not None:
                    found.append(best[3])
        if pinned := self._pinned.get(window_id):
            found.extend(pinned.values())
        return found

    def next_places(self, business_id: int, most: int) -> list[Place]:
        """The places of the next `most` of a business, of any class."""
        waiting = (
            key
            for step_id, key in self._keys.items()
            if key[3].business_id == business_id and step_id not in self._uncounted
        )
        return [Place(key[3].queued_at, key[1]) for key in nsmallest(most, waiting)]

    def waiting(self) -> list[Head]:
        """Everybody who waits, in the order they joined."""
        return [key[3] for key in self._keys.values()]

    def anybody(self, window_id: int) -> bool:
        """False when nobody is in line whom the window may call, now or once their booked time has come."""
        if self._occupied & self._layout.calls.get(window_id, 0):
            return True
        return bool(self._pinned and self._pinned.get(window_id))


class Ready:
    """The windows that stand ready for an arrival."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._windows: dict[int, ReadyWindow] = {}
        self._heaps: list[list[tuple[datetime, int, ReadyWindow]]] = [[] for _ in range(layout.kinds)]
        self._longest: list[ReadyWindow | None] = [None] * layout.kinds
        """Of each kind, the window that has stood ready longest."""

    def __contains__(self, window_id: int) -> bool:
        return window_id in self._windows

    def __len__(self) -> int:
        return len(self._windows)

    def add(self, window_id: int, since: datetime) -> None:
        if window_id in self._windows:
            self.discard(window_id)
        kind = self._layout.kind_of[window_id]
        # Made as a tuple, which is three times as quick as by name.
        one = tuple.__new__(ReadyWindow, (window_id, since, *self._layout.as_ready[window_id]))
        self._windows[window_id] = one
        heap = self._heaps[kind]
        heappush(heap, (since, window_id, one))
        if heap[0][2] is one:
            self._longest[kind] = one

    def remove(self, window_id: int) -> None:
        """KeyError when the window does not stand ready."""
        if window_id not in self._windows:
            raise KeyError(window_id)
        self.discard(window_id)

    def discard(self, window_id: int) -> None:
        """Removes the window if it stands ready."""
        one = self._windows.pop(window_id, None)
        if one is None:
            return
        kind = self._layout.kind_of[window_id]
        if self._longest[kind] is one:
            heap, windows = self._heaps[kind], self._windows
            while heap and windows.get(heap[0][1]) is not heap[0][2]:
                heappop(heap)
            self._longest[kind] = heap[0][2] if heap else None

    def of(self, window_id: int) -> ReadyWindow | None:
        """The window, if it stands ready."""
        return self._windows.get(window_id)

    def for_business(self, business_id: int) -> list[ReadyWindow]:
        """Of each kind of window that may call a business, the one that has stood ready longest."""
        longest = self._longest
        return [
            one for kind in self._layout.kinds_for.get(business_id, ()) if (one := longest[kind]) is not None
        ]
