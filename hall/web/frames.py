"""What the frame of a page shows: the hall it belongs to and who is signed in. Page routes use it."""

from typing import Any

from hall.web import access
from hall.web.doing import look


def hall_frame(code: str) -> dict[str, Any]:
    """A hall as templates/base.html wants it. Raises UnknownHall."""
    with look(code) as (_, book):
        return {"id": book.code, "name": book.name, "name_en": book.name_en, "timezone": book.zone.key}


def account_frame() -> dict[str, Any] | None:
    """The signed-in person as templates/shell_staff.html wants them, or None."""
    asker = access.who()
    if asker.kind != "account":
        return None
    row = asker.row
    return {"name": row.name, "name_en": row.name_en, "username": row.username, "role": row.role}
