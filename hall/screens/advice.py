"""The staffing advisor as a duty manager sees it: what is suggested and what that would do to the waits, what
was applied and until when; and what a clerk is asked, and is told of their window.

hall/web/api/advice.py sends them; the events advice_*, adjustment_* and move_* say when they are old.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from hall.actions.advice import EVERY, GOOD_FOR
from hall.events import iso
from hall.records import advice, journal, moves
from hall.records.book import Book
from hall.records.tables import accounts
from hall.rules.staffing import Kind
from hall.screens.tickets import business_card

SHOWN_AFTER = timedelta(minutes=10)
"""How long an adjustment that has ended is still shown."""


def picture(
    connection: Connection, book: Book, now: datetime, progress: float | None = None
) -> dict[str, Any]:
    """The advisor at `now`. `state`: none | computing | ready | failed, of the newest advice; while a new one
    is worked out, the one before stays to be seen.
    """
    newest = advice.newest(connection, book.id)
    ready = advice.newest_ready(connection, book.id)
    made = list(advice.adjustments_since(connection, book.id, now - SHOWN_AFTER))
    computing = newest is not None and newest.state in (advice.WANTED, advice.COMPUTING)
    return {
        "seq": journal.latest(connection, book.id),
        "now": iso(now),
        "state": "none" if newest is None else "computing" if computing else newest.state,
        "cause": newest.cause if newest is not None else None,
        "wanted_at": iso(newest.wanted_at) if newest is not None else None,
        "wanted_by": _named(newest) if newest is not None and newest.by_name else None,
        "progress": progress if computing else None,
        "every_minutes": int(EVERY.total_seconds() // 60),
        "advice": _advice(connection, book, ready, now) if ready is not None else None,
        "adjustments": [_adjustment(connection, book, one) for one in made],
    }


def of_clerk(connection: Connection, book: Book, account_id: int, now: datetime) -> dict[str, Any]:
    """What a clerk is asked to open, and how the window they sit at was moved."""
    live = [one for one in moves.live(connection, book.id) if one.clerk_id == account_id]
    return {
        "now": iso(now),
        "requests": [
            {**_move(connection, book, one), **_who_and_when(one), "expires_at": iso(one.expires_at)}
            for one in live
            if one.state == moves.ASKED and one.expires_at > now and one.window_id in book.windows
        ],
        "moved": next(
            (
                {**_move(connection, book, one), **_who_and_when(one)}
                for one in live
                if one.state != moves.ASKED and one.window_id in book.windows
            ),
            None,
        ),
    }


def _advice(connection: Connection, book: Book, row: Row[Any], now: datetime) -> dict[str, Any]:
    return {
        "id": row.id,
        "made_at": iso(row.made_at),
        "good_until": iso(row.made_at + GOOD_FOR),
        "outdated": now - row.made_at > GOOD_FOR,
        "source": row.source,
        "took_seconds": row.took_seconds,
        "suggestions": [
            _suggestion(connection, book, one) for one in advice.suggestions_of(connection, row.id)
        ],
    }


def _suggestion(connection: Connection, book: Book, row: Row[Any]) -> dict[str, Any]:
    applied = advice.applied(connection, row.id)
    first = row.moves[0]
    before, after = set(first["before"]), set(first["after"])
    people = _people(connection, [one["clerk_id"] for one in row.moves])
    effect = row.effect
    return {
        "id": row.id,
        "kind": first["kind"],
        "windows": [
            {
                **_window(book, one["window_id"]),
                "clerk": people.get(one["clerk_id"]),
                "after_ticket": one["after_ticket"],
            }
            for one in row.moves
        ],
        "adds": _cards(book, after - before),
        "drops": _cards(book, before - after),
        "keeps": _cards(book, before & after),
        "together": effect["together"],
        "businesses": [
            {"business": card, **{name: one[name] for name in one if name != "business_id"}}
            for one in sorted(effect["businesses"], key=_size)
            for card in _cards(book, {one["business_id"]})
        ],
        "adjustment": applied.id if applied is not None else None,
    }


def _size(effect: Mapping[str, Any]) -> float:
    """The clearest change for the most people first."""
    return -abs(float(effect["difference"]["middle"]) * float(effect["people"])) * (
        1 if effect["sign"] else 0.1
    )


def _adjustment(connection: Connection, book: Book, row: Row[Any]) -> dict[str, Any]:
    rows = [one for one in moves.of_adjustment(connection, row.id) if one.window_id in book.windows]
    undone_by = _people(connection, [row.undone_by_id]) if row.undone_by_id else {}
    return {
        "id": row.id,
        "suggestion": row.suggestion_id,
        "applied_at": iso(row.applied_at),
        "applied_by": _named(row),
        "until": iso(row.until) if row.until else None,
        "undone_at": iso(row.undone_at) if row.undone_at else None,
        "undone_by": undone_by.get(row.undone_by_id),
        "ended_at": iso(row.ended_at) if row.ended_at else None,
        "windows": [_move(connection, book, one) for one in rows],
    }


def _move(connection: Connection, book: Book, row: Row[Any]) -> dict[str, Any]:
    """One window of an adjustment. `state` as in hall/records/staffing_tables.py."""
    opening = row.kind == Kind.OPEN
    served, sets = set() if opening else set(row.served), set(row.sets)
    return {
        "id": row.id,
        **_window(book, row.window_id),
        "kind": row.kind,
        "state": row.state,
        "clerk": _people(connection, [row.clerk_id]).get(row.clerk_id),
        "adds": _cards(book, sets - served),
        "drops": _cards(book, served - sets),
        "businesses": _cards(book, sets),
    }


def _who_and_when(row: Row[Any]) -> dict[str, Any]:
    return {
        "applied_at": iso(row.applied_at),
        "applied_by": _named(row),
        "until": iso(row.until) if row.until else None,
    }


def _window(book: Book, window_id: int) -> dict[str, Any]:
    window = book.windows.get(window_id)
    return {
        "number": window.number if window else 0,
        "label": window.label if window else "",
        "label_en": window.label_en if window else "",
        "window_kind": window.kind if window else "special",
    }


def _cards(book: Book, ids: set[int]) -> list[dict[str, Any]]:
    return [business_card(one) for one in book.businesses.values() if one.id in ids]


def _named(row: Any) -> dict[str, Any]:
    return {"name": row.by_name, "name_en": row.by_name_en}


def _people(connection: Connection, ids: list[int]) -> dict[int, dict[str, Any]]:
    wanted = select(accounts.c.id, accounts.c.name, accounts.c.name_en, accounts.c.badge)
    rows = connection.execute(wanted.where(accounts.c.id.in_(ids)))
    return {one.id: {"name": one.name, "name_en": one.name_en, "badge": one.badge} for one in rows}
