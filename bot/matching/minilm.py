"""all-MiniLM-L6-v2 in numpy: a text's vector without torch.

Six layers of a transformer are a few matrix products each, which numpy computes as fast as torch does on one core,
and reading the weights takes a tenth of a second in place of the seconds that importing torch takes. A text is read
by itself, without padding, so that its vector does not depend on its neighbours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

LAYERS, HEADS, WIDTH = 6, 12, 384
LONGEST = 128  # word pieces that are read of a text
AT_ONCE = 4096  # word pieces in one pass, at most: more take memory and save no time
TINY = np.float32(1e-12)
GELU = (np.float32(-2 * np.sqrt(2 / np.pi)), np.float32(-2 * np.sqrt(2 / np.pi) * 0.044715))

Floats = NDArray[np.float32]
Dense = tuple[Floats, Floats]  # weights (n_in, n_out), bias (n_out,)
Norm = tuple[Floats, Floats]  # scale (WIDTH,), shift (WIDTH,)


@dataclass(frozen=True)
class Layer:
    """One layer: attention, then two dense layers, each with what it adds to and a normalisation."""

    attention: Dense  # queries, keys and values beside one another: (WIDTH, 3 * WIDTH)
    attended: Dense
    after_attention: Norm
    widened: Dense
    narrowed: Dense
    after_dense: Norm


class MiniLM:
    """The encoder in a folder as sentence-transformers writes it."""

    name = "all-MiniLM-L6-v2"
    dim = WIDTH

    def __init__(self, folder: Path) -> None:
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        weights = load_file(folder / "model.safetensors")
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(LONGEST)
        self._words = weights["embeddings.word_embeddings.weight"]  # (n_pieces, WIDTH)
        self._places = weights["embeddings.position_embeddings.weight"] + weights[
            "embeddings.token_type_embeddings.weight"][0]  # (512, WIDTH)
        self._norm = _norm(weights, "embeddings.LayerNorm")
        self._layers = [_layer(weights, f"encoder.layer.{number}.") for number in range(LAYERS)]

    def encode(self, texts: Sequence[str]) -> Floats:
        """Vectors of length one, (len(texts), dim)."""
        pieces = [self._tokenizer.encode(text).ids for text in texts]  # one by one: a batch would start threads
        vectors = np.zeros((len(texts), WIDTH), np.float32)
        order = sorted(range(len(texts)), key=lambda i: len(pieces[i]))
        while order:
            batch, total = [], 0
            while order and total + len(pieces[order[0]]) <= AT_ONCE:
                batch.append(order.pop(0))
                total += len(pieces[batch[-1]])
            vectors[batch] = self._read([pieces[i] for i in batch])
        return vectors

    def _read(self, texts: Sequence[Sequence[int]]) -> Floats:
        """The vectors of texts given by their word pieces; those of all texts go through the dense layers together."""
        bounds = np.cumsum([0, *map(len, texts)])
        places = np.concatenate([np.arange(len(text)) for text in texts])
        states = _normalised(self._words[np.concatenate(texts)] + self._places[places], self._norm)  # (n, WIDTH)
        for layer in self._layers:
            states = _after(layer, states, bounds)
        found = np.stack([states[start:end].mean(axis=0) for start, end in pairwise(bounds)])
        return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), np.float32)


def _after(layer: Layer, states: Floats, bounds: NDArray[np.int64]) -> Floats:
    """The states (n, WIDTH) of the pieces of several texts after a layer; a text ends where the next begins."""
    inputs = _dense(states, layer.attention)
    attended = np.concatenate([_attention(inputs[start:end]) for start, end in pairwise(bounds)])
    states = _normalised(_dense(attended, layer.attended) + states, layer.after_attention)
    wide = _gelu(_dense(states, layer.widened))
    return _normalised(_dense(wide, layer.narrowed) + states, layer.after_dense)


def _attention(inputs: Floats) -> Floats:
    """What each piece of one text takes from the others, (n, WIDTH); queries, keys and values are (n, 3 * WIDTH)."""
    n = len(inputs)
    queries, keys, values = inputs.reshape(n, 3, HEADS, WIDTH // HEADS).transpose(1, 2, 0, 3)  # (HEADS, n, WIDTH/HEADS)
    weights = queries @ keys.transpose(0, 2, 1)  # (HEADS, n, n)
    weights -= weights.max(axis=-1, keepdims=True)
    np.exp(weights, out=weights)
    weights /= weights.sum(axis=-1, keepdims=True)
    return np.asarray((weights @ values).transpose(1, 0, 2).reshape(n, WIDTH), np.float32)


def _dense(inputs: Floats, layer: Dense) -> Floats:
    found = inputs @ layer[0]
    found += layer[1]
    return found


def _normalised(states: Floats, norm: Norm) -> Floats:
    states = states - states.mean(axis=1, keepdims=True)
    variances = np.einsum("ij,ij->i", states, states) / WIDTH
    states *= (1 / np.sqrt(variances + TINY))[:, None]
    states *= norm[0]
    states += norm[1]
    return states


def _gelu(inputs: Floats) -> Floats:
    """x times the normal distribution's share below x, by the usual formula with a logistic function: a tenth of the
    time, and cosines with the vectors of the exact one of at least .9999."""
    with np.errstate(over="ignore"):  # infinity, whose inverse is 0
        factor = inputs * inputs
        factor *= GELU[1]
        factor += GELU[0]
        factor *= inputs
        np.exp(factor, out=factor)
        factor += 1
        return np.divide(inputs, factor, out=factor)


def _layer(weights: Mapping[str, Floats], prefix: str) -> Layer:
    named = partial(_dense_weights, weights)
    parts = [named(f"{prefix}attention.self.{name}") for name in ("query", "key", "value")]
    scale = np.float32(1 / np.sqrt(WIDTH // HEADS))
    parts[0] = (parts[0][0] * scale, parts[0][1] * scale)
    return Layer(
        (np.ascontiguousarray(np.hstack([part[0] for part in parts])), np.concatenate([part[1] for part in parts])),
        named(f"{prefix}attention.output.dense"),
        _norm(weights, f"{prefix}attention.output.LayerNorm"),
        named(f"{prefix}intermediate.dense"),
        named(f"{prefix}output.dense"),
        _norm(weights, f"{prefix}output.LayerNorm"),
    )


def _dense_weights(weights: Mapping[str, Floats], name: str) -> Dense:
    return np.ascontiguousarray(weights[f"{name}.weight"].T), weights[f"{name}.bias"]


def _norm(weights: Mapping[str, Floats], name: str) -> Norm:
    return weights[f"{name}.weight"], weights[f"{name}.bias"]
