"""Taking a number: what is counted, who is refused, and that a refusal leaves no trace."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from hall.actions import issue, restored, transfer
from hall.records.tables import number_counters
from hall.rules import errors
from tests.builders import ALWAYS_OPEN, small_hall
from tests.office import MORNING, Office

OLD = "11010519491231002X"
"""Born 1949-12-31."""
YOUNG = "320684199503071231"


def number(body: str) -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(a) * b for a, b in zip(body, weights, strict=True)) % 11]


YOUNG = number(YOUNG[:17])


def refused(office: Office, error: type[errors.Refusal], **wish: object) -> errors.Refusal:
    """The visitor gets no number, and nothing at all is changed."""
    before = office.dump()
    with pytest.raises(error) as caught:
        office.takes(**wish)
    assert caught.type is error
    assert office.dump() == before
    return caught.value


def changed(office: Office, business: str, **settings: object) -> None:
    """Applies the hall's file with some settings of one business changed."""
    hall = small_hall(id=office.settings["id"])
    for department in hall["departments"]:
        for one in department["businesses"]:
            if one["id"] == business:
                one.update(settings)
    office.apply(hall)


def test_numbers_count_up_by_prefix(office: Office):
    labels = [office.takes(one).label for one in ("social", "social", "tax", "social", "employment", "tax")]
    assert labels == ["A001", "A002", "C001", "A003", "B001", "C002"]


def test_after_999_comes_1000(office: Office):
    office.takes()
    with office.database.engine.begin() as connection:
        connection.execute(
            update(number_counters).where(number_counters.c.hall_id == office.hall_id).values(last_number=998)
        )
    assert [office.takes().label for _ in range(3)] == ["A999", "A1000", "A1001"]


def test_a_number_says_how_many_are_ahead(office: Office):
    assert [office.takes().ahead for _ in range(3)] == [0, 1, 2]
    assert office.takes("tax").ahead == 0


def test_a_wait_is_said_as_soon_as_a_window_is_open(office: Office):
    assert office.takes().wait is None
    office.sits(1, 1)
    wait = office.takes().wait
    assert wait is not None
    assert wait.low_minutes < wait.high_minutes


def test_a_ticket_carries_the_items_asked_for(office: Office):
    issued = office.takes(items=["retirement", "insurance-card", "retirement"])
    rows = [one for one in office.dump()["step_items"] if one[0] == issued.step_id]
    assert len(rows) == 2


def test_an_item_of_another_business_is_refused(office: Office):
    refused(office, errors.ItemOfOtherBusiness, items=["invoice"])


@pytest.mark.parametrize("reason", [None, "", "   "])
def test_priority_needs_a_reason(office: Office, reason: str | None):
    refused(office, errors.ReasonNeeded, visitor_class="priority", class_reason=reason)


@pytest.mark.parametrize("raw", ["123", "110105194912310021", "'; drop table tickets; --", "x" * 40])
def test_a_wrong_identity_number_is_refused(office: Office, raw: str):
    refused(office, errors.BadIdNumber, id_number=raw)


def test_somebody_born_tomorrow_is_refused_whatever_the_class(office: Office):
    unborn = number("32068420261124123")
    refused(office, errors.BadIdNumber, id_number=unborn)
    refused(office, errors.BadIdNumber, id_number=unborn, visitor_class="elderly")


def test_the_card_makes_the_elderly_elderly_and_nobody_else(office: Office):
    assert office.takes(id_number=OLD).visitor_class == "elderly"
    assert office.takes(id_number=YOUNG).visitor_class == "ordinary"


def test_an_identity_number_is_kept_nowhere(office: Office):
    office.takes(id_number=OLD)
    kept = repr(office.dump())
    assert OLD not in kept
    assert OLD[4:14] not in kept
    assert "1101**********002X" in kept


def test_one_person_has_one_open_ticket_for_a_business(office: Office):
    first = office.takes(id_number=OLD)
    refused(office, errors.SecondOpenTicket, id_number=OLD.lower())
    assert office.takes("tax", id_number=OLD).label == "C001"
    office.does("guide", transfer.cancel, first.ticket_id, None)
    assert office.takes(id_number=OLD).label == "A002"


def test_without_an_identity_number_anybody_takes_as_many_as_they_want(office: Office):
    assert [office.takes().label for _ in range(3)] == ["A001", "A002", "A003"]


def test_an_early_appointment_waits_from_its_time(office: Office):
    booked = office.now + timedelta(minutes=20)
    early = office.takes(visitor_class="appointment", booked_at=booked)
    walk_in = office.takes()
    assert office.step(early.ticket_id).queued_at == booked
    clerk = office.sits(1, 1)
    assert office.serves(clerk, 1) == walk_in.label
    assert office.calls(clerk, 1) is None
    office.later(minutes=20)
    assert office.calls(clerk, 1) == early.label


def test_an_appointment_within_its_grace_waits_from_arrival(office: Office):
    issued = office.takes(visitor_class="appointment", booked_at=office.now - timedelta(minutes=15))
    assert issued.visitor_class == "appointment"
    assert office.step(issued.ticket_id).queued_at == issued.arrived_at


def test_who_comes_too_late_for_an_appointment_is_ordinary_from_arrival(office: Office):
    booked = office.now - timedelta(minutes=16)
    issued = office.takes(visitor_class="appointment", booked_at=booked)
    assert issued.visitor_class == office.step(issued.ticket_id).visitor_class == "ordinary"
    assert office.step(issued.ticket_id).queued_at == issued.arrived_at
    elder = office.takes(visitor_class="appointment", booked_at=booked, id_number=OLD)
    assert elder.visitor_class == "elderly"


@pytest.mark.parametrize("days", [-400, -1, 1, 400, 2_900_000])
def test_an_appointment_for_another_day_is_refused(office: Office, days: int):
    refused(
        office,
        errors.BookedOtherDay,
        visitor_class="appointment",
        booked_at=office.now + timedelta(days=max(days, -700_000)),
    )


def test_a_closed_hall_gives_no_number_and_says_when_it_opens(database):
    hours = {"mon": ["08:30-12:00", "13:30-17:00"], "tue": ["08:30-12:00"]}
    office = Office(database, MORNING - timedelta(hours=2), hours=hours)  # seven o'clock
    assert refused(office, errors.HallClosed).params == {"opens_at": "11-23 08:30"}
    office.later(hours=1, minutes=1)  # half an hour before the doors open
    assert office.takes().label == "A001"
    office.now = MORNING.replace(hour=4, minute=30)  # at lunch
    assert refused(office, errors.HallClosed).params == {"opens_at": "11-23 13:30"}
    office.now = MORNING.replace(hour=10)  # six in the evening
    assert refused(office, errors.HallClosed).params == {"opens_at": "11-24 08:30"}


def test_staff_may_issue_outside_the_hours(database):
    office = Office(database, MORNING - timedelta(hours=5), hours={"mon": ["08:30-12:00"]})
    assert office.takes(override_closed=True).label == "A001"


def test_a_closed_business_gives_no_number_while_the_hall_is_open(office: Office):
    changed(office, "tax", hours={"tue": ["09:00-11:00"]})
    closed = refused(office, errors.BusinessClosed, business="tax")
    assert closed.params == {"business": "涉税业务", "opens_at": "11-24 09:00"}
    assert office.takes("social").label == "A001"


def test_a_quota_of_the_day_is_the_last_number(office: Office):
    changed(office, "tax", quota={"day": 2})
    assert [office.takes("tax").label for _ in range(2)] == ["C001", "C002"]
    refused(office, errors.QuotaUsedUp, business="tax")
    office.later(days=1)
    assert office.takes("tax").label == "C001"


def test_the_mornings_quota_is_not_the_afternoons(office: Office):
    changed(office, "tax", quota={"morning": 1, "afternoon": 2})
    office.takes("tax")
    refused(office, errors.QuotaUsedUp, business="tax")
    office.now = MORNING.replace(hour=3, minute=59, second=59)
    refused(office, errors.QuotaUsedUp, business="tax")
    office.now = MORNING.replace(hour=4)  # noon in Shanghai
    assert [office.takes("tax").label for _ in range(2)] == ["C002", "C003"]
    refused(office, errors.QuotaUsedUp, business="tax")


def test_a_printer_gets_its_job_with_the_ticket(office: Office):
    printer = office.book().device("printer-1")
    issued = office.takes(printer_id=printer.id)
    jobs = office.dump()["print_jobs"]
    assert [job[0] for job in jobs] == [issued.print_job_id]


def test_an_unknown_business_or_item_is_named(office: Office):
    book = office.book()
    for look, error in (
        (lambda: book.business("none"), errors.UnknownBusiness),
        (lambda: book.item("none"), errors.UnknownItem),
        (lambda: book.window(99), errors.UnknownWindow),
        (lambda: book.device("none"), errors.UnknownDevice),
    ):
        with pytest.raises(error):
            look()


def test_numbers_that_a_restored_hall_leaves_out_use_up_no_quota(office: Office):
    changed(office, "tax", quota={"day": 2})
    office.takes("tax")
    office.does("admin", restored.come_back, office.now)
    assert office.takes("tax").label == "C201"
    with pytest.raises(errors.QuotaUsedUp):
        office.takes("tax")


def test_the_quota_left_is_what_the_next_visitors_get(office: Office):
    changed(office, "tax", quota={"day": 3, "morning": 2})
    office.takes("tax")
    book = office.book()
    with office.database.read() as connection:
        left = issue.quota_left(connection, book, book.business("tax"), office.now)
    assert left == 1
    assert book.settings["hours"] == ALWAYS_OPEN
