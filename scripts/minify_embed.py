"""Make bot/surfaces/web/assets/embed/min/: what other sites' pages load, each script and style sheet minified.

    .venv/bin/python -m scripts.minify_embed

It needs Node for esbuild, as scripts/bundle_player.py does. The files are committed, so that only those who change
their sources need Node; `sources.txt` beside them has a hash of the sources, and a test compares it.
"""

import subprocess
import sys
from pathlib import Path

from scripts.bundle_player import esbuild, hash_of

EMBED = Path(__file__).resolve().parent.parent / "bot" / "surfaces" / "web" / "assets" / "embed"
MADE = EMBED / "min"
HASH = MADE / "sources.txt"


def sources() -> list[Path]:
    """The scripts and style sheets that are minified."""
    return sorted(file for file in EMBED.iterdir() if file.suffix in (".js", ".css"))


def sources_hash() -> str:
    """What the sources are, in short."""
    return hash_of(sources())


def minified(command: list[str]) -> dict[str, str]:
    """Each file by its name, as esbuild minifies it; `subprocess.CalledProcessError` where it cannot."""
    flags = ["--minify", "--charset=utf8", "--target=es2022"]
    return {file.name: subprocess.run([*command, file.name, *flags], cwd=EMBED, capture_output=True,
                                      check=True).stdout.decode("utf-8") for file in sources()}


def main() -> None:
    """Write the files, or say what is missing."""
    command = esbuild()
    if command is None:
        sys.exit("This needs Node with npx (https://nodejs.org), which fetches esbuild. There is none on the path.")
    try:
        made = minified(command)
    except subprocess.CalledProcessError as error:
        sys.exit(f"esbuild could not minify a file:\n{error.stderr.decode(errors='replace')}")
    MADE.mkdir(exist_ok=True)
    for file in MADE.iterdir():
        file.unlink()
    for name, content in {**made, HASH.name: sources_hash() + "\n"}.items():
        (MADE / name).write_text(content, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
