"""The hall's alerts as they rise, are taken and end, on both databases: from what happens to what is told."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from hall.actions import alerts, rate, serve, windows
from hall.actions.closing import close_day
from hall.config_alerts import Indicators
from hall.records.tables import alert_messages, devices
from hall.records.tables import alerts as rows
from hall.rules.errors import AlertOver, UnknownAlert
from hall.screens import alerts as screen
from tests.office import Office, assert_gapless


def warns(office: Office, *indicators: str, **more: Any) -> Office:
    """Turns these indicators on, with the thresholds that a hall has unless it says otherwise."""
    usual = Indicators()
    on = {
        name: getattr(usual, name).model_dump() if name in indicators else None
        for name in Indicators.model_fields
    }
    office.apply({**office.settings, "alerts": {"indicators": on, **more}})
    return office


def looks(office: Office) -> list[tuple[str, str, str]]:
    """The hall looks; then the alerts that stand, as (indicator, scope, level)."""
    with office.database.read() as connection:
        found = alerts.measure(connection, office.book(), office.now)
    office.does("", alerts.keep, found)
    return [(one["indicator"], one["scope"], one["level"]) for one in told(office) if not one["ended_at"]]


def told(office: Office, role: str = "manager") -> list[dict[str, Any]]:
    with office.database.read() as connection:
        return screen.alert_list(connection, office.book(), role, office.now)["alerts"]


def alert_events(office: Office) -> list[str]:
    return [one.type for one in office.journal() if one.type.startswith("alert_")]


def test_a_long_wait_rises_grows_worse_and_ends_with_the_call(office: Office):
    warns(office, "longest_wait")
    office.takes()
    clerk = office.sits(1, 1)
    assert looks(office.later(minutes=14)) == []
    assert looks(office.later(minutes=1)) == [("longest_wait", "social", "yellow")]
    assert looks(office.later(minutes=15)) == [("longest_wait", "social", "orange")]
    assert told(office)[0]["detail"]["waiting"] == 1
    office.calls(clerk, 1)
    assert looks(office) == []
    assert told(office)[0]["ended_at"] is not None
    assert alert_events(office) == ["alert_told", "alert_told", "alert_ended"]
    assert_gapless(office)


def test_a_queue_that_no_open_window_calls_is_said_so(office: Office):
    warns(office, "no_window", "window_saturation")
    office.takes("tax")
    assert looks(office) == [("no_window", "tax", "yellow")]
    office.sits(1, 3)  # serves social insurance only
    assert looks(office) == [("no_window", "tax", "yellow")]
    office.sits(2, 4)
    assert looks(office) == []


def test_many_waiting_for_few_windows_saturate_the_business_and_the_hall(office: Office):
    warns(office, "window_saturation", "hall_saturation")
    office.sits(1, 1)
    for _ in range(6):
        office.takes()
    assert looks(office) == [
        ("window_saturation", "social", "yellow"),
        ("hall_saturation", "", "yellow"),
    ]
    office.sits(2, 2)
    assert looks(office) == []


def test_a_service_that_takes_thrice_the_usual_is_overtime(office: Office):
    warns(office, "overtime_serving")
    office.takes()
    clerk = office.sits(1, 1)
    office.calls(clerk, 1)
    office.does(clerk, serve.start, 1)
    assert looks(office.later(minutes=20)) == []
    assert looks(office.later(minutes=1)) == [("overtime_serving", "1", "yellow")]
    assert told(office)[0]["detail"]["ticket"] == "A001"


def test_a_window_that_works_two_hours_without_a_pause_is_named_and_a_pause_ends_it(office: Office):
    warns(office, "unbroken_work")
    clerk = office.sits(1, 1)
    assert looks(office.later(hours=2)) == [("unbroken_work", "1", "yellow")]
    office.does(clerk, windows.pause, 1, "meal")
    assert looks(office) == []


def test_shares_are_not_taken_of_a_handful(office: Office):
    warns(office, "missed", "over_target", "abandonment")
    clerk = office.sits(1, 1)
    for number in range(10):
        office.takes()
        assert looks(office) == [], number
        office.calls(clerk, 1)
        office.does(clerk, serve.miss, 1)
    assert looks(office) == [("missed", "", "red")]


def test_a_bad_rating_is_told_and_forgotten_after_an_hour(office: Office):
    warns(office, "negative_rating")
    ticket = office.takes().ticket_id
    clerk = office.sits(1, 1)
    office.serves(clerk, 1)
    office.does("", rate.rate, ticket, 2, None, "qr")
    assert looks(office) == [("negative_rating", "", "yellow")]
    assert looks(office.later(hours=1, seconds=1)) == []


def test_a_device_that_fell_silent_and_a_printer_without_paper_are_named(office: Office):
    warns(office, "device_offline", "paper_low")

    def says(code: str, **values: Any) -> None:
        mine = (devices.c.hall_id == office.hall_id) & (devices.c.code == code)
        office.does("", lambda tx, book: tx.connection.execute(update(devices).where(mine).values(**values)))

    assert looks(office) == []  # never set up
    says("kiosk-1", seen_at=office.now)
    says("printer-1", seen_at=office.now, status={"paper": "out"})
    assert looks(office) == [("paper_low", "printer-1", "red")]
    says("printer-1", seen_at=office.now + timedelta(minutes=4), status={"paper": "low"})
    assert looks(office.later(minutes=4)) == [
        ("device_offline", "kiosk-1", "yellow"),
        ("paper_low", "printer-1", "yellow"),
    ]
    says("printer-1", status={})  # this one is a dummy, which never says that it is there
    assert looks(office.later(minutes=30)) == [("device_offline", "kiosk-1", "red")]


def test_who_takes_it_on_is_named_and_nobody_else_can(office: Office):
    warns(office, "no_window")
    office.takes("tax")
    looks(office)
    one = told(office)[0]["id"]
    office.does("manager", alerts.acknowledge, one, "窗口马上开")
    assert (told(office)[0]["acknowledged_by"], told(office)[0]["note"]) == ("值班经理", "窗口马上开")
    with pytest.raises(AlertOver):
        office.does("guide", alerts.acknowledge, one, None)
    with pytest.raises(UnknownAlert):
        office.does("guide", alerts.acknowledge, one + 1000, None)
    looks(office.later(minutes=30))
    assert alert_events(office) == ["alert_told", "alert_acknowledged"]


def test_an_alert_that_is_over_cannot_be_taken(office: Office):
    warns(office, "no_window")
    office.takes("tax")
    looks(office)
    office.does("manager", close_day, office.book().day(office.now))
    looks(office)
    with pytest.raises(AlertOver):
        office.does("manager", alerts.acknowledge, told(office)[0]["id"], None)


def test_an_alert_nobody_takes_is_told_again_and_goes_up_to_those_above(office: Office):
    warns(office, "no_window", recipients={"orange": ["manager"], "escalated": ["administrator"]})
    for _ in range(4):
        office.takes("tax")
    looks(office)
    assert told(office, "administrator") == []
    looks(office.later(minutes=9))
    assert alert_events(office) == ["alert_told"]
    looks(office.later(minutes=1))
    looks(office.later(minutes=5))
    assert alert_events(office) == ["alert_told"] * 3
    assert [one["escalated"] for one in told(office, "administrator")] == [True]


def test_each_role_sees_what_concerns_it(office: Office):
    warns(office, "no_window", recipients={"yellow": ["guide"]})
    office.takes("tax")
    looks(office)
    assert [len(told(office, role)) for role in ("guide", "manager", "clerk")] == [1, 0, 0]


def test_a_closed_hall_warns_of_nothing(office: Office):
    warns(office, "no_window")
    office.takes("tax")
    looks(office)
    office.apply({**office.settings, "hours": {"mon": ["08:30-12:00"]}})
    assert looks(office.later(hours=10)) == []


def test_two_processes_that_look_at_the_same_moment_raise_one_alert(office: Office):
    warns(office, "no_window")
    office.takes("tax")
    with office.database.read() as connection:
        found = alerts.measure(connection, office.book(), office.now)
    for _ in range(2):
        office.does("", alerts.keep, found)
    assert alert_events(office) == ["alert_told"]


def test_a_webhook_gets_the_levels_it_asked_for(office: Office):
    hooks = [
        {"url": "http://127.0.0.1:9/all", "levels": ["yellow", "orange"]},
        {"url": "http://127.0.0.1:9/red", "levels": ["red"]},
    ]
    warns(office, "no_window", webhooks=hooks)
    office.takes("tax")
    looks(office)
    with office.database.read() as connection:
        mine = select(alert_messages.c.url, alert_messages.c.body).where(
            alert_messages.c.hall_id == office.hall_id
        )
        left = list(connection.execute(mine))
    assert [one.url for one in left] == ["http://127.0.0.1:9/all"]
    assert (left[0].body["scope"], left[0].body["level"], left[0].body["change"]) == (
        "tax",
        "yellow",
        "raised",
    )


def test_the_database_holds_one_standing_alert_of_a_place(office: Office):
    warns(office, "no_window")
    office.takes("tax")
    for _ in range(3):
        looks(office.later(minutes=11))
    with office.database.read() as connection:
        mine = select(rows.c.id).where(rows.c.hall_id == office.hall_id)
        assert len(connection.execute(mine).all()) == 1
