"""What every test may ask for by name; the larger parts stand in the plug-ins named here."""

from pathlib import Path

import pytest

pytest_plugins = [
    "tests.services",
    "tests.browser_support",
    "tests.hall_server",
    "tests.office",
    "tests.hall_street",
    "tests.browser.clerk_console",
]


@pytest.fixture
def tmp_var(tmp_path: Path) -> Path:
    """An empty var/ of this test's own, where a hall keeps its database, its secret and its voice."""
    var = tmp_path / "var"
    var.mkdir()
    return var
