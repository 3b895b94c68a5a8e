"""The network and its training as lines of numpy: the textbook's loop, with no more than this training needs."""

from sims.engine.activations import LEAK
from sims.engine.losses import FUSED
from sims.engine.training import Trained

APPLY = {
    "sigmoid": "0.5 + 0.5 * np.tanh(0.5 * z)  # the sigmoid 1 / (1 + exp(-z)), which so cannot overflow",
    "tanh": "np.tanh(z)", "relu": "np.maximum(z, 0)", "leaky_relu": f"np.maximum(z, {LEAK} * z)", "linear": "z",
    "step": "(z > 0).astype(z.dtype)", "softmax": "np.exp(z - z.max(axis=0)) / np.exp(z - z.max(axis=0)).sum(axis=0)",
}
SLOPE = {
    "sigmoid": "{a} * (1 - {a})", "tanh": "1 - {a} * {a}", "relu": "({a} > 0).astype(KIND)",
    "leaky_relu": f"np.where({{a}} > 0, 1, {LEAK}).astype(KIND)", "linear": "np.ones_like({a})",
    "step": "np.zeros_like({a})",
}
DELTA = {  # the derivative of the loss by the output `p`, where it is not simply output - target by z
    "squared_error": "2 * (p - {y})",
    "log_loss": "(p - {y}) / (p * (1 - p)) * (np.abs(p - 0.5) < 0.5 - 1e-7)",
    "cross_entropy": "-{y} / p * (np.abs(p - 0.5) < 0.5 - 1e-7)",
}
THROUGH_SOFTMAX = "delta = p * (delta - (delta * p).sum(axis=0))  # and by z: every output depends on every z"
STATE = {
    "sgd": [], "momentum": ["velocity = [np.zeros_like(w) for w in weights]"],
    "adam": ["mean, square = ([np.zeros_like(w) for w in weights] for _ in range(2))"],
}
UPDATE = {
    "sgd": ["weights[layer] -= RATE * g"],
    "momentum": ["velocity[layer] = MOMENTUM * velocity[layer] + g", "weights[layer] -= RATE * velocity[layer]"],
    "adam": ["mean[layer] += 0.1 * (g - mean[layer])  # Adam: running means of the gradient",
             "square[layer] += 0.001 * (g * g - square[layer])  # and of its square",
             "rate = RATE * (1 - 0.999**step) ** 0.5 / (1 - 0.9**step)",
             "weights[layer] -= rate * mean[layer] / (np.sqrt(square[layer]) + 1e-8)"],
}


def batch_size(shown: Trained) -> int:
    """The size of a batch; 0 where every step sees the same examples."""
    points = shown.data.inputs.shape[-1]
    size = shown.recipe.batch_size or points
    return size if size < points else 0


def is_weighted(shown: Trained) -> bool:
    """Whether some examples count more than others."""
    given = shown.data.example_weights
    return given is not None and not bool((given[0] == 1).all())


def arguments(shown: Trained) -> list[str]:
    """What the training takes besides inputs, targets and weights."""
    labelled = shown.labels is not None and bool(shown.labels.weight)
    return [name for name, there in (("concepts", labelled), ("importance", is_weighted(shown))) if there]


def functions(shown: Trained) -> list[str]:
    """The activation functions and the way forward."""
    names, masked = shown.network.activations, bool(shown.recipe.dropout)
    lines = []
    if len(names) > 1:
        lines += ["def hidden(z):", f"    return {APPLY[names[0]]}", "",
                  "def hidden_slope(a):  # its derivative, from what it gave",
                  f"    return {SLOPE[names[0]].format(a='a')}", ""]
    same = len(names) > 1 and names[-1] == names[0]
    lines += ["output = hidden"] if same else ["def output(z):", f"    return {APPLY[names[-1]]}"]
    lines += ["", "def with_ones(a):",
              "    return np.vstack([a, np.ones_like(a[:1])])  # a row of ones carries the biases", ""]
    if len(names) == 1:
        return [*lines, "def forward(x, weights):", "    return [x], weights[0].T @ with_ones(x)"]
    step = "hidden(w.T @ with_ones(a[-1]))"
    return [*lines, f"def forward(x, weights{', masks' if masked else ''}):",
            "    a = [x]  # a column for each example",
            "    for w, mask in zip(weights, masks):" if masked else "    for w in weights[:-1]:",
            f"        a.append({step}{' * mask' if masked else ''})",
            "    return a, weights[-1].T @ with_ones(a[-1])  # what goes into each layer, and the output's z"]


def training(shown: Trained) -> list[str]:
    """The loop over the steps."""
    recipe = shown.recipe
    lines = list(STATE[recipe.optimizer])
    lines += ['shuffle = np.random.default_rng([SEED, *b"shuffle"])'] if batch_size(shown) else []
    lines += ['drops = np.random.default_rng([SEED, *b"dropout"])'] if recipe.dropout else []
    lines.append("for step in range(1, STEPS + 1):")
    lines += [f"    {line}" for line in (*_forwards(shown), *_backwards(shown))]
    if shown.diverged_at[0] >= 0:
        lines += ["    if not all(np.isfinite(w).all() for w in weights):",
                  '        print(f"diverged at step {step}")', "        break"]
    head = f"def train({', '.join(['x', 'y', 'weights', *arguments(shown)])}):"
    return [head, *(f"    {line}" for line in lines)]


def _forwards(shown: Trained) -> list[str]:
    """A step up to the output's delta: its batch, what is dropped, forwards, and the loss's derivative."""
    recipe, last, lines = shown.recipe, shown.network.activations[-1], list[str]()
    x, y = ("x[:, now]", "y[:, now]") if batch_size(shown) else ("x", "y")
    if batch_size(shown):
        lines = ["at = (step - 1) % -(-x.shape[1] // BATCH)  # which batch since the last shuffle",
                 "order = shuffle.permutation(x.shape[1]) if at == 0 else order",
                 "now = order[at * BATCH : (at + 1) * BATCH]"]
    if recipe.dropout:
        drawn = "BATCH))[:, :len(now)]" if batch_size(shown) else "x.shape[1]))"
        lines.append(f"masks = [(drops.random((n, {drawn} < KEEP) / KIND(KEEP) for n in SIZES[1:-1]]")
    lines.append(f"a, z = forward({x}, weights{', masks' if recipe.dropout else ''})")
    if (last, recipe.loss) in FUSED:
        lines.append(f"delta = output(z) - {y}  # the derivative of the loss by z")
    else:
        p = "output(z)" if recipe.loss == "squared_error" else "np.clip(output(z), 1e-7, 1 - 1e-7)"
        lines += [f"p = {p}", f"delta = {DELTA[recipe.loss].format(y=y)}  # the derivative of the loss by the output"]
        if last == "softmax":
            lines.append(THROUGH_SOFTMAX)
        elif last != "linear":
            lines.append(f"delta *= {SLOPE[last].format(a='p')}  # and by z")
    if is_weighted(shown):
        lines.append(f"delta *= importance{'[:, now]' if batch_size(shown) else ''}")
    return lines


def _backwards(shown: Trained) -> list[str]:
    """From the output's delta down: each layer's gradient, the delta below, and the optimizer's move."""
    recipe, labels = shown.recipe, shown.labels
    lines = ["for layer in reversed(range(len(weights))):",
             "    g = with_ones(a[layer]) @ delta.T / delta.shape[1]  # the gradient of the mean loss"]
    if recipe.l2:
        lines.append("    g[:-1] += L2 * weights[layer][:-1]  # biases are not held back")
    if not shown.network.bias:
        lines.append("    g[-1] = 0  # no biases")
    if len(shown.network.sizes) > 2:
        slope = "hidden_slope(a[layer] * KEEP) * masks[layer - 1]" if recipe.dropout else "hidden_slope(a[layer])"
        lines += ["    if layer:", f"        delta = {slope} * (weights[layer][:-1] @ delta)"]
    if labels is not None and labels.weight:
        if len(shown.network.sizes) > 3:
            lines.append(f"    if layer == {labels.layer + 1}:")
        named = labels.targets.shape[1]
        pull = f"delta[:{named}] += {labels.weight:g} * (a[layer][:{named}] - concepts)"
        lines.append(f"        {pull}  # labels of hidden units")
    return [*lines, *(f"    {line}" for line in UPDATE[recipe.optimizer])]
