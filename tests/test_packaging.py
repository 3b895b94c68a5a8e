"""What a wheel holds: every kind of file that lies beside the code, and no other kind is promised. What the README's
line for notebooks brings."""

import re
import tomllib
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent


def test_every_kind_of_file_goes_into_the_wheel() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    packaged = {pattern.removeprefix("*") for pattern in settings["package-data"]["*"]} - {"py.typed"}
    files = [file for folder in ("bot", "sims", "knowledge") for file in (ROOT / folder).rglob("*") if file.is_file()]
    there = {file.suffix for file in files if "__pycache__" not in file.parts} - {".py", ""}
    assert there == packaged


def brought(names: set[str]) -> set[str]:
    """The packages and all that they need, as far as they are installed here."""
    known: set[str] = set()
    while names:
        known |= names
        wanted: set[str] = set()
        for name in names:
            try:
                given = [Requirement(line) for line in requires(name) or ()]
            except PackageNotFoundError:
                continue
            wanted |= {one.name for one in given if not one.marker or one.marker.evaluate({"extra": ""})}
        names = wanted - known
    return known


def test_the_line_for_notebooks_brings_no_torch_of_its_own() -> None:
    """PyTorch's usual package for Linux has CUDA in it; the one in .venv has not, and is left alone."""
    [line] = re.findall(r"pip install -c constraints.txt (.+)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert line == "ipykernel"
    assert "torch" not in brought({line})
    assert "ipython" in brought({line})
    assert "torch" in brought({"sentence-transformers"}), "so this would be noticed"
