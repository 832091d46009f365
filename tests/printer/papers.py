"""Tickets for the printer's tests."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from printer.paper import TicketPaper

RARE_HALL = "𠮷祥㐂乐社区便民服务中心"
"""Two of its characters take four bytes in GB18030."""


def a_paper(**changes: Any) -> TicketPaper:
    """An ordinary ticket of a large hall, changed as a test needs it."""
    values: dict[str, Any] = {
        "hall_name": "南通市海门区政务服务中心",
        "hall_name_en": "Haimen Government Service Centre",
        "label": "A001",
        "business": "社会保险参保登记",
        "issued_at_local": datetime(2026, 11, 23, 9, 31, tzinfo=ZoneInfo("Asia/Shanghai")),
        "ahead": 5,
        "wait_low_minutes": 12,
        "wait_high_minutes": 20,
        "where_to_wait": "A区 3、4、5号窗口",
        "status_url": "http://192.168.1.20:8000/t/haimen/9f8s7d6f5g4h3j2k",
        "materials_hint": "身份证原件、户口簿、近期一寸照片两张",
    }
    return TicketPaper(**values | changes)
