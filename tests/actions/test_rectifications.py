"""What went wrong is rectified by a day, and the figure of the day says whether it was: from the journal."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from hall.actions import rate, rectifications
from hall.actions.rectifications import ToRectify
from hall.records import summaries, summing
from hall.reporting.judging import evidence, standards
from hall.rules.errors import (
    AlreadyRectified,
    DueInPast,
    FindingMissing,
    RectificationStands,
    UnknownRectification,
    UnknownStandard,
    VisitNotLately,
)
from hall.rules.figures import Figures
from hall.screens import rectifications as screens
from hall.screens.rectifications import picture
from tests.office import Office
from tests.records.random_day import close_the_day

ROWS = [
    {"id": "rectified", "indicator": "rectified_on_time", "at_least": 1, "period": "month"},
    {
        "id": "by-window",
        "indicator": "rectified_on_time",
        "at_least": 1,
        "scope": "window",
        "period": "month",
    },
    {"id": "mystery", "indicator": "mystery_score", "at_least": 85, "period": "month"},
    {"id": "missed", "indicator": "missed", "at_most": 0},
]
HOURS = {one: ["08:30-17:00"] for one in ("mon", "tue", "wed", "thu", "fri")}
DUE = date(2026, 11, 30)
"""Five working days after the Monday on which the office's day begins."""


@pytest.fixture
def hall(office: Office) -> Office:
    office.apply({**office.settings, "standards": {"rows": ROWS}, "hours": HOURS})
    return office


def is_rated(office: Office, grade: int, comment: str | None = None) -> str:
    """A visitor is served at window 1 and rates it; the number."""
    issued = office.takes()
    office.serves("clerk1", 1)
    office.does("", rate.rate, issued.ticket_id, grade, comment, "qr")
    return issued.label


def seen(office: Office) -> dict[str, Any]:
    with office.database.read() as connection:
        return picture(connection, office.book(), office.now)


def only(office: Office) -> dict[str, Any]:
    (one,) = seen(office)["rectifications"]
    return one  # type: ignore[no-any-return]


def is_rectified(office: Office, note: str = "当面致歉，补发证件", who: str = "manager") -> None:
    office.does(who, rectifications.rectify, only(office)["id"], note)


def judged(office: Office) -> dict[str, dict[str, Any]]:
    assert summing.catch_up(office.database, office.book(), office.now, batches=100) == 0
    book = office.book()
    with office.database.read() as connection:
        told = standards(connection, book, book.day(office.now), book.day(office.now))
    return {one["standard"]: one for one in told["standards"]}


def behind(office: Office, standard: str, subject: str = "") -> dict[str, Any]:
    book = office.book()
    with office.database.read() as connection:
        return evidence(connection, book, standard, book.day(office.now), office.now, subject)


def test_a_negative_rating_opens_a_rectification_and_a_good_one_none(hall: Office):
    hall.sits(1, 1)
    is_rated(hall, 3)
    label = is_rated(hall, 2, "等了很久")
    one = only(hall)
    assert (one["source"], one["state"], one["ticket"], one["grade"]) == ("rating", "open", label, 2)
    assert (one["finding"], one["window"], one["due_day"]) == ("等了很久", 1, DUE.isoformat())
    assert one["due_at"] == "2026-11-30T09:00:00.000Z"
    rated = [row.data.get("rectify_by") for row in hall.journal() if row.type == "ticket_rated"]
    assert rated == [None, DUE.isoformat()]


def test_no_screen_is_told_that_a_rating_is_to_be_rectified(hall: Office):
    hall.sits(1, 1)
    is_rated(hall, 1)
    told = hall.journal()[-1]
    assert told.type == "ticket_rated"
    assert {"grade", "rectify_by"} & (told.staff().keys() | told.public().keys()) == set()


def test_done_in_time_keeps_the_standard_and_says_who_and_when(hall: Office):
    hall.sits(1, 1)
    is_rated(hall, 1)
    assert judged(hall)["rectified"]["met"] is None
    hall.later(days=2)
    is_rectified(hall)
    one = only(hall)
    assert (one["state"], one["note"], one["rectified_by"]) == ("done", "当面致歉，补发证件", "值班经理")
    assert judged(hall)["rectified"]["results"][0]["value"] == 1.0
    assert judged(hall)["by-window"]["met"] is True
    assert behind(hall, "rectified")["total"] == 0
    assert hall.told()[-1] == "rectification_done"


def test_what_is_not_done_by_its_due_day_turns_that_day_red_though_nobody_looks(hall: Office):
    hall.sits(1, 1)
    is_rated(hall, 1)
    hall.later(days=7, hours=7, minutes=59)  # a minute before closing on the due day
    hall.does("", rectifications.note_overdue)
    assert only(hall)["state"] == "open"
    hall.later(minutes=2)
    assert only(hall)["state"] == "overdue"
    for _ in range(2):
        hall.does("", rectifications.note_overdue)
    assert hall.told().count("rectification_overdue") == 1
    assert judged(hall)["rectified"]["met"] is False
    (one,) = behind(hall, "rectified")["rectifications"]
    assert (one["source"], one["state"]) == ("rating", "overdue")
    assert behind(hall, "by-window", "1")["total"] == 1
    assert behind(hall, "by-window", "2")["total"] == 0


def test_done_too_late_it_stays_counted_as_not_done_on_its_due_day_and_only_there(hall: Office):
    hall.sits(1, 1)
    is_rated(hall, 1)
    hall.later(days=9)
    is_rectified(hall)
    assert only(hall)["state"] == "done_late"
    assert hall.told()[-2:] == ["rectification_overdue", "rectification_done"]
    hall.does("", rectifications.note_overdue)
    assert summing.catch_up(hall.database, hall.book(), hall.now, batches=100) == 0
    with hall.database.read() as connection:
        span = (date(2026, 11, 1), date(2026, 12, 31))
        by_day = summaries.totals(connection, hall.hall_id, "hour", *span, "business_day", None)
        hours = summaries.totals(connection, hall.hall_id, "hour", DUE, DUE, "subject_id", None)
    counted = {day: (one.rectified, one.unrectified) for day, one in by_day.items()}
    assert counted.pop(DUE) == (0, 1)
    assert set(counted.values()) <= {(0, 0)}
    assert {hour for hour, one in hours.items() if one.unrectified} == {16}  # the last hour of the day


def test_how_many_there_are_is_told_though_only_some_are_listed(hall: Office, monkeypatch):
    monkeypatch.setattr(screens, "MOST_SHOWN", 1)
    hall.sits(1, 1)
    for grade in (1, 2, 1):
        is_rated(hall, grade)
    hall.does("manager", rectifications.rectify, only(hall)["id"], "x")
    told = seen(hall)
    assert (told["todo"], told["overdue"], told["done"]) == (2, 0, 1)
    assert [one["state"] for one in told["rectifications"]] == ["open", "done"]
    hall.later(days=8)
    assert seen(hall)["overdue"] == 2


def test_what_was_overdue_is_not_in_time_because_the_clock_was_put_back(hall: Office):
    hall.sits(1, 1)
    is_rated(hall, 1)
    hall.later(days=7, hours=9)
    hall.does("", rectifications.note_overdue)
    hall.later(hours=-2)
    is_rectified(hall)
    assert only(hall)["state"] == "done_late"
    assert judged(hall)["rectified"]["results"][0]["value"] == 0.0


def test_it_is_rectified_once(hall: Office):
    hall.sits(1, 1)
    is_rated(hall, 1)
    is_rectified(hall)
    with pytest.raises(AlreadyRectified):
        is_rectified(hall, who="admin")
    with pytest.raises(UnknownRectification):
        hall.does("manager", rectifications.rectify, 2**40, "x")
    assert only(hall)["rectified_by"] == "值班经理"


def test_a_mystery_visitors_score_and_finding_are_counted_and_to_be_rectified(hall: Office):
    at = hall.now
    hall.later(days=1)
    good = hall.does("manager", rectifications.mystery_visit, at, None, 96, "")
    poor = hall.does("manager", rectifications.mystery_visit, at, 2, 60, "2 号窗口无人")
    wish = ToRectify("2 号窗口无人", "王主任", date(2026, 11, 26))
    hall.does("manager", rectifications.for_finding, poor, at, 2, wish)
    one = only(hall)
    assert (one["source"], one["score"], one["window"], one["owner"]) == ("mystery_visit", 60, 2, "王主任")
    assert (one["due_day"], one["day"], one["opened_by"]) == ("2026-11-26", "2026-11-23", "值班经理")
    mystery = judged(hall)["mystery"]
    assert (mystery["results"][0]["value"], mystery["met"]) == (78.0, False)
    told = behind(hall, "mystery")
    assert [one["id"] for one in told["mystery_visits"]] == [poor]
    assert {one["id"] for one in seen(hall)["mystery_visits"]} == {good, poor}
    with hall.database.read() as connection:
        day = hall.book().day(at)
        found = summaries.totals(connection, hall.hall_id, "hour", day, day, "subject_id", None)
        windows = summaries.totals(connection, hall.hall_id, "window", day, day, "subject_id", None)
    assert found[9].mystery_visits == 2
    assert windows.get(hall.book().window(2).id, Figures()).mystery_scores == 60


def test_a_standard_that_was_not_met_is_to_be_rectified_once_for_its_day(hall: Office):
    day = hall.book().day(hall.now)
    hall.does("manager", rectifications.for_standard, "missed", day, ToRectify())
    one = only(hall)
    assert (one["source"], one["standard"], one["indicator"]) == ("standard", "missed", "missed")
    assert one["due_day"] == DUE.isoformat()
    with pytest.raises(RectificationStands):
        hall.does("admin", rectifications.for_standard, "missed", day, ToRectify())
    with pytest.raises(UnknownStandard):
        hall.does("manager", rectifications.for_standard, "nothing", day, ToRectify())


def test_what_makes_no_sense_is_refused_and_nothing_is_kept(hall: Office):
    before = hall.dump()
    day = hall.book().day(hall.now)
    for at in (datetime(2026, 11, 24, tzinfo=UTC), datetime(2006, 11, 23, tzinfo=UTC)):
        with pytest.raises(VisitNotLately):
            hall.does("manager", rectifications.mystery_visit, at, None, 50, "")
    with pytest.raises(FindingMissing):
        hall.does("manager", rectifications.for_finding, 1, hall.now, None, ToRectify())
    with pytest.raises(DueInPast):
        wish = ToRectify(due=date(2026, 11, 22))
        hall.does("manager", rectifications.for_standard, "missed", day, wish)
    assert hall.dump() == before


def test_due_today_after_closing_it_may_be_done_until_midnight(hall: Office):
    hall.later(hours=9)  # 18:00
    day = hall.book().day(hall.now)
    hall.does("manager", rectifications.for_standard, "missed", day, ToRectify(due=day))
    hall.does("", rectifications.note_overdue)
    assert only(hall)["state"] == "open"
    hall.later(hours=7)
    hall.does("", rectifications.note_overdue)
    assert judged(hall)["rectified"]["results"][0]["value"] == 0.0
    assert behind(hall, "rectified")["total"] == 1


def test_counted_anew_from_the_first_event_it_comes_to_the_same(hall: Office, monkeypatch):
    hall.sits(1, 1)
    is_rated(hall, 1)
    is_rated(hall, 2)
    todo = [one["id"] for one in seen(hall)["rectifications"]]
    hall.does("manager", rectifications.mystery_visit, hall.now, 1, 70, "")
    hall.does("manager", rectifications.rectify, todo[0], "x")
    close_the_day(hall)
    hall.later(days=7, hours=9)
    hall.does("", rectifications.note_overdue)
    once = judged(hall)
    monkeypatch.setattr(summaries, "EDITION", summaries.EDITION + 1)
    assert judged(hall) == once
    assert once["rectified"]["results"][0]["value"] == 0.5
