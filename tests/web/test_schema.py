"""Every operation of the OpenAPI document, asked with whatever its own schema allows: the hall never fails of
its own fault. Schemathesis makes the requests, an administrator and a kiosk send them.

HALL_DEEP=100 asks each operation a hundred times.
"""

import os
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.core.result import Ok

from tests.builders import settings as hall_settings
from tests.hall_server import PASSWORD, HallServer
from tests.people import Api

TIMES = int(os.environ.get("HALL_DEEP", "2"))
ENDS_THE_SESSION = {"sign_out"}
AWAY = {503}
"""The hall may be busy; that is no fault."""


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HallServer]:
    server = HallServer(tmp_path_factory.mktemp("schema"), hall_settings(), "test")
    server.prepare()
    server.start()
    yield server
    server.stop()
    assert "Traceback" not in server.log, server.log


def askers(hall: HallServer) -> list[requests.Session]:
    """Somebody who may do everything, and a device."""
    return [
        Api(hall.url, hall.hall).sign_in("admin", PASSWORD).session,
        Api(hall.url, hall.hall, token=hall.tokens["kiosk-1"]).session,
    ]


def operations(hall: HallServer) -> list[Any]:
    document = requests.get(f"{hall.url}/api/v1/openapi.json", timeout=30).json()
    schema = schemathesis.openapi.from_dict(document)
    found = [one.ok() for one in schema.get_all_operations() if isinstance(one, Ok)]
    return [one for one in found if one.definition.raw.get("operationId") not in ENDS_THE_SESSION]


def faults_of(operation: Any, hall: HallServer, everybody: list[requests.Session]) -> list[str]:
    """Asks an operation again and again; what the server itself did wrong."""
    found: list[str] = []

    @settings(
        max_examples=TIMES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        if "hall" in (case.path_parameters or {}):
            case.path_parameters["hall"] = hall.hall
        for session in everybody:
            key = {"Idempotency-Key": uuid4().hex}
            answer = case.call(base_url=hall.url, session=session, headers=key, timeout=30)
            if answer.status_code >= 500 and answer.status_code not in AWAY:
                found.append(f"{answer.status_code} {operation.label} {case.as_curl_command()}")

    ask()
    return found


def test_whatever_the_schema_allows_is_no_fault_of_the_server(hall: HallServer):
    everybody, asked = askers(hall), operations(hall)
    assert len(asked) > 60
    assert [fault for one in asked for fault in faults_of(one, hall, everybody)] == []
