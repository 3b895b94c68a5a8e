"""A process that imports us is left as it was found, such as the kernel of a notebook."""

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LIBRARIES = "altair, IPython.display, pandas, PIL.Image, sentence_transformers, sklearn.linear_model, torch"
STATE = """
import json, locale, logging, os, signal, socket, sys, threading, warnings

def state():
    import altair, numpy, torch
    other = []
    thread = threading.Thread(target=lambda: other.append(torch.get_num_threads()))
    thread.start()
    thread.join()
    loggers = {name: (logger.level, logger.propagate, logger.disabled, [repr(one) for one in logger.handlers])
               for name, logger in logging.root.manager.loggerDict.items() if isinstance(logger, logging.Logger)}
    return {
        "environment": dict(os.environ), "threads": torch.get_num_threads(), "threads of others": other,
        "grad": torch.is_grad_enabled(), "type": str(torch.get_default_dtype()),
        "logging": [logging.root.level, [repr(one) for one in logging.root.handlers], logging.root.manager.disable],
        "loggers": loggers, "warnings": [repr(one) for one in warnings.filters],
        "signals": {str(one): repr(signal.getsignal(one)) for one in signal.valid_signals()},
        "path": sys.path, "locale": locale.setlocale(locale.LC_ALL), "limit": sys.getrecursionlimit(),
        "switch": sys.getswitchinterval(), "hooks": [repr(sys.excepthook), repr(sys.displayhook), repr(sys.stdout)],
        "numpy": [numpy.geterr(), repr(numpy.get_printoptions())], "folder": os.getcwd(),
        "altair": [altair.theme.active, altair.renderers.active, altair.data_transformers.active,
                   altair.renderers.options, altair.data_transformers.options],
        "socket": socket.getdefaulttimeout(), "bars": bars(),
    }

def bars():
    from transformers.utils import logging as theirs
    return theirs.is_progress_bar_enabled(), theirs.get_verbosity()
"""
ASKED = """
import {libraries}
from transformers.utils import logging as _
before = state()
from bot.notebook import ask
found = ask("What does each neuron do in the coffee roasting network?")
list(found.outputs())
from bot.surfaces.notebook.session import the_bot
from bot.matching import encoders
encoders.minilm().encode(["a text"] * 20)
print(json.dumps([before, state()]))
"""


def in_a_process(program: str, **more: str) -> str:
    """What a fresh interpreter prints; it has none of the variables that our scripts set for themselves."""
    mine = {"HF_HUB_OFFLINE", "TOKENIZERS_PARALLELISM", "OMP_NUM_THREADS"}
    environment = {name: value for name, value in os.environ.items() if name not in mine} | more
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True,
                          timeout=600)
    assert done.returncode == 0, done.stderr
    assert not done.stderr.strip(), done.stderr
    return done.stdout


@pytest.mark.slow
def test_asking_changes_nothing_in_the_process_that_asks() -> None:
    program = STATE + ASKED.format(libraries=LIBRARIES)
    before, after = json.loads(in_a_process(program).splitlines()[-1])
    assert differences(before, after) == {}
    assert before["threads"] == before["threads of others"][0]


def differences(before: Mapping[str, object], after: Mapping[str, object]) -> dict[str, tuple[object, object]]:
    found: dict[str, tuple[object, object]] = {}
    for name, value in before.items():
        if name == "loggers" and isinstance(value, dict) and isinstance(after[name], dict):
            value, now = value, {key: one for key, one in after[name].items() if key in value}  # new ones are nobody's
        else:
            now = after[name]
        if value != now:
            found[name] = (value, now)
    return found


def test_no_module_of_ours_sets_what_belongs_to_the_process() -> None:
    programs = {ROOT / "bot/__main__.py", ROOT / "bot/surfaces/web/workers.py"}  # their process is ours
    files = [file for room in ("bot", "sims") for file in (ROOT / room).rglob("*.py") if file not in programs]
    assert {str(file.relative_to(ROOT)): found for file in files if (found := settings_of_the_process(file))} == {}


@pytest.mark.parametrize("statement", [
    "os.environ['A'] = '1'", "os.environ.setdefault('A', '1')", "os.environ |= {}", "del os.environ['A']",
    "torch.set_num_threads(1)", "warnings.simplefilter('ignore')", "logging.basicConfig()", "sys.path.insert(0, '.')",
    "signal.signal(1, f)", "np.seterr(all='ignore')", "alt.theme.enable('dark')", "os.chdir('/')",
])
def test_such_a_statement_is_found(statement: str, tmp_path: Path) -> None:
    file = tmp_path / "module.py"
    file.write_text(f"def f():\n    {statement}\n")
    assert settings_of_the_process(file) == [2]


CALLS = re.compile(
    r"os\.(environ\.(setdefault|update|pop|clear)|putenv|chdir|umask)|torch\.set_\w+|warnings\.(simplefilter|filterwarnings)"
    r"|logging\.(basicConfig|disable|config\.\w+)|sys\.(path\.\w+|set\w+)|signal\.signal|locale\.setlocale"
    r"|(np|numpy)\.(seterr|set_printoptions|random\.seed)|random\.seed|(alt|altair)\.\w+\.(enable|register)"
    r"|socket\.setdefaulttimeout")


def settings_of_the_process(file: Path) -> list[int]:
    """The lines of a file on which something is set that everything in the process shares."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        targets = node.targets if isinstance(node, ast.Assign | ast.Delete) else []
        targets = [node.target] if isinstance(node, ast.AugAssign) else targets
        calls = isinstance(node, ast.Call) and CALLS.fullmatch(ast.unparse(node.func))
        if calls or any(ast.unparse(one).startswith(("os.environ", "sys.path")) for one in targets):
            found.add(node.lineno)  # type: ignore[attr-defined]
    return sorted(found)
