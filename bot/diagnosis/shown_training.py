"""From a specification to a run's output, loss, training and start, and to the slips of its code."""

from bot.diagnosis import stand_ins
from bot.diagnosis.sketch import Sketch
from sims.engine.general.tasks import GATES

NUMBERS, SEVERAL = ("line", "sine", "square", "houses"), ("digits", "blobs")  # data of numbers, and of several classes
MOST_OUTPUTS = 12
USUAL_BATCH, USUAL_EPOCHS, USUAL_RATE = 32, 200, 0.1
GATE_RATE = 0.5
GATE_EPOCHS = (10_000, 1000)  # over four rows, by plain descent and by Adam
LONGER, FEWEST = 5, 10  # an epoch over a hundredth of the pictures has a hundredth of the updates
LIBRARIES = ("keras", "pytorch", "sklearn")


def put_output(sketch: Sketch) -> None:
    """The output layer and the loss."""
    spec, data = sketch.spec, sketch.get("data")
    numbers = spec.task == "regression" or data in NUMBERS
    several = (spec.outputs or 0) > 1 or (spec.classes or 2) > 2 or data in SEVERAL
    if spec.output_activation is None and spec.from_logits:
        sketch.put(output="linear")
    elif spec.output_activation is None:
        sketch.suppose("output", "linear" if numbers else "softmax" if several else "sigmoid")
    else:
        name = sketch.named(spec.output_activation, stand_ins.ACTIVATIONS, "the output")
        sketch.put(output=sketch.named(name, stand_ins.OUTPUTS, "the output"))
    if spec.loss is None:
        sketch.suppose("loss", "squared_error" if numbers else "cross_entropy" if several else "log_loss",
                       "the loss is")
    elif spec.loss == "nll" and spec.output_activation != "log_softmax":
        sketch.instead("NLLLoss without log_softmax", "cross-entropy on softmax")
        sketch.settings["output"] = "softmax"
        sketch.put(loss="cross_entropy")
    elif spec.loss in stand_ins.SAME_LOSS:
        sketch.put(loss="cross_entropy")
    else:
        sketch.put(loss=sketch.named(spec.loss, stand_ins.LOSSES, "the loss"))
    if spec.from_logits and sketch.get("loss") in ("log_loss", "cross_entropy"):
        sketch.put(loss=f"{sketch.get('loss')}_from_logits")
    if spec.before_output == "relu" and sketch.get("output") == "softmax":
        sketch.put(output="relu", loss="cross_entropy_from_logits")  # the loss then holds the softmax
    if spec.outputs and spec.outputs <= MOST_OUTPUTS:
        sketch.put(outputs=spec.outputs)


def put_training(sketch: Sketch) -> None:
    """Optimizer, rate, batches, epochs and what holds the weights back."""
    spec = sketch.spec
    if spec.optimizer:
        sketch.put(optimizer=sketch.named(spec.optimizer, stand_ins.OPTIMIZERS, "the optimizer"))
    else:
        sketch.suppose("optimizer", "adam" if spec.framework == "sklearn" else "sgd")
    if spec.learning_rate is None:
        by_hand = GATE_RATE if sketch.get("data") in GATES else USUAL_RATE
        usual = stand_ins.DEFAULT_RATES.get(str(sketch.get("optimizer")), by_hand)
        sketch.suppose("learning_rate", usual if spec.framework in LIBRARIES else by_hand, "the learning rate is")
    if spec.batch_size is None:
        sketch.suppose("batch_size", USUAL_BATCH if spec.framework == "keras" or sketch.pictures else 0)
    sketch.put(learning_rate=spec.learning_rate, batch_size=spec.batch_size, momentum=spec.momentum, bias=spec.bias)
    if spec.l2:  # Keras has no half before it
        sketch.put(l2=spec.l2 * (2 if spec.framework in ("keras", "tensorflow") else 1))
    if spec.shuffle is False:
        sketch.suppose("order", "fixed")
    _put_epochs(sketch)


def _put_epochs(sketch: Sketch) -> None:
    epochs = sketch.spec.epochs or sketch.spec.steps
    if not epochs:
        gate = GATE_EPOCHS[sketch.get("optimizer") in ("adam", "rmsprop")]
        usual = LONGER * FEWEST if sketch.pictures else gate if sketch.get("data") in GATES else USUAL_EPOCHS
        sketch.suppose("epochs", usual, "the number of epochs is")
    elif sketch.pictures and sketch.get("batch_size") and epochs < LONGER * FEWEST:
        longer = LONGER * min(epochs, FEWEST)
        sketch.put(epochs=longer)
        sketch.instead(f"training for {epochs} epochs over all pictures", f"{longer} over some of ours")
    else:
        sketch.put(epochs=epochs)


def put_start(sketch: Sketch) -> None:
    """How the weights start: as written, or as the library has it."""
    spec = sketch.spec
    name = spec.start or next((layer.start for layer in spec.layers if layer.start), None)
    if name is None:
        sketch.suppose("start", stand_ins.DEFAULT_STARTS.get(str(spec.framework), "glorot_uniform"))
        return
    spread = spec.start_std if name == "normal" else spec.start_constant if name == "constant" else None
    sketch.put(start=stand_ins.STARTS.get(name, name), start_spread=spread, start_low=spec.start_low,
               start_high=spec.start_high)


def put_slips(sketch: Sketch) -> None:
    """What is wrong with the training code; of several slips the first one is shown."""
    spec = sketch.spec
    slips = [slip for flag, slip in stand_ins.SLIPS.items() if getattr(spec, flag)]
    slips += ["wrong_sign"] if spec.sign_of_update == "wrong" else []
    slips += ["targets_broadcast"] if spec.label_shape == "broadcast" else []
    if spec.derivative_at and spec.derivative_written_for and spec.derivative_at != spec.derivative_written_for:
        slips.append(f"derivative_given_{spec.derivative_at}")
    sketch.put(slip=slips[0] if slips else None, left_in_training=spec.eval_missing or None,
               summed=spec.gradient_not_averaged or None)
