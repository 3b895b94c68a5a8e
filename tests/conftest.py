"""What holds for every test: those marked `browser` need Chromium; hypothesis does not watch the clock.

One `Bot` serves the whole session (`bot.service.shared_bot`), and what is fitted is kept between sessions in a folder
of the tests' own, below pytest's cache. Nothing is bound by the clock: what keeps a learner from waiting is out of the
way here, and a test of such a bound sets it.
"""

import os
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from playwright.sync_api import Page

os.environ["ASK_NEURON_STORE"] = "off"  # a test that wants a store names a file of its own
os.environ["ASK_NEURON_PREPARE"] = "off"  # servers that tests start have nothing to do beside


def pytest_configure(config: pytest.Config) -> None:
    """Leave the developer's own cache alone; whoever names another folder measures with that."""
    os.environ.setdefault("ASK_NEURON_CACHE", str(config.cache.mkdir("ask-neuron")))  # type: ignore[union-attr]
    be_patient()


def be_patient() -> None:
    """Let whoever reads what was written a moment ago, or asks for a page, wait for as long as a busy machine takes."""
    from bot import store
    from bot.surfaces.web import work

    store.GLANCE = store.READING = work.PATIENCE = 600.0


# Each has tests that take longest of all, or wait for other processes: begun first, none of them is still at work when
# all others are done, and others train while it waits.
FIRST = ("test_starts", "test_chat_memory", "test_workers", "test_deploy", "test_host", "test_serve", "test_packaging")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order files, each as a whole: FIRST, then those with browser tests, which share a Chromium, then all others."""
    browsing = {item.path for item in items if item.get_closest_marker("browser")}
    items.sort(key=lambda item: (FIRST.index(item.path.stem) if item.path.stem in FIRST else len(FIRST),
                                 item.path not in browsing))


# the first example pays for imports and caches; how fast examples are made is the machine's doing
settings.register_profile("everywhere", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("everywhere")


@pytest.fixture(autouse=True)
def _store_of_its_own() -> Iterator[None]:
    """A test that names a store in the environment leaves none to the next one."""
    yield
    from bot.service import _shared

    if _shared.cache_info().currsize:
        _shared().__dict__.pop("store", None)


@pytest.fixture(scope="session", autouse=True)
def _packages_are_looked_through_once() -> None:
    """At each run of a script Streamlit's `AppTest` reads what all installed packages say of themselves, in search of
    components: 0.2 s. They stay the same."""
    if "streamlit.testing.v1" in sys.modules:
        from streamlit.components.v2 import manifest_scanner

        manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)


@pytest.fixture
def trained_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a check runs more than once is trained once."""
    from crowds import remembered

    monkeypatch.setattr("bot.answers.checks.runs.perform", remembered)


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The browser that Playwright starts, for `executable_path`."""
    from scripts.browser import CHROMIUM

    return CHROMIUM


@pytest.fixture(scope="session")
def chat_address() -> Iterator[str]:
    """The address of a chat that tests share; each window in it is a conversation of its own."""
    from scripts.pages import chat

    with chat() as address:
        yield address


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Browser tests that follow one another share a Chromium; where an event loop may run next, it is ended."""
    if item.get_closest_marker("browser") is None:
        if "scripts.browser" in sys.modules:
            sys.modules["scripts.browser"].let_go()
        return
    from playwright.sync_api import expect

    from scripts import browser
    from scripts.pages import PATIENCE

    expect.set_options(timeout=PATIENCE)
    if not browser.CHROMIUM.is_file():
        advice = f"There is no Chromium at {browser.CHROMIUM}: install it, or set ASK_NEURON_CHROMIUM to its path"
        if os.environ.get("CI") == "true":
            pytest.fail(advice, pytrace=False)  # where everything can be installed, nothing is skipped
        pytest.skip(advice)
    browser.keep()


def pytest_sessionfinish() -> None:
    if "scripts.browser" in sys.modules:
        sys.modules["scripts.browser"].let_go()


@pytest.fixture(scope="module")
def player_window(chromium: Path) -> Iterator["Page"]:
    """A window on a plain page to which recordings of several experiments can be fetched."""
    from recorded import RECORDINGS  # it trains networks: only where a test wants them

    from scripts.player_page import window

    with window(RECORDINGS) as opened:
        yield opened


@pytest.fixture
def player_page(player_window: "Page") -> Iterator["Page"]:
    """That window as it was at first; whatever goes wrong in it fails the test."""
    wrong: list[str] = []

    def note(error: object) -> None:
        wrong.append(str(error))

    player_window.on("pageerror", note)
    player_window.set_viewport_size({"width": 1100, "height": 900})
    player_window.emulate_media(color_scheme="light", reduced_motion="no-preference")
    player_window.evaluate("scrollTo(0, 0)")
    yield player_window
    player_window.evaluate("window.handle?.destroy()")
    player_window.remove_listener("pageerror", note)
    assert not wrong


@pytest.fixture
def coffee_player(player_page: "Page") -> "Page":
    """A player of coffee roasting."""
    from scripts.player_page import mount

    mount(player_page, "coffee_roasting")
    player_page.locator(".nrn-chip").first.wait_for()
    return player_page
