"""What is measured on any network: the names that diagnoses and claims are written over."""

from sims.engine.activations import Array
from sims.engine.experiment import Metrics, metric, shared


class NetworkMetrics(Metrics):
    """What a mentor would look at. Metrics of classes are nan where the targets are numbers, and the reverse."""

    solved: Array = metric("whether all examples are right, or for numbers 99 % of their variance is explained",
                           kind="flag")
    failed: Array = metric("whether weights ceased to be finite, or one answer for all would be as good", kind="flag")
    score: Array = metric("share of the examples that are right, for numbers of the variance explained", unit="share")
    accuracy: Array = metric("share of the training examples that are right", unit="share")
    majority: Array = metric("share of the commonest class: what one answer for all gets right", unit="share")
    one_answer: Array = metric("share of the examples that get the commonest answer of this network", unit="share")
    explained: Array = metric("share of the targets' variance that is explained; below 0 worse than their mean",
                              unit="share")
    error: Array = metric("root mean square error, in the unit of the targets")
    hits: Array = metric("share of the examples where the first output, rounded to 0 or 1, is the very target: what "
                         "the metric 'accuracy' of a library counts", unit="share")
    loss_start: Array = metric("loss before training")
    loss: Array = metric("loss at the end")
    loss_least: Array = metric("lowest loss that was recorded")
    loss_constant: Array = metric("least loss of any network that says the same for every example")
    late_fall: Array = metric("share of the loss that the last half of the training took away", unit="share")
    rises: Array = metric("share of the recorded steps at which the loss was higher than just before", unit="share")
    validation_loss: Array = metric("loss on the examples held out, at the end")
    validation_least: Array = metric("lowest loss on the examples held out")
    validation_best_epoch: Array = metric("epoch of the lowest loss on the examples held out", unit="epochs")
    validation_score: Array = metric("the score on the examples held out", unit="share")
    output_least: Array = metric("smallest output for any example, in the unit of the targets")
    output_most: Array = metric("largest output for any example")
    output_mean: Array = metric("mean output")
    output_spread: Array = metric("how far one output ranges over the examples; the widest of the outputs")
    outputs_equal: Array = metric("whether every output is the same for all examples, to a hundredth of the targets' "
                                  "range", kind="flag")
    target_least: Array = metric("smallest target")
    target_most: Array = metric("largest target")
    saturated_start: Array = metric("share of the sigmoid and tanh activations that were within 2 % of their ends "
                                    "before training", unit="share")
    saturated: Array = metric("share of the sigmoid and tanh activations that were within 2 % of their ends at the end",
                              unit="share")
    dead_start: Array = metric("share of the ReLU units that were 0 for every example before training", unit="share")
    dead: Array = metric("share of the ReLU units that were 0 for every example at the end", unit="share")
    units_equal: Array = metric("whether all units of the first hidden layer have the same weights at the end",
                                kind="flag")
    units_apart: Array = metric("largest difference between two units' weights in the first hidden layer at the end")
    weights_moved: Array = metric("how far the weights moved, against their length at the end", unit="share")
    first_moved: Array = metric("how far the weights of the first layer moved, against their length at the end",
                                unit="share")
    gradient_first: Array = metric("length of the loss's gradient by the first layer's weights before training")
    gradient_last: Array = metric("length of the gradient by the last layer's weights before training")
    diverged: Array = metric("whether weights ceased to be finite", kind="flag")
    diverged_epoch: Array = metric("epoch at which weights ceased to be finite; nan where they did not", unit="epochs")
    undecided: Array = metric("share of the examples whose answer changes when it is asked for again", unit="share")
    first_outputs: Array = metric("output for each of the first examples: of several outputs, that of the right class")
    first_targets: Array = metric("targets of the first examples")
    first_examples: Array = shared("the first examples' inputs", kind="label")
    shown_as: Array = shared("what was made smaller for this page, a line each", kind="label")
