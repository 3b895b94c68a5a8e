"""What other sites load is minified from its sources as they are, and may be loaded twice."""

import json
import shutil
import subprocess

import pytest
from making import made_anew

from bot.surfaces.web import embeds
from scripts.minify_embed import HASH, MADE, minified, sources, sources_hash

PAGE = """
globalThis.HTMLElement = class {{}};
globalThis.window = globalThis;
const defined = new Map();
globalThis.customElements = {{ get: (name) => defined.get(name), define: (name, kind) => defined.set(name, kind) }};
const script = {{ src: "https://a.example/widget.js", attributes: [] }};
globalThis.document = {{ currentScript: script, querySelector: () => script, addEventListener: () => {{}} }};
const vm = require("node:vm"), widget = {widget};
for (const time of ["first", "second"]) vm.runInThisContext(widget, time);
if (!defined.has("ask-neuron") || "CHAT" in globalThis) throw new Error("not as it must be");
"""


def test_the_minified_files_are_made_from_the_sources_as_they_are() -> None:
    assert HASH.read_text(encoding="utf-8").strip() == sources_hash(), "run python -m scripts.minify_embed"
    assert {file.name for file in MADE.iterdir()} == {file.name for file in (*sources(), HASH)}


@pytest.mark.slow
def test_minifying_anew_gives_the_same() -> None:
    made = made_anew(minified)
    assert made == {name: (MADE / name).read_text(encoding="utf-8") for name in made}


def test_a_page_may_load_the_widget_twice() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no Node to load it with")
    script = PAGE.format(widget=json.dumps(embeds.widget("./").decode()))
    done = subprocess.run([node, "-e", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
