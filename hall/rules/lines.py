"""The lines of a whole hall in memory, kept so that a pick stays cheap however many people wait (handbook 5).

Businesses that weigh the same for each of the windows that serve them (same promise and guarantee for the
class, own work or not, preferred or not) share one line per class: inside it only the place decides, whoever
asks. So the dispatcher needs the first of each line only; of these, among lines that weigh the same for the
window that asks, only the one with the smallest place; and of those that differ in nothing but the promise,
none that came later than one with a shorter promise. `Lines.heads` gives exactly those, and
`dispatcher.decide` among them chooses what it would choose among all who wait; a test holds that against a
scan. A line is a heap by place with lazy deletion. `Ready` does the same for the windows that stand ready.

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

Key = tuple[float, int, int]
"""A place among all who wait: queued_at (as a timestamp, which is quicker to compare), rank, step id."""

_NOBODY: Key = (inf, 0, 0)
_Look = Callable[[list[Key]], tuple[Key, ...]]
_Sort = tuple[VisitorClass, float, float, bool, bool]
"""What makes a head differ from another for a window, its place and its promise apart."""
_Weight = tuple[_Sort, float]
"""The same with the promise."""
_Looks = tuple[int, tuple[int, ...]]
"""Lines of one sort as bits; and the groups that those of each promise make, the shortest first."""


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
        alike: dict[int, dict[_Sort, dict[float, list[int]]]] = {}
        for (_, by), number in numbers.items():
            for window_id, (sort, promise) in by:
                alike.setdefault(window_id, {}).setdefault(sort, {}).setdefault(promise, []).append(number)
        self.firsts_of: list[_Look] = []
        """How to read the first of every line of a group; those of a group weigh the same to some window."""
        self.groups_of: list[list[int]] = [[] for _ in range(self.lines)]
        """Line → the groups it is in."""
        groups: dict[tuple[int, ...], int] = {}
        self.looks: dict[int, tuple[_Looks, ...]] = {
            window_id: tuple(self._looks(promises, groups) for promises in sorts.values())
            for window_id, sorts in alike.items()
        }
        """Window → how it looks at the lines, one sort after another."""
        self.calls = {window_id: sum(bits for bits, _ in looks) for window_id, looks in self.looks.items()}
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
        self.kinds_for: dict[int, list[int]] = {}
        """Business → the kinds of windows that may call it."""
        for (businesses, _), number in kinds.items():
            for business_id in businesses:
                self.kinds_for.setdefault(business_id, []).append(number)

    def _looks(self, promises: dict[float, list[int]], groups: dict[tuple[int, ...], int]) -> _Looks:
        looks = []
        for _, those in sorted(promises.items()):
            group = groups.setdefault(tuple(those), len(groups))
            if group == len(self.firsts_of):
                # Twice the first: itemgetter gives a tuple also where there is one line only.
                self.firsts_of.append(itemgetter(those[0], *those))
                for line in those:
                    self.groups_of[line].append(group)
            looks.append(group)
        return sum(1 << line for those in promises.values() for line in those), tuple(looks)


def _somebody(business_id: int, visitor_class: VisitorClass) -> Head:
    return Head(0, 0, "", business_id, visitor_class, datetime.max.replace(tzinfo=UTC))


def _weight(
    asker: Asker, business_id: int, visitor_class: VisitorClass, promises: Promises, guarantee: Guarantee
) -> _Weight:
    """Of two heads with the same weight the dispatcher always takes the one with the smaller place."""
    own = guarantee.of(business_id)
    sort = (
        visitor_class,
        own.elderly_share,
        own.ordinary_seconds,
        bool(asker.own_businesses) and business_id not in asker.own_businesses,
        asker.preference is not None and asker.preference.holds(_somebody(business_id, visitor_class)),
    )
    return sort, promises[business_id, visitor_class]


class Lines:
    """Everybody who waits. A step is in at most one line, under its id."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._heaps: list[list[Key]] = [[] for _ in range(layout.lines)]
        self._firsts: list[Key] = [_NOBODY] * layout.lines
        self._leasts: list[Key | None] = [_NOBODY] * len(layout.firsts_of)
        """The first of every group; None: has to be looked for again."""
        self._keys: dict[int, Key] = {}
        self._heads: dict[int, Head] = {}
        self._occupied = 0
        """The lines in which somebody waits, as bits."""
        self._of_business: dict[int, dict[int, Key]] = {}
        self._pinned: dict[int, dict[int, Head]] = {}
        self._pinned_to: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._heads)

    def __contains__(self, step_id: int) -> bool:
        return step_id in self._heads

    def add(self, head: Head, pinned_window_id: int | None = None, counts: bool = True) -> None:
        """Somebody joins: the line of their business and class, or a window's own when pinned to it. One who
        does not count (the twin's virtual visitors) is nobody's neighbour in `next_places`.
        """
        key = (head.queued_at.timestamp(), head.rank, head.step_id)
        self._heads[head.step_id] = head
        self._keys[head.step_id] = key
        if counts:
            self._of_business.setdefault(head.business_id, {})[head.step_id] = key
        if pinned_window_id is not None:
            self._pinned_to[head.step_id] = pinned_window_id
            self._pinned.setdefault(pinned_window_id, {})[head.step_id] = head
            return
        line = self._layout.line_of[head.business_id, head.visitor_class]
        heappush(self._heaps[line], key)
        if key < self._firsts[line]:
            self._firsts[line] = key
            self._occupied |= 1 << line
            leasts = self._leasts
            for group in self._layout.groups_of[line]:
                least = leasts[group]
                if least is not None and key < least:
                    leasts[group] = key

    def remove(self, step_id: int) -> Head:
        """Somebody leaves: called, given back, over. KeyError when they do not wait."""
        head = self._heads.pop(step_id)
        key = self._keys.pop(step_id)
        if head.business_id in self._of_business:
            self._of_business[head.business_id].pop(step_id, None)
        if step_id in self._pinned_to:
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
            leasts = self._leasts
            for group in self._layout.groups_of[line]:
                if leasts[group] is key:
                    leasts[group] = None
        return head

    def heads(self, window_id: int, now: datetime) -> list[Head]:
        """Those among whom the dispatcher has to choose for a window, and all who are pinned to it. Whose
        booked time has not come is not among them.
        """
        found: list[Head] = []
        occupied = self._occupied & self._layout.calls.get(window_id, 0)
        if occupied:
            leasts, latest = self._leasts, now.timestamp()
            for any_of, groups in self._layout.looks[window_id]:
                if not occupied & any_of:
                    continue
                before = _NOBODY
                for group in groups:
                    first = leasts[group]
                    if first is None:
                        first = leasts[group] = min(self._layout.firsts_of[group](self._firsts))
                    if first < before:
                        before = first
                        if first[0] <= latest:
                            found.append(self._heads[first[2]])
        if pinned := self._pinned.get(window_id):
            found.extend(pinned.values())
        return found

    def next_places(self, business_id: int, most: int) -> list[Place]:
        """The places of the next `most` of a business, of any class."""
        nearest = nsmallest(most, self._of_business.get(business_id, {}).values())
        heads = (self._heads[step_id] for _, _, step_id in nearest)
        return [Place(head.queued_at, head.rank) for head in heads]

    def waiting(self) -> list[Head]:
        """Everybody who waits, in the order they joined."""
        return list(self._heads.values())

    def anybody(self, window_id: int) -> bool:
        """False when nobody is in line whom the window may call, now or once their booked time has come."""
        layout = self._layout
        return bool(self._occupied & layout.calls.get(window_id, 0) or self._pinned.get(window_id))


class Ready:
    """The windows that stand ready for an arrival."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._windows: dict[int, ReadyWindow] = {}
        self._heaps: list[list[tuple[datetime, int]]] = [[] for _ in range(layout.kinds)]
        self._many = [0] * layout.kinds
        """How many windows of each kind stand ready."""

    def __contains__(self, window_id: int) -> bool:
        return window_id in self._windows

    def __len__(self) -> int:
        return len(self._windows)

    def add(self, window_id: int, since: datetime) -> None:
        kind, caller = self._layout.kind_of[window_id], self._layout.callers[window_id]
        asker = caller.asker
        if window_id not in self._windows:
            self._many[kind] += 1
        self._windows[window_id] = ReadyWindow(
            window_id, since, len(caller.businesses), asker.elderly_window, asker.first_classes
        )
        heappush(self._heaps[kind], (since, window_id))

    def remove(self, window_id: int) -> None:
        """KeyError when the window does not stand ready."""
        del self._windows[window_id]
        self._many[self._layout.kind_of[window_id]] -= 1

    def discard(self, window_id: int) -> None:
        """Removes the window if it stands ready."""
        if window_id in self._windows:
            self.remove(window_id)

    def of(self, window_id: int) -> ReadyWindow | None:
        """The window, if it stands ready."""
        return self._windows.get(window_id)

    def for_business(self, business_id: int) -> list[ReadyWindow]:
        """Of each kind of window that may call a business, the one that has stood ready longest."""
        windows, many, found = self._windows, self._many, []
        for kind in self._layout.kinds_for.get(business_id, ()):
            if not many[kind]:
                continue
            heap = self._heaps[kind]
            while heap:
                since, window_id = heap[0]
                one = windows.get(window_id)
                if one is not None and one.ready_since == since:
                    found.append(one)
                    break
                heappop(heap)
        return found
