"""Halls for tests, built as the settings file would say them: small, open day and night unless a test says
otherwise.
"""

from copy import deepcopy
from typing import Any

from hall.config_alerts import Indicators

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALWAYS_OPEN = {day: ["00:00-24:00"] for day in DAYS}


def small_hall(**changes: Any) -> dict[str, Any]:
    """Six windows, three businesses in two departments; `changes` replace whole keys of the hall, `rules` is
    merged.
    """
    hall: dict[str, Any] = {
        "id": "test",
        "name": "测试大厅",
        "name_en": "Test Hall",
        "timezone": "Asia/Shanghai",
        "hours": ALWAYS_OPEN,
        "rules": {"missed_after_seconds": 0},
        # A journal that a test counts holds nothing that came by itself; tests of alerts turn theirs on.
        "alerts": {"indicators": dict.fromkeys(Indicators.model_fields)},
        "zones": [
            {"id": "east", "name": "东区", "name_en": "East"},
            {"id": "west", "name": "西区", "name_en": "West"},
        ],
        "departments": [
            {
                "id": "hrss",
                "name": "人社局",
                "name_en": "Human Resources",
                "businesses": [
                    {
                        "id": "social",
                        "name": "社会保险",
                        "name_en": "Social insurance",
                        "prefix": "A",
                        "service_minutes": 7,
                        "items": [
                            {
                                "id": "retirement",
                                "name": "退休一件事",
                                "name_en": "Retirement in one visit",
                                "aliases": ["办退休"],
                                "materials": [{"name": "居民身份证", "copies": 1}, {"name": "一寸照片"}],
                                "online": "https://example.com/retirement",
                            },
                            {
                                "id": "insurance-card",
                                "name": "社会保障卡申领",
                                "materials": [{"name": "居民身份证"}],
                            },
                        ],
                    },
                    {
                        "id": "employment",
                        "name": "就业创业",
                        "name_en": "Employment",
                        "prefix": "B",
                        "service_minutes": 9,
                        "items": [{"id": "unemployment", "name": "失业登记"}],
                    },
                ],
            },
            {
                "id": "tax",
                "name": "税务局",
                "name_en": "Tax",
                "businesses": [
                    {
                        "id": "tax",
                        "name": "涉税业务",
                        "name_en": "Tax",
                        "prefix": "C",
                        "items": [{"id": "invoice", "name": "发票领用"}],
                    }
                ],
            },
        ],
        "windows": [
            {"number": 1, "zone": "east", "kind": "comprehensive", "businesses": "all"},
            {"number": 2, "zone": "east", "kind": "comprehensive", "businesses": "all"},
            {
                "number": 3,
                "zone": "east",
                "kind": "special",
                "businesses": ["social"],
                "may_serve": ["employment"],
            },
            {"number": 4, "zone": "west", "kind": "special", "businesses": ["tax"]},
            {"number": 5, "zone": "west", "kind": "elderly", "businesses": "all"},
            {"number": 6, "zone": "west", "kind": "comprehensive", "businesses": "all"},
        ],
        "accounts": [
            {"username": "admin", "name": "管理员", "role": "administrator"},
            {"username": "manager", "name": "值班经理", "role": "manager"},
            {"username": "guide", "name": "导办", "role": "guide"},
            *(
                {
                    "username": f"clerk{n}",
                    "name": f"窗口人员{n}",
                    "badge": f"{n:03d}",
                    "role": "clerk",
                    "skills": "all",
                }
                for n in range(1, 9)
            ),
        ],
        "devices": [
            {
                "id": "kiosk-1",
                "kind": "kiosk",
                "name": "取号机",
                "printer": "printer-1",
                "reader": "simulated",
            },
            {"id": "printer-1", "kind": "printer", "name": "打印机", "driver": "dummy"},
            {"id": "pad-2", "kind": "pad", "name": "2号评价器", "window": 2},
        ],
    }
    changed = deepcopy(hall)
    changed["rules"].update(changes.pop("rules", {}))
    changed.update(changes)
    return changed


def settings(
    *halls: dict[str, Any], database: str = "sqlite:///var/hall.db", redis: str | None = None, **more: Any
) -> dict[str, Any]:
    """A whole settings file: the given halls (one small hall when none), no voice unless asked for."""
    server: dict[str, Any] = {"host": "127.0.0.1", "database": database, **more.pop("server", {})}
    if redis:
        server["redis"] = redis
    return {"server": server, "voice": {"engine": "none"}, "halls": list(halls) or [small_hall()], **more}
