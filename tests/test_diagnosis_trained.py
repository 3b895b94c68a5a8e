"""What networks in posts are trained on, and how: data, labels, losses, tapes; and several networks in one post."""

import pytest
from said_of import first, spec

from bot.diagnosis.reading import read_post

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


def test_columns_of_known_numbers_are_known() -> None:
    text = ("D = np.array([[0, 1], [1, 3], [2, 5], [3, 7], [4, 9]])\nxs, ys = D[:, :1], D[:, 1]\n"
            + DATA.replace("activation='sigmoid'", "activation='linear'"))
    assert spec(text).data == "line"
