"""The network and its training as lines of numpy: the textbook's loop, with no more than this training needs."""

from collections.abc import Sequence

from sims.engine.activations import LEAK
from sims.engine.losses import FUSED
from sims.engine.training import Trained

APPLY = {
    "sigmoid": "0.5 + 0.5 * np.tanh(0.5 * z)  # the sigmoid 1 / (1 + exp(-z)), which so cannot overflow",
    "tanh": "np.tanh(z)", "relu": "np.maximum(z, 0)", "leaky_relu": f"np.maximum(z, {LEAK} * z)", "linear": "z",
    "softplus": "np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))",
    "step": "(z > 0).astype(z.dtype)", "softmax": "np.exp(z - z.max(axis=0)) / np.exp(z - z.max(axis=0)).sum(axis=0)",
}
SLOPE = {
    "sigmoid": "{a} * (1 - {a})", "tanh": "1 - {a} * {a}", "relu": "({a} > 0).astype(KIND)",
    "leaky_relu": f"np.where({{a}} > 0, 1, {LEAK}).astype(KIND)", "linear": "np.ones_like({a})",
    "softplus": "-np.expm1(-{a})",
    "step": "np.zeros_like({a})",
}
DELTA = {  # the derivative of the loss by the output `p`, where it is not simply output - target by z
    "squared_error": "2 * (p - {y})", "absolute_error": "np.sign(p - {y})", "huber": "np.clip(p - {y}, -1, 1)",
    "log_loss": "(p - {y}) / (p * (1 - p)) * (np.abs(p - 0.5) < 0.5 - 1e-7)",
    "cross_entropy": "-{y} / p * (np.abs(p - 0.5) < 0.5 - 1e-7)",
    "log_loss_from_logits": "1 / (1 + np.exp(-p)) - {y}",
    "cross_entropy_from_logits": "np.exp(p - p.max(axis=0)) / np.exp(p - p.max(axis=0)).sum(axis=0) - {y}",
}
LEFT = {  # how much of the learning rate is left at a step
    "step": "{final} ** (4 * (step - 1) // STEPS / 3)", "exponential": "{final} ** ((step - 1) / STEPS)",
    "cosine": "{final} + (1 - {final}) * (1 + np.cos(np.pi * (step - 1) / STEPS)) / 2",
    "inverse": "1 / (1 + (step - 1) / STEPS * (1 / {final} - 1))",
}
THROUGH_SOFTMAX = "delta = p * (delta - (delta * p).sum(axis=0))  # and by z: every output depends on every z"
STATE = {
    "sgd": [], "momentum": ["velocity = [np.zeros_like(w) for w in weights]"],
    "nesterov": ["velocity = [np.zeros_like(w) for w in weights]"],
    "rmsprop": ["square = [np.zeros_like(w) for w in weights]"],
    "adam": ["mean, square = ([np.zeros_like(w) for w in weights] for _ in range(2))"],
}
UPDATE = {
    "sgd": ["weights[layer] -= RATE * g"],
    "momentum": ["velocity[layer] = MOMENTUM * velocity[layer] + g", "weights[layer] -= RATE * velocity[layer]"],
    "nesterov": ["velocity[layer] = MOMENTUM * velocity[layer] + g",
                 "weights[layer] -= RATE * (g + MOMENTUM * velocity[layer])"],
    "rmsprop": ["square[layer] += 0.1 * (g * g - square[layer])  # RMSprop: a running mean of the gradient's square",
                "weights[layer] -= RATE * g / (np.sqrt(square[layer]) + 1e-8)"],
    "adam": ["mean[layer] += 0.1 * (g - mean[layer])  # Adam: running means of the gradient",
             "square[layer] += 0.001 * (g * g - square[layer])  # and of its square",
             "rate = RATE * (1 - 0.999**step) ** 0.5 / (1 - 0.9**step)",
             "weights[layer] -= rate * mean[layer] / (np.sqrt(square[layer]) + 1e-8)"],
}


def batch_size(shown: Trained) -> int:
    """The size of a batch; 0 where every step sees the same examples."""
    points = shown.data.inputs.shape[-1]
    size = shown.config.batch_size or points
    return size if size < points else 0


def is_weighted(shown: Trained) -> bool:
    """Whether some examples count more than others."""
    given = shown.data.example_weights
    return given is not None and not bool((given[0] == 1).all())


def probability(shown: Trained) -> str:
    """The outputs as the loss takes them: a logarithm wants them within 0 and 1."""
    return "np.clip(output(z), 1e-7, 1 - 1e-7)" if shown.config.loss in ("log_loss", "cross_entropy") else "output(z)"


def arguments(shown: Trained) -> list[str]:
    """What the training takes besides inputs, targets and weights."""
    labelled = shown.labels is not None and bool(shown.labels.weight)
    return [name for name, there in (("concepts", labelled), ("importance", is_weighted(shown))) if there]


def is_mixed(shown: Trained) -> bool:
    """Whether the hidden layers have different activations."""
    return len(set(shown.network.activations[:-1])) > 1


def functions(shown: Trained) -> list[str]:
    """The activation functions and the way forward."""
    names, masked, mixed = shown.network.activations, bool(shown.config.dropout), is_mixed(shown)
    lines = _hidden_functions(names[:-1], mixed)
    same = len(names) > 1 and not mixed and names[-1] == names[0]
    lines += ["output = hidden"] if same else ["def output(z):", f"    return {APPLY[names[-1]]}"]
    lines += ["", "def with_ones(a):",
              "    return np.vstack([a, np.ones_like(a[:1])])  # a row of ones carries the biases", ""]
    if len(names) == 1:
        return [*lines, "def forward(x, weights):", "    return [x], weights[0].T @ with_ones(x)"]
    over = {"hidden": "HIDDEN"} if mixed else {}
    over |= {"w": "weights" if masked or mixed else "weights[:-1]"} | ({"mask": "masks"} if masked else {})
    every = f"zip({', '.join(over.values())})" if len(over) > 1 else over["w"]
    return [*lines, f"def forward(x, weights{', masks' if masked else ''}):",
            "    a = [x]  # a column for each example", f"    for {', '.join(over)} in {every}:",
            f"        a.append(hidden(w.T @ with_ones(a[-1])){' * mask' if masked else ''})",
            "    return a, weights[-1].T @ with_ones(a[-1])  # what goes into each layer, and the output's z"]


def _hidden_functions(names: Sequence[str], mixed: bool) -> list[str]:
    """The hidden layers' activation with its derivative; a list of each, layer by layer, where they differ."""
    if mixed:
        apply, slope = ([f"    lambda {of}: {table[name].format(a='a').partition('  #')[0]}," for name in names]
                        for of, table in (("z", APPLY), ("a", SLOPE)))
        return ["HIDDEN = [  # the activation of each hidden layer", *apply, "]",
                "SLOPES = [  # their derivatives, from what they gave", *slope, "]", ""]
    if not names:
        return []
    by_a = SLOPE[names[0]].format(a="a")
    return ["def hidden(z):", f"    return {APPLY[names[0]]}",
            "def hidden_slope(a):  # its derivative, from what it gave", f"    return {by_a}", ""]


def training(shown: Trained) -> list[str]:
    """The loop over the steps."""
    config = shown.config
    lines = list(STATE[config.optimizer])
    drawn = {"shuffle": 'b"shuffle"'} if batch_size(shown) else {}
    drawn |= {"drops": 'b"dropout"'} if config.dropout else {}
    if len(drawn) == 1:
        lines += [f"{name} = np.random.default_rng([SEED, *{of}])" for name, of in drawn.items()]
    elif drawn:
        each = "(np.random.default_rng([SEED, *of]) for of in ({}))".format(", ".join(drawn.values()))
        lines.append(f"{', '.join(drawn)} = {each}")
    lines.append("for step in range(1, STEPS + 1):")
    lines += [f"    {line}" for line in (*_forwards(shown), *_backwards(shown))]
    if shown.diverged_at[0] >= 0:
        lines += ["    if not all(np.isfinite(w).all() for w in weights):",
                  '        print(f"diverged at step {step}")', "        break"]
    head = f"def train({', '.join(['x', 'y', 'weights', *arguments(shown)])}):"
    return [head, *(f"    {line}" for line in lines)]


def _forwards(shown: Trained) -> list[str]:
    """A step up to the output's delta: its batch, what is dropped, forwards, and the loss's derivative."""
    config, last, lines = shown.config, shown.network.activations[-1], list[str]()
    x, y = ("x[:, now]", "y[:, now]") if batch_size(shown) else ("x", "y")
    if batch_size(shown):
        lines = ["at = (step - 1) % -(-x.shape[1] // BATCH)  # which batch since the last shuffle",
                 "order = shuffle.permutation(x.shape[1]) if at == 0 else order",
                 "now = order[at * BATCH : (at + 1) * BATCH]"]
    if config.dropout:
        drawn = "BATCH))[:, :len(now)]" if batch_size(shown) else "x.shape[1]))"
        lines.append(f"masks = [(drops.random((n, {drawn} < KEEP) / KIND(KEEP) for n in SIZES[1:-1]]")
    lines.append(f"a, z = forward({x}, weights{', masks' if config.dropout else ''})")
    if (last, config.loss) in FUSED:
        lines.append(f"delta = output(z) - {y}  # the derivative of the loss by z")
    else:
        lines += [f"p = {probability(shown)}",
                  f"delta = {DELTA[config.loss].format(y=y)}  # the derivative of the loss by the output"]
        if last == "softmax":
            lines.append(THROUGH_SOFTMAX)
        elif last != "linear":
            lines.append(f"delta *= {SLOPE[last].format(a='p')}  # and by z")
    if is_weighted(shown):
        lines.append(f"delta *= importance{'[:, now]' if batch_size(shown) else ''}")
    return lines


def _backwards(shown: Trained) -> list[str]:
    """From the output's delta down: each layer's gradient, the delta below, and the optimizer's move."""
    config, labels = shown.config, shown.labels
    lines = ["for layer in reversed(range(len(weights))):",
             "    g = with_ones(a[layer]) @ delta.T / delta.shape[1]  # the gradient of the mean loss"]
    if config.l2:
        lines.append("    g[:-1] += L2 * weights[layer][:-1]  # biases are not held back")
    if not shown.network.bias:
        lines.append("    g[-1] = 0  # no biases")
    if len(shown.network.sizes) > 2:
        slope = "SLOPES[layer - 1]" if is_mixed(shown) else "hidden_slope"
        slope += "(a[layer] * KEEP) * masks[layer - 1]" if config.dropout else "(a[layer])"
        lines += ["    if layer:", f"        delta = {slope} * (weights[layer][:-1] @ delta)"]
    if labels is not None and labels.weight:
        if len(shown.network.sizes) > 3:
            lines.append(f"    if layer == {labels.layer + 1}:")
        named = labels.targets.shape[1]
        pull = f"delta[:{named}] += {labels.weight:g} * (a[layer][:{named}] - concepts)"
        lines.append(f"        {pull}  # labels of hidden units")
    update = list(UPDATE[config.optimizer])
    if config.l1:
        update.append("weights[layer][:-1] -= np.clip(weights[layer][:-1], -RATE * L1, RATE * L1)  # L1: towards zero")
    if config.schedule != "constant":
        lines.insert(0, f"left = {LEFT[config.schedule].format(final=config.final_rate)}  # of the learning rate")
        update = [line.replace("RATE", "left * RATE") for line in update]
    return [*lines, *(f"    {line}" for line in update)]
