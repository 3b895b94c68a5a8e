"""A plain page with the player on it, for the browser tests: no server, Chromium asks and Python answers."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal

from playwright.sync_api import Page, Route

from bot.present.charts.theme import PLAYER, player_css
from bot.present.tokens import TOKENS
from scripts.pages import page

ADDRESS = "http://127.0.0.1/player/"
HTML = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Player</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="style.css">
<style>:root { color-scheme: light dark } body { margin: 0; padding: 8px; background: light-dark(LIGHT, DARK) }
h1, h2 { display: none }</style></head>
<body><main><h1>Player</h1><h2>Run</h2><div id="here"></div></main></body></html>"""
HTML = HTML.replace("LIGHT", TOKENS.light.background).replace("DARK", TOKENS.dark.background)
MOUNT = """async ([url, options, still]) => {
  const { mount } = await import("./player.js");
  const bytes = await (await fetch(url)).arrayBuffer();
  const here = document.getElementById("here");
  here.innerHTML = still;
  window.handle = mount(here, bytes, options);
}"""


@contextmanager
def window(recordings: Mapping[str, bytes], width: int = 1100, height: int = 900,
           colours: Literal["light", "dark"] = "light") -> Iterator[Page]:
    """A window on the plain page, with recordings to be fetched by name."""

    def answer(route: Route) -> None:
        name = route.request.url.removeprefix(ADDRESS)
        if name in recordings:
            route.fulfill(body=recordings[name], content_type="application/octet-stream")
        elif name == "style.css":
            route.fulfill(body=player_css(), content_type="text/css")
        elif name == "":
            route.fulfill(body=HTML, content_type="text/html")
        elif (PLAYER / name).is_file():
            route.fulfill(body=(PLAYER / name).read_bytes(), content_type="text/javascript")
        else:
            route.fulfill(status=404)

    with page(width, height, colours) as opened:
        opened.route(ADDRESS + "**", answer)
        opened.goto(ADDRESS)
        yield opened


def mount(opened: Page, name: str, options: Mapping[str, Any] | None = None, still: str = "") -> None:
    """Mount a player on a recording; its handle is `window.handle`."""
    opened.evaluate(MOUNT, [name, json.loads(json.dumps(options or {})), still])
