"""Workload files: what a simulated day asks of a hall, and who is there to serve it.

Read by `python -m hall twin run … --workload W`; W is the name of a day that is shipped (hall/twin/days)
or a file. The shape of the file stands here, with handbook 12's numbers as defaults; mistakes are told with
line and column as for config.yaml (hall/config.py). hall/twin/drawing.py makes the staffed hall and the
visitors from it.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from hall.config import load_as
from hall.config_findings import Finding, unless_known
from hall.config_model import Named, Part
from hall.config_values import Span, wrong
from hall.rules.calendar import parse_span
from hall.twin.model import Hall
from hall.twin.visitors import Manners

DAYS = Path(__file__).parent / "days"
"""The days that are shipped; a file's name without .yaml is what --workload takes."""


def _check_clock(value: str) -> str:
    parts = value.split(":")
    digits = all(len(part) == 2 and part.isascii() and part.isdigit() for part in parts)
    if len(parts) not in (2, 3) or not digits or int(parts[0]) > 23 or max(map(int, parts[1:])) > 59:
        raise wrong("bad_time", value=value)
    return value


Clock = Annotated[str, AfterValidator(_check_clock)]
"""08:31 or 08:31:05 on the hall's wall."""
Proportion = Annotated[float, Field(ge=0, le=1)]
Factor = Annotated[float, Field(ge=0)]
Seconds = Annotated[float, Field(ge=0)]
Count = Annotated[float, Field(gt=0, le=200_000)]
ServiceMinutes = Annotated[float, Field(gt=0, le=480)]
Spread = Annotated[float, Field(gt=0, le=3)]


def seconds_of(clock: str) -> float:
    """08:31:05 as seconds after midnight."""
    hours, minutes, seconds = [*map(int, clock.split(":")), 0][:3]
    return 3600.0 * hours + 60 * minutes + seconds


class NoiseConfig(Part):
    """How much a day differs from its expectation: a factor per business, and one per half hour (gamma with
    this shape; null = none).
    """

    business_sd: Annotated[float, Field(ge=0, le=1)] = 0.2
    half_hour_shape: Annotated[float, Field(gt=0)] | None = 25


class VisitorsConfig(Part):
    """Shares of the visitors, by default those of Manners. `returned`: of the missed.
    `abandoned_per_10_minutes` comes on top of `abandoned` for each ten minutes waited.
    """

    elderly: Proportion = 0.22
    elderly_factor: Annotated[float, Field(ge=0.5, le=5)] = 1.4
    priority: Proportion = Manners.priority
    appointment: Proportion = Manners.appointment
    missed: Proportion = Manners.missed
    missed_appointment: Proportion = Manners.missed_appointment
    returned: Proportion = Manners.returns
    abandoned: Proportion = Manners.leaves_at_once
    abandoned_per_10_minutes: Proportion = Manners.leaves_per_10_minutes
    transferred: Proportion = Manners.transfers
    held: Proportion = Manners.holds


class ClerksConfig(Part):
    """Who is there: while the hall is open, with a break of so many minutes in every two hours. At `lunch`
    only `lunch_open` of the windows stay. `absent`: window numbers with nobody all day. `seed` draws the
    clerks' pace, so that all days of one hall have the same clerks.
    """

    pace_sd: Annotated[float, Field(ge=0, le=0.5)] = 0.12
    call_to_seat_seconds: Seconds = 25
    turn_over_seconds: Seconds = 20
    break_minutes: Annotated[float, Field(ge=0, le=60)] = 10
    break_every_hours: Annotated[float, Field(gt=0)] = 2
    lunch: Span | None = "12:00-13:30"
    lunch_open: Proportion = 0.3
    absent: tuple[int, ...] = ()
    seed: int = 1


class BusinessDay(Part):
    """What one business is asked for; what is left out comes from the hall or the workload."""

    visits: Annotated[float, Field(ge=0, le=200_000)] | None = None
    factor: Factor = 1
    service_minutes: ServiceMinutes | None = None
    service_cv: Spread | None = None
    elderly: Proportion | None = None


class Overload(Part):
    """One department's demand grows, the others' shrinks. `department` null: the one that the comprehensive
    windows can help least.
    """

    department: str | None = None
    factor: Factor = 1.8
    others: Factor = 0.7


class ReaderDown(Part):
    """No ID card can be read in this span: numbers are given out at the desk, one after another at each of
    `desks`, and of the elderly only `said` are known as such.
    """

    span: Span
    seconds_per_number: Annotated[float, Field(gt=0)] = 20
    desks: Annotated[int, Field(ge=1)] | None = None
    said: Proportion = 0.5


class ArrivalConfig(Part):
    """One visitor written down by hand; the day then has these visitors only."""

    at: Clock
    business: str
    visitor_class: Literal["ordinary", "elderly", "priority", "appointment"] = "ordinary"
    service_minutes: ServiceMinutes | None = None
    booked_at: Clock | None = None


class Workload(Named):
    """One day. `visits`: how many come on an ordinary one; null = so many that `load` of the staffed window
    time is asked for (by default handbook 14's, by the hall's size). `factor` multiplies them. `shape`: per
    cent of the day per span, of a day that adds up to 100.
    """

    day: date | None = None
    visits: Count | None = None
    load: Annotated[float, Field(gt=0, le=5)] | None = None
    factor: Annotated[float, Field(gt=0, le=100)] = 1
    shape: dict[Span, Factor] | None = None
    noise: NoiseConfig = NoiseConfig()
    visitors: VisitorsConfig = VisitorsConfig()
    clerks: ClerksConfig = ClerksConfig()
    departments: dict[str, Factor] = Field(default_factory=dict)
    businesses: dict[str, BusinessDay] = Field(default_factory=dict)
    overload: Overload | None = None
    reader_down: ReaderDown | None = None
    arrivals: tuple[ArrivalConfig, ...] | None = None


def shipped() -> list[str]:
    """The names of the days that come with the hall."""
    return sorted(path.stem for path in DAYS.glob("*.yaml"))


def load_workload(name: str | Path, hall: Hall) -> Workload:
    """A shipped day by its name, or the file at that path, checked against this hall.

    Raises ConfigError with every mistake, each with its line.
    """
    known = DAYS / f"{name}.yaml"
    path = known if str(name) in shipped() else Path(name)
    return load_as(
        path, Workload, lambda data, shapes_are_right: list(_mistakes(data, shapes_are_right, hall))
    )


def _mistakes(data: object, shapes_are_right: bool, hall: Hall) -> Iterator[Finding]:
    """What names something that is not in the hall, and a day on which nobody could come or be served."""
    if not isinstance(data, dict):
        return
    codes = [one.code for one in hall.businesses.values()]
    departments = sorted({one.department for one in hall.businesses.values()})
    arrivals = data.get("arrivals")
    if arrivals == []:
        yield Finding(("arrivals",), "no_arrivals")
    for index, row in enumerate(arrivals if isinstance(arrivals, list) else ()):
        if isinstance(row, dict):
            yield from unless_known(
                ("arrivals", index, "business"), row.get("business"), codes, "unknown_business"
            )
    for code in _keys(data.get("businesses")):
        yield from unless_known(("businesses", code), code, codes, "unknown_business", at_key=True)
    for code in _keys(data.get("departments")):
        yield from unless_known(("departments", code), code, departments, "unknown_department", at_key=True)
    overload = data.get("overload")
    if isinstance(overload, dict):
        yield from unless_known(
            ("overload", "department"), overload.get("department"), departments, "unknown_department"
        )
    yield from _no_shape(data)
    if shapes_are_right:
        yield from _nobody_comes(data, hall)
    yield from _nobody_there(data, hall)


def _no_shape(data: dict[str, Any]) -> Iterator[Finding]:
    shape = data.get("shape")
    if isinstance(shape, dict) and not any(
        isinstance(one, int | float) and one > 0 for one in shape.values()
    ):
        yield Finding(("shape",), "no_arrivals")
    for span in _keys(shape):
        minutes = parse_span(span)
        for other in _keys(shape):
            also = parse_span(other)
            if minutes and also and span != other and also[0] <= minutes[0] < also[1]:
                yield Finding(("shape", span), "hours_overlap", {"value": span, "other": other}, at_key=True)


def _nobody_comes(data: dict[str, Any], hall: Hall) -> Iterator[Finding]:
    """Every business is asked for by nobody, whichever of the file's parts says so."""
    rows, departments = data.get("businesses") or {}, data.get("departments") or {}
    overload = data.get("overload") or {}

    def is_asked_for(code: str, department: str) -> bool:
        row = rows.get(code) or {}
        crowded = overload.get("department") in (None, department)
        # Which one is crowded where none is named does not matter here: one that is not may be asked for.
        factors = [overload.get("factor", 1)] if crowded else []
        if overload.get("department") != department:
            factors.append(overload.get("others", 1))
        asked = (row.get("visits", 1), row.get("factor", 1), departments.get(department, 1), max(factors))
        return all(one is None or one > 0 for one in asked)

    if not data.get("arrivals") and not any(
        is_asked_for(one.code, one.department) for one in hall.businesses.values()
    ):
        where = next((key for key in ("businesses", "departments", "overload") if data.get(key)), "name")
        yield Finding((where,), "no_arrivals")


def _nobody_there(data: dict[str, Any], hall: Hall) -> Iterator[Finding]:
    clerks = data.get("clerks")
    absent = clerks.get("absent") if isinstance(clerks, dict) else None
    if not isinstance(absent, list):
        return
    numbers = {one.number for one in hall.windows.values()}
    for index, number in enumerate(absent):
        if isinstance(number, int) and number not in numbers:
            yield Finding(("clerks", "absent", index), "unknown_window", {"value": number})
    here = [one for one in hall.windows.values() if one.number not in absent]
    served = {code for one in here for code in one.calls}
    was = {code for one in hall.windows.values() for code in one.calls}
    for business in hall.businesses.values():
        if business.id in was - served:
            yield Finding(("clerks", "absent"), "nobody_staffs", {"value": business.code})


def _keys(data: object) -> list[str]:
    return [str(key) for key in data] if isinstance(data, dict) else []
