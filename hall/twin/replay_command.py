"""`python -m hall twin replay DAY [CONFIG] [--plan FILE]`: a past day of a hall as it was, and as it would
have been.

Called by hall/__main__.py through hall/twin/command.py. Only looks into the hall's database, which may be at
work meanwhile. The table goes to standard output, the progress to standard error.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, make_url
from tqdm import tqdm

from hall import config
from hall.config_checks import Finding, Where
from hall.config_model import Config, HallConfig
from hall.i18n import Words, terminal_words
from hall.records.book import Book, read_book
from hall.records.database import Database, now_utc
from hall.rules.errors import Refusal
from hall.twin.day import Day
from hall.twin.measures import Summary, measure, summarise
from hall.twin.options import add_outputs
from hall.twin.options import day as a_day
from hall.twin.plan import PlanConfig
from hall.twin.policies import ELDERLY_FIRST, FIFO, OWN, PROMISE_SHARE, SILO
from hall.twin.replay import play_again, same_calls
from hall.twin.replay_day import PastDay, day_of_journal
from hall.twin.replay_errors import CannotReplay
from hall.twin.replay_plan import DayPlan, plan_for, play_with
from hall.twin.replay_windows import usual_of
from hall.twin.report import compared_table, outcome_table, policies_json, policy_table
from hall.twin.tried import EVERY

USUAL = tuple(one.name for one in (OWN, PROMISE_SHARE, FIFO, ELDERLY_FIRST, SILO))
YESTERDAY = "yesterday"
SHOW_AFTER_SECONDS = 2.0
"""Progress is shown of what takes longer."""


def add_replay(one: argparse.ArgumentParser) -> None:
    """Its arguments; `perform` is set as hall/twin/command.py does."""
    one.add_argument("day", metavar="DAY", type=_day, help=f"the business day, 2026-11-23, or {YESTERDAY}")
    one.add_argument("file", metavar="CONFIG", nargs="?", help="the hall's configuration file")
    one.add_argument("--hall", help="which hall of the file (default: the first)")
    one.add_argument(
        "--policy",
        nargs="+",
        action="extend",
        choices=list(EVERY),
        metavar="POLICY",
        help=f"any of {', '.join(EVERY)} (default: {', '.join(USUAL)})",
    )
    one.add_argument(
        "--plan", type=Path, metavar="FILE", help="changes to that day (a YAML file), played beside it"
    )
    add_outputs(one)
    one.set_defaults(perform=replay)


def _day(text: str) -> date | None:
    return None if text == YESTERDAY else a_day(text)


def replay(chosen: argparse.Namespace) -> int:
    """`twin replay`: reads, plays, prints. What is wrong is told in a sentence; exit code 1."""
    words, file = terminal_words(), Path(chosen.file or chosen.config)
    try:
        loaded = config.load(file)
    except config.ConfigError as error:
        for problem in error.problems:
            print(config.render_problem(problem, os.environ.get("HALL_LANGUAGE", "zh")), file=sys.stderr)
        return 1
    configured = loaded.hall(chosen.hall) if chosen.hall else loaded.halls[0]
    if configured is None:
        print(words("twin.no_such_hall", hall=chosen.hall), file=sys.stderr)
        return 1
    usual = (OWN.name,) if chosen.plan else USUAL
    policies = tuple(dict.fromkeys(chosen.policy or usual))
    with tqdm(
        total=1 + len(policies) + bool(chosen.plan),
        desc=words("twin.days"),
        unit="",
        file=sys.stderr,
        delay=SHOW_AFTER_SECONDS,
    ) as bar:
        try:
            past, plan = _read(loaded, configured, file.resolve().parent, chosen.day, chosen.plan, words)
        except config.ConfigError as error:
            for problem in error.problems:
                print(config.render_problem(problem, os.environ.get("HALL_LANGUAGE", "zh")), file=sys.stderr)
            return 1
        except CannotReplay as error:
            day = YESTERDAY if chosen.day is None else chosen.day.isoformat()
            print(error.sentence(words, chosen.hall or configured.id, day), file=sys.stderr)
            return 1
        except Refusal as refusal:
            print(words(f"error.{refusal.code}", **refusal.params), file=sys.stderr)
            return 1
        bar.update()
        days = [past.was]
        for name in policies:
            days.append(play_again(past.parts, past.visitors, EVERY[name]))
            bar.update()
        if plan is not None:
            days.append(play_with(past, plan))
            bar.update()
    _tell(past, configured, days, chosen, words)
    return 0


def _read(
    loaded: Config,
    configured: HallConfig,
    folder: Path,
    day: date | None,
    plan: Path | None,
    words: Words,
) -> tuple[PastDay, DayPlan | None]:
    url = loaded.server.database_url(folder)
    parsed = make_url(url)
    # Looking at a database that is not there would make one.
    if parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").exists():
        raise CannotReplay("no_database")
    database = Database(url)
    try:
        with database.read() as connection:
            book, now = read_book(connection, configured.id), now_utc()
            wanted = book.day(now) - timedelta(days=1) if day is None else day
            past = day_of_journal(connection, book, wanted, now, usual_of(configured))
            return past, _plan(plan, connection, book, past, words) if plan else None
    finally:
        database.engine.dispose()


def _plan(file: Path, connection: Connection, book: Book, past: PastDay, words: Words) -> DayPlan:
    """The plan file, checked against the day. Raises ConfigError with the line of every mistake."""
    found: list[DayPlan] = []

    def mistakes(data: object, shapes_are_right: bool) -> list[Finding]:
        if shapes_are_right:
            try:
                changes = PlanConfig.model_validate(data).changes
                found.append(plan_for(connection, book, past, changes))
            except Refusal as refusal:
                place = refusal.more.get("change")
                where: Where = ("changes", place - 1) if isinstance(place, int) else ("changes",)
                sentence = words(f"error.{refusal.code}", **refusal.params)
                return [Finding(where, "plan_refused", {"sentence": sentence})]
        return []

    config.load_as(file, PlanConfig, mistakes)
    return found[0]


def _tell(
    past: PastDay, configured: HallConfig, days: Sequence[Day], chosen: argparse.Namespace, words: Words
) -> None:
    summaries = [summarise([measure(day)]) for day in days]
    name = configured.name_in(os.environ.get("HALL_LANGUAGE", "zh"))
    title = words("twin.replay.title", hall=name, day=past.hall.day.isoformat())
    same = {day.policy: same_calls(past.was, day) for day in days[1:]}
    for line in _page(title, past, summaries, same, chosen.rows, words):
        print(line)
    if chosen.json:
        text = json.dumps(_json(past, summaries, same), ensure_ascii=False, indent=1)
        chosen.json.write_text(text + "\n", encoding="utf-8")
    if chosen.picture:
        from hall.twin.picture import draw

        draw(summaries, title, chosen.picture, words)


def _page(
    title: str,
    past: PastDay,
    summaries: Sequence[Summary],
    same: dict[str, float | None],
    rows: int,
    words: Words,
) -> list[str]:
    page = [title, words("twin.replay.units"), "", *policy_table(summaries, words)]
    page += ["", *outcome_table(summaries, words)]
    for policy, share in same.items():
        if share is not None:
            told = words(f"twin.policy.{policy}")
            page.append(words("twin.replay.same", policy=told, share=f"{100 * share:.1f}%"))
    table = compared_table(summaries, past.hall, rows, words)
    return [*page, "", words("twin.replay.by_business"), *table]


def _json(past: PastDay, summaries: Sequence[Summary], same: dict[str, float | None]) -> dict[str, Any]:
    return {
        "hall": past.hall.code,
        "day": past.hall.day.isoformat(),
        "played_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "same_calls": same,
        "policies": policies_json(past.hall, summaries),
    }
