"""Images of 8×8 pixels seen by one hidden unit: which excite it most, and what covering a patch of 3×3 changes."""

from dataclasses import dataclass

import numpy as np

from sims.engine.activations import Array
from sims.engine.digits import CLASSES, SIDE
from sims.engine.network import hidden_activations
from sims.engine.training import Trained

PATCH = 3  # side of the patch that is covered
PLACES = tuple((row, column) for row in range(SIDE - PATCH + 1) for column in range(SIDE - PATCH + 1))  # of a patch


def _covers() -> Array:
    covers = np.zeros((len(PLACES), SIDE, SIDE))
    for cover, (row, column) in zip(covers, PLACES, strict=True):
        cover[row : row + PATCH, column : column + PATCH] = 1
    return covers.reshape(len(PLACES), SIDE * SIDE)


COVERS = _covers()  # (36, 64), 1 where a patch covers


@dataclass(frozen=True)
class Unit:
    """One hidden unit: its `weights` by pixel (R, 64), `bias` (R,), and the network that it belongs to."""

    trained: Trained
    place: int

    @property
    def weights(self) -> Array:
        """(R, 64)"""
        return self.trained.weights[0][:, :-1, self.place].astype(float)

    def activation(self, images: Array) -> Array:
        """For images (R, 64, N): (R, N)."""
        return hidden_activations(self.trained.network, self.trained.weights, images.astype(np.float32))[:, self.place]

    def pre_activation(self, images: Array) -> Array:
        """For images (R, 64, N): (R, N)."""
        bias: Array = self.trained.weights[0][:, -1, self.place, None].astype(float)
        return (self.weights[:, None] @ images)[:, 0] + bias


def first_by(score: Array, count: int) -> Array:
    """The places of the `count` largest scores (R, N) in each replica, largest first: (R, count)."""
    return np.argsort(-score, axis=1, kind="stable")[:, :count]


def images_at(images: Array, places: Array) -> Array:
    """Some of the images (R, 64, N), each replica its own (R, k): (R, 64, k)."""
    return np.take_along_axis(images, places[:, None], axis=2)


def commonest(labels: Array) -> tuple[Array, Array]:
    """The most frequent digit among labels (R, k) and its share, both (R,)."""
    counts = (labels[:, :, None] == np.arange(CLASSES)).sum(axis=1)  # (R, 10)
    return counts.argmax(axis=1), counts.max(axis=1) / labels.shape[1]


def share_among_first(score: Array, labels: Array, digit: Array) -> Array:
    """The share of each replica's `digit` (R,) among as many of the largest scores (R, N) as it has images: (R,)."""
    own = labels == digit[:, None]
    ranked = np.take_along_axis(own, np.argsort(-score, axis=1, kind="stable"), axis=1)
    within = np.arange(labels.shape[1]) < own.sum(axis=1, keepdims=True)
    return (ranked & within).sum(axis=1) / np.maximum(own.sum(axis=1), 1)


def row_correlation(a: Array, b: Array) -> Array:
    """The correlation of each row of `a` (R, k) with that of `b`, (R,); 0 where one of them is constant."""
    a, b = a - a.mean(axis=1, keepdims=True), b - b.mean(axis=1, keepdims=True)
    norm = np.sqrt((a * a).sum(axis=1) * (b * b).sum(axis=1))
    return np.where(norm > 0, (a * b).sum(axis=1) / np.maximum(norm, 1e-12), 0)


def falls(unit: Unit, images: Array) -> Array:
    """By how much the unit's mean activation over images (R, 64, k) falls when each patch is covered: (R, 36)."""
    whole = unit.activation(images).mean(axis=1)
    return np.stack([whole - unit.activation(images * (1 - cover)[:, None]).mean(axis=1) for cover in COVERS], axis=1)


def without(images: Array, patch: Array) -> Array:
    """Images (R, 64, k) with each replica's own patch (R,), a place in `COVERS`, painted white."""
    return (images * (1 - COVERS[patch])[:, :, None]).astype(np.float32)


def elsewhere(ink: Array, patch: Array) -> Array:
    """Of the patches that overlap a replica's `patch` (R,) by a row at most, one with about as much ink (R, 36) or
    more: (R,). Where there is none with four fifths of it, the one with most."""
    own = np.take_along_axis(ink, patch[:, None], axis=1)
    apart = (COVERS @ COVERS.T)[patch] <= PATCH
    distance = np.where(apart & (ink >= 0.8 * own), np.abs(ink - own), np.inf)
    best = np.where(np.isfinite(distance).any(axis=1), distance.argmin(axis=1),
                    np.where(apart, ink, -1).argmax(axis=1))
    return np.asarray(best)
