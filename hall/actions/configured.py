"""A configuration file's entries as rows of the hall's tables. Pure; hall/actions/configure.py compares and
writes them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table

from hall.config_model import AccountConfig, HallConfig
from hall.records.tables import accounts, businesses, departments, devices, items, windows, zones


@dataclass(frozen=True)
class Kind:
    """One table and how the file's entries become its rows."""

    table: Table
    key: str
    rows: dict[Any, dict[str, Any]]


def hall_row(hall: HallConfig) -> dict[str, Any]:
    """The hall's own row, without its code."""
    kept = {"languages", "hours", "closed_days", "open_days", "rules"}
    kept |= {"standards", "report_files", "alerts", "floor", "roster"}
    settings = hall.model_dump(mode="json", include=kept)
    settings["preferences"] = {
        str(one.number): one.prefers.model_dump(mode="json")
        for one in hall.windows
        if one.prefers is not None
    }
    return {"name": hall.name, "name_en": hall.name_en, "timezone": hall.timezone, "settings": settings}


def kinds(hall: HallConfig) -> Iterable[Kind]:
    """The file's entries as rows, tables in the order of their dependence. Values named `<table>:<code>` are
    ids found on writing.
    """

    def named(entry: Any, position: int) -> dict[str, Any]:
        return {"name": entry.name, "name_en": entry.name_en, "position": position}

    yield Kind(zones, "code", {one.id: named(one, at) for at, one in enumerate(hall.zones)})
    yield Kind(departments, "code", {one.id: named(one, at) for at, one in enumerate(hall.departments)})
    yield Kind(
        businesses,
        "code",
        {
            one.id: {
                **named(one, at),
                "prefix": one.prefix,
                "department_id": f"departments:{department.id}",
                "settings": one.model_dump(mode="json", exclude={"id", "name", "name_en", "prefix", "items"}),
            }
            for at, (one, department) in enumerate(hall.businesses())
        },
    )
    yield Kind(
        items,
        "code",
        {
            one.id: {
                **named(one, at),
                "business_id": f"businesses:{place.business.id}",
                "details": one.model_dump(mode="json", exclude={"id", "name", "name_en"}),
            }
            for at, (one, place) in enumerate(hall.items())
        },
    )
    yield Kind(
        windows,
        "number",
        {
            one.number: {
                "label": one.label or "",
                "label_en": one.label_en,
                "kind": one.kind,
                "zone_id": f"zones:{one.zone}",
            }
            for one in hall.windows
        },
    )
    yield Kind(
        accounts,
        "username",
        {
            one.username: {
                "name": one.name,
                "name_en": one.name_en,
                "role": one.role,
                "badge": one.badge or "",
                "skills": _skills(hall, one),
            }
            for one in hall.accounts
        },
    )
    yield Kind(
        devices,
        "code",
        {
            one.id: {
                "name": one.name,
                "kind": one.kind,
                "window_id": f"windows:{one.window}" if one.window is not None else None,
                "zone_id": f"zones:{one.zone}" if one.zone is not None else None,
                "settings": one.model_dump(
                    mode="json",
                    exclude={"id", "kind", "name", "name_en", "window", "zone"},
                    exclude_none=True,
                ),
            }
            for one in hall.devices
        },
    )


def _skills(hall: HallConfig, account: AccountConfig) -> str | list[str]:
    """What an account may call; a manager or guide who helps out at a window is not held back by an empty
    list.
    """
    if account.skills == "all" or (not account.skills and account.role != "clerk"):
        return "all"
    return hall.account_skills(account)
