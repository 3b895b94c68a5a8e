"""The index in Chromium: networks that train in turn until somebody touches one, and what has been read is marked."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from bot.content.paths import reading_paths
from bot.service import shared_bot
from bot.surfaces.web.app import alone
from bot.surfaces.web.pages import LIVING
from bot.surfaces.web.settings import WebSettings
from scripts.pages import WATCHING, page, served

pytestmark = pytest.mark.browser

FASTER = """const later = setTimeout;
globalThis.setTimeout = (work, wait) => later(work, wait > 3000 ? 50 : wait);"""  # the pause between two networks


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served(alone(shared_bot(), WebSettings())) as found:
        yield found


def test_networks_train_in_turn(address: str) -> None:
    with page(1280, 800) as window:
        window.add_init_script(FASTER + WATCHING)
        window.goto(f"{address}/entries")
        question = window.locator(".living figcaption a")
        first = shared_bot().entries[LIVING[0]].title
        window.wait_for_function("() => stepsSeen.size > 2")
        expect(question).not_to_have_text(first)
        question.click()
        expect(window.get_by_role("heading", level=1)).not_to_contain_text("What happens inside")


def test_a_network_that_is_touched_stays(address: str) -> None:
    with page(1280, 800) as window:
        window.add_init_script(WATCHING)
        window.goto(f"{address}/entries")
        question, network = window.locator(".living figcaption a"), window.locator(".living .nrn")
        window.wait_for_function("() => stepsSeen.size > 0")
        network.get_by_role("slider").focus()
        expect(network).to_have_attribute("data-playing", "false")
        touched = question.inner_text()
        window.wait_for_timeout(6000)  # longer than the pause between two networks
        expect(question).to_have_text(touched)


def test_where_motion_is_not_wanted_the_picture_stands_still(address: str) -> None:
    with page(390, 844) as window:
        window.emulate_media(reduced_motion="reduce")
        window.goto(f"{address}/entries", wait_until="networkidle")
        expect(window.locator(".living img")).to_be_visible()
        expect(window.locator(".living .nrn")).to_have_count(0)
        assert window.evaluate("document.documentElement.scrollWidth <= innerWidth")
        found = Axe().run(window)
        assert found.violations_count == 0, found.generate_report()


def test_what_has_been_read_is_marked(address: str) -> None:
    path = reading_paths()[0]
    with page(1280, 800) as window:
        window.goto(f"{address}/e/{path.entries[0]}")
        window.goto(f"{address}/entries")
        listed = window.locator(f'.questions a[data-slug="{path.entries[0]}"]')
        expect(listed).to_contain_text("(read)")
        expect(window.get_by_text(f"{len(path.entries)} questions, 1 read")).to_be_visible()
        expect(window.locator(f'.questions a[data-slug="{path.entries[1]}"]')).not_to_contain_text("(read)")
