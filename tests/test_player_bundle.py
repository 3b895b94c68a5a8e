"""The player in one file is made from the modules as they are."""

import subprocess

import pytest
from playwright.sync_api import Page, expect

from scripts.bundle_player import BUNDLE, ESBUILD, banner, bundle, esbuild


def test_the_bundle_is_made_from_the_modules_as_they_are() -> None:
    first = BUNDLE.read_text(encoding="utf-8").partition("\n")[0]
    assert first == banner(), "the player has changed: run scripts/bundle_player.py"


@pytest.mark.slow
def test_making_it_anew_gives_the_same() -> None:
    command = esbuild()
    if command is None:
        pytest.skip("there is no Node to make the bundle with")
    try:
        made = bundle(command)
    except subprocess.CalledProcessError:
        pytest.skip(f"esbuild {ESBUILD} cannot be had here")
    assert made == BUNDLE.read_text(encoding="utf-8")


@pytest.mark.browser
def test_the_bundle_plays(player_page: Page) -> None:
    player_page.evaluate("""async () => {
      const { mount } = await import("./bundle.js");
      const bytes = new DataView(await (await fetch("coffee_roasting")).arrayBuffer()); // what a notebook hands over
      window.handle = mount(document.getElementById("here"), bytes);
    }""")
    expect(player_page.locator(".nrn")).to_have_attribute("data-frame", "58")
    expect(player_page.locator(".nrn-unit")).to_have_count(4)
