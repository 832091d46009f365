"""What every test may ask for by name; the larger parts stand in the plug-ins named here."""

import os
import time
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = [
    "tests.services",
    "tests.hall_server",
    "tests.browser_support",
    "tests.office",
    "tests.moving",
    "tests.hall_street",
    "tests.browser.clerk_console",
]

OUT_OF_TIME = [r"Timeout \d+ms exceeded", r"with timeout \d+ms"]  # playwright's words

# A slow machine is no mistake, and nothing is left behind in the project's folder. The same code is asked the
# same questions, so that a change is judged by what it changed; HALL_TEST_EXPLORE=1 asks new ones.
settings.register_profile(
    "hall",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    database=None,
    derandomize="HALL_TEST_EXPLORE" not in os.environ,
)
settings.load_profile("hall")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser can come to a stop on a crowded machine: a test whose page did not come in time is asked once
    more, and named (R) in the summary. Whatever else goes wrong in it counts at once.
    """
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1, only_rerun=OUT_OF_TIME))


def pytest_runtest_setup() -> None:
    """At midnight everybody who waits in a hall goes home: a test that would begin just before it begins
    after it.
    """
    here = datetime.now(ZoneInfo("Asia/Shanghai"))
    midnight = datetime.combine(here.date() + timedelta(days=1), datetime.min.time(), here.tzinfo)
    if midnight - here < timedelta(minutes=2):
        time.sleep((midnight - here).total_seconds() + 1)


@pytest.fixture
def tmp_var(tmp_path: Path) -> Path:
    """An empty var/ of this test's own, where a hall keeps its database, its secret and its voice."""
    var = tmp_path / "var"
    var.mkdir()
    return var
