"""Networks of other libraries and of one's own classes, by the sizes that their constructor is given.

`buildNetwork(6, 9, 2)` of PyBrain, `newff([[0, 1], [0, 1]], [5, 1])` of neurolab, `Perceptron(2, 3, 1)`,
`NeuralNetwork([784, 30, 10])`: what the library does by default is not known, but for PyBrain and neurolab.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from bot.diagnosis.code.evaluate import Trace
from bot.diagnosis.code.values import Call, Value, as_rows, dimension, is_number
from bot.diagnosis.draft import Draft
from bot.diagnosis.spec import Layer
from bot.diagnosis.vocabulary import ACTIVATIONS, plain

LARGEST = 1_000_000  # units
_NETWORK = re.compile(
    r"net$|network\w{0,3}$|perceptron$|^mlp$|^ann$|^newff$|^(?:new|build|make|create)_?net", re.IGNORECASE)
_TRAINS = re.compile(r"train|fit|learn", re.IGNORECASE)
_RATES = ("learning_rate", "learningrate", "lr", "rate", "eta", "alpha")
_EPOCHS = ("epochs", "maxEpochs", "max_epochs", "n_iter", "iterations")
_BY_DEFAULT = {"buildNetwork": ("sigmoid", "linear"), "newff": ("tanh", "tanh")}  # hidden, output


def read_elsewhere(trace: Trace) -> list[Draft]:
    """The network of the first call that is given the sizes of one."""
    for call in trace.calls:
        if _NETWORK.search(call.last) and (sizes := _sizes(call)) is not None:
            return [_read(trace, call, sizes)]
    return []


def _sizes(call: Call) -> list[int] | None:
    """All sizes from the inputs to the outputs, three at least."""
    numbers = [one for one in call.args if is_number(one)]
    if call.last == "newff" and len(call.args) >= 2 and (ranges := as_rows(call.args[0])) is not None:
        return _whole([len(ranges), *_tuple(call.args[1])])
    listed = next((found for one in call.args if (found := _whole(_tuple(one))) is not None), None)
    same = len(numbers) == len(call.args) or call.last in _BY_DEFAULT
    return listed or (_whole(numbers) if same else None)


def _tuple(value: Value) -> Sequence[Value]:
    return value if isinstance(value, tuple) else ()


def _whole(values: Sequence[Value]) -> list[int] | None:
    sizes = [dimension(one) for one in values]
    known = [one for one in sizes if one is not None and one <= LARGEST]
    return known if 3 <= len(known) == len(values) <= 12 else None


def _read(trace: Trace, call: Call, sizes: Sequence[int]) -> Draft:
    draft = Draft()
    draft.put("framework", "other", call.line)
    hidden, output = _BY_DEFAULT.get(call.last, (None, None))
    kinds: list[Any] = [*_named(call)] or [hidden] * (len(sizes) - 2) + [output]
    kinds = kinds if len(kinds) == len(sizes) - 1 else [None] * (len(sizes) - 1)
    draft.put("inputs", sizes[0], call.line)
    draft.put("layers", tuple(Layer(units=units, activation=kind, line=call.line)
                              for units, kind in zip(sizes[1:-1], kinds, strict=False)), call.line)
    draft.put("outputs", sizes[-1], call.line)
    draft.put("output_activation", kinds[-1], call.line)
    bias = call.get("bias")
    draft.put("bias", bias if isinstance(bias, bool) else None, call.line)
    for one in (call, *(other for other in trace.calls if _TRAINS.search(other.last))):
        _trained(draft, one)
    return draft


def _named(call: Call) -> Iterator[str]:
    """Activations in a list of the constructor: `[TanSig(), PureLin()]`."""
    for given in (*call.args, *call.keywords.values()):
        names = [plain(getattr(one, "name", one if isinstance(one, str) else "")) for one in _tuple(given)]
        if names and all(name in ACTIVATIONS for name in names):
            yield from (ACTIVATIONS[name] for name in names)
            return


def _trained(draft: Draft, call: Call) -> None:
    rate, momentum = call.get(*_RATES), call.get("momentum")
    draft.put("learning_rate", float(rate) if is_number(rate) and rate > 0 else None, call.line_of(*_RATES))
    draft.put("momentum", float(momentum) if is_number(momentum) and momentum > 0 else None, call.line_of("momentum"))
    draft.put("epochs", dimension(call.get(*_EPOCHS)), call.line_of(*_EPOCHS))
