"""The widget in pages of React, Vue, Preact and Svelte from npm, in pages that are written from right to left, in rows,
under COEP, and in frames without script, in Chromium."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from fetched import FRAMEWORKS, from_npm
from playwright.sync_api import FrameLocator, Page, expect
from test_javascript import node

from bot.service import shared_bot
from bot.surfaces.web.app import alone
from bot.surfaces.web.settings import WebSettings
from scripts.pages import files, page, served

pytestmark = pytest.mark.browser

APPS = {
    "react.jsx": """import { createRoot } from "react-dom/client";
import { StrictMode, useState } from "react";
function App() {
  const [units, set] = useState(2);
  return <><button onClick={() => set(3)}>Another</button><ask-neuron entry="coffee-roasting" set-hidden={units} /></>;
}
createRoot(document.getElementById("app")).render(<StrictMode><App /></StrictMode>);""",
    "preact.jsx": """/** @jsxImportSource preact */
import { render } from "preact";
import { useState } from "preact/hooks";
function App() {
  const [units, set] = useState(2);
  return <><button onClick={() => set(3)}>Another</button><ask-neuron entry="coffee-roasting" set-hidden={units} /></>;
}
render(<App />, document.getElementById("app"));""",
    "vue.js": """import { createApp, h, ref } from "vue";
createApp({ setup() {
  const units = ref(2);
  return () => [h("button", { onClick: () => (units.value = 3) }, "Another"),
    h("ask-neuron", { entry: "coffee-roasting", "set-hidden": units.value })];
} }).mount("#app");""",
    "svelte.js": """import { mount } from "svelte";
import App from "./App.svelte";
mount(App, { target: document.getElementById("app") });""",
}
SVELTE = """<script>let units = $state(2);</script>
<button onclick={() => (units = 3)}>Another</button>
<ask-neuron entry="coffee-roasting" set-hidden={units}></ask-neuron>"""
BUILD = """import { build } from "esbuild";
import svelte from "esbuild-svelte";
await build({ entryPoints: APPS, bundle: true, outdir: "built", jsx: "automatic", plugins: [svelte()],
  define: { "process.env.NODE_ENV": '"development"' }, logLevel: "error", conditions: ["svelte", "browser"] });"""
PAGE = ('<!doctype html><meta charset="utf-8"><title>A course</title><body>{before}'
        '<script src="{ours}/widget.js" async></script>')
CARD = '<ask-neuron entry="coffee-roasting" set-hidden="2"></ask-neuron>'


@pytest.fixture(scope="module")
def ours() -> Iterator[str]:
    with served(alone(shared_bot(), WebSettings(frame_ancestors=("*",)))) as address:
        yield address


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a bundle of each framework's page."""
    folder = tmp_path_factory.mktemp("frameworks")
    (folder / "node_modules").symlink_to(from_npm(FRAMEWORKS) / "node_modules")
    for name, text in {**APPS, "App.svelte": SVELTE}.items():
        (folder / name).write_text(text)
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "build.mjs").write_text(BUILD.replace("APPS", json.dumps(list(APPS))))
    done = subprocess.run([node("node"), "build.mjs"], cwd=folder, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return folder / "built"


def card_in(window: Page) -> FrameLocator:
    return window.frame_locator("ask-neuron iframe")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["react", "preact", "vue", "svelte"])
def test_a_framework_shows_the_card_and_changes_its_settings(ours: str, built: Path, name: str) -> None:
    (built / f"{name}.html").write_text(
        PAGE.format(before=f'<div id="app"></div><script src="{name}.js"></script>', ours=ours))
    with files(built) as address, page(900, 700) as window:
        window.goto(f"{address}/{name}.html")
        expect(window.locator("ask-neuron")).to_be_visible()
        number = card_in(window).locator(".number")
        expect(number).to_contain_text("hidden units = 2")
        window.get_by_role("button", name="Another").click()
        expect(number).not_to_contain_text("hidden units = 2")
        expect(window.locator("ask-neuron iframe")).to_have_count(1)


def shown(folder: Path, ours: str, before: str, headers: dict[str, str] | None = None,
          width: int = 1000) -> Iterator[Page]:
    (folder / "page.html").write_text(PAGE.format(before=before, ours=ours))
    with files(folder, headers) as address, page(width, 800) as window:
        window.goto(f"{address}/page.html")
        yield window


def test_in_a_page_from_right_to_left_its_own_words_run_from_left_to_right(ours: str, tmp_path: Path) -> None:
    for window in shown(tmp_path, ours, '<div dir="rtl"><ask-neuron mode="ask"></ask-neuron></div>'):
        label = window.locator("ask-neuron").get_by_text("Ask about neural networks")
        expect(label).to_have_css("direction", "ltr")


def test_in_a_row_it_takes_the_room_there_is(ours: str, tmp_path: Path) -> None:
    for window in shown(tmp_path, ours, f'<div style="display: flex">{CARD}</div>'):
        expect(card_in(window).locator(".number")).to_be_visible()
        box = window.locator("ask-neuron").bounding_box()
        assert box is not None
        assert box["width"] > 900


@pytest.mark.parametrize("width", [390, 1000])
def test_the_text_below_a_card_hardly_moves_when_it_comes(ours: str, tmp_path: Path, width: int) -> None:
    watching = """<script>globalThis.moved = 0; new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) moved += entry.value }).observe({ type: "layout-shift", buffered: true });
      </script>"""
    text = "<p>The text of the course goes on.</p>" * 30
    first = f'{watching}<script src="{ours}/widget.js"></script>'  # as docs/embedding.md says
    for window in shown(tmp_path, ours, f"{first}<h1>A course</h1>{CARD}{text}", width=width):
        expect(card_in(window).locator(".number")).to_be_visible()
        inside = card_in(window).locator("body")
        height = f"{inside.evaluate('body => Math.ceil(body.getBoundingClientRect().height)')}px"
        expect(window.locator("ask-neuron iframe")).to_have_css("height", height)
        assert 0 <= window.evaluate("moved") < 0.05


def test_a_page_that_asks_who_may_be_loaded_shows_it(ours: str, tmp_path: Path) -> None:
    headers = {"Cross-Origin-Embedder-Policy": "require-corp", "Cross-Origin-Opener-Policy": "same-origin"}
    for window in shown(tmp_path, ours, CARD, headers):
        expect(card_in(window).locator(".number")).to_be_visible()
        assert window.evaluate("crossOriginIsolated")


def test_who_runs_a_server_that_refuses_is_told_the_variable(tmp_path: Path) -> None:
    with served(alone(shared_bot(), WebSettings())) as closed:
        (tmp_path / "page.html").write_text(PAGE.format(before=CARD, ours=closed))
        with files(tmp_path) as address, page(900, 700) as window:
            said: list[str] = []
            window.on("console", lambda line: said.append(line.text))
            window.goto(f"{address}/page.html")
            expect(window.get_by_text("There is no explanation to show here.")).to_be_visible()
            assert any("ASK_NEURON_FRAME_ANCESTORS" in line and address in line for line in said)


def test_where_no_script_may_run_the_card_has_its_number_its_link_and_a_still(ours: str, tmp_path: Path) -> None:
    frame = f'<iframe sandbox="" src="{ours}/embed/coffee-roasting/" width="600" height="900"></iframe>'
    for window in shown(tmp_path, ours, frame):
        inside = window.frame_locator("iframe")
        expect(inside.locator(".number")).to_be_visible()
        expect(inside.get_by_role("link", name="The whole explanation")).to_be_visible()
        inside.get_by_text("See the network at work").click()
        still = inside.locator(".stage img")
        expect(still).to_be_visible()
        expect(still).to_have_js_property("complete", True)
        assert still.evaluate("(image) => image.naturalWidth > 0")


def test_a_frame_tells_its_height_as_course_platforms_hear_it(ours: str, tmp_path: Path) -> None:
    listening = """<script>addEventListener("message", ({ data }) => {
      if (data?.subject === "lti.frameResize") document.title = `height ${data.height}`; });</script>"""
    for window in shown(tmp_path, ours, f'{listening}<iframe src="{ours}/embed/bias-term/" width="600"></iframe>'):
        window.wait_for_function("Number(document.title.split(' ')[1]) > 200")
