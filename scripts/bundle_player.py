"""Make bot/surfaces/player/bundle.js: the player in one file, for notebooks' widgets and other pages without modules.

    .venv/bin/python scripts/bundle_player.py

It needs Node: esbuild is taken from the path where its version is the pinned one, or else fetched by npx. The bundle is
committed, so that only those who change the player need Node; its first line carries a hash of the sources, and a
test compares it.
"""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

PLAYER = Path(__file__).resolve().parent.parent / "bot" / "surfaces" / "player"
BUNDLE = PLAYER / "bundle.js"
ESBUILD = "0.28.2"


def hash_of(files: Iterable[Path]) -> str:
    """What files are, with their names, in short; line ends do not matter."""
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(f"{file.name}\n{file.read_text(encoding='utf-8')}".encode())
    return digest.hexdigest()[:16]


def banner() -> str:
    """The bundle's first line, with the hash of the player's modules."""
    sources = hash_of(file for file in PLAYER.glob("*.js") if file != BUNDLE)
    return f"// Made by scripts/bundle_player.py from bot/surfaces/player/*.js ({sources}); change those."


def esbuild() -> list[str] | None:
    """The command that runs esbuild at the pinned version; None where there is no Node."""
    found = shutil.which("esbuild")
    if found and subprocess.run([found, "--version"], capture_output=True, text=True).stdout.strip() == ESBUILD:
        return [found]
    npx = shutil.which("npx")
    return [npx, "--yes", f"esbuild@{ESBUILD}"] if npx else None


def bundle(command: list[str]) -> str:
    """The player in one file, as esbuild makes it; `subprocess.CalledProcessError` where it cannot."""
    flags = ["--bundle", "--format=esm", "--minify", "--charset=utf8", "--target=es2022", f"--banner:js={banner()}"]
    done = subprocess.run([*command, "player.js", *flags], cwd=PLAYER, capture_output=True, check=True)
    return done.stdout.decode("utf-8")


def main() -> None:
    """Write the bundle, or say what is missing."""
    command = esbuild()
    if command is None:
        sys.exit("This needs Node with npx (https://nodejs.org), which fetches esbuild. There is none on the path.")
    try:
        BUNDLE.write_text(bundle(command), encoding="utf-8", newline="\n")
    except subprocess.CalledProcessError as error:
        sys.exit(f"esbuild could not make the bundle:\n{error.stderr.decode(errors='replace')}")


if __name__ == "__main__":
    main()
