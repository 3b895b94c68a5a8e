"""Networks as learners build them: from lists, loops, helpers and parts of their own; several in one post."""

from typing import Any

import pytest

from bot.diagnosis.reading import read_post
from bot.diagnosis.rules import diagnose, our_rules
from bot.diagnosis.spec import NetworkSpec


def spec(text: str) -> NetworkSpec:
    return read_post(text).spec


def shape(text: str) -> list[Any]:
    """Inputs, hidden layers as (units, activation), outputs with their activation."""
    found = spec(text)
    return [found.inputs, *((layer.units, layer.activation) for layer in found.layers),
            (found.outputs, found.output_activation)]


def first(text: str) -> str | None:
    found = diagnose(read_post(text), our_rules())
    return found[0].id if found else None


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


DATA = """net = Sequential([Dense(20, activation='relu', input_dim=1), Dense(1, activation='sigmoid')])
net.compile(loss='mse', optimizer='adam')
net.fit(xs, ys, epochs=50)
"""


@pytest.mark.parametrize(
    ("made", "data"),
    [
        ("xs = [[i] for i in range(30)]\nys = [[x[0] ** 2] for x in xs]", "square"),
        ("xs = np.array([k / 10 for k in range(-20, 20)])\nys = np.array([3 * x - 4 for x in xs])", "line"),
        ("f = lambda v: v ** 2 + 5\nxs = np.linspace(-3, 3, 61)\nys = [f(x) for x in xs]", "square"),
        ("def target(v):\n    return 2 * v + 9\nxs = np.arange(0, 5, 0.1)\nys = target(xs)", "line"),
        ("xs = np.linspace(-3, 3, 50)\nys = [math.sin(x) for x in xs]", "sine"),
    ],
)
def test_data_that_are_written_as_a_rule_are_worked_out(made: str, data: str) -> None:
    assert spec(f"{made}\n{DATA}").data == data
    assert first(f"{made}\n{DATA}") in ("sigmoid-regression-output", "negative-targets-sigmoid")


PLUS_MINUS = DATA.replace("input_dim=1", "input_dim=9")


@pytest.mark.parametrize(
    "made",
    [
        "ys = np.array([1 if one == 'won' else -1 for one in ends])", "ys = np.where(df.win == 'yes', 1, -1)",
        "ys[ys == 0] = -1", "ys = 2 * ys - 1", "ys = df['end'].map({'won': 1, 'lost': -1})",
        "ys = [[-1] if game.lost else [1] for game in games]",
    ],
)
def test_labels_of_minus_one_are_seen_in_code(made: str) -> None:
    assert first(f"{made}\n{PLUS_MINUS}") == "labels-minus-one-sigmoid"


@pytest.mark.parametrize("made", ["ys = np.array([1 if one == 'won' else 0 for one in e])", "ys = np.where(a, 1, 0)"])
def test_labels_of_one_and_zero_are_fine(made: str) -> None:
    assert spec(f"{made}\n{PLUS_MINUS}").label_values is None


GOOD = """a = Sequential([Dense(16, activation='relu', input_dim=4), Dense(1, activation='sigmoid')])
a.compile('adam', 'binary_crossentropy')
a.fit(X, y, epochs=20, batch_size=8)
"""
BAD = GOOD.replace("a.", "b.").replace("a = ", "b = ").replace("Dense(1, activation='sigmoid')",
                                                              "Dense(1, activation='softmax')")


@pytest.mark.parametrize(
    ("text", "told", "diagnosis"),
    [
        (f"{GOOD}\n\nand the other:\n\n{BAD}", "second", "softmax-one-unit"),
        (f"{BAD}\n\nand the other:\n\n{GOOD}", "first", "softmax-one-unit"),
        (f"{GOOD}\n\nand the other:\n\n{GOOD.replace('a.', 'b.').replace('a = ', 'b = ')}", "first", None),
        ("p = MLPClassifier((8,), max_iter=900)\nq = MLPClassifier((8,), learning_rate_init=3.0)\nq.fit(X, y)",
         "second", "rate-too-high-adam"),
        ("n1 = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 3))\n"
         "n2 = nn.Sequential(nn.Linear(2, 8), nn.Linear(8, 3))\nloss = nn.CrossEntropyLoss()\n"
         "o1 = torch.optim.Adam(n1.parameters())\no2 = torch.optim.Adam(n2.parameters())", "second",
         "no-activation-classes"),
    ],
)
def test_of_several_networks_the_one_with_something_wrong_is_read(text: str, told: str, diagnosis: str | None) -> None:
    found = read_post(text)
    assert found.assumed == (f"several networks are in the post; this is the {told}",)
    assert first(text) == diagnosis


def test_a_helper_network_without_training_of_its_own_is_not_asked_about() -> None:
    """An encoder before its decoder, compiled together: the first is shown, and nothing is said of the other."""
    text = ("enc = Sequential([Dense(8, activation='relu', input_dim=20), Dense(2)])\n"
            "dec = Sequential([Dense(8, activation='relu', input_dim=2), Dense(1, activation='softmax')])\n"
            "both = Sequential([enc, dec])\nboth.compile('adam', 'mse')\nboth.fit(X, X, epochs=5)")
    assert spec(text).inputs == 20


TAPE = """{loss_object}
model = tf.keras.Sequential([tf.keras.layers.Dense(9, activation='relu', input_shape=(5,)),
                             tf.keras.layers.Dense(1{output})])
{optimizer}
for e in range(70):
    for xb, tb in data.batch(24):
        with tf.GradientTape() as tape:
            p = model(xb)
            loss = {loss}
        g = tape.gradient(loss, model.trainable_variables)
        opt.apply_gradients(zip(g, model.trainable_variables))
"""


@pytest.mark.parametrize(
    ("loss_object", "loss"),
    [("crit = tf.keras.losses.BinaryCrossentropy(from_logits=True)", "crit(tb, p)"),
     ("", "tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=tb, logits=p))")],
)
@pytest.mark.parametrize(
    ("output", "diagnosis"), [(", activation='sigmoid'", "sigmoid-before-logits-loss"), ("", None)])
def test_a_training_with_a_tape_is_read(loss_object: str, loss: str, output: str, diagnosis: str | None) -> None:
    optimizer = "opt = tf.keras.optimizers.Adam(0.002)"
    text = TAPE.format(loss_object=loss_object, loss=loss, output=output, optimizer=optimizer)
    found = spec(text)
    assert (found.loss, found.from_logits, found.epochs, found.batch_size, found.learning_rate) == (
        "log_loss", True, 70, 24, 0.002)
    assert first(text) == diagnosis


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("return F.log_softmax(self.b(x), dim=0)", True), ("return F.log_softmax(self.b(x), dim=1)", False),
        ("return torch.softmax(self.b(x), 0)", True), ("return torch.softmax(self.b(x), -1)", False),
        ("return self.b(x)", False), ("return nn.Softmax(dim=0)(self.b(x))", True),
    ],
)
def test_over_what_a_softmax_of_a_library_sums(text: str, wrong: bool) -> None:
    code = f"""class N(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(4, 9)
        self.b = nn.Linear(9, 3)
    def forward(self, x):
        x = torch.relu(self.a(x))
        {text}
"""
    assert (spec(code).softmax_over_examples is True) == wrong


@pytest.mark.parametrize(
    ("forward", "summed", "wrong"),
    [
        ("X @ W1|h @ W2", "axis=1, keepdims=True", False), ("X @ W1|h @ W2", "axis=0", True),
        ("X @ W1|h @ W2", "", True), ("W1 @ X|W2 @ h", "axis=0", False),
        ("W1 @ X|W2 @ h", "axis=1, keepdims=True", True),
        ("X @ W1|h @ W2", "axis=-1, keepdims=True", False),
    ],
)
def test_over_what_a_softmax_by_hand_sums(forward: str, summed: str, wrong: bool) -> None:
    one, two = forward.split("|")
    left = one.startswith("W")
    shapes = ("(9, 4)", "(3, 9)") if left else ("(4, 9)", "(9, 3)")
    code = f"""def softmax(z):
    e = np.exp(z - z.max())
    return e / np.sum(e, {summed})
W1 = np.random.normal(0, 0.2, {shapes[0]})
W2 = np.random.normal(0, 0.2, {shapes[1]})
for i in range(500):
    h = np.tanh({one})
    p = softmax({two})
    d = (p - Y) / len(Y)
    W2 -= 0.1 * {'d @ h.T' if left else 'h.T @ d'}
"""
    assert (spec(code).softmax_over_examples is True) == wrong


@pytest.mark.parametrize(
    ("end", "loss", "wrong"),
    [
        ("nn.Linear(9, 3)", "nn.NLLLoss()", True), ("nn.Linear(9, 3), nn.LogSoftmax(dim=1)", "nn.NLLLoss()", False),
        ("nn.Linear(9, 3), nn.Softmax(dim=1)", "nn.NLLLoss()", True),
        ("nn.Linear(9, 3)", "nn.CrossEntropyLoss()", False),
    ],
)
def test_nll_wants_log_probabilities(end: str, loss: str, wrong: bool) -> None:
    code = f"net = nn.Sequential(nn.Linear(4, 9), nn.ReLU(), {end})\ncrit = {loss}"
    assert (first(code) == "nll-without-log-softmax") == wrong


def test_a_list_of_losses_is_named_on_the_line_above() -> None:
    words = "the losses that my loop printed for y = 5x + 2 with a rate of 0.3:"
    found = read_post(f"{words}\n\n[40.1, 9113.0, 2.2e6, 5.1e8, inf]")
    assert found.symptoms.nan_from == 5
    assert found.spec.data == "line"


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


def test_columns_of_known_numbers_are_known() -> None:
    text = ("D = np.array([[0, 1], [1, 3], [2, 5], [3, 7], [4, 9]])\nxs, ys = D[:, :1], D[:, 1]\n"
            + DATA.replace("activation='sigmoid'", "activation='linear'"))
    assert spec(text).data == "line"
