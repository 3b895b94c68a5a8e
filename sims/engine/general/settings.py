"""The settings of any small network and its training: flat and bounded, so that links, sliders and words reach them."""

from typing import Literal

from pydantic import field_validator

from sims.engine.experiment import Params, setting
from sims.engine.general.rows import read_rows
from sims.engine.general.starts import StartName
from sims.engine.general.tasks import TaskName
from sims.engine.settings import rate_setting

LAYERS, WIDEST = 4, 64
EXAMPLE = "a,b|a xor b;0,0|0;0,1|1;1,0|1;1,1|0"
Hidden = Literal["sigmoid", "tanh", "relu", "leaky_relu", "softplus", "linear", "softmax", "step"]
OutputName = Literal["sigmoid", "softmax", "linear", "relu", "tanh", "step"]
LossName = Literal["log_loss", "log_loss_from_logits", "cross_entropy", "cross_entropy_from_logits", "squared_error",
                   "absolute_error", "huber"]
OptimizerName = Literal["sgd", "momentum", "nesterov", "rmsprop", "adam"]
Slip = Literal["none", "gradients_kept", "targets_broadcast", "wrong_sign", "derivative_given_z", "derivative_given_a",
               "derivative_missing", "early_update", "weights_made_anew", "biases_fixed", "hidden_fixed",
               "never_updated"]
SLIPS: dict[Slip, str] = {
    "none": "the training is as it should be",
    "gradients_kept": "gradients are added to those of all earlier steps (a forgotten zero_grad)",
    "targets_broadcast": "each output is compared with the targets of the whole batch: (n,) against (n, 1)",
    "wrong_sign": "the gradient is added where it should be taken off",
    "derivative_given_z": "a derivative written for activations, a (1 - a), is given the pre-activations",
    "derivative_given_a": "a derivative written for pre-activations is given the activations",
    "derivative_missing": "errors are passed down without the derivative of the activation",
    "early_update": "a layer's weights change before the gradient below has been computed with them",
    "weights_made_anew": "each epoch begins with the starting weights again",
    "biases_fixed": "the biases are never changed",
    "hidden_fixed": "only the last layer is trained",
    "never_updated": "gradients are computed, and no weight is changed",
}


def width_setting(number: int, default: int) -> int:
    """The width of one hidden layer; 0 leaves it out."""
    words = (f"units in layer {number}", f"hidden layer {number}", *(("hidden units", "hidden") if number == 1 else ()))
    return setting(default, ge=0, le=WIDEST, title=f"units in hidden layer {number}", words=words,
                   description="units of this hidden layer; 0 leaves it out")


def layer_activation(number: int) -> Hidden:
    """The activation of one hidden layer."""
    words = (f"activation {number}", *(("activation", "hidden activation") if number == 1 else ()))
    return setting("sigmoid", title=f"activation of hidden layer {number}", words=words,
                   description="activation function of this hidden layer's units")


class NetworkParams(Params):
    """A network, its data and its training."""

    data: TaskName = setting("xor", title="data", words=("task", "dataset", "problem"),
                             description="what the network learns: a well-known small task, or rows of your own")
    own: str = setting(EXAMPLE, title="own rows", words=(), description="inputs|targets, rows parted by semicolons, "
                       "values by commas: 0,1|1;1,1|0; at most 1,000 rows of 16 inputs, 10 targets or classes")
    points: int = setting(200, ge=4, le=1000, title="examples", unit="examples", words=("points", "samples", "rows"),
                          description="examples, where the task is drawn; a gate has its four, and all own rows count")
    noise: float = setting(0.1, ge=0, le=1, step=0.05, title="noise", words=("noise level", "spread"),
                           description="how far examples stray, where the task is drawn")
    held_out: float = setting(0.0, ge=0, le=0.5, step=0.05, title="held out", unit="share", words=("validation split",),
                              description="share of the examples that are kept back for validation")
    scaling: Literal["raw", "standardised", "zero_to_one"] = setting(
        "raw", title="scaling of the inputs", words=("scaling", "normalisation", "normalization", "standardisation"),
        description="how the network sees the inputs: in their units, with mean 0 and spread 1, or from 0 to 1")
    target_scaling: Literal["raw", "standardised"] = setting(
        "raw", title="scaling of the targets", words=("target scaling",),
        description="whether targets that are numbers are standardised, too")
    labels: Literal["usual", "plus_minus", "number"] = setting(
        "usual", title="labels", words=("label coding", "encoding"),
        description="classes as 0 and 1 or one-hot, as -1 and 1, or as the number of the class")
    hidden1: int = width_setting(1, 4)
    hidden2: int = width_setting(2, 0)
    hidden3: int = width_setting(3, 0)
    hidden4: int = width_setting(4, 0)
    activation1: Hidden = layer_activation(1)
    activation2: Hidden = layer_activation(2)
    activation3: Hidden = layer_activation(3)
    activation4: Hidden = layer_activation(4)
    output: OutputName = setting("sigmoid", title="output activation", words=("output layer", "last activation"),
                                 description="activation of the output layer")
    outputs: int = setting(0, ge=0, le=12, step=1, title="output units", words=("outputs", "output width"),
                           description="units of the output layer; 0: as many as the data need")
    bias: bool = setting(True, title="biases", words=("bias",), description="whether units have a bias")
    start: StartName = setting("glorot_uniform", title="start of the weights", words=("initialisation", "init",
                               "initialization", "initializer", "start"), description="how the weights are first drawn")
    start_spread: float = setting(1.0, ge=0, le=10, step=0.01, title="spread of the start", words=("start spread",),
                                  description="standard deviation of a normal start, value of a constant one")
    start_low: float = setting(0.0, ge=-10, le=10, step=0.1, title="lowest starting weight", words=(),
                               description="where a uniform start begins")
    start_high: float = setting(1.0, ge=-10, le=10, step=0.1, title="highest starting weight", words=(),
                                description="where a uniform start ends")
    loss: LossName = setting("log_loss", title="loss", words=("loss function", "cost", "objective"),
                             description="what is minimised; 'from logits' applies sigmoid or softmax itself")
    optimizer: OptimizerName = setting("adam", title="optimizer", words=("optimiser", "solver"),
                                       description="rule that turns gradients into steps")
    learning_rate: float = rate_setting(0.1, le=100, ge=1e-6)
    momentum: float = setting(0.9, ge=0, le=0.999, step=0.001, title="momentum", words=("beta",),
                              description="share of the last step that is kept, with momentum and Nesterov")
    epochs: int = setting(500, ge=1, le=100_000, title="epochs", unit="epochs", words=("passes", "iterations"),
                          description="passes over the training examples")
    batch_size: int = setting(0, ge=0, le=1000, step=1, title="batch size", words=("batch", "mini-batch"),
                              description="examples in each step; 0: all of them")
    order: Literal["shuffled", "fixed", "sorted"] = setting(
        "shuffled", title="order of the examples", words=("shuffle", "order"),
        description="shuffled anew in each epoch, in one order for ever, or sorted by their targets and never shuffled")
    summed: bool = setting(False, title="gradients summed", words=("summed",),
                           description="whether a step adds up the examples' gradients where it should average them")
    l2: float = setting(0.0, ge=0, le=1, step=0.001, title="L2 penalty", words=("weight decay", "lambda", "l2"),
                        description="half of this times the sum of the squared weights is added to the loss")
    dropout: float = setting(0.0, ge=0, le=0.9, step=0.05, title="dropout", unit="share", words=("dropout rate",),
                             description="share of the hidden units that are switched off at each step")
    batch_norm: bool = setting(False, title="batch normalisation", words=("batch normalization", "batchnorm"),
                               description="whether hidden pre-activations are normalised over the batch")
    slip: Slip = setting("none", title="slip in the training code", words=("slip", "bug"),
                         description="a fault of scripts that are written by hand, such as a forgotten zero_grad")
    left_in_training: bool = setting(False, title="left in training mode", words=("training mode",),
                                     description="whether dropout stays on when the network is used (no eval())")

    @field_validator("own")
    @classmethod
    def _rows_can_be_read(cls, own: str) -> str:
        read_rows(own)
        return own

    @property
    def widths(self) -> tuple[int, ...]:
        """Units of the hidden layers that are there, from the inputs on."""
        return tuple(width for width, _ in self._layers)

    @property
    def activations(self) -> tuple[str, ...]:
        """Activations of the hidden layers that are there."""
        return tuple(name for _, name in self._layers)

    @property
    def _layers(self) -> list[tuple[int, str]]:
        every = [(getattr(self, f"hidden{n}"), getattr(self, f"activation{n}")) for n in range(1, LAYERS + 1)]
        return [(width, name) for width, name in every if width]


def linkable(params: NetworkParams, with_own_rows: bool = False, longest: int = 1000) -> dict[str, str | float | bool]:
    """The settings that differ from the defaults, for a link. A learner's own rows are in it only where they ask for
    that, and where these have at most `longest` characters."""
    default = type(params)()
    changed = {name: value for name, value in params.model_dump().items() if value != getattr(default, name)}
    if not with_own_rows or len(params.own) > longest:
        changed.pop("own", None)
    return changed
