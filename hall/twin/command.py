"""`python -m hall twin run CONFIG --workload W`: days of a hall under several policies, side by side. `twin
replay` is hall/twin/replay_command.py.

Called by hall/__main__.py. The table goes to standard output, the progress to standard error.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence

from tqdm import tqdm

from hall.i18n import Words, terminal_words
from hall.twin.measures import Measures, Summary, summarise
from hall.twin.model import Hall
from hall.twin.options import add_outputs, day, positive
from hall.twin.policies import POLICIES
from hall.twin.replay_command import add_replay
from hall.twin.report import as_json, business_table, outcome_table, policy_table
from hall.twin.runs import RunFailed, Task, play_in_processes
from hall.twin.skills_command import add_skills
from hall.twin.told_files import read_told
from hall.twin.tried import EVERY
from hall.twin.workloads import shipped


def add_arguments(twin: argparse.ArgumentParser) -> None:
    """The subcommands of `twin`; each sets `perform`, which takes what was chosen and gives the exit code."""
    commands = twin.add_subparsers(dest="twin_command", required=True)
    one = commands.add_parser("run", help="simulated days under several policies, side by side")
    one.add_argument("file", metavar="CONFIG", help="the hall's configuration file")
    one.add_argument(
        "--workload", required=True, help=f"a day that is shipped ({', '.join(shipped())}) or a file"
    )
    one.add_argument("--hall", help="which hall of the file (default: the first)")
    one.add_argument("--seeds", type=positive, default=10, help="how many days are drawn (default 10)")
    one.add_argument("--first-seed", type=int, default=1, help="the first day's seed (default 1)")
    one.add_argument(
        "--policy",
        action="append",
        choices=list(EVERY),
        metavar="POLICY",
        help=f"repeatable: {', '.join(EVERY)} (default: {', '.join(POLICIES)})",
    )
    one.add_argument("--day", type=day, help="the date, where the workload names none")
    add_outputs(one)
    one.add_argument("--processes", type=positive, help="how many work at once (default: all processors)")
    one.set_defaults(perform=run_days)
    add_skills(commands.add_parser("skills", help="which certifications would cut waits most"))
    add_replay(commands.add_parser("replay", help="a past day as it was, and as it would have been"))


def run_days(chosen: argparse.Namespace) -> int:
    """`twin run`: reads, plays, prints. Mistakes in the files are told with their lines; exit code 1."""
    words = terminal_words()
    told = read_told(chosen)
    if told is None:
        return 1
    configured, hall, workload = told
    seeds = tuple(range(chosen.first_seed, chosen.first_seed + chosen.seeds))
    policies = tuple(dict.fromkeys(chosen.policy or POLICIES))
    task = Task(hall, workload, policies, seeds)
    try:
        summaries = _play(task, chosen.processes, words)
    except RunFailed:
        print(words("twin.run_failed"), file=sys.stderr)
        return 1
    english = os.environ.get("HALL_LANGUAGE", "zh")
    title = words(
        "twin.title",
        hall=configured.name_in(english),
        workload=workload.name_in(english),
        seeds=len(seeds),
    )
    for line in _page(title, hall, summaries, chosen.rows, words):
        print(line)
    if chosen.json:
        text = json.dumps(as_json(hall, workload.name, seeds, summaries), ensure_ascii=False, indent=1)
        chosen.json.write_text(text + "\n", encoding="utf-8")
    if chosen.picture:
        from hall.twin.picture import draw

        draw(summaries, title, chosen.picture, words)
    return 0


def _play(task: Task, processes: int | None, words: Words) -> list[Summary]:
    measured: dict[str, dict[int, Measures]] = {policy: {} for policy in task.policies}
    total = len(task.seeds) * len(task.policies)
    with tqdm(total=total, desc=words("twin.days"), unit="", file=sys.stderr) as bar:
        for done in play_in_processes(task, processes):
            measured[done.measures.policy][done.seed] = done.measures
            bar.update()
    # In the order of the seeds, whoever was done first: the same figures to the last digit.
    return [summarise([days[seed] for seed in task.seeds]) for days in measured.values()]


def _page(title: str, hall: Hall, summaries: Sequence[Summary], rows: int, words: Words) -> list[str]:
    page = [title, words("twin.units"), "", *policy_table(summaries, words)]
    page += ["", *outcome_table(summaries, words)]
    first = summaries[0]
    if not first.figures["visitors"].mean:
        why = "twin.nobody_came" if hall.open_spans else "twin.closed_day"
        return [*page, "", words(why, day=hall.day.isoformat())]
    page += ["", words("twin.by_business", policy=words(f"twin.policy.{first.policy}"))]
    return page + business_table(first, hall, rows, words)
