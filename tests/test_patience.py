"""No test depends on how fast the machine is: what is waited for may take long, and nothing is asked of the clock."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
LEAST = 60.0  # seconds that whatever is waited for may take, at the least
PAUSES = {  # where time itself is the matter: a bound that has to be outlasted, a look at a picture, a loop that waits
    "redis_server.py": 1, "serving.py": 1, "test_workers.py": 1,
    "test_clients.py": 2, "test_landing_browser.py": 1, "test_notebook_lab.py": 1, "test_notebook_view.py": 2,
    "test_player_use.py": 1, "test_serve.py": 3, "test_web_safety.py": 1, "test_lti_browser.py": 1,
    "test_steps_browser.py": 1, "test_widget_hosts.py": 1,
}
DATED = {"lti_platform.py", "test_lti.py", "test_lti_kept.py"}  # messages and files that hold the time of day
WALL = {"time", "perf_counter", "perf_counter_ns", "monotonic_ns"}


def calls(file: Path) -> Iterator[tuple[str, ast.Call]]:
    """The calls in a file, by the last name of what is called."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func).split(".")[-1], node


def is_short(call: ast.Call, name: str) -> bool:
    """Whether a wait is given fewer seconds than LEAST; Playwright's are in milliseconds."""
    patience = [word.value for word in call.keywords if word.arg in ("timeout", "default_timeout")]
    patience += call.args[:1] if name in ("wait", "join") and call.args else []
    bounds = [part.value for part in patience if isinstance(part, ast.Constant) and isinstance(part.value, int | float)]
    in_browser = name.startswith(("to_", "not_to_", "wait_for", "click", "fill"))
    return any(bound < (1000 * LEAST if in_browser else LEAST) for bound in bounds)


FILES = sorted(TESTS.glob("*.py"))


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_what_is_waited_for_may_take_long_and_no_clock_decides(file: Path) -> None:
    found = list(calls(file))
    assert [call.lineno for name, call in found if is_short(call, name)] == [], "wait for longer"
    clocks = [call.lineno for name, call in found if name in WALL and file.name not in DATED]
    assert clocks == [], "count, or compare processor time"
    assert [call.lineno for name, call in found if name == "new_context"] == [], "scripts.pages.profile is patient"
    pauses = [call.lineno for name, call in found if name == "wait_for_timeout" or
              (name == "sleep" and call.args and ast.unparse(call.args[0]) != "0")]
    assert len(pauses) <= PAUSES.get(file.name, 0), f"wait for what is to come, at {pauses}"


@pytest.mark.parametrize("line", [
    "thread.join(5)", "event.wait(30)", "run(command, timeout=20)", "expect(box).to_be_visible(timeout=20_000)"])
def test_a_short_wait_is_found(line: str) -> None:
    call = ast.parse(line, mode="eval").body
    assert isinstance(call, ast.Call)
    assert is_short(call, ast.unparse(call.func).split(".")[-1])
