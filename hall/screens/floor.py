"""The floor plan of a hall for the screens that draw it: areas, places, marks. It changes only with the
settings, so a page asks once and again when it hears `hall_configured`.

`hall/web/api/manage.py` sends it; live states come from hall/screens/overview.py.
"""

from typing import Any

from hall.config_floor import floor_of
from hall.config_standards import standards_of
from hall.records.book import Book


def floor_plan(book: Book) -> dict[str, Any]:
    """The plan in units of the grid; `overtime_seconds`: a service longer than this is marked."""
    windows_of_zone: dict[str, list[int]] = {one.code: [] for one in book.zones.values()}
    for window in book.windows.values():
        windows_of_zone[book.zones[window.zone_id].code].append(window.number)
    plan = floor_of(book.settings, windows_of_zone)
    names = {one.code: one for one in book.zones.values()}
    return {
        "width": plan.width,
        "height": plan.height,
        "zones": [
            {"code": code, "name": names[code].name, "name_en": names[code].name_en, **box._asdict()}
            for code, box in plan.zones.items()
            if code in names
        ],
        "windows": [
            {"number": number, **spot._asdict()}
            for number, spot in plan.windows.items()
            if number in book.windows_by_number
        ],
        "marks": [{"kind": mark.kind, **mark.box._asdict()} for mark in plan.marks],
        "overtime_seconds": 60 * standards_of(book.settings).overtime_minutes,
    }
