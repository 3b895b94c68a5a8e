#!/usr/bin/env python3
"""Make the screenshots of the README: .venv/bin/python scripts/screenshots.py [FOLDER]

Writes screenshot.png (a desktop's window, light) into FOLDER, by default docs/, and with --all also dark.png and
phone.png. Needs Chromium (/usr/bin/chromium, or where ASK_NEURON_CHROMIUM says).
"""

import argparse
from pathlib import Path
from typing import Literal

from pages import ROOT, chat, page, settled

QUESTION = "what does each neuron do in the coffee roasting network?"
GUESS = "Too cold"
WINDOWS: dict[str, tuple[int, int, Literal["light", "dark"]]] = {
    "screenshot": (1280, 1140, "light"), "dark": (1280, 1140, "dark"), "phone": (360, 780, "light"),
}


def shoot(address: str, name: str, folder: Path) -> Path:
    """Ask the question, guess, and keep what the window shows."""
    width, height, colours = WINDOWS[name]
    with page(width, height, colours) as window:
        window.goto(address)
        box = window.get_by_placeholder("Ask about neurons")
        box.fill(QUESTION)
        box.press("Enter")
        window.get_by_role("button", name=GUESS).click(timeout=120_000)
        window.get_by_text("Tested in these runs").wait_for(timeout=60_000)
        settled(window)
        window.mouse.move(2, height - 2)
        file = folder / f"{name}.png"
        window.screenshot(path=file)
    return file


def main() -> None:
    """Serve the chat and make the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "docs")
    parser.add_argument("--all", action="store_true", help="also dark.png and phone.png")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    with chat() as address:
        for name in WINDOWS if asked.all else ["screenshot"]:
            print(shoot(address, name, asked.folder))


if __name__ == "__main__":
    main()
