"""Checks of a hall's floor plan between its parts: every window at one place of its own, inside its zone, and
nothing off the plan or on top of something else.

Works on the plain data of the file, as hall/config_checks.py does, which calls it.
"""

from collections.abc import Iterator
from typing import Any

from hall.config_findings import Entry, Finding, Where, entries_of, unless_known, values_of
from hall.rules.floor import Box, Spot, along, window_numbers


def floor_mistakes(hall: dict[str, Any], where: Where) -> Iterator[Finding]:
    """Every mistake in the plan of the hall at `where`; none where it has no plan."""
    floor = hall.get("floor")
    size = _pair(floor.get("size")) if isinstance(floor, dict) else None
    if not isinstance(floor, dict) or size is None:
        return
    here = (*where, "floor")
    areas, findings = _areas(hall, floor, here, size)
    yield from findings
    places, findings = _places(hall, where, floor, size, areas)
    yield from findings
    for place, row in entries_of(floor, here, "marks"):
        box = _box(row)
        if box is None:
            continue
        kind = str(row.get("kind"))
        if not box.within(*size):
            yield _off_plan((*place, "at"), kind, box, size)
        covered = next((number for spot, number in places.items() if box.holds(spot)), None)
        if covered is not None:
            yield Finding((*place, "at"), "floor_mark_covers", {"value": kind, "window": covered})


def _areas(
    hall: dict[str, Any], floor: dict[str, Any], here: Where, size: tuple[int, int]
) -> tuple[dict[str, Box], list[Finding]]:
    known = values_of(entries_of(hall, (), "zones"), "id")
    areas: dict[str, Box] = {}
    seen: dict[str, Where] = {}
    findings: list[Finding] = []
    for place, row in entries_of(floor, here, "zones"):
        code, box = row.get("zone"), _box(row)
        findings += unless_known((*place, "zone"), code, known, "unknown_zone")
        if not isinstance(code, str) or box is None:
            continue
        at = (*place, "at")
        if code in areas:
            findings.append(Finding((*place, "zone"), "floor_zone_twice", {"value": code}, first=seen[code]))
            continue
        if not box.within(*size):
            findings.append(_off_plan(at, code, box, size))
        for other, taken in areas.items():
            if box.overlaps(taken):
                words: dict[str, object] = {"value": code, "other": other}
                findings.append(Finding(at, "floor_zones_overlap", words, first=seen[other]))
                break
        areas[code], seen[code] = box, at
    return areas, findings


def _places(
    hall: dict[str, Any], where: Where, floor: dict[str, Any], size: tuple[int, int], areas: dict[str, Box]
) -> tuple[dict[Spot, int], list[Finding]]:
    windows = {row.get("number"): row.get("zone") for _, row in entries_of(hall, where, "windows")}
    taken: dict[Spot, int] = {}
    lines: dict[int, Where] = {}
    findings: list[Finding] = []
    for place, number, spot in _in_rows(entries_of(floor, (*where, "floor"), "rows")):
        zone = windows.get(number)
        if number not in windows:
            findings.append(Finding(place, "unknown_window", {"value": number}))
        elif number in lines:
            findings.append(Finding(place, "floor_window_twice", {"value": number}, first=lines[number]))
        elif not Box(*spot, 1, 1).within(*size):
            findings.append(_off_plan(place, number, Box(*spot, 1, 1), size))
        elif spot in taken:
            words: dict[str, object] = {"value": number, "other": taken[spot], "x": spot.x, "y": spot.y}
            findings.append(Finding(place, "floor_place_taken", words, first=lines[taken[spot]]))
        elif not isinstance(zone, str) or zone not in areas or not areas[zone].holds(spot):
            findings.append(Finding(place, "floor_wrong_zone", {"value": number, "zone": zone}))
        lines.setdefault(number, place)
        taken.setdefault(spot, number)
    missing = [number for number in windows if isinstance(number, int) and number not in lines]
    if missing:
        words = {"value": missing[0], "count": len(missing)}
        findings.append(Finding((*where, "floor", "rows"), "floor_window_missing", words, at_key=True))
    return taken, findings


def _in_rows(rows: list[Entry]) -> Iterator[tuple[Where, int, Spot]]:
    """Each window of the rows, where it is written and where it stands."""
    for place, row in rows:
        at, runs = _pair(row.get("at")), row.get("runs", "right")
        listed = row.get("windows")
        if at is None or not isinstance(listed, list) or runs not in ("right", "left", "down", "up"):
            continue
        spots = along(Spot(*at), runs)
        for index, written in enumerate(listed):
            for number in window_numbers(written) or ():
                yield (*place, "windows", index), number, next(spots)


def _off_plan(where: Where, value: object, box: Box, size: tuple[int, int]) -> Finding:
    words = {"value": value, "x": box.x, "y": box.y, "width": size[0], "height": size[1]}
    return Finding(where, "floor_off_plan", words)


def _box(row: dict[str, Any]) -> Box | None:
    at, size = _pair(row.get("at")), _pair(row.get("size", [1, 1]))
    return Box(*at, *size) if at is not None and size is not None else None


def _pair(value: object) -> tuple[int, int] | None:
    if isinstance(value, list) and len(value) == 2 and all(isinstance(one, int) for one in value):
        return value[0], value[1]
    return None
