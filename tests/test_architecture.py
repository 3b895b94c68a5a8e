"""The rules of the house: who imports whom, how long a file may be, what must not stand in the repository."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RULES = {rule["id"]: rule["name"] for rule in PROJECT["tool"]["importlinter"]["contracts"]}
SIMS_MAY_IMPORT = {"numpy", "pydantic", "sims"} | sys.stdlib_module_names
LONGEST_FILE = 300  # lines

# For each rule: a module, and a statement that breaks the rule there.
BREACHES = [
    ("directions", "sims.engine.network", "import bot.content.entries"),
    ("layers", "bot.content.entries", "from bot.answers.answer import compose"),
    ("layers", "bot.service", "import bot.surfaces.web"),
    ("layers", "bot.language.spelling", "def late():\n    import bot.matching.encoders"),
    ("surfaces", "bot.surfaces.web.app", "import bot.surfaces.chat"),
    ("layers", "bot.module_of_no_layer", "import json"),
    ("experiments", "sims.one_experiment", "from sims import another_experiment"),
    ("experiments", "sims.engine.network", "import sims.one_experiment"),
    ("streamlit", "bot.surfaces.web", "import streamlit as st"),
    ("ray", "bot.surfaces.web.handed", "def late():\n    from ray import serve"),
    ("starlette", "bot.surfaces.cli.main", "from starlette.routing import Route"),
    ("altair", "bot.answers.answer", "import altair"),
    ("sqlalchemy", "bot.surfaces.mcp.server", "import sqlalchemy as sa"),
    ("redis", "bot.surfaces.web.rates", "import redis.asyncio"),
    ("sentence_transformers", "bot.service", "from sentence_transformers import SentenceTransformer"),
]
IMPORTED = ("bot.answers.answer", "bot.content.entries", "bot.surfaces.web", "sims.one_experiment",
            "sims.another_experiment")


@cache
def verdicts(folder: Path) -> dict[str, str]:
    """What import-linter says about each rule of pyproject.toml, in a folder that holds bot/ and sims/."""
    program = "from importlinter.cli import lint_imports_command as lint; lint()"
    command = [sys.executable, "-c", program, "--no-cache", "--no-logo"]
    said = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600).stdout
    broken = re.findall(r"\n([^\n]+)\n-{3,}\n(.*?)(?=\n[^\n]+\n-{3,}\n|\Z)", said, re.DOTALL)  # a heading, and what
    return {rule: "KEPT" if f"{name} KEPT" in said else dict(broken).get(name, said) for rule, name in RULES.items()}


@pytest.fixture(scope="module")
def breached(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the code in which every breach stands, each in a module that no other touches."""
    folder = tmp_path_factory.mktemp("breached")
    copy_of_the_code(folder)
    for name in (*IMPORTED, *(module for _, module, _ in BREACHES)):
        source_of(name, folder).touch()
    for _, module, statement in BREACHES:
        with source_of(module, folder).open("a", encoding="utf-8") as stream:
            stream.write(f"\n{statement}\n")
    return folder


@pytest.mark.parametrize("rule", RULES)
def test_imports_keep_the_rule(rule: str) -> None:
    assert verdicts(ROOT)[rule] == "KEPT"


@pytest.mark.parametrize(("rule", "module", "statement"), BREACHES)
def test_a_breach_of_the_rule_is_found(rule: str, module: str, statement: str, breached: Path) -> None:
    said = verdicts(breached)[rule]
    assert said != "KEPT"
    assert module in said


def test_every_rule_has_a_breach() -> None:
    assert {rule for rule, *_ in BREACHES} == RULES.keys()


def test_sims_imports_the_standard_library_numpy_and_pydantic_alone() -> None:
    assert dict(foreign_imports(ROOT / "sims")) == {}


def test_a_foreign_import_in_sims_is_found(tmp_path: Path) -> None:
    copy_of_the_code(tmp_path)
    (tmp_path / "sims/late.py").write_text("def f():\n    from scipy.special import expit\n")
    assert dict(foreign_imports(tmp_path / "sims")) == {"late.py": {"scipy"}}


def test_no_file_is_too_long() -> None:
    suffixes = {".py", ".js", ".css", ".html"}
    files = [file for file in tracked_files() if file.suffix in suffixes and file.parts[0] in ("bot", "sims")]
    lengths = {str(file): len((ROOT / file).read_text(encoding="utf-8").splitlines()) for file in files}
    assert lengths, "git lists no file of bot/ or sims/"
    assert {file: lines for file, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_no_path_of_a_machine_and_no_package_index_is_named() -> None:
    forbidden = re.compile(
        rb"(?<![\w.~-])/(work|root|home)/"
        rb"|py" rb"pi[.]org|python" rb"hosted[.]org|download[.]py" rb"torch[.]org|npm" rb"js[.](org|com)"
    )
    found = {str(file): forbidden.search((ROOT / file).read_bytes()) for file in tracked_files()}
    assert found, "git lists no file"
    assert {file: match[0] for file, match in found.items() if match} == {}


def test_the_changelog_begins_with_the_version_of_the_project() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## \[?(\d+\.\d+\.\d+)", changelog, re.MULTILINE)
    assert versions[:1] == [PROJECT["project"]["version"]]


def copy_of_the_code(folder: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", folder)
    for file in [*ROOT.glob("bot/**/*.py"), *ROOT.glob("sims/**/*.py")]:
        copy = folder / file.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, copy)


def source_of(module: str, folder: Path) -> Path:
    path = folder.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def foreign_imports(package: Path) -> Iterator[tuple[str, set[str]]]:
    """The files of a package, with the libraries they import beyond those that sims/ may."""
    for file in package.rglob("*.py"):
        names = set()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names.add(str(node.module))
        foreign = {name.partition(".")[0] for name in names} - SIMS_MAY_IMPORT
        if foreign:
            yield str(file.relative_to(package)), foreign


def tracked_files() -> list[Path]:
    """The files that git tracks or would add, relative to the clone."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    files = [Path(name) for name in listed.split("\0") if name]
    return [file for file in files if (ROOT / file).is_file()]
