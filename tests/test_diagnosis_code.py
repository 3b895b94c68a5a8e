"""Reading code: lines of posts, statements that are not whole, values, what libraries and loops by hand say."""

import ast
from typing import Any

import numpy as np
import pytest

from bot.diagnosis.code.lines import clean, code_runs
from bot.diagnosis.code.loose import parse_loosely
from bot.diagnosis.code.syntax import stretches
from bot.diagnosis.code.values import Array, Call
from bot.diagnosis.code.walk import follow
from bot.diagnosis.languages import foreign
from bot.diagnosis.reading import read_post
from bot.diagnosis.spec import NetworkSpec


def spec(text: str) -> NetworkSpec:
    return read_post(text).spec


def value(text: str, name: str) -> Any:
    return follow(stretches(clean(text))).names[name]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (">>> x = 1\n... y = 2", ["x = 1", "y = 2"]),
        ("In [3]: model.fit(X)", ["model.fit(X)"]),
        ("%matplotlib inline\n!pip install x\nx = 1", ["", "", "x = 1"]),
        ("activation=\u2018relu\u2019 \u201cx\u201d", ["activation='relu' \"x\""]),
        ("a &lt; b &amp;&amp; c", ["a < b && c"]),
        ("1 x = f(1)\n2 y = f(2)\n3 z = f(3)\n4 w = f(4)", ["x = f(1)", "y = f(2)", "z = f(3)", "w = f(4)"]),
        ("0 0 0\n0 1 1\n1 0 1\n1 1 0", ["0 0 0", "0 1 1", "1 0 1", "1 1 0"]),  # a table, not numbered lines
        ("> a = 1\n> b = 2\nyes", ["a = 1", "b = 2", "yes"]),
        ("tf.nn.**softmax**(x)", ["tf.nn.softmax(x)"]),
        ("a\r\nb\rc", ["a", "b", "c"]),
    ],
)
def test_lines_are_cleaned(text: str, lines: list[str]) -> None:
    assert clean(text) == lines


def test_code_is_found_between_sentences() -> None:
    code = "model = f()\nmodel.add(Dense(3,\n   activation='relu'))"
    lines = clean(f"I tried this and it fails:\n\n{code}\n\nWhy is that so?")
    assert code_runs(lines) == [(2, 5)]


@pytest.mark.parametrize(
    ("text", "statements"),
    [
        ("a = 1 b = 2", ["a = 1", "b = 2"]),
        ('sgd = SGD(lr=0.1) print "go" x = [1, 2]', ["sgd = SGD(lr=0.1)", "x = [1, 2]"]),
        ("import numpy numpy.random.seed(7)", ["import numpy", "numpy.random.seed(7)"]),
        ("from a import b, c x = b(1)", ["from a import b, c", "x = b(1)"]),
        ("m.add(Dense(4)) #m.add(Dense(9)) m.add(Dense(1))", ["m.add(Dense(4))", "m.add(Dense(1))"]),
        ("m.add(Dense(4)", ["m.add(Dense(4))"]),
        ("Dense(64 relu)", ["Dense(64, relu)"]),
        ("for i in range(3): w -= i", ["for i in range(3):\n    w -= i"]),
        ("def f(a, b=2): return a * b", ["def f(a, b=2):\n    return a * b"]),
        ("x = -2 ** 2 + 3 * (a @ b.T)", ["x = -2 ** 2 + 3 * (a @ b.T)"]),
        ("y = (a if b else c)", ["y = a if b else c"]),
        ("z = [(1, 2), f(x)[0]]", ["z = [(1, 2), f(x)[0]]"]),
    ],
)
def test_statements_that_are_not_whole(text: str, statements: list[str]) -> None:
    assert [ast.unparse(ast.fix_missing_locations(one)) for one in parse_loosely(text)] == statements


def test_statements_keep_their_lines() -> None:
    assert [one.lineno for one in parse_loosely("a = 1\n\nb = f(\n  2)\nc = 3", first_line=10)] == [10, 12, 14]


def test_lost_indentation_leaves_methods_in_their_class() -> None:
    text = "class N(M):\ndef __init__(self):\nself.a = f(1)\ndef forward(self, x):\nreturn self.a(x)"
    kind = parse_loosely(text)[0]
    assert isinstance(kind, ast.ClassDef)
    assert [method.name for method in kind.body if isinstance(method, ast.FunctionDef)] == ["__init__", "forward"]


def test_values_are_worked_out() -> None:
    text = ("import numpy as np\nn = 3\nw = 2 * np.random.random((n, 4)) - 1\n"
            "x = np.linspace(0, 1, 5).reshape(-1, 1)\ny = 2 * x + 1\n")
    weights = value(text, "w")
    assert isinstance(weights, Array)
    assert (weights.shape, weights.fill, weights.low, weights.high) == ((3, 4), "uniform", -1.0, 1.0)
    np.testing.assert_allclose(value(text, "y").rows.ravel(), [1, 1.5, 2, 2.5, 3])


def test_parameters_have_the_values_of_the_call() -> None:
    text = "class Net(Module):\n    def __init__(self, n, h=4):\n        self.a = Linear(n, h)\nnet = Net(7)"
    layer = value(text, "self.a")
    assert isinstance(layer, Call)
    assert layer.args == (7, 4)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("net = feedforwardnet(10);\nnet = train(net, x, t);", "MATLAB or Octave code"),
        ("library(nnet)\nm <- nnet(y ~ x, size = 3)", "R code"),
        ("public class A { private double w; }", "Java code"),
        ("#include <vector>\nint main() {}", "C or C++ code"),
        ("const net = new brain.NeuralNetwork();", "JavaScript code"),
        ("using Flux\nm = Chain(Dense(2, 3))", "Julia code"),
        ("import neurolab as nl\nnet = nl.net.newff([[0, 1]], [3, 1])", None),
        ("I compare two numbers, then print the end;", None),
    ],
)
def test_other_languages_are_named(text: str, name: str | None) -> None:
    found = foreign(clean(text))
    assert (found.name if found else None) == name


def test_other_languages_are_said_to_be_unread() -> None:
    found = read_post("library(keras)\nmodel %>% layer_dense(units = 5, activation = 'softmax')")
    assert [one.what for one in found.unread] == ["R code"]
    assert found.spec.layers == ()


def test_a_setting_between_sentences_does_not_change_the_code() -> None:
    text = "lr = 0.01\nopt = torch.optim.SGD(net.parameters(), lr=lr)\n\nIt also fails for lr = 5 and I don't know why."
    assert spec(text).learning_rate == 0.01


@pytest.mark.parametrize(
    ("update", "sign"),
    [("w += 0.1 * X.T.dot((y - out) * out * (1 - out))", "right"),
     ("w -= 0.1 * X.T.dot((y - out) * out * (1 - out))", "wrong"),
     ("w -= 0.1 * X.T.dot((out - y) * out * (1 - out))", "right"), ("w = w + 0.1 * np.dot(X.T, out - y)", "wrong"),
     ("w = w - 0.1 * np.dot(X.T, -(y - out))", "right")],
)
def test_the_sign_of_an_update(update: str, sign: str) -> None:
    text = f"w = np.random.randn(3, 1)\nfor i in range(100):\n    out = 1 / (1 + np.exp(-X.dot(w)))\n    {update}\n"
    assert spec(text).sign_of_update == sign


@pytest.mark.parametrize(
    ("definition", "given", "expected"),
    [("return x * (1 - x)", "a1", ("a", "a")), ("return x * (1 - x)", "z1", ("z", "a")),
     ("return sig(x) * (1 - sig(x))", "a1", ("a", "z")), ("return sig(x) * (1 - sig(x))", "z1", ("z", "z"))],
)
def test_what_a_derivative_is_given(definition: str, given: str, expected: tuple[str, str]) -> None:
    text = f"""
def sig(x):
    return 1 / (1 + np.exp(-x))
def sig_prime(x):
    {definition}
W1 = np.random.randn(2, 3)
W2 = np.random.randn(3, 1)
for i in range(10):
    z1 = X @ W1
    a1 = sig(z1)
    out = sig(a1 @ W2)
    d2 = out - y
    d1 = d2 @ W2.T * sig_prime({given})
    W2 -= a1.T @ d2
    W1 -= X.T @ d1
"""
    found = spec(text)
    assert (found.derivative_at, found.derivative_written_for) == expected


@pytest.mark.parametrize(
    ("rows", "targets", "data"),
    [("[[0,0],[0,1],[1,0],[1,1]]", "[[0],[1],[1],[0]]", "xor"), ("[[0,0],[0,1],[1,0],[1,1]]", "[0,0,0,1]", "and"),
     ("[[-1,-1],[-1,1],[1,-1],[1,1]]", "[-1,1,1,1]", "or"),
     ("[[0,0,1],[0,1,1],[1,0,1],[1,1,1]]", "[[0],[1],[1],[0]]", "xor"),
     ("[[1],[2],[3],[4],[5]]", "[3,5,7,9,11]", "line"), ("[[1],[2],[3],[4],[5]]", "[1,4,9,16,25]", "square"),
     ("[[3,1],[4,1],[5,9],[2,6]]", "[5,3,5,8]", "inline")],
)
def test_well_known_tables_are_known(rows: str, targets: str, data: str) -> None:
    found = spec(f"X = np.array({rows})\ny = np.array({targets})\nm = Sequential([Dense(1)])\nm.fit(X, y, epochs=1)")
    assert found.data == data
    assert len(found.rows) == len(found.targets) > 3


@pytest.mark.parametrize(
    ("loop", "fields"),
    [("opt.zero_grad()\n    l.backward()\n    opt.step()", {"zero_grad_missing": False, "step_missing": False}),
     ("l.backward()\n    opt.step()\n    opt.zero_grad()", {"zero_grad_missing": False, "zeroed_before_step": False}),
     ("l.backward()\n    opt.zero_grad()\n    opt.step()", {"zeroed_before_step": True}),
     ("l.backward()\n    opt.step()", {"zero_grad_missing": True}),
     ("opt.zero_grad()\n    l.backward()", {"step_missing": True}),
     ("opt.zero_grad()\n    opt.step()", {"backward_missing": True})],
)
def test_calls_of_a_training_loop(loop: str, fields: dict[str, bool]) -> None:
    found = spec("net = nn.Sequential(nn.Linear(2, 1))\nopt = torch.optim.SGD(net.parameters(), lr=0.1)\n"
                 f"for epoch in range(9):\n    l = nn.MSELoss()(net(x), y)\n    {loop}\n")
    assert {name: getattr(found, name) for name in fields} == fields
    assert found.epochs == 9


@pytest.mark.parametrize("targets", ["[0, 1]", "[[[1]], [[0]]]"])
def test_pictures_are_no_rows(targets: str) -> None:
    """Arrays of three dimensions have no columns."""
    images = "[[[0, 1], [1, 0]], [[1, 1], [0, 0]]]"
    post = f"import numpy as np\nX = np.array({images})\ny = np.array({targets})\nmodel.fit(X, y)\n"
    assert read_post(post).spec.rows == ()


@pytest.mark.parametrize("number", ["np.array([2.0]).reshape(())", "np.array([1.0]).reshape(()) * 3",
                                    "np.array([1.0, 2.0]).reshape(()) + 1"])
def test_a_number_among_arrays_is_no_row(number: str) -> None:
    read_post(f"X = np.array([[0, 1], [1, 0]])\ny = {number}\nmodel = Sequential()\nmodel.add(Dense(1, input_dim=2))\n"
              "model.compile(loss='mse', optimizer='sgd')\nmodel.fit(X, y)")
