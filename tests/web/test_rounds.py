"""An appointment that came early is called to a ready window when its time has come, by nobody's hand."""

import time
from datetime import UTC, datetime, timedelta

from tests.hall_server import HallServer

PATIENCE_SECONDS = 60


def test_an_early_appointment_is_called_to_a_ready_window_when_its_time_has_come(hall_server: HallServer):
    clerk = hall_server.clerk(1).sits_at(1)
    assert clerk.calls_next() is None
    soon = datetime.now(UTC) + timedelta(seconds=3)
    ticket = hall_server.guide().issues(visitor_class="appointment", booked_at=soon.isoformat())
    assert ticket["called_to"] is None
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (now := clerk.desk()["ticket"]) is None:
        assert time.monotonic() < deadline, "the appointment was never called"
        time.sleep(0.2)
    assert (now["label"], now["state"]) == (ticket["label"], "called")
