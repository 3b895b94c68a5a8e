"""The player in one file is made from the modules as they are."""

import pytest
from making import made_anew
from playwright.sync_api import Page, expect

from scripts.bundle_player import BUNDLE, banner, bundle


def test_the_bundle_is_made_from_the_modules_as_they_are() -> None:
    first = BUNDLE.read_text(encoding="utf-8").partition("\n")[0]
    assert first == banner(), "the player has changed: run scripts/bundle_player.py"


@pytest.mark.slow
def test_making_it_anew_gives_the_same() -> None:
    assert made_anew(bundle) == BUNDLE.read_text(encoding="utf-8")


@pytest.mark.browser
def test_the_bundle_plays(player_page: Page) -> None:
    player_page.evaluate("""async () => {
      const { mount } = await import("./bundle.js");
      const bytes = new DataView(await (await fetch("coffee_roasting")).arrayBuffer()); // what a notebook hands over
      window.handle = mount(document.getElementById("here"), bytes);
    }""")
    expect(player_page.locator(".nrn")).to_have_attribute("data-frame", "58")
    expect(player_page.locator(".nrn-unit")).to_have_count(4)
