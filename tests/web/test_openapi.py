"""The OpenAPI document is complete and true: every route stands in it, and everything that a running hall
answers and sends over a whole day is what it declares.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from ruamel.yaml import YAML

from hall.events import NOT_TOLD, STAFF_ONLY
from tests.builders import settings, small_hall
from tests.hall_server import HallServer
from tests.warning import ONLY_LOST_DEVICES
from tests.watched_day import Day, live_a_day

MAKE = """
import gevent.monkey; gevent.monkey.patch_all()
import json, pathlib, sys
from hall import app, config
folder = pathlib.Path(sys.argv[1])
made = app.create_app(config.load(folder / "config.yaml"), folder).app
rules = [(one.rule, sorted(one.methods - {"HEAD", "OPTIONS"})) for one in made.url_map.iter_rules()]
document = made.test_client().get("/api/v1/openapi.json").get_json()
print(json.dumps({"rules": rules, "document": document}))
"""
PAGE = ("get", "/api/v1/docs")
"""The page that shows the document is no part of the interface."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The rules of the assembled hall and its document."""
    folder = tmp_path_factory.mktemp("made")
    with (folder / "config.yaml").open("w", encoding="utf-8") as file:
        YAML().dump(settings(), file)
    command = [sys.executable, "-c", MAKE, str(folder)]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return json.loads(printed)  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    """A day of a hall whose printer cannot be reached."""
    devices: list[dict[str, Any]] = [
        {**one, "driver": "network", "address": "127.0.0.1:1"} if one["kind"] == "printer" else one
        for one in small_hall()["devices"]
    ]
    server = HallServer(
        tmp_path_factory.mktemp("day"),
        settings(small_hall(devices=devices, alerts=ONLY_LOST_DEVICES)),
        "test",
    )
    server.prepare()
    server.start()
    try:
        yield live_a_day(server)
    finally:
        server.stop()


def test_everything_a_hall_answers_in_a_day_is_what_the_document_declares(day: Day):
    assert day.house.interface.wrong == []
    assert day.house.interface.operations.keys() - day.house.interface.tried == set()


def test_every_event_and_pulse_of_a_day_is_what_the_document_declares(day: Day):
    interface = day.house.interface
    for one in (*day.board.events, *day.journal):
        assert interface.faults_of("Event", one) == [], one
    for one in (*day.board.pulses, *day.staff.pulses):
        assert interface.faults_of("Pulse", one) == []
    assert len({one["type"] for one in day.journal}) > 20


def test_a_screen_hears_the_journal_and_the_public_no_staff_field(day: Day):
    assert day.staff.events == day.journal
    assert [one["seq"] for one in day.board.events] == [one["seq"] for one in day.journal]
    assert {name for one in day.board.events for name in one} & (STAFF_ONLY | NOT_TOLD) == set()
    assert {name for one in day.staff.events for name in one} & NOT_TOLD == set()


def test_the_document_is_valid_and_holds_every_route_under_api_v1(made: dict[str, Any]):
    document = made["document"]
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []
    routes = {
        (method.lower(), re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule))
        for rule, methods in made["rules"]
        for method in methods
        if rule.startswith("/api/")
    }
    written = [
        (method, path, one) for path, item in document["paths"].items() for method, one in item.items()
    ]
    assert {(method, path) for method, path, _ in written} == routes - {PAGE}
    assert len({one["operationId"] for _, _, one in written}) == len(written)


def test_every_operation_says_what_it_does_who_may_ask_and_how_it_is_refused(made: dict[str, Any]):
    document = made["document"]
    tags = {one["name"] for one in document["tags"] if one["description"]}
    for path, item in document["paths"].items():
        for method, operation in item.items():
            place = f"{method} {path}"
            assert operation["summary"], place
            assert set(operation["tags"]) <= tags, place
            assert re.fullmatch(r"[a-z]+(_[a-z]+)*", operation["operationId"]), place
            assert any(status.startswith("2") for status in operation["responses"]), place
            assert "default" in operation["responses"], place
            if operation["security"] and {} not in operation["security"]:
                assert "401" in operation["responses"], place
            if method == "post":
                assert {"$ref": "#/components/parameters/IdempotencyKey"} in operation["parameters"], place


def test_an_answer_with_a_field_too_many_or_too_few_would_be_noticed(made: dict[str, Any]):
    loose = {"Watch", "Problem"}  # the rest of their fields may be left out
    for name, schema in made["document"]["components"]["schemas"].items():
        if schema.get("type") == "object":
            assert schema["additionalProperties"] is False, name
    requests_too = _asked_with(made["document"])
    for name, schema in made["document"]["components"]["schemas"].items():
        if schema.get("type") == "object" and name not in loose | requests_too and not name.endswith("Event"):
            assert set(schema["properties"]) == set(schema.get("required", ())), name


def _asked_with(document: dict[str, Any]) -> set[str]:
    """The names of what requests are made of, whatever their depth."""
    found: set[str] = set()
    texts = [json.dumps(one) for one in _request_schemas(document)]
    while texts:
        for name in re.findall(r"#/components/schemas/(\w+)", texts.pop()):
            if name not in found:
                found.add(name)
                texts.append(json.dumps(document["components"]["schemas"][name]))
    return found


def _request_schemas(document: dict[str, Any]) -> Iterator[dict[str, str]]:
    """What requests are made of, with the parts of their lists."""
    for item in document["paths"].values():
        for operation in item.values():
            if "requestBody" in operation:
                body = operation["requestBody"]["content"]["application/json"]["schema"]
                yield body
                schema = document["components"]["schemas"][body["$ref"].rsplit("/", 1)[1]]
                for part in schema.get("properties", {}).values():
                    if "$ref" in part.get("items", {}):
                        yield part["items"]
