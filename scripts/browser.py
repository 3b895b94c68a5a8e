"""A Chromium that sees nothing else; windows that are opened one after another can share it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Playwright, sync_playwright

CHROMIUM = Path(os.environ.get("ASK_NEURON_CHROMIUM", "/usr/bin/chromium"))
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]
_kept: list[tuple[Playwright, Browser]] = []  # none or one
_users: list[object] = []  # whoever has Playwright in hand


@contextmanager
def playwright() -> Iterator[Playwright]:
    """Playwright: what is kept, or one of its own, for a thread can have one only."""
    user = object()
    _users.append(user)
    try:
        if _kept:
            yield _kept[0][0]
        else:
            with sync_playwright() as own:
                yield own
    finally:
        _users.remove(user)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Chromium without a window: what is kept, or one of its own. At the end its new windows are closed."""
    with playwright() as started:
        if not _kept:
            browser = launched(started)
            try:
                yield browser
            finally:
                browser.close()
            return
        browser = _kept[0][1]
        before = browser.contexts
        try:
            yield browser
        finally:
            for context in browser.contexts:
                if context not in before:
                    context.close()


def launched(started: Playwright, *flags: str) -> Browser:
    """A Chromium of its own, with these flags as well."""
    return started.chromium.launch(executable_path=str(CHROMIUM), args=[*FLAGS, *flags])


def keep() -> None:
    """From now on windows share one Chromium, until `let_go`; none of them sees what another one has stored."""
    if _kept and not _kept[0][1].is_connected():
        let_go()
    if not _kept and not _users:
        started = sync_playwright().start()
        _kept.append((started, launched(started)))


def let_go() -> None:
    """End the Chromium that was kept, unless somebody has a window in it: no other event loop runs in a thread that has
    Playwright."""
    if _kept and not _users:
        started, browser = _kept.pop()
        browser.close()
        started.stop()
