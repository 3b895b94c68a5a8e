"""What a post's reading says of its network, in short: for the tests of many small posts."""

from typing import Any

from bot.diagnosis.reading import read_post
from bot.diagnosis.rules import diagnose, our_rules
from bot.diagnosis.spec import NetworkSpec


def spec(text: str) -> NetworkSpec:
    return read_post(text).spec


def shape(text: str) -> list[Any]:
    """Inputs, hidden layers as (units, activation), outputs with their activation."""
    found = spec(text)
    return [found.inputs, *((layer.units, layer.activation) for layer in found.layers),
            (found.outputs, found.output_activation)]


def first(text: str) -> str | None:
    found = diagnose(read_post(text), our_rules())
    return found[0].id if found else None
