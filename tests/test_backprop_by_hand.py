"""The chain rule by hand against measured slopes and against PyTorch."""

from typing import Any

import numpy as np
import pytest

from sims.backprop_by_hand import BackpropParams, by_chain_rule, by_nudging, is_weight, names, one_example, start

SEEDS = np.arange(5)


@pytest.mark.parametrize("loss", ["log_loss", "squared_error"])
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "leaky_relu", "linear"])
def test_chain_rule_is_the_measured_slope(activation: str, loss: str) -> None:
    params = BackpropParams.model_validate({"hidden": 3, "activation": activation, "loss": loss})
    data, (_, knobs) = one_example(SEEDS), start(params, SEEDS)
    np.testing.assert_allclose(by_chain_rule(params, knobs, data), by_nudging(params, knobs, data), atol=1e-6)


def test_names_stand_beside_their_numbers() -> None:
    params = BackpropParams(hidden=2)
    assert names(2)[:4] == ["dL/da[2]", "dL/dz[2]", "dL/dw[2]_1,1", "dL/dw[2]_1,2"]
    assert len(names(2)) == start(params, SEEDS)[1].shape[1]
    assert is_weight(2).sum() == 9  # a 2-2-1 network has 6 weights and 3 biases


def test_every_weight_has_the_slope_that_pytorch_finds() -> None:
    torch: Any = pytest.importorskip("torch")
    params = BackpropParams(hidden=2, activation="tanh")
    data, (weights, knobs) = one_example(SEEDS), start(params, SEEDS)
    by_hand = dict(zip(names(2), by_chain_rule(params, knobs, data).T, strict=True))
    for r in range(len(SEEDS)):
        first, second = (torch.tensor(layer[r], requires_grad=True) for layer in weights)
        x, y = torch.tensor(data.inputs[r, :, 0]), torch.tensor(data.targets[r, 0])
        out = torch.tanh(x @ first[:-1] + first[-1]) @ second[:-1] + second[-1]
        torch.nn.functional.binary_cross_entropy_with_logits(out, y).backward()
        assert by_hand["dL/dw[1]_2,1"][r] == pytest.approx(first.grad[0, 1].item())
        assert by_hand["dL/db[1]_1"][r] == pytest.approx(first.grad[2, 0].item())
        assert by_hand["dL/dw[2]_1,2"][r] == pytest.approx(second.grad[1, 0].item())
        assert by_hand["dL/db[2]"][r] == pytest.approx(second.grad[2, 0].item())
