"""A specification while it is being read: the first thing said about a field stands, with its line."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.diagnosis.spec import Layer, NetworkSpec
from bot.diagnosis.vocabulary import STARTS, plain

UNSAID = "?"  # an activation that is given and not known, where the library's default does not apply


@dataclass(frozen=True)
class Part:
    """One thing that data pass on their way through a network, in order."""

    kind: Literal["dense", "activation", "dropout", "batch_norm", "flatten", "other"]
    line: int
    units: int | None = None
    inputs: int | None = None
    activation: Any = None
    rate: float = 0.0
    bias: bool | None = None
    l2: float = 0.0
    start: Any = None
    name: str = ""


@dataclass
class Draft:
    """Fields of a `NetworkSpec` by name, each with the line that it was read from."""

    fields: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    assumed: list[str] = field(default_factory=list)

    def put(self, name: str, value: Any, line: int | None = None) -> None:
        """Note a field, unless something was said about it before or there is nothing to say."""
        if value is None or name in self.fields:
            return
        self.fields[name] = value
        if line:
            self.lines[name] = line

    def get(self, name: str) -> Any:
        """What is known of a field so far."""
        return self.fields.get(name)

    def spec(self) -> NetworkSpec:
        """What was read."""
        return NetworkSpec(**self.fields, lines=dict(self.lines))


def assemble(draft: Draft, parts: Sequence[Part], otherwise: str | None, hidden_too: bool = True) -> None:
    """Fill in layers, inputs and output from parts in order.

    `otherwise` is what a layer without activation has; only the last one where not `hidden_too`: "two Dense(32) and a
    Dense(1)" in a sentence leaves open what the hidden ones have.
    """
    layers = _layers(parts)
    other = tuple(dict.fromkeys(part.name for part in parts if part.kind == "other"))
    if other:
        draft.put("other_layers", other, next(part.line for part in parts if part.kind == "other"))
    if not layers:
        return
    first = next((part for part in parts if part.inputs or part.kind == "dense"), None)
    if first is not None and not other:  # what a later layer takes is not what the network takes
        draft.put("inputs", first.inputs, first.line)
    for one in layers:
        implied = otherwise if hidden_too or one is layers[-1] else None
        one["activation"] = None if one["activation"] == UNSAID else one["activation"] or implied
    *hidden, last = layers
    shown = [{key: value for key, value in one.items() if key not in ("said", "before")} for one in hidden]
    draft.put("layers", tuple(Layer(**one) for one in shown), hidden[0]["line"] if hidden else None)
    draft.put("outputs", last["units"], last["line"])
    draft.put("output_activation", last["activation"], last["said"])
    draft.put("before_output", last.get("before"), last["said"])
    draft.put("output_bias", last["bias"], last["line"])
    _bias(draft, [one["bias"] for one in layers])
    draft.put("start", next((one["start"] for one in layers if one["start"]), None))
    draft.put("l2", max((one["l2"] for one in layers), default=0.0) or None)


def _layers(parts: Sequence[Part]) -> list[dict[str, Any]]:
    layers: list[dict[str, Any]] = []
    for part in parts:
        if part.kind == "dense":
            layers.append({"units": part.units, "activation": part.activation, "line": part.line, "said": part.line,
                           "bias": part.bias, "l2": part.l2, "start": part.start})
        elif not layers:
            continue
        elif part.kind == "activation" and part.activation != "linear":
            if layers[-1]["activation"] not in (None, "linear", UNSAID):
                layers[-1]["before"] = layers[-1]["activation"]
            layers[-1]["activation"], layers[-1]["said"] = part.activation, part.line
        elif part.kind == "dropout":
            layers[-1]["dropout"] = part.rate
        elif part.kind == "batch_norm":
            layers[-1]["batch_norm"] = True
    return layers


def _bias(draft: Draft, biases: Sequence[bool | None]) -> None:
    if biases and all(bias is False for bias in biases):
        draft.put("bias", False)
    elif any(bias for bias in biases):
        draft.put("bias", True)


def put_start(draft: Draft, name: str, numbers: Sequence[float | None], line: int | None) -> None:
    """A start by a library's name for it, with its numbers: a constant, a standard deviation, or two ends."""
    kind = STARTS.get(plain(name))
    if kind is None:
        return
    draft.put("start", kind, line)
    first, second = (*numbers, None, None)[:2]
    if kind == "constant":
        draft.put("start_constant", 1.0 if first is None else first, line)
    elif kind == "normal":
        draft.put("start_std", first, line)
    elif kind == "uniform":
        draft.put("start_low", first, line)
        draft.put("start_high", second, line)
