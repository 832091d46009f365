"""A ticket's paper as a print job's payload: nothing is lost on the way, and what is wrong is named."""

import json
from typing import Any

import pytest

from printer.errors import PaperInvalid
from printer.paper import as_reprint, from_payload, to_payload
from tests.printer.papers import a_paper


def test_a_paper_comes_back_from_its_stored_payload_unchanged() -> None:
    paper = a_paper(tags=("elderly", "reprint"), id_last4="023X", missed_return="new_number", language="en")

    assert from_payload(json.loads(json.dumps(to_payload(paper)))) == paper


def test_the_time_of_issue_keeps_the_halls_own_hour() -> None:
    stored = from_payload(to_payload(a_paper()))

    assert f"{stored.issued_at_local:%H:%M %z}" == "09:31 +0800"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"hall_name": ""}, "hall_name"),
        ({"hall_name": None}, "hall_name"),
        ({"ahead": -1}, "ahead"),
        ({"ahead": "5"}, "ahead"),
        ({"tags": ["vip"]}, "tags.0"),
        ({"language": "fr"}, "language"),
        ({"id_last4": "320684"}, "id_last4"),
        ({"issued_at_local": "yesterday"}, "issued_at_local"),
        ({"status_url": "javascript:alert(1)"}, "status_url"),
        ({"status_url": "http://hall/t/\x1b@"}, "status_url"),
        ({"wait_low_minutes": 30}, "wait_low_minutes"),
        ({"wait_high_minutes": -1}, "wait_high_minutes"),
        ({"name_of_visitor": "张三"}, "name_of_visitor"),
        ({"label": "A" * 17}, "label"),
    ],
)
def test_a_wrong_payload_is_refused_and_its_field_named(change: dict[str, Any], named: str) -> None:
    with pytest.raises(PaperInvalid, match=named):
        from_payload(to_payload(a_paper()) | change)


def test_every_missing_field_is_named_at_once() -> None:
    with pytest.raises(PaperInvalid, match=r"hall_name.*label.*business.*issued_at_local"):
        from_payload({})


def test_a_payload_that_is_no_json_is_refused() -> None:
    with pytest.raises(PaperInvalid):
        from_payload({"label": b"A001"})


def test_a_wrong_paper_fails_when_it_is_issued_and_not_at_the_printer() -> None:
    with pytest.raises(PaperInvalid, match="wait_low_minutes"):
        to_payload(a_paper(wait_low_minutes=30, wait_high_minutes=20))


def test_by_default_no_digit_of_an_id_is_on_the_paper() -> None:
    assert to_payload(a_paper())["id_last4"] is None


def test_a_ticket_printed_again_and_again_is_marked_once() -> None:
    assert as_reprint(as_reprint(a_paper(tags=("elderly",)))).tags == ("elderly", "reprint")
