"""`python -m hall twin skills CONFIG --workload W`: which certification of which window's clerk would cut
waits most on days of a workload: ranked by the roster's programme, the best few played over the same days.

Called by hall/twin/command.py. The table goes to standard output, the progress to standard error.
"""

import argparse
import sys
from collections.abc import Mapping
from datetime import date

from tqdm import tqdm

from hall.config_model import HallConfig
from hall.i18n import Words, terminal_words
from hall.rules.roster import House, OpenDay, Shift
from hall.rules.roster_plan import Demand, Week, Worker
from hall.rules.skills import Candidate, ranked
from hall.twin.drawing import staffed, visitors, wanted
from hall.twin.model import Clerk, Hall
from hall.twin.options import positive
from hall.twin.skills import Tried, try_out
from hall.twin.told_files import read_told
from hall.twin.visitors import SHAPE
from hall.twin.workloads import Workload, shipped


def add_skills(one: argparse.ArgumentParser) -> None:
    """Its options."""
    one.add_argument("file", metavar="CONFIG", help="the hall's configuration file")
    one.add_argument(
        "--workload", default="normal", help=f"a day that is shipped ({', '.join(shipped())}) or a file"
    )
    one.add_argument("--hall", help="which hall of the file (default: the first)")
    one.add_argument("--days", type=positive, default=6, help="over how many days each is played (default 6)")
    one.add_argument("--try", type=positive, default=4, dest="tried", help="how many are played (default 4)")
    one.add_argument("--list", type=positive, default=12, dest="listed", help="how many are listed")
    one.add_argument("--day", type=date.fromisoformat, help="the date, where the workload names none")
    one.set_defaults(perform=report_skills)


def report_skills(chosen: argparse.Namespace) -> int:
    """`twin skills`: reads, ranks, plays, prints. Mistakes in the files are told with their lines."""
    words = terminal_words()
    told = read_told(chosen)
    if told is None:
        return 1
    configured, hall, workload = told
    hall = staffed(hall, workload)
    candidates, tried = best_skills(hall, configured, workload, chosen.days, chosen.tried, chosen.listed)
    for line in _page(hall, candidates, tried, chosen.days, words):
        print(line)
    return 0


def best_skills(
    hall: Hall, configured: HallConfig, workload: Workload, days: int, tried: int, listed: int
) -> tuple[list[Candidate], list[Tried]]:
    """The candidates of a staffed hall, clerks named by their window's id, and the first ones tried."""
    shifts, clerks = shifts_of(hall)
    ids = {one.code: one.id for one in hall.businesses.values()}
    numbers = {one.number: one.id for one in hall.windows.values()}
    may = {
        numbers[one.number]: frozenset(ids[code] for code in configured.window_may_serve(one))
        for one in configured.windows
    }
    teams: dict[str, set[int]] = {}
    for one in hall.businesses.values():
        teams.setdefault(one.department, set()).add(one.id)
    found = ranked(
        week_of(hall, workload, clerks), shifts, [hall.day], may, [*map(frozenset, teams.values())], listed
    )
    people = {hall.day: [visitors(hall, workload, seed) for seed in range(1, days + 1)]}
    bare = {code: Clerk(one.staffed, one.skills, one.pace, one.home) for code, one in clerks.items()}
    with tqdm(total=100, desc="skills", unit="%", file=sys.stderr) as bar:

        def tell(share: float) -> None:
            bar.update(round(100 * share) - bar.n)

        done = try_out(hall, shifts, bare, people, found[:tried], tell)
    return found, done


def shifts_of(hall: Hall) -> tuple[list[Shift], dict[int, Clerk]]:
    """A staffed hall as a roster; each clerk bears their window's id."""
    shifts, clerks = [], {}
    for window in hall.windows.values():
        if window.clerk is None:
            continue
        clerks[window.id] = window.clerk
        for begins, ends in window.clerk.staffed:
            rests = tuple(
                (int(one.at_seconds // 60), int(one.for_seconds // 60))
                for one in window.clerk.rests
                if begins <= one.at_seconds < ends
            )
            shifts.append(Shift(hall.day, window.id, window.id, int(begins // 60), int(ends // 60), rests))
    return shifts, clerks


def week_of(hall: Hall, workload: Workload, clerks: Mapping[int, Clerk]) -> Week:
    """One day of a workload as the programme asks for it."""
    arrivals: dict[tuple[int, int], float] = {}
    minutes, elderly = {}, {}
    for wish in wanted(hall, workload):
        for begins, ends, percent in SHAPE:
            many = (ends - begins) // 30
            for at in range(many):
                arrivals[wish.business_id, begins // 30 + at] = wish.visits * percent / 100 / many
        slower = 1 + wish.elderly_share * (wish.elderly_factor - 1)
        spent = (
            wish.service_seconds * slower + hall.habits.call_to_seat_seconds + hall.habits.turn_over_seconds
        )
        minutes[wish.business_id], elderly[wish.business_id] = spent / 60, wish.elderly_share
    hours = tuple((int(begins // 60), int(ends // 60)) for begins, ends in hall.open_spans)
    opened = OpenDay(hours, dict.fromkeys(hall.businesses, hours))
    skills = {
        code: hall.windows[code].serves if one.skills is None else one.skills for code, one in clerks.items()
    }
    house = House({one.id: one.serves for one in hall.windows.values()}, skills, {hall.day: opened})
    workers = tuple(Worker(code, skills[code], code) for code in clerks)
    return Week(house, workers, {hall.day: Demand(arrivals, minutes, elderly)})


def _page(hall: Hall, candidates: list[Candidate], tried: list[Tried], days: int, words: Words) -> list[str]:
    if not candidates:
        return [words("skills.none")]
    lines = [words("skills.title", days=days, mean=f"{tried[0].mean_before:.2f}"), ""]
    for at, one in enumerate(candidates):
        codes = ", ".join(hall.businesses[code].code for code in sorted(one.businesses))
        line = words(
            "skills.line",
            at=at + 1,
            window=hall.windows[one.clerk_id].number,
            what=codes,
            worth=f"{one.worth:.0f}",
            left=f"{one.left:.0f}",
        )
        if at < len(tried):
            its = tried[at]
            line += words(
                "skills.tried",
                cut=f"{its.cut_minutes:.0f}",
                low=f"{its.low:.0f}",
                high=f"{its.high:.0f}",
                mean=f"{its.mean_after:.2f}",
            )
        lines.append(line)
    return [*lines, "", words("skills.units")]
