"""What a wheel holds: every kind of file that lies beside the code, and no other kind is promised. What the README's
line for notebooks brings. Twine, check-wheel-contents, pipx and CycloneDX take what is made here."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import PackageNotFoundError, distribution, requires
from pathlib import Path
from typing import Any

import httpx
import pytest
from fetched import PACKAGERS, from_pypi, output_of
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
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the sdist that it was made from, of a copy of what the repository holds."""
    folder = tmp_path_factory.mktemp("built")
    build(folder)
    return folder


@pytest.fixture(scope="module")
def installed(built: Path) -> Path:
    """A folder with the wheel unpacked as pip unpacks it."""
    wheel, = built.glob("*.whl")
    command = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--target", "installed", str(wheel)]
    subprocess.run(command, cwd=built, check=True, capture_output=True, timeout=600)
    return built / "installed"


def build(folder: Path) -> None:
    """The sdist of what the repository holds, in a folder, and the wheel that it makes."""
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT,
                            capture_output=True, text=True, timeout=600)
    if listed.returncode:
        pytest.skip("this is no clone of the repository")
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file() and not name.startswith("tests/"):
            target = folder / "source" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, target)
    packed = [sys.executable, "-c", "from setuptools import build_meta; build_meta.build_sdist('..')"]
    subprocess.run(packed, cwd=folder / "source", check=True, capture_output=True, timeout=1200)
    sdist, = folder.glob("*.tar.gz")
    options = ("--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", ".")
    command = [sys.executable, "-m", "pip", "wheel", *options, str(sdist)]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=1200)


@pytest.mark.slow
def test_what_is_built_is_fit_to_be_published(built: Path) -> None:
    wheel, = built.glob("*.whl")
    sdist, = built.glob("*.tar.gz")
    told([from_pypi(*PACKAGERS) / "twine", "check", "--strict", wheel, sdist])
    told([Path(sys.executable).parent / "check-wheel-contents", "--config", ROOT / "pyproject.toml", wheel])


def told(command: list[str | Path], **options: Any) -> str:
    """What a program says where all is well."""
    return output_of(*command, timeout=1200, **options)


@pytest.fixture(scope="module")
def piped(built: Path) -> tuple[Path, dict[str, str]]:
    """The command as pipx installs it for an account with an empty home folder, and that account's environment.

    The packages that the wheel says it needs are not fetched once more: they are those of the tests, and no other is
    there.
    """
    wheel, = built.glob("*.whl")
    needed, home = built / "needed", built / "home"
    needed.mkdir()
    home.mkdir()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for name in brought({Requirement(line).name for line in project["dependencies"]}):
        for file in with_files(name):
            link, there = needed / file.parts[0], Path(str(distribution(name).locate_file(file.parts[0])))
            if file.parts[0] != ".." and not link.exists():
                link.symlink_to(there)
    beside = home / "beside-1-py3-none-any.whl"  # a package that is nothing but the way there
    with zipfile.ZipFile(beside, "w") as package:
        package.writestr("beside.pth", f"{needed}\n")
        package.writestr("beside-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: beside\nVersion: 1\n")
        package.writestr("beside-1.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        package.writestr("beside-1.dist-info/RECORD", "")
    environment = {"HOME": str(home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    told([from_pypi(*PACKAGERS) / "pipx", "install", "--backend", "pip", "--python", sys.executable,
          "--preinstall", beside, wheel], env={**os.environ, **environment, "PATH": os.environ["PATH"]})
    return home / ".local" / "bin" / "ask-neuron", environment


def with_files(name: str) -> list[Any]:
    """The files of a package, none where it is not installed here."""
    try:
        return distribution(name).files or []
    except PackageNotFoundError:
        return []


@pytest.mark.slow
def test_what_pipx_installs_answers_with_no_package_but_those_that_it_names(
    piped: tuple[Path, dict[str, str]], tmp_path: Path
) -> None:
    program, environment = piped
    assert "✓" in told([program, "ask", "what does a hidden neuron mean?"], env=environment, folder=tmp_path)
    assert not (program.parents[2] / "needed" / "pytest").exists()


@pytest.mark.slow
def test_a_bill_of_materials_names_what_is_needed_and_nothing_else(tmp_path: Path) -> None:
    script, out = ROOT / "scripts" / "make_sbom.py", tmp_path / "sbom.json"
    tools = from_pypi(*PACKAGERS) / "python"
    told([tools, script, sys.prefix, "--out", out])
    bill = json.loads(out.read_text(encoding="utf-8"))
    assert bill["bomFormat"] == "CycloneDX"
    parts = {part["name"].lower(): part for part in bill["components"]}
    assert {"numpy", "streamlit", "pydantic"} <= parts.keys()
    assert not {"pytest", "playwright", "mypy"} & parts.keys()
    assert all(part["version"] for part in parts.values())
    assert parts["numpy"]["licenses"]
    reading = ("import json, sys; from cyclonedx.model.bom import Bom; "
               "print(len(Bom.from_json(json.load(sys.stdin)).components))")
    assert int(told([tools, "-c", reading], input=out.read_text(encoding="utf-8"))) == len(bill["components"])


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
def test_what_pipx_installs_serves_the_chat_and_its_pages(piped: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program, environment = piped
    environment = {**environment, "ASK_NEURON_STORE": "off", "ASK_NEURON_PREPARE": "off"}
    server = subprocess.Popen([program, "chat", "--port", str(port)], cwd=tmp_path, env=environment,
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
