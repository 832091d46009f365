"""Checks of config.yaml between places: what is named twice, and what names something that is not there.

Works on the plain data of the file, not on the models, so that one run reports these together with every
mistake of shape that the models find (hall/config.py calls both). Whatever has the wrong shape is stepped
over here: the models report it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from hall.config_findings import Entry, Finding, Where, entries_of, unless_known, values_of
from hall.config_floor_checks import floor_mistakes
from hall.config_model import KINDS_FOR_RESTRICTED
from hall.rules.calendar import parse_span


def _listed(data: object, where: Where, key: str) -> list[tuple[Where, str]]:
    """The texts of the list data[key], each with its place."""
    rows = data.get(key) if isinstance(data, dict) else None
    if not isinstance(rows, list):
        return []
    return [((*where, key, index), value) for index, value in enumerate(rows) if isinstance(value, str)]


def _repeated(entries: list[Entry], key: str, reason: str) -> Iterator[Finding]:
    seen: dict[object, Where] = {}
    for where, row in entries:
        value = row.get(key)
        if not isinstance(value, str | int):
            continue
        if value in seen:
            yield Finding((*where, key), reason, {"value": value}, first=seen[value])
        else:
            seen[value] = (*where, key)


@dataclass(frozen=True)
class _Hall:
    where: Where
    data: dict[str, Any]

    def entries(self, key: str) -> list[Entry]:
        return entries_of(self.data, self.where, key)

    def departments(self) -> list[Entry]:
        return self.entries("departments")

    def businesses(self) -> list[Entry]:
        return [b for where, row in self.departments() for b in entries_of(row, where, "businesses")]

    def items(self) -> list[Entry]:
        return [i for where, row in self.businesses() for i in entries_of(row, where, "items")]


def find_mistakes(data: object, shapes_are_right: bool) -> list[Finding]:
    """Every mistake between places in the whole file.

    A business without a window is only looked for when `shapes_are_right` and every name is known: the window
    that could not be read, or names it wrongly, might well be the one that serves it.
    """
    findings: list[Finding] = []
    halls = entries_of(data, (), "halls")
    findings += _repeated(halls, "id", "duplicate_hall")
    for where, row in halls:
        hall = _Hall(where, row)
        found = [finding for check in _CHECKS for finding in check(hall)]
        findings += found
        misspelt = any(one.reason.startswith(("unknown_business", "unknown_department")) for one in found)
        if shapes_are_right and not misspelt:
            findings += _unserved_businesses(hall)
    return findings


def _names_used_twice(hall: _Hall) -> Iterator[Finding]:
    yield from _repeated(hall.entries("zones"), "id", "duplicate_zone")
    yield from _repeated(hall.departments(), "id", "duplicate_department")
    yield from _repeated(hall.businesses(), "id", "duplicate_business")
    yield from _repeated(hall.businesses(), "prefix", "duplicate_prefix")
    yield from _repeated(hall.items(), "id", "duplicate_item")
    yield from _repeated(hall.entries("windows"), "number", "duplicate_window")
    yield from _repeated(hall.entries("accounts"), "username", "duplicate_account")
    yield from _repeated(hall.entries("devices"), "id", "duplicate_device")


def _choices(hall: _Hall, where: Where, row: dict[str, Any], key: str) -> Iterator[Finding]:
    businesses = values_of(hall.businesses(), "id")
    for place, code in _listed(row, where, key):
        yield from unless_known(place, code, businesses, "unknown_business")
    choice = row.get(key)
    if isinstance(choice, dict):
        departments = values_of(hall.departments(), "id")
        for place, code in _listed(choice, (*where, key), "departments"):
            yield from unless_known(place, code, departments, "unknown_department")


def _windows_and_what_they_serve(hall: _Hall) -> Iterator[Finding]:
    zones = values_of(hall.entries("zones"), "id")
    restricted = {row.get("id") for _, row in hall.businesses() if row.get("restricted") is True}
    for where, row in hall.entries("windows"):
        yield from unless_known((*where, "zone"), row.get("zone"), zones, "unknown_zone")
        for key in ("businesses", "also", "may_serve"):
            yield from _choices(hall, where, row, key)
            if row.get("kind") in KINDS_FOR_RESTRICTED:
                continue
            for place, code in _listed(row, where, key):
                if code in restricted:
                    yield Finding(place, "restricted_business", {"value": code, "window": row.get("number")})


def _preferences_of_windows(hall: _Hall) -> Iterator[Finding]:
    known = values_of(hall.businesses(), "id")
    for where, row in hall.entries("windows"):
        prefers = row.get("prefers")
        served = {
            one for key in ("businesses", "also") for one in _meant(hall, row.get(key), row.get("kind"))
        }
        for place, code in _listed(prefers, (*where, "prefers"), "businesses"):
            yield from unless_known(place, code, known, "unknown_business")
            if code in known and code not in served:
                yield Finding(place, "prefers_unserved", {"value": code, "window": row.get("number")})


def _least_windows_of_the_roster(hall: _Hall) -> Iterator[Finding]:
    known = values_of(hall.businesses(), "id")
    roster = hall.data.get("roster")
    least = roster.get("minimum") if isinstance(roster, dict) else None
    for code in least if isinstance(least, dict) else ():
        where = (*hall.where, "roster", "minimum", code)
        yield from unless_known(where, code, known, "unknown_business", at_key=True)


def _unserved_businesses(hall: _Hall) -> Iterator[Finding]:
    """A business nobody may serve at all; or, where elderly windows never call others, nobody but they."""
    rules = hall.data.get("rules") or {}
    kept = (rules.get("elderly_windows") or {}).get("others") == "never"
    served: set[object] = set()
    by_others: set[object] = set()
    for _, window in hall.entries("windows"):
        for key in ("businesses", "also", "may_serve"):
            meant = set(_meant(hall, window.get(key), window.get("kind")))
            served |= meant
            by_others |= set() if kept and window.get("kind") == "elderly" else meant
    for where, row in hall.businesses():
        if row.get("id") not in served:
            yield Finding((*where, "id"), "unserved_business", {"value": row.get("id")})
        elif row.get("id") not in by_others:
            yield Finding((*where, "id"), "only_elderly_windows", {"value": row.get("id")})


def _meant(hall: _Hall, choice: object, kind: object) -> Iterator[object]:
    """The same meaning as HallConfig.chosen, from plain data."""
    if isinstance(choice, list):
        yield from choice
        return
    departments = choice.get("departments", []) if isinstance(choice, dict) else None
    for where, department in hall.departments():
        if choice != "all" and (departments is None or department.get("id") not in departments):
            continue
        for _, business in entries_of(department, where, "businesses"):
            if not business.get("restricted") or (choice != "all" and kind in KINDS_FOR_RESTRICTED):
                yield business.get("id")


def _accounts_and_their_skills(hall: _Hall) -> Iterator[Finding]:
    for where, row in hall.entries("accounts"):
        yield from _choices(hall, where, row, "skills")


def _devices_and_their_places(hall: _Hall) -> Iterator[Finding]:
    devices = hall.entries("devices")
    zones = values_of(hall.entries("zones"), "id")
    printers = [str(row.get("id")) for _, row in devices if row.get("kind") == "printer"]
    windows = {row.get("number") for _, row in hall.entries("windows")}
    for where, row in devices:
        yield from unless_known((*where, "zone"), row.get("zone"), zones, "unknown_zone")
        yield from unless_known((*where, "printer"), row.get("printer"), printers, "unknown_printer")
        window = row.get("window")
        if isinstance(window, int) and window not in windows:
            yield Finding((*where, "window"), "unknown_window", {"value": window})


def _one_voice_in_one_place(hall: _Hall) -> Iterator[Finding]:
    """Speaking boards do not know one another: two of one zone (or of the whole hall) would talk at once."""
    speaking: dict[object, tuple[Where, object]] = {}
    for where, row in hall.entries("devices"):
        if row.get("kind") != "board" or row.get("speaks") is not True:
            continue
        place, name = str((row.get("zone"), row.get("window"))), row.get("id")
        if place in speaking:
            first, other = speaking[place]
            yield Finding((*where, "speaks"), "two_voices", {"value": name, "other": other}, first=first)
        else:
            speaking[place] = ((*where, "speaks"), name)


def _hours_that_overlap(hall: _Hall) -> Iterator[Finding]:
    for where, row in [(hall.where, hall.data), *hall.businesses()]:
        hours = row.get("hours")
        for day in hours if isinstance(hours, dict) else ():
            taken: list[tuple[int, int, str]] = []
            for place, text in _listed(hours, (*where, "hours"), day):
                span = parse_span(text)
                if span is None or span[0] >= span[1]:
                    continue
                for opened, closed, other in taken:
                    if span[0] < closed and opened < span[1]:
                        yield Finding(place, "hours_overlap", {"value": text, "other": other})
                        break
                taken.append((*span, text))


def _days_closed_and_open(hall: _Hall) -> Iterator[Finding]:
    closed, opened = hall.data.get("closed_days"), hall.data.get("open_days")
    if isinstance(closed, list) and isinstance(opened, list):
        for index, day in enumerate(opened):
            if day in closed:
                yield Finding((*hall.where, "open_days", index), "day_open_and_closed", {"value": str(day)})


_CHECKS: tuple[Callable[[_Hall], Iterator[Finding]], ...] = (
    _names_used_twice,
    _windows_and_what_they_serve,
    _preferences_of_windows,
    _least_windows_of_the_roster,
    _accounts_and_their_skills,
    _devices_and_their_places,
    _one_voice_in_one_place,
    _hours_that_overlap,
    _days_closed_and_open,
    lambda hall: floor_mistakes(hall.data, hall.where),
)
