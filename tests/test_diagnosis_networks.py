"""Networks as learners build them: from lists, loops, helpers and parts of their own, and by hand."""

import pytest
from said_of import first, shape, spec

MODULE = """class N(nn.Module):
    def __init__(self, sizes=(6, 10, 8, 4)):
        super().__init__()
        {layers}
    def forward(self, x):
        {forward}
net = N()
"""
FROM_SIZES = "self.fcs = nn.ModuleList([nn.Linear(a, b) for a, b in zip(sizes[:-1], sizes[1:])])"
ONE_BY_ONE = ("self.fcs = nn.ModuleList()\n        for i in range(3):\n"
              "            self.fcs.append(nn.Linear(sizes[i], sizes[i + 1]))")
SPARED = ("for i, fc in enumerate(self.fcs):\n            x = fc(x)\n            if i < len(self.fcs) - 1:\n"
          "                x = torch.relu(x)\n        return x")


@pytest.mark.parametrize("layers", [FROM_SIZES, ONE_BY_ONE])
@pytest.mark.parametrize(
    ("forward", "output"),
    [
        (SPARED, "linear"),
        ("for fc in self.fcs[:-1]:\n            x = F.relu(fc(x))\n        return self.fcs[-1](x)", "linear"),
        ("for fc in self.fcs[:-1]:\n            x = F.relu(fc(x))\n        return F.log_softmax(self.fcs[-1](x), 1)",
         "log_softmax"),
        ("for fc in self.fcs:\n            x = F.relu(fc(x))\n        return x", "relu"),
    ],
)
def test_a_list_of_modules_is_gone_through(layers: str, forward: str, output: str) -> None:
    assert shape(MODULE.format(layers=layers, forward=forward)) == [6, (10, "relu"), (8, "relu"), (4, output)]


@pytest.mark.parametrize(
    "text",
    [
        "net = nn.Sequential(*[nn.Linear(5, 5) for _ in range(2)], nn.Linear(5, 3))",
        "parts = [nn.Linear(5, 5)] + [nn.Linear(5, 5) for i in range(1)]\nparts.append(nn.Linear(5, 3))\n"
        "net = nn.Sequential(*parts)",
        "def line(a, b):\n    return nn.Linear(a, b)\nnet = nn.Sequential(line(5, 5), line(5, 5), line(5, 3))",
    ],
)
def test_layers_from_lists_and_helpers_of_pytorch(text: str) -> None:
    assert shape(text) == [5, (5, "linear"), (5, "linear"), (3, "linear")]


@pytest.mark.parametrize(
    "text",
    [
        "def hidden(model, n):\n    model.add(Dense(n, activation='relu'))\nm = Sequential()\n"
        "m.add(Input(shape=(7,)))\nhidden(m, 12)\nhidden(m, 6)\nm.add(Dense(1))",
        "def dense(x, n, act='relu'):\n    return Dense(n, activation=act)(x)\ni = Input(shape=(7,))\n"
        "h = dense(i, 12)\nh = dense(h, 6)\no = dense(h, 1, act='linear')\nm = Model(i, o)",
        "m = Sequential([Input(shape=(7,))] + [Dense(n, activation='relu') for n in (12, 6)] + [Dense(1)])",
        "m = Sequential()\nm.add(Dense(12, input_dim=7, activation='relu'))\nfor n in [6]:\n"
        "    m.add(Dense(n, activation='relu'))\nm.add(Dense(1))",
    ],
)
def test_layers_from_lists_and_helpers_of_keras(text: str) -> None:
    assert shape(text) == [7, (12, "relu"), (6, "relu"), (1, "linear")]


@pytest.mark.parametrize("made", ["np.zeros((a, b)), np.zeros(b)", "{'w': np.zeros((a, b)), 'b': np.zeros(b)}"])
def test_a_helper_makes_the_weights_of_each_layer(made: str) -> None:
    keys = "{" in made
    names = ("one['w']", "two['w']") if keys else ("W1", "W2")
    targets = ("one", "two") if keys else ("W1, b1", "W2, b2")
    text = (f"def layer(a, b):\n    return {made}\n{targets[0]} = layer(3, 7)\n{targets[1]} = layer(7, 1)\n"
            f"h = np.tanh(X @ {names[0]} + 1)\no = 1 / (1 + np.exp(-(h @ {names[1]})))")
    assert shape(text) == [3, (7, "tanh"), (1, "sigmoid")]
    assert first(text) == "zero-start"


BACKWARD = """for i in range(900):
    h = act(X @ {first})
    o = act(h @ {second})
    d2 = (o - y) * o * (1 - o)
    d1 = d2 @ {second}.T * h * (1 - h)
    {second} -= 0.3 * h.T @ d2
    {first} -= 0.3 * X.T @ d1
"""


@pytest.mark.parametrize(
    "made",
    ["W = [np.random.randn(3, 5), np.random.randn(5, 1)]",
     "W = [np.random.randn(a, b) for a, b in zip([3, 5], [5, 1])]"],
)
@pytest.mark.parametrize(("first", "second"), [("W[0]", "W[1]"), ("W[-2]", "W[-1]")])
def test_weights_in_a_list_are_layers_by_their_numbers(made: str, first: str, second: str) -> None:
    define = "def act(z):\n    return 1 / (1 + np.exp(-z))\n"
    text = define + made + "\n" + BACKWARD.format(first=first, second=second)
    assert shape(text) == [3, (5, "sigmoid"), (1, "sigmoid")]
    found = spec(text)
    assert (found.loss, found.learning_rate, found.epochs, found.bias, found.start) == (
        "squared_error", 0.3, 900, False, "normal")


def test_a_loop_over_weights_shows_the_activation() -> None:
    text = ("class Net:\n    def __init__(self, sizes):\n"
            "        self.W = [np.full((a, b), 0.2) for a, b in zip(sizes[:-1], sizes[1:])]\n"
            "    def out(self, x):\n        for w in self.W:\n            x = np.tanh(x @ w)\n        return x\n"
            "net = Net([4, 6, 2])")
    assert shape(text) == [4, (6, "tanh"), (2, "tanh")]
    assert first(text) == "constant-start"


NEURON = """{start}
for epoch in range(60):
    for x, t in {pairs}:
        p = {forward}
        {update}
"""


@pytest.mark.parametrize("update", ["w -= 0.01 * (p - t) * x", "w = w - 0.01 * (p - t) * x", "w += 0.01 * (t - p) * x"])
@pytest.mark.parametrize(
    ("start", "forward", "bias", "begins"),
    [("w = random.random()", "w * x", False, "uniform"), ("w, b = 0.0, 0.0", "x * w + b", True, "zeros"),
     ("w = 0.7\nb = 0", "w * x + b", True, "constant")],
)
@pytest.mark.parametrize("pairs", ["[(k, 4 * k + 3) for k in range(6)]", "zip(range(6), [3, 7, 11, 15, 19, 23])"])
def test_a_neuron_by_plain_numbers_is_read(update: str, start: str, forward: str, bias: bool, begins: str,
                                           pairs: str) -> None:
    update += "\n        b -= 0.01 * (p - t)" if bias else ""
    text = NEURON.format(start=start, forward=forward, update=update, pairs=pairs)
    found = spec(text)
    assert shape(text) == [1, (1, "linear")]
    assert (found.bias, found.start, found.epochs, found.batch_size, found.learning_rate, found.sign_of_update) == (
        bias, begins, 60, 1, 0.01, "right")
    assert (first(text) == "no-bias") == (not bias)


def test_pairs_are_inputs_and_targets() -> None:
    text = NEURON.format(start="w = 0.1", pairs="[(1, 4), (2, 7), (3, 10), (5, 16)]", forward="w * x",
                         update="w -= 0.01 * (p - t) * x")
    found = spec(text)
    assert found.rows == ((1.0,), (2.0,), (3.0,), (5.0,))
    assert found.data == "line"


@pytest.mark.parametrize(
    ("rate", "largest", "wrong"), [(0.5, 9, True), (0.01, 9, False), (0.1, 2, False), (0.9, 3, True)])
def test_a_rate_is_held_against_the_size_of_the_inputs(rate: float, largest: int, wrong: bool) -> None:
    text = NEURON.format(start="w, b = 0.0, 0.0", pairs=f"[(k, 4 * k + 3) for k in range({largest + 1})]",
                         forward="w * x + b", update=f"w -= {rate} * (p - t) * x\n        b -= {rate} * (p - t)")
    assert (first(text) == "rate-too-high-for-these-inputs") == wrong


def test_a_function_that_builds_networks_is_followed_at_each_call() -> None:
    text = ("def make(last):\n    m = Sequential()\n    m.add(Dense(6, activation='relu', input_dim=3))\n"
            "    m.add(Dense(1, activation=last))\n    m.compile(loss='binary_crossentropy', optimizer='adam')\n"
            "    return m\na = make('sigmoid')\nb = make('linear')\nb.fit(X, y, epochs=5)")
    assert shape(text) == [3, (6, "relu"), (1, "linear")]
    assert first(text) == "linear-output-with-log-loss"
