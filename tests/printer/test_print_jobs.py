"""One try of a print job from payload to paper, and when the next one is due."""

from collections.abc import Iterator
from typing import Any

import pytest
import zxingcpp

from printer import devices
from printer.devices import DeviceSettings
from printer.jobs import Outcome, print_payload
from printer.paper import as_reprint, to_payload
from printer.retries import next_attempt_after
from tests.printer.papers import RARE_HALL, a_paper
from tests.printer.stand_in import StandIn


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with StandIn() as printer:
        yield printer


def print_at(printer: StandIn, payload: dict[str, Any] | None = None, **settings: Any) -> Outcome:
    device = DeviceSettings(driver="network", address=printer.address, **settings)
    return print_payload(payload or to_payload(a_paper()), device)


@pytest.mark.parametrize("mode", ["text", "raster", "auto"])
@pytest.mark.parametrize("paper", [58, 80])
def test_a_ticket_comes_out_and_the_printer_confirms_it(stand_in: StandIn, mode: str, paper: int) -> None:
    outcome = print_at(stand_in, mode=mode, paper=paper)

    assert (outcome.printed, outcome.confirmed, outcome.error) == (True, True, None)
    assert [ticket.cuts for ticket in stand_in.tickets] == [1]


def test_a_rare_surname_comes_out_as_a_picture_with_a_readable_qr(stand_in: StandIn) -> None:
    paper = a_paper(hall_name=RARE_HALL)
    print_at(stand_in, to_payload(paper))
    picture = stand_in.tickets[0].pictures[0]

    assert [code.text for code in zxingcpp.read_barcodes(picture)] == [paper.status_url]


def test_a_reprint_comes_out_with_its_mark(stand_in: StandIn) -> None:
    print_at(stand_in, to_payload(as_reprint(a_paper())))

    assert "补打" in stand_in.tickets[0].text


@pytest.mark.parametrize(
    ("state", "error"),
    [
        ({"paper": "out"}, "out_of_paper"),
        ({"cover_open": True}, "cover_open"),
        ({"cover_open": True, "paper": "out"}, "cover_open"),
        ({"cutter_jammed": True}, "fault"),
        ({"offline": True}, "offline"),
    ],
)
def test_a_printer_that_says_it_cannot_print_gets_nothing_and_prints_once_it_can(
    stand_in: StandIn, state: dict[str, Any], error: str
) -> None:
    well = {name: getattr(stand_in, name) for name in state}
    for name, value in state.items():
        setattr(stand_in, name, value)
    failed = print_at(stand_in)

    assert (failed.printed, failed.error, failed.worth_retrying) == (False, error, True)
    assert failed.error_key == f"printer.error.{error}"
    assert stand_in.tickets == []

    for name, value in well.items():
        setattr(stand_in, name, value)
    assert print_at(stand_in).printed
    assert len(stand_in.tickets) == 1


def test_low_paper_prints_and_is_reported(stand_in: StandIn) -> None:
    stand_in.paper = "low"
    outcome = print_at(stand_in)

    assert outcome.printed
    assert outcome.status is not None
    assert outcome.status.paper == "low"


def test_a_silent_printer_gets_its_ticket_but_nothing_is_claimed(
    stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(devices, "STATUS_SECONDS", 0.3)
    stand_in.temper = "silent"
    outcome = print_at(stand_in)

    assert (outcome.printed, outcome.confirmed) == (True, False)
    assert outcome.status is not None
    assert not outcome.status.answered
    assert len(stand_in.wait_for_tickets()) == 1


def test_a_silent_printer_that_has_to_answer_gets_nothing(
    stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(devices, "STATUS_SECONDS", 0.3)
    stand_in.temper = "silent"
    outcome = print_at(stand_in, must_answer=True)

    assert (outcome.printed, outcome.error, outcome.worth_retrying) == (False, "silent", True)
    assert stand_in.tickets == []


def test_a_printer_that_cannot_confirm_but_still_answers_has_printed(
    stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(devices, "CONFIRM_SECONDS", 0.3)
    stand_in.reports_when_printed = False
    outcome = print_at(stand_in)

    assert (outcome.printed, outcome.confirmed) == (True, False)


def test_paper_that_runs_out_in_the_middle_is_a_failure_worth_retrying(
    stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(devices, "CONFIRM_SECONDS", 0.3)
    stand_in.runs_out_after = 200
    outcome = print_at(stand_in, mode="raster")

    assert (outcome.printed, outcome.error, outcome.worth_retrying) == (False, "out_of_paper", True)


def test_a_printer_that_hangs_up_in_the_middle_is_a_failure_worth_retrying(stand_in: StandIn) -> None:
    stand_in.temper = "hangs_up"
    outcome = print_at(stand_in, mode="raster")

    assert (outcome.printed, outcome.error, outcome.worth_retrying) == (False, "connection_lost", True)


def test_a_printer_switched_off_is_a_failure_and_prints_when_it_is_back() -> None:
    with StandIn() as before:
        device = DeviceSettings(driver="network", address=before.address)
    failed = print_payload(to_payload(a_paper()), device)
    with StandIn(port=before.port) as after:
        printed = print_payload(to_payload(a_paper()), device)

        assert (failed.printed, failed.error, failed.worth_retrying) == (False, "unreachable", True)
        assert printed.printed
        assert "A001" in after.tickets[0].text


def test_a_payload_that_is_no_ticket_is_not_tried_again_and_no_printer_is_touched(stand_in: StandIn) -> None:
    outcome = print_at(stand_in, {"label": "A001"})

    assert (outcome.printed, outcome.error, outcome.worth_retrying) == (False, "paper_invalid", False)
    assert "hall_name" in outcome.detail
    assert stand_in.received == []


def test_wrong_settings_are_not_tried_again() -> None:
    outcome = print_payload(to_payload(a_paper()), DeviceSettings(driver="network", address="nowhere"))

    assert (outcome.error, outcome.worth_retrying) == ("misconfigured", False)


def test_tries_come_ever_later_and_end_within_minutes() -> None:
    waits = []
    attempts = 1
    while (wait := next_attempt_after(attempts)) is not None:
        waits.append(wait)
        attempts += 1

    assert waits == sorted(waits)
    assert waits[0] <= 5
    assert 120 <= sum(waits) <= 600
    assert next_attempt_after(attempts + 100) is None


def test_no_wait_is_due_before_anything_failed() -> None:
    with pytest.raises(ValueError, match="0 attempts"):
        next_attempt_after(0)
