"""The list of faults, and the command that tries them: `python -m hall bench faults`.

A new fault is one line in FAULTS and two sentences `fault.<name>` in faults.po. Every fault runs a hall of
its own in processes of its own and ends them.
"""

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tqdm import tqdm

from hall.bench.faults import alone, crash, database, devices, network, overload, pages
from hall.bench.faults.row import Row, Terms
from hall.i18n import terminal_words


@dataclass(frozen=True)
class Fault:
    """One named fault: how it is tried, how often when nobody says, and whether it concerns the database, so
    that it is tried on PostgreSQL where one is named.
    """

    name: str
    run: Callable[[Terms], Row]
    times: int
    database: bool = False
    on: str | None = None
    """The one database, or Redis, it is about."""


FAULTS: tuple[Fault, ...] = (
    Fault("crash", crash.at_random, 200, database=True),
    Fault("crash-before-emit", crash.between_commit_and_emit, 20, database=True),
    Fault("crash-before-print", crash.between_commit_and_print, 20, database=True),
    Fault("crash-while-printing", crash.while_printing, 20, database=True),
    Fault("crash-in-migration", crash.in_migration, 20, database=True),
    Fault("kiosk-alone", alone.kiosk_alone, 20, database=True),
    Fault("overload", overload.over_capacity, 5, database=True),
    Fault("locked", database.locked, 10, database=True, on="SQLite"),
    Fault("disk-full", database.disk_full, 10, database=True, on="SQLite"),
    Fault("redis-away", database.redis_away, 10, database=True, on="Redis"),
    Fault("postgres-away", database.postgres_away, 10, database=True, on="PostgreSQL"),
    Fault("restore", database.restored, 5, database=True),
    Fault("printer-paper-out", devices.printer("paper-out"), 3),
    Fault("printer-cover-open", devices.printer("cover-open"), 3),
    Fault("printer-jammed", devices.printer("jammed"), 3),
    Fault("printer-offline", devices.printer("offline"), 3),
    Fault("printer-silent", devices.printer("silent"), 3),
    Fault("printer-slow", devices.printer("slow"), 3),
    Fault("printer-deaf", devices.printer("deaf"), 3),
    Fault("printer-rubbish", devices.printer("rubbish"), 3),
    Fault("voice-killed", devices.voice_killed, 10),
    Fault("loudspeaker", devices.loudspeaker, 3),
    Fault("screen-gone", devices.screen_gone, 1),
    Fault("network-10s", network.outage(10), 10),
    Fault("network-2min", network.outage(120), 2),
    Fault("network-1h", network.outage(3600), 1),
    Fault("network-tricks", network.mischief, 20),
    Fault("pages-3s", pages.outage(3), 10),
    Fault("pages-10s", pages.outage(10), 10),
    Fault("pages-2min", pages.outage(120), 2),
    Fault("pages-1h", pages.outage(3600), 2),
)


def bench_faults(
    only: Sequence[str], times: int | None, postgres: str | None, as_json: bool, redis: str | None = None
) -> int:
    """Tries the faults (all, or those named `only`) and prints the table; 1 when a promise does not hold."""
    words = terminal_words()
    unknown = set(only) - {fault.name for fault in FAULTS}
    if unknown:
        print(words("fault.unknown", names=", ".join(sorted(unknown))))
        print("\n".join(f"{fault.name:<24}{words(f'fault.{fault.name}')}" for fault in FAULTS))
        return 2
    found: list[tuple[str, str, Row]] = []
    for fault in FAULTS:
        if only and fault.name not in only:
            continue
        count, place = times or fault.times, "PostgreSQL" if postgres else "SQLite"
        if fault.on not in (None, place, "Redis" if redis else None):
            print(words("fault.elsewhere", name=fault.name, database=fault.on), file=sys.stderr)
            continue
        label = f"{fault.name} {place}" if fault.database else fault.name
        with tqdm(total=count, desc=label, unit="×", disable=as_json) as bar:
            row = fault.run(Terms(count, postgres if fault.database else None, bar.update, redis=redis))
        found.append((fault.name, place if fault.database else "", row))
    if as_json:
        print(json.dumps([{"fault": name, "database": place, **row.as_json()} for name, place, row in found]))
    else:
        print("\n".join(_table(found)))
    return 0 if all(row.holds for _, _, row in found) else 1


def _table(found: Sequence[tuple[str, str, Row]]) -> list[str]:
    """The lines of a Markdown table, as docs/faults.md shows it."""
    words = terminal_words()
    columns = ("fault", "database", "tried", "lost", "doubled", "recover", "notes", "holds")
    lines = [
        " | ".join(words(f"fault.column.{name}") for name in columns),
        " | ".join("---" for _ in columns),
    ]
    for name, place, row in found:
        said = row.as_json()
        took = said["recover_median"]
        recover = "–" if took is None else f"{took:.1f} / {said['recover_longest']:.1f} s"
        notes = "; ".join(words(key, count=count) for key, count in row.notes)
        cells = (
            words(f"fault.{name}"), place, row.tried, row.lost, row.doubled, recover, notes,
            "✓" if row.holds else "✗",
        )  # fmt: skip
        lines.append(" | ".join(str(cell) for cell in cells))
    return [f"| {line} |" for line in lines]
