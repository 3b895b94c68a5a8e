"""The chat on a free port, and a Chromium that sees nothing else: for the browser tests and the screenshots."""

import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal

import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, Route

from scripts.browser import CHROMIUM as CHROMIUM
from scripts.browser import chromium as chromium

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 180_000.0  # milliseconds: how fast the machine is decides nothing
QUIET_PAGE = """() => new Promise((done) => {
  let timer = setTimeout(done, 500);
  new MutationObserver((changes) => {
    if (changes.every((change) => change.target.closest?.(".nrn"))) return;  // a player that plays is never at rest
    clearTimeout(timer);
    timer = setTimeout(done, 500);
  }).observe(document.body, { childList: true, subtree: true });
  setTimeout(done, 120000);
})"""
QUIET = {"TOKENIZERS_PARALLELISM": "false", "HF_HUB_OFFLINE": "1", "STREAMLIT_RUNNER_POST_SCRIPT_GC": "false"}


@contextmanager
def chat(patience: float = PATIENCE / 1000) -> Iterator[str]:
    """Serve the chat on a free port; gives its address. RuntimeError where it does not start in `patience` seconds."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "scripts.serve_chat"]
    environment = {**os.environ, **QUIET}
    server = subprocess.Popen(
        [*command, "--server.port", str(port)], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(f"{address}/_stcore/health", server, patience)
        yield address
    finally:
        ended(server)


def ended(server: "subprocess.Popen[bytes]") -> None:
    """End a server that was started."""
    server.terminate()
    try:
        server.wait(60)
    except subprocess.TimeoutExpired:  # a busy machine: do not leave it behind
        server.kill()
        server.wait()


@contextmanager
def files(folder: Path, headers: Mapping[str, str] | None = None) -> Iterator[str]:
    """Serve a folder as plain files on a free port, with these headers on each; gives its address."""
    class Files(SimpleHTTPRequestHandler):
        def end_headers(self) -> None:
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            super().end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Files, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def served(app: Any, patience: float = PATIENCE / 1000, port: int = 0, **settings: Any) -> Iterator[str]:
    """Serve an ASGI application from a thread, with these settings of uvicorn; gives its address. It is on a free port
    unless one is named, as for pages that tell their own address."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, lifespan="on", **settings))
        thread = threading.Thread(target=server.run, args=([taken],), daemon=True)
        thread.start()
        end = time.monotonic() + patience
        while not server.started and time.monotonic() < end:
            time.sleep(0.02)
        try:
            yield f"http://127.0.0.1:{taken.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(patience)


def profile(browser: Browser, **options: Any) -> BrowserContext:
    """Windows that share no cookie with others; `options` are Playwright's. What is waited for in them may take long,
    and everything that is not local fails."""
    made = browser.new_context(**options)
    made.set_default_timeout(PATIENCE)
    made.route("**/*", _local_only)
    return made


@contextmanager
def page(width: int, height: int, colours: Literal["light", "dark"] = "light") -> Iterator[Page]:
    """A window that shares nothing with others."""
    with chromium() as browser:
        viewport = {"width": width, "height": height}
        yield profile(browser, viewport=viewport, color_scheme=colours).new_page()


# Notes every step of a training that a player has on the screen, however late somebody looks; components have roots of
# their own.
WATCHING = """(() => {
  globalThis.stepsSeen = new Set();
  const note = ({ target }) => {
    if (target.matches?.(".nrn[data-playing=true]")) stepsSeen.add(target.dataset.frame);
  };
  const watch = (root) => new MutationObserver((changes) => changes.forEach(note)).observe(
    root, { subtree: true, attributeFilter: ["data-frame", "data-playing"] });
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (...given) {
    const root = attach.apply(this, given);
    watch(root);
    return root;
  };
  watch(document);
})();"""
SLOWLY = "(player) => player.store.set({ speed: 0.02 })"  # a training takes five minutes then: none looks too late


def settled(window: Page) -> None:
    """Wait until the page's script has ended, its charts are drawn, and nothing on it has changed for a while."""
    window.wait_for_selector("[data-test-script-state='notRunning']", state="attached")
    window.wait_for_function("""() => [...document.querySelectorAll("[data-testid=stVegaLiteChart]")]
        .every((chart) => chart.querySelector("svg, canvas"))""")
    window.evaluate(QUIET_PAGE)


def _local_only(route: Route) -> None:
    local = ("http://127.0.0.1", "http://localhost:", "ws://127.0.0.1", "data:", "blob:")
    if route.request.url.startswith(local):
        route.continue_()
    else:
        route.abort()


def _wait_for(address: str, server: "subprocess.Popen[bytes]", patience: float) -> None:
    end = time.monotonic() + patience
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:  # not there yet, or too busy to answer
            time.sleep(0.2)
    raise RuntimeError(f"the chat did not start at {address}")
