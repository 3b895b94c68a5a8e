"""What can be read from a post: the network as written (`NetworkSpec`) and what its numbers show (`Symptoms`).

Every field has a value that means "not said": None, an empty tuple or an empty string. Names of activations, losses
and optimizers are those of `sims.engine` where it has them. Lines count from 1 in the text as pasted.

Rules in `knowledge/diagnoses/*.md` are written over the names of `facts(reading)`, in `bot/diagnosis/facts.py`.
"""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Activation = Literal[
    "linear", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "selu", "gelu", "swish", "softplus", "softsign",
    "hard_sigmoid", "step", "sine", "softmax", "log_softmax", "other",
]
Loss = Literal[
    "log_loss",              # binary cross-entropy: a yes or no for each output
    "cross_entropy",         # over classes, labels one-hot
    "sparse_cross_entropy",  # over classes, labels as whole numbers (also PyTorch's CrossEntropyLoss)
    "nll",                   # takes log probabilities
    "squared_error", "absolute_error", "huber", "hinge", "other",
]
Optimizer = Literal["sgd", "momentum", "nesterov", "rmsprop", "adam", "adagrad", "adadelta", "adamax", "lbfgs", "other"]
Start = Literal[
    "zeros", "constant",
    "uniform",  # from start_low to start_high
    "normal",   # standard deviation start_std
    "glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "lecun_uniform", "lecun_normal",
    "orthogonal", "pytorch", "other",
]
Scaling = Literal["none", "standardised", "minmax", "divided", "other"]
Framework = Literal["keras", "pytorch", "sklearn", "numpy", "tensorflow", "other", "words"]
Data = Literal[
    "xor", "and", "or", "parity", "circles", "moons", "spirals", "blobs", "line", "sine", "square", "iris", "digits",
    "mnist", "fashion_mnist", "cifar10", "housing", "diabetes", "titanic", "breast_cancer", "wine", "imdb", "reuters",
    "inline", "file", "random",
]
Target = Literal[
    "binary",    # 0 and 1 (or one column of them)
    "integers",  # whole numbers for classes
    "one_hot",
    "multi_label",
    "real",
]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Layer(_Part):
    """One hidden dense layer. `activation` None: not said and not implied by the library."""

    units: int | None = None
    activation: Activation | None = None
    line: int | None = None
    bias: bool | None = None
    dropout: float = 0.0       # share switched off after the layer
    batch_norm: bool = False
    l2: float = 0.0
    start: Start | None = None


class NetworkSpec(_Part):
    """A network and its training, as written in a post. Flags are None where the code does not show the place."""

    framework: Framework | None = None
    own: bool | None = None                       # told in words, and the asker's: "my 2-2-1 net"
    inputs: int | None = None
    layers: tuple[Layer, ...] = ()                # hidden layers, from the inputs on
    outputs: int | None = None
    output_activation: Activation | None = None   # "linear" where the library's default applies
    before_output: Activation | None = None       # another activation between the last weights and that one
    output_bias: bool | None = None
    other_layers: tuple[str, ...] = ()            # kinds that are not dense: "conv", "lstm", "embedding", "attention"

    loss: Loss | None = None
    from_logits: bool | None = None               # the loss applies sigmoid or softmax itself
    l2: float | None = None
    metrics: tuple[str, ...] = ()                 # "accuracy", "mae", ...

    optimizer: Optimizer | None = None
    learning_rate: float | None = None            # as written; None where the library's default applies
    momentum: float | None = None
    batch_size: int | None = None                 # 0: all examples at once
    epochs: int | None = None                     # passes over the data
    steps: int | None = None                      # updates, where the loop counts those
    shuffle: bool | None = None
    early_stopping: bool | None = None

    start: Start | None = None                    # of the hidden weights, or of all
    start_constant: float | None = None
    start_std: float | None = None
    start_low: float | None = None
    start_high: float | None = None
    bias: bool | None = None                      # False where no layer has one

    scaling: Scaling | None = None                # of the inputs; "none" only where the code shows them unscaled
    scaler_fitted_on: Literal["train", "test", "all"] | None = None
    said_largest: float | None = None             # of the inputs, where words give their range
    said_targets: tuple[float, float] | None = None  # from where to where, where words give it
    label_values: tuple[float, float] | None = None  # lowest and highest label, where a condition or words give them
    drawn_targets: tuple[float, float] | None = None  # between what code draws them, where that is far from 0 to 1
    target_scaling: Scaling | None = None
    data: Data | None = None
    rows: tuple[tuple[float, ...], ...] = ()      # inputs that stand in the post, at most 1,000 rows
    targets: tuple[tuple[float, ...], ...] = ()   # their targets, (n, outputs)
    examples: int | None = None
    classes: int | None = None
    target: Target | None = None
    task: Literal["classes", "regression"] | None = None

    zero_grad_missing: bool | None = None         # PyTorch: backward() in a loop without zero_grad()
    backward_missing: bool | None = None          # a loop that steps without backward()
    step_missing: bool | None = None              # a loop without optimizer.step()
    zeroed_before_step: bool | None = None        # zero_grad() between backward() and step()
    eval_missing: bool | None = None              # dropout or batch norm, and predictions without eval()
    eval_in_training: bool | None = None          # trained in evaluation mode
    no_grad_in_training: bool | None = None       # trained inside torch.no_grad()
    detached: bool | None = None                  # .detach(), .item() or numpy between the network and the loss
    parameters_missing: bool | None = None        # not given to the optimizer, or in a plain list
    activation_unused: bool | None = None         # __init__ makes an activation that forward does not call
    softmax_over_examples: bool | None = None     # its sum goes over the batch, not over the classes
    label_shape: Literal["column", "flat", "broadcast"] | None = None  # "broadcast": (n,) against (n, 1)

    width_given: int | None = None                # numbers for each example, of which a library complains
    width_wanted: int | None = None
    dimensions_given: int | None = None           # of an array, of which a library complains
    dimensions_wanted: int | None = None

    update_before_gradients: bool | None = None   # weights change before a gradient that needs the old ones
    derivative_at: Literal["a", "z"] | None = None           # what the derivative is given
    derivative_written_for: Literal["a", "z"] | None = None  # a(1-a) is for a; s(z)(1-s(z)) is for z
    derivative_missing: bool | None = None        # a hidden delta without the activation's slope
    gradient_from_own_output: bool | None = None  # dW2 = dZ2 @ A2.T, where it needs A1
    sign_of_update: Literal["right", "wrong"] | None = None  # "wrong": the loss is climbed
    bias_not_updated: bool | None = None
    gradient_not_averaged: bool | None = None     # summed over the examples
    weights_reset_in_loop: bool | None = None     # made anew in each epoch

    lines: Mapping[str, int] = Field(default_factory=dict)  # field name -> the line it was read from


class Symptoms(_Part):
    """What the numbers in a post show. Series are as printed, at most 10,000 numbers each."""

    losses: tuple[float, ...] = ()
    val_losses: tuple[float, ...] = ()
    accuracies: tuple[float, ...] = ()            # as shares
    val_accuracies: tuple[float, ...] = ()
    epochs: tuple[int, ...] = ()                  # of `losses`, where printed
    outputs: tuple[tuple[float, ...], ...] = ()   # printed predictions, (rows, outputs)
    printed_targets: tuple[float, ...] = ()

    plateau: float | None = None                  # the value a loss stands at
    plateau_classes: int | None = None            # k where that value is ln k
    plateau_at_quarter: bool = False              # squared error at 0.25, or 0.125 with the half: 0.5 for all
    nan_from: int | None = None                   # epoch or step of the first nan or inf; 1 where from the start
    diverges: bool = False                        # the loss grows without bound
    oscillates: bool = False
    loss_falls: bool = False
    loss_negative: bool = False
    accuracy_stands: bool = False
    accuracy_zero: bool = False                   # 0, throughout
    saturated: bool = False                       # a log loss at 16 times the share of errors: every output at an end
    accuracy_perfect: bool = False                # 1, in training
    accuracy_is_chance: bool = False              # 1/k, within noise
    accuracy_is_majority: bool = False            # that of always giving the commonest label
    validation_turns_up_at: int | None = None     # epoch of the lowest validation loss, where it rises after
    validation_poor: bool = False                 # far below a training accuracy near 1
    validation_falls: bool = False                # its accuracy, epoch for epoch, while that of training rises
    validation_better: bool = False               # above the training accuracy throughout
    still_falling: bool = False                   # the loss had not levelled off at the end

    all_outputs_equal: bool = False
    stuck_at: float | None = None                 # the value that all outputs share
    outputs_by_column_equal: bool = False         # several columns, each the same in all rows
    values_above_one: bool = False                # "probabilities" above 1
    values_negative: bool = False                 # "probabilities" below 0
    rows_sum_to_one: bool = False
    two_thirds: bool = False                      # XOR's half-solved pattern: 0.5, 0.5 or 0.67 (three rows alike)
    equal_gradients: bool = False
    zero_gradients: bool = False
    equal_weights: bool = False
    zero_weights: bool = False
    log_kind: Literal["keras", "pytorch", "sklearn", "plain"] | None = None

    said: tuple[str, ...] = ()                    # what the words claim, by the names of `SAID`
    asked: tuple[str, ...] = ()                   # those of them that stand in the title or in a question
    lines: Mapping[str, int] = Field(default_factory=dict)


SAID = (
    "loss_stands", "loss_nan", "outputs_equal", "outputs_half", "outputs_one", "outputs_zero", "accuracy_stands",
    "accuracy_low", "accuracy_zero", "overfits", "does_not_learn", "slow", "oscillates", "negative_outputs_needed",
    "works", "probabilities", "regression", "classes", "relu_dead", "nan_in_data",
    "one_answer", "validation_better", "validation_falls",
)


class Unread(_Part):
    """A part of a post that was seen and not read, and why: another language, or lines that could not be followed."""

    what: str
    line: int | None = None
    why: str = ""


class Reading(_Part):
    """All that was read. `assumed` lists, in words, what had to be supposed for a run."""

    spec: NetworkSpec = NetworkSpec()
    symptoms: Symptoms = Symptoms()
    unread: tuple[Unread, ...] = ()
    assumed: tuple[str, ...] = ()
    has_code: bool = False


Facts = Mapping[str, Any]
