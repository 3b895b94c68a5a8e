"""What holds for every test: those marked `browser` need Chromium; hypothesis does not watch the clock."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

CHROMIUM = Path(os.environ.get("ASK_NEURON_CHROMIUM", "/usr/bin/chromium"))

settings.register_profile("everywhere", deadline=None)  # the first example pays for imports and caches
settings.load_profile("everywhere")


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The browser that Playwright starts, for `executable_path`."""
    return CHROMIUM


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("browser") and not CHROMIUM.is_file():
        advice = f"There is no Chromium at {CHROMIUM}: install it, or set ASK_NEURON_CHROMIUM to its path"
        if os.environ.get("CI") == "true":
            pytest.fail(advice, pytrace=False)  # where everything can be installed, nothing is skipped
        pytest.skip(advice)
