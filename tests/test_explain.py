"""`explain` in a notebook: models that are there, written out and read; no library of theirs is imported."""

import os
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest
from sklearn.neural_network import MLPClassifier

from bot.diagnosis.written_out import code_of, library_of
from bot.notebook import AskError, Explained, explain

XOR = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
CODE = "model = Sequential([Dense(4, activation='tanh', input_dim=2, kernel_initializer='zeros'),\n" \
       "                    Dense(1, activation='sigmoid', kernel_initializer='zeros')])\n" \
       "model.compile(loss='binary_crossentropy', optimizer=SGD(0.5))\n# XOR\n"


def of_keras(name: str, **attributes: Any) -> Any:
    """An object as Keras has it, as far as an object without Keras can be."""
    return type(name, (SimpleNamespace,), {"__module__": "keras.src.fake"})(**attributes)


def dense(units: int, activation: str, initializer: str = "GlorotUniform") -> Any:
    return of_keras("Dense", units=units, activation=SimpleNamespace(__name__=activation), use_bias=True,
                    kernel_initializer=of_keras(initializer))


def keras_model(initializer: str = "GlorotUniform") -> Any:
    layers = [of_keras("InputLayer"), dense(4, "tanh", initializer), of_keras("Dropout", rate=0.25),
              dense(1, "sigmoid", initializer)]
    return of_keras("Sequential", layers=layers, input_shape=(None, 2), loss="binary_crossentropy",
                    optimizer=of_keras("SGD", learning_rate=0.5, momentum=0.0))


def first(found: Explained) -> str:
    return str(found.diagnoses[0]["id"])


def test_code_is_explained_with_its_runs() -> None:
    found = explain(CODE)
    assert first(found) == "zero-start"
    assert found.as_read is not None
    assert found.mended is not None
    assert (len(found.as_read.seeds), len(found.mended.seeds)) == (32, 32)
    assert "it solves XOR in 0 of 32" in repr(found)
    (prose, _), (read, about), (mended, _) = found.outputs()
    assert "`ask('Why not start with zero weights?')`" in prose["text/markdown"]
    assert {"image/png", "text/html"} <= set(read)
    assert about["image/png"]["alt"].startswith("As read")
    assert mended["text/plain"].startswith("With Glorot's uniform start")
    assert "<iframe" in read["text/html"]
    assert "<iframe" not in list(explain(CODE, player=False).outputs())[1][0]["text/html"]


def test_a_keras_model_is_written_out_and_read() -> None:
    assert library_of(keras_model()) == "keras"
    found = explain(keras_model("Zeros"), *XOR)
    assert found.code.splitlines()[1:4] == [
        "    Input(shape=(2,)),", "    Dense(4, activation='tanh', kernel_initializer=Zeros()),", "    Dropout(0.25),"]
    assert first(found) == "zero-start"
    spec = found.as_json()["spec"]
    assert (spec["inputs"], spec["outputs"], spec["learning_rate"], spec["start"]) == (2, 1, 0.5, "zeros")


WITH_KERAS = """
import sys
import keras
from keras import layers
from bot.diagnosis.written_out import code_of, library_of

plain = keras.Sequential([layers.Input((2,)), layers.Dense(4, activation="tanh", kernel_initializer="zeros"),
                          layers.Dropout(0.25), layers.Dense(1, activation="sigmoid")])
plain.compile(optimizer=keras.optimizers.SGD(0.5), loss="binary_crossentropy")
given = keras.Input((3,))
hidden = layers.Dense(5, activation="relu", kernel_regularizer=keras.regularizers.L2(0.01))(given)
inside = layers.BatchNormalization()(hidden)
joined = keras.Model(given, layers.Dense(3, activation="softmax")(inside))
joined.compile(keras.optimizers.Adam(0.002), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
assert library_of(plain) == library_of(joined) == "keras", "with PyTorch behind them they are modules of it, too"
print(code_of(plain, None, None))
print("----")
print(code_of(joined, None, None))
"""


@pytest.mark.slow
def test_real_keras_models_are_written_out() -> None:
    env = {**os.environ, "KERAS_BACKEND": "torch"}
    done = subprocess.run([sys.executable, "-c", WITH_KERAS], env=env, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    plain, joined = done.stdout.split("----")
    assert "Dense(4, activation='tanh', kernel_initializer=Zeros())" in plain
    assert "model.compile(loss='binary_crossentropy', optimizer=SGD(learning_rate=0.5))" in plain
    found = explain(plain, *XOR)
    assert first(found) == "zero-start"
    spec = explain(joined).as_json()["spec"]
    assert (spec["inputs"], spec["outputs"], spec["learning_rate"]) == (3, 3, 0.002)
    assert "kernel_regularizer=l2(0.01)" in joined
    assert spec["l2"] == 0.01
    assert any("from_logits" in str(one) or "logits" in one["id"] for one in explain(joined).as_json()["diagnoses"])


def test_a_scikit_learn_model_trains_on_the_rows_that_are_given() -> None:
    found = explain(MLPClassifier((4,), activation="identity"), *XOR)
    assert first(found) == "no-activation-classes"
    assert found.as_read is not None
    assert found.as_read.params.data == "own"
    assert "activation of hidden layer 2" not in repr(found), "a layer that is not there is not changed"


def test_a_pytorch_model_is_read_in_order_or_by_its_source() -> None:
    torch = pytest.importorskip("torch")
    row = torch.nn.Sequential(torch.nn.Linear(2, 4), torch.nn.Tanh(), torch.nn.Linear(4, 1), torch.nn.Sigmoid())
    steps = torch.optim.SGD(row.parameters(), lr=0.5, momentum=0.9)
    found = explain(row, loss=torch.nn.BCEWithLogitsLoss(), optimizer=steps)
    assert first(found) == "sigmoid-before-logits-loss"
    spec = found.as_json()["spec"]
    assert (spec["optimizer"], spec["learning_rate"], spec["momentum"]) == ("momentum", 0.5, 0.9)
    for weights in row.parameters():
        torch.nn.init.zeros_(weights)
    assert first(explain(row, loss=torch.nn.BCELoss())) == "zero-start"

    class Own(torch.nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.a = torch.nn.Linear(2, 8)
            self.b = torch.nn.Linear(8, 1)

        def forward(self, x: Any) -> Any:
            return torch.sigmoid(self.b(torch.relu(self.a(x))))

    layers = explain(Own()).as_json()["spec"]["layers"]
    assert [(one["units"], one["activation"]) for one in layers] == [(8, "relu")]
    hidden = type("Typed", (Own,), {})  # as at a prompt: there is no source
    assert "no-activation" not in " ".join(one["id"] for one in explain(hidden()).diagnoses)


@pytest.mark.parametrize(("model", "more"), [
    (7, {}), (object(), {}), (CODE, {"seed": -1}),
])
def test_what_cannot_be_explained_is_one_line(model: Any, more: Any) -> None:
    with pytest.raises(AskError) as told:
        explain(model, **more)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("rows", [([[1, 2]], [1, 0]), ([1, 2], [1, 0]), ([["a"]], [1]), ([[float("nan")]], [1]),
                                  ([[0.0] * 17], [1]), ([[0.0]] * 1001, [1] * 1001)])
def test_rows_that_cannot_be_trained_on_are_one_line(rows: Any) -> None:
    with pytest.raises(AskError):
        explain(CODE, *rows)


def test_no_library_of_networks_is_imported() -> None:
    code = ("import sys\nfor name in ('torch', 'keras', 'tensorflow'): sys.modules[name] = None"
            f"\nfrom bot.notebook import explain\nassert explain({CODE!r}).diagnoses[0]['id'] == 'zero-start'\n"
            "assert not {'streamlit', 'starlette', 'sklearn.neural_network'} & set(sys.modules)")
    subprocess.run([sys.executable, "-c", code], check=True, timeout=600)


def test_code_that_is_written_out_is_never_run() -> None:
    found = explain("import os\nos.environ['EXPLAINED'] = '1'\n" + CODE)
    assert first(found) == "zero-start"
    assert "EXPLAINED" not in __import__("os").environ
    assert code_of(MLPClassifier((2,))).startswith("model = MLPClassifier(")
