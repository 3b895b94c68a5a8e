"""What is pasted is never run, nothing in it makes the reader fail, and long texts take time in proportion."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.diagnosis.facts import facts
from bot.diagnosis.reading import read_post
from bot.diagnosis.rules import diagnose, read_rules
from bot.diagnosis.spec import Reading

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "tests" / "networks" / "corpus.jsonl"
TEXTS = [json.loads(line)["text"] for line in CORPUS.read_text("utf-8").splitlines()]
RULES = read_rules()
PIECES = [
    "(", ")", "[", "]", "{", "}", "'", '"', '"""', "#", "\n", "    ", "\t", ":", ",", ".", "=", "==", "-",
    "**", "\\", "@", "lambda ", "for x in y: ", "def f(", "class A(nn.Module):\n", "return ", "import ", "nan",
    "1e400", "9" * 40, "Dense(", "nn.Linear(", "loss: ", "acc: 101% ", "Epoch 3/2", "```\n", ">>> ", "\x00",
    "\u2028", "\U0001f600", "[[0.5", "0.693", "[0.1 0.2]", "layers=[", "units=-1", "Dense(0)", "Dropout(7)",
    "lr=-0.1", "range(0, 10, 0)", "1/0", "np.zeros((0, 0))", "np.arange(1, 0)", "reshape(-1, 0)", "x[::-1]",
    "W[", "batch_size=0", "epochs=1.5", "%", "$", "<-", "!pip", "1 1 1", "ä", "with torch.no_grad():\n",
    "if x: ", "np.linspace(0, 1, 0)", "[0] * 10**9", "a, b = ", "** kwargs", "*args",
]


@st.composite
def mutated(draw: Callable[..., Any]) -> str:
    """Real-looking code, damaged: cut, doubled, joined, with pieces put in or lines shuffled."""
    text: str = draw(st.sampled_from(TEXTS))
    for _ in range(draw(st.integers(1, 6))):
        a, b = sorted(draw(st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))))
        how = draw(st.sampled_from(("cut", "double", "insert", "join", "swap", "other", "shift")))
        if how == "cut":
            text = text[:a] + text[min(b, a + 60):]
        elif how == "double":
            text = text[:b] + text[a:b] + text[b:]
        elif how == "insert":
            text = text[:a] + draw(st.sampled_from(PIECES)) + text[a:]
        elif how == "join":
            a, b = (0, len(text)) if draw(st.booleans()) else (a, b)
            text = text[:a] + text[a:b].replace("\n", " ") + text[b:]
        elif how == "swap":
            lines = text.split("\n")
            i, j = a % len(lines), b % len(lines)
            lines[i], lines[j] = lines[j], lines[i]
            text = "\n".join(lines)
        elif how == "other":
            text = text[:a] + draw(st.sampled_from(TEXTS))[:b - a] + text[b:]
        else:
            text = text[:a] + text[a:b].replace("    ", " " * draw(st.integers(0, 7))) + text[b:]
    return text[:20_000]


def check(text: str) -> None:
    """A reading that holds together: the same again from its own fields, lines within the text, facts for all rules."""
    found = read_post(text)
    assert Reading.model_validate(found.model_dump()) == found or "nan" in str(found.symptoms)
    diagnose(found, RULES)
    assert set(facts(found)) == set(facts(Reading()))
    lines = text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    assert all(1 <= line <= lines for line in {**found.spec.lines, **found.symptoms.lines}.values())


@settings(max_examples=150)
@given(mutated())
def test_damaged_posts_are_read(text: str) -> None:
    check(text)


@pytest.mark.parametrize("count", ["123456789012345678901234567890", "10**30", "1e999", "0, 10**40, 3", "-1e999",
                                   "5, 2, 0"])
def test_a_loop_over_any_number_is_read(count: str) -> None:
    check(f"model = Sequential()\nfor i in range({count}):\n    model.add(Dense(3, input_dim=2))")


@settings(max_examples=100)
@given(st.text(max_size=400))
def test_any_text_is_read(text: str) -> None:
    check(text)


@pytest.mark.slow
@pytest.mark.parametrize("thousand", range(10))  # so that several processes share them
@settings(max_examples=1_000)
@given(text=mutated())
def test_ten_thousand_damaged_posts_are_read(thousand: int, text: str) -> None:
    check(text)


WATCHED = '''
import json, sys
from bot.diagnosis.reading import read_post
traps, texts = json.load(sys.stdin)
for text in texts:  # what is loaded late is loaded now
    read_post(text)
seen = []
def watch(event, arguments):
    if arguments[:1] == ("<unknown>",):
        return  # where the parser finds a fault, it looks for the line in a file of this name
    if event in ("exec", "import", "os.system", "subprocess.Popen", "socket.connect", "os.remove", "open"):
        seen.append((event, str(arguments[0])[:80]))
sys.addaudithook(watch)
for text in traps + texts:
    read_post(text)
print(json.dumps(seen))
'''


@pytest.mark.slow
def test_nothing_that_is_pasted_is_run(tmp_path: Path) -> None:
    """Python's own auditing sees no code object run, no module loaded and no file opened while posts are read."""
    touched = tmp_path / "touched"
    opens, touches = f"open({str(touched)!r}, 'w')", f"touch {touched}"
    traps = [
        f"{opens}.write('x')\nmodel = Sequential()\nmodel.add(Dense(3, activation='relu', input_dim=2))",
        f"import os; os.system('{touches}')\nX = np.array([[0,0],[0,1]])",
        f"units = __import__('os').system('{touches}') or 5\nmodel.add(Dense(units, input_dim=eval('2')))",
        f'exec("{opens}")\nclass Net(nn.Module):\n    def __init__(self):\n        self.a = nn.Linear(2, 3)',
        "def f():\n    return f()\nlr = f()\nw = 10**10**10\nx = [0] * 10**12\nrange(10**18)\nnp.zeros(10**12)",
        f"lr = (lambda: {opens})()\noptimizer = SGD(lr=lr)",
    ]
    done = subprocess.run([sys.executable, "-c", WATCHED], input=json.dumps([traps, TEXTS]), text=True,
                          capture_output=True, cwd=ROOT, check=True)
    assert json.loads(done.stdout) == []
    assert not touched.exists()


def calls_for(text: str) -> int:
    """How many functions, Python's and C's, are called to read a text."""
    count = 0

    def counting(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(counting)
    try:
        read_post(text)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("pattern", [
    "(", "[[0.1 ", "a.b", "a+", "f(", "1,", "x[0]", "lambda x: ", "x = ", "loss: 0.5 ", "model.add(Dense(3)) ",
    "W1 -= lr * np.dot(X.T, d1 * a1 * (1 - a1))\n", "for i in range(3): model.add(Dense(3)) ", "class N(nn.Module):\n",
    "z = np.dot(x, w)\na = sigmoid(z)\n", "def f(x): return 1/(1+np.exp(-x))\n", "0, 0 -> 0.5\n",
])
def test_work_grows_in_proportion_to_the_length(pattern: str) -> None:
    once, twice = (calls_for((pattern * length)[:length]) for length in (3_000, 6_000))
    assert twice <= 2.6 * once + 2_000


def test_what_is_beyond_the_limit_is_said_to_be_unread() -> None:
    found = read_post("model.add(Dense(3, activation='relu', input_dim=2))\n" + "x" * 100_000)
    assert found.spec.outputs == 3
    assert [one.what for one in found.unread] == ["the end of the text"]
