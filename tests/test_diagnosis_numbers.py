"""Reading logs, lists and arrays that a training printed, and what words say of them."""

import math

import pytest

from bot.diagnosis.numbers.series import (
    diverges,
    log_of_classes,
    oscillates,
    still_falling,
    turns_up,
)
from bot.diagnosis.reading import read_post
from bot.diagnosis.spec import Symptoms


def symptoms(text: str) -> Symptoms:
    return read_post(text).symptoms


@pytest.mark.parametrize(
    ("line", "losses", "epochs"),
    [
        ("Epoch 3/10 - loss: 0.25 - acc: 0.9", (0.25,), (3,)),
        ("epoch 7 loss 1e-3", (0.001,), (7,)),
        ("Cost after iteration 100: 0.64", (0.64,), (100,)),
        ("Iteration 5, loss = 0.69314718", (0.69314718,), (5,)),
        ("Epoch [2/50], Step [100/600], Loss: 1.5", (1.5,), (100,)),
        ("[1,   200] loss: 2.1", (2.1,), (200,)),
        ("Error:0.4964", (0.4964,), (1,)),
        ("train loss = -3.5 val loss = 2", (-3.5,), (1,)),
        ("the loss goes 3, 2, 1, 0.5", (3.0, 2.0, 1.0, 0.5), (1, 2, 3, 4)),
    ],
)
def test_logs_in_many_forms(line: str, losses: tuple[float, ...], epochs: tuple[int, ...]) -> None:
    found = symptoms(line)
    assert (found.losses, found.epochs) == (losses, epochs)


def test_shares_and_percentages() -> None:
    found = symptoms("epoch 1 acc: 55% val_acc: 0.5\nepoch 2 acc: 61.5 val_acc: 48 %")
    assert found.accuracies == (0.55, 0.615)
    assert found.val_accuracies == (0.5, 0.48)


def test_nan_is_found_with_its_step() -> None:
    found = symptoms("step 10 loss 3.1\nstep 20 loss 5.2\nstep 30 loss nan\nstep 40 loss nan")
    assert found.nan_from == 30
    assert math.isnan(found.losses[-1])


def test_two_series_by_other_names_are_not_mixed() -> None:
    found = symptoms("error: 0.1, loss: 5\nerror: 0.2, loss: 6\nerror: 0.3, loss: 7")
    assert found.losses == (0.1, 0.2, 0.3)


def test_code_is_no_log() -> None:
    assert symptoms("loss = 0.5\nmodel.compile(loss='mse', optimizer='sgd')\nloss_weights = 3").losses == ()


@pytest.mark.parametrize(
    ("value", "likely", "classes"),
    [(0.6931, None, 2), (0.691, None, 2), (0.72, None, None), (2.3026, None, 10), (1.0986, None, 3), (3.4, 30, 30),
     (3.4, None, None)],
)
def test_logarithms_of_classes(value: float, likely: int | None, classes: int | None) -> None:
    assert log_of_classes(value, likely) == classes


def test_what_series_do() -> None:
    assert diverges([1, 3, 20, 400])
    assert not diverges([1, 2, 3, 4, 5, 6, 7])  # a sum that is never set back
    assert oscillates([1, 0.2, 0.9, 0.3, 1.1, 0.2])
    assert not oscillates([1, 0.9, 0.91, 0.8, 0.7])
    assert turns_up([0.9, 0.7, 0.6, 0.7, 0.8]) == 2
    assert turns_up([0.9, 0.8, 0.7, 0.69]) is None
    assert still_falling([10, 8, 6, 4, 2])
    assert not still_falling([10, 3, 1.2, 1.1, 1.1])


@pytest.mark.parametrize(
    ("text", "stuck"),
    [
        ("[[0.5]\n [0.5]\n [0.5]\n [0.5]]", 0.5),
        ("0 0 -> 0.4999\n0 1 -> 0.5001\n1 0 -> 0.5\n1 1 -> 0.5", 0.5),
        ("predictions: array([[1.0], [1.0], [0.999]], dtype=float32)", 1.0),
        ("tensor([[0.21], [0.21], [0.21]], grad_fn=<SigmoidBackward>)", 0.21),
        ("[0 0] 0.02\n[0 1] 0.98\n[1 0] 0.97\n[1 1] 0.03", None),
    ],
)
def test_outputs_that_are_all_the_same(text: str, stuck: float | None) -> None:
    found = symptoms(text)
    assert found.all_outputs_equal == (stuck is not None)
    assert found.stuck_at == stuck


def test_arrays_in_code_are_no_outputs() -> None:
    assert symptoms("X = np.array([[0.1, 0.2], [0.3, 0.4]])\ny = f([0.5, 0.5, 0.5])").outputs == ()


def test_units_that_are_copies() -> None:
    assert symptoms("weights:\n[[0.3 0.3 0.3]\n [1.2 1.2 1.2]]").equal_weights
    assert symptoms("gradient = [[0. 0.]\n [0. 0.]]").zero_gradients
    assert not symptoms("weights:\n[[0.3 0.4]\n [1.2 1.1]]").equal_weights


@pytest.mark.parametrize(
    ("text", "plateau"),
    [("My loss is stuck at 0.693 for hours", 0.693), ("the cost goes down to 1.61 and stays there", None),
     ("the loss remains near 2.303", 2.303), ("Accuracy stays at 0.5, loss is fine", None)],
)
def test_words_that_name_a_plateau(text: str, plateau: float | None) -> None:
    assert symptoms(text).plateau == plateau


def test_a_log_loss_at_sixteen_times_the_errors_is_saturated() -> None:
    log = "\n".join("loss: 7.9712 - acc: 0.5000" for _ in range(4))
    assert symptoms(log).saturated
    assert not symptoms(log.replace("7.9712", "0.6931")).saturated
