"""What a wheel holds: every kind of file that lies beside the code, and no other kind is promised. What the README's
line for notebooks brings."""

import os
import re
import shutil
import socket
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import httpx
import pytest
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


def test_what_others_made_is_named_in_what_is_installed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    assert "NOTICE" in project["license-files"]
    for part in ("sims/engine/digits.npz", "bot/matching/small_encoder/"):
        assert part in notice
        assert (ROOT / part).exists()
    needed = {re.split(r"[<>=\[]", name)[0] for name in project["dependencies"]}
    named = set(re.findall(r"^- ([a-z0-9-]+): ", notice, re.MULTILINE))
    assert named <= needed


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel unpacked as pip unpacks it, built from a copy of what the repository holds."""
    folder = tmp_path_factory.mktemp("wheel")
    build(folder)
    wheel, = folder.glob("*.whl")
    command = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--target", "installed", str(wheel)]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=600)
    return folder / "installed"


def build(folder: Path) -> None:
    """The wheel of what the repository holds, in a folder."""
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT,
                            capture_output=True, text=True, timeout=600)
    if listed.returncode:
        pytest.skip("this is no clone of the repository")
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file() and not name.startswith("tests/"):
            target = folder / "source" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, target)
    options = ("--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", ".")
    command = [sys.executable, "-m", "pip", "wheel", *options, "./source"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=1200)


def command_of(installed: Path, cache: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What the installed command does, in another folder and with a cache of its own."""
    program = "import sys, bot.__main__ as m; assert m.__file__.startswith(sys.argv.pop(1)), m.__file__; m.main()"
    environment = {**os.environ, "PYTHONPATH": str(installed), "ASK_NEURON_CACHE": str(cache)}
    cache.mkdir(exist_ok=True)
    return subprocess.run([sys.executable, "-c", program, str(installed), *arguments], cwd=cache, env=environment,
                          capture_output=True, text=True, timeout=1200)


@pytest.mark.slow
@pytest.mark.parametrize(("arguments", "says"), [
    (("ask", "what does a hidden neuron mean?"), "✓"),
    (("match", "--help"), "--jsonl"),
    (("check", "--seeds", "1", "dead-relu"), "claims, controls"),
    (("export", "run", "coffee-roasting", "--as", "svg", "--out", "-"), "<svg"),
    (("--version",), ", version"),
])
def test_what_is_installed_holds_all_that_a_command_needs(
    arguments: tuple[str, ...], says: str, installed: Path, tmp_path: Path
) -> None:
    done = command_of(installed, tmp_path / "cache", *arguments)
    assert says in done.stdout, done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_what_is_installed_serves_the_chat_and_its_pages(installed: Path, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "PYTHONPATH": str(installed), "ASK_NEURON_CACHE": str(tmp_path / "cache")}
    server = subprocess.Popen([sys.executable, "-m", "bot", "chat", "--port", str(port)], cwd=tmp_path, env=environment,
                              stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        assert f":{port}" in server.stdout.readline()
        patient = httpx.HTTPTransport(retries=20)
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=600, transport=patient) as one:
            assert "<script" in one.get("/").text  # Streamlit's page
            for path in ("/e/coffee-roasting", "/e/coffee-roasting.png", "/widget.js", "/search.bin", "/entries"):
                assert one.get(path).status_code == 200, path
    finally:
        server.terminate()
        server.communicate(timeout=600)


@pytest.mark.slow
def test_an_entry_is_not_written_into_what_is_installed(installed: Path, tmp_path: Path) -> None:
    done = command_of(installed, tmp_path / "cache", "new-entry", "my-own")
    assert done.returncode == 2
    assert "clone" in done.stderr
    assert not list(installed.rglob("my-own*"))
