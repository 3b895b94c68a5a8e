"""What learners call an experiment's settings and their values, besides the names in the experiment's `Params`."""

from typing import Any

from pydantic.fields import FieldInfo

from bot.content.settings import choices, described

ALIASES: dict[str, tuple[str, ...]] = {
    "leaky_relu": ("leaky-relu", "leaky relus", "leakyrelu", "leaky", "lrelu"), "relu": ("relus", "rectified linear"),
    "sigmoid": ("logistic function", "logistic", "sigmoids"), "tanh": ("hyperbolic tangent", "tan h"),
    "linear": ("identity", "no activation", "no activation function", "without activation", "no non-linearity",
               "without an activation function", "without non-linearity", "no nonlinearity", "without nonlinearity"),
    "step": ("step function", "heaviside", "step activation"), "scaled sigmoid": ("stretched sigmoid",),
    "sgd": ("plain gradient descent", "vanilla gradient descent", "stochastic gradient descent",
            "ordinary gradient descent"),
    "squared_error": ("mse", "mean squared error", "squared loss", "quadratic loss"),
    "log_loss": ("logloss", "cross entropy", "cross-entropy", "bce", "crossentropy"),
    "raw": ("raw inputs", "raw features", "raw data", "raw values", "raw numbers", "raw columns", "raw temperatures",
            "inputs raw", "features raw", "data raw", "don't normalise", "don't normalize", "don't rescale",
            "do not scale", "do not normalise", "do not normalize",
            "no scaling", "without scaling", "unscaled", "not scaled", "don't scale",
            "no normalisation", "no normalization",
            "without normalisation", "without normalization", "unnormalised", "not normalised"),
    "standardised": ("normalise", "normalize", "normalised", "normalized", "scale them", "scale the inputs",
                     "standardized", "standardise", "standardize", "standardisation", "standardization", "z-score",
                     "z-scores"),
    "zero_to_one": ("min-max", "minmax", "min max", "0 to 1", "0-1", "[0,1]", "[0, 1]", "0 and 1", "zero and one"),
    "by_maximum": ("by the maximum", "by max", "by the max", "by its maximum", "by its max",
                   "by their max", "by their maximum", "by the largest", "by its largest", "by their largest"),
    "and": ("and gate", "and-gate", "and task", "and function", "and problem", "logical and"),
    "or": ("or gate", "or-gate", "or task", "or function", "or problem", "logical or"),
    "network": ("neural network", "neural net", "small network", "small net"),
    "line": ("line task", "straight line", "the line"), "circle": ("circles", "ring"), "fast wave": ("faster wave",),
    "random": ("randomly", "random numbers", "random weights"),
    "zero": ("all zeros", "all zero", "zeros", "all 0"), "tiny": ("tiny random", "very small"),
    "equal": ("all equal", "the same weights", "equal weights", "identical weights", "same value", "all the same"),
    "several": ("multi-label", "multilabel", "several labels", "many labels"),
    "one": ("multi-class", "multiclass", "one label", "single label"),
    "softmax": ("soft max",), "sigmoids": ("sigmoid",), "own": ("own rate", "own rates"),
    "same": ("same rate", "same rates"),
}
# what is done with a setting names it, too: "stop at 200"
ACTIONS = {"steps": ("stop at", "stop after", "train for", "long", "training time"),
           "epochs": ("stop at", "stop after", "train for", "long", "training time"),
           "threshold": ("cut at",), "points": ("train on",), "batch_size": ("bs",),
           "input_scale": ("scaled", "inputs scaled"),
           "wrong_labels": ("mislabel", "mislabelled", "mislabeled", "flip")}
# values that are everyday words count only beside the setting's name: "random start", "task = and"
EVERYDAY = frozenset(("and", "or", "with", "without", "one", "several", "same", "own", "plain", "equal", "random",
                      "tiny", "zero", "sound", "step", "raw", "network", "line"))
WITH = ("with", "keep", "keep the", "include the", "gets a", "get a", "has a", "have a", "gets", "have", "has",
        "give it", "give it a", "use", "use a", "add", "add a", "there is a", "there was a", "there are", "there were")

def names_of(name: str, setting: FieldInfo) -> list[str]:
    """What a setting is called: its title, its field's name, and the words listed beside it; longest first."""
    listed = described(setting).get("words")
    words = [str(word) for word in listed] if isinstance(listed, list) else []
    unit = str(described(setting).get("unit", ""))
    words += [unit] if setting.annotation is int and unit else []
    words += ACTIONS.get(name, ())
    called = {(setting.title or "").lower(), name.replace("_", " "), name, *(word.lower() for word in words)}
    joined = {word.replace(" ", "") for word in called} | {word.replace(" ", mark) for word in called for mark in "-_"}
    plural = {word[:-1] for word in called if word.endswith("s") and len(word) > 4}
    return sorted((called | plural | joined) - {""}, key=len, reverse=True)


def spoken(name: str, setting: FieldInfo) -> dict[str, Any]:
    """The values of a choice or a switch, by what they are called."""
    names = [word for word in names_of(name, setting) if len(word) > 1]
    if setting.annotation is bool:
        off = {f"{no} {word}" for word in names for no in ("no", "not", "without")}
        off |= {word.replace("without ", "with ") for word in names if word.startswith("without ")}
        off |= {word.removeprefix(un) for word in names for un in ("un", "not ") if word.startswith(un)}
        on = {*names, *(word.replace("without ", "no ") for word in names)}
        return dict.fromkeys(off, False) | dict.fromkeys(on, True)
    called = {alias: one for one in choices(setting) for alias in (one.replace("_", " "), *ALIASES.get(one, ()), one)}
    if set(choices(setting)) == {"with", "without"}:
        called |= {f"{no} {word}": "without" for word in names for no in ("without", "no")}
        called |= {f"{yes} {word}": "with" for word in names for yes in WITH}
    return called
