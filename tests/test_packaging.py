"""What a wheel holds: every kind of file that lies beside the code, and no other kind is promised."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_every_kind_of_file_goes_into_the_wheel() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    packaged = {pattern.removeprefix("*") for pattern in settings["package-data"]["*"]} - {"py.typed"}
    files = [file for folder in ("bot", "sims", "knowledge") for file in (ROOT / folder).rglob("*") if file.is_file()]
    there = {file.suffix for file in files if "__pycache__" not in file.parts} - {".py", ""}
    assert there == packaged
