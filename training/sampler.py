"""Chooses the images of an epoch: every fractured one once, more intact ones, those with hardware more often, and a share of phantoms."""

import json
from dataclasses import dataclass

import numpy as np

from fracatlas import read_fracatlas
from phantoms import read_phantoms
from store import store_of

PHANTOM_SHARE = 0.09
INTACT_PER_FRACTURED = 1.3
# An untrained model mistakes plates, screws and casts for fractures.
HARDWARE_WEIGHT = 3.0


@dataclass(frozen=True)
class Kind:
    """Images of one kind: their rows in the Store, and how likely each is to be drawn."""

    fractured: np.ndarray
    intact: np.ndarray
    intact_weights: np.ndarray


def training_images(data, split, phantoms, side, with_maps=False):
    """The training part of the split and the phantoms for training → (Store, radiographs, phantoms as Kinds)."""
    wanted = {row["file"] for row in json.loads(split.read_text())["train"]}
    radiographs = [image for image in read_fracatlas(data) if image.name in wanted]
    drawn = read_phantoms(phantoms)[0] if phantoms is not None else []
    store = store_of(radiographs + drawn, side, with_maps)
    return store, _kind_of(radiographs, 0), _kind_of(drawn, len(radiographs))


def _kind_of(images, first):
    fractured = [first + i for i, image in enumerate(images) if image.outlines]
    intact = [first + i for i, image in enumerate(images) if not image.outlines]
    weights = [HARDWARE_WEIGHT if images[i - first].columns.get("hardware") == "1" else 1.0 for i in intact]
    return Kind(np.asarray(fractured, np.int64), np.asarray(intact, np.int64), np.asarray(weights))


def epoch_of(radiographs, phantoms, rng):
    """The shuffled rows of one epoch."""
    fractured = radiographs.fractured
    intact = _sample(radiographs.intact, round(INTACT_PER_FRACTURED * len(fractured)), rng, radiographs.intact_weights)
    real = np.concatenate([fractured, intact])
    per_kind = round(len(real) * PHANTOM_SHARE / (1 - PHANTOM_SHARE) / 2)
    rows = [real, _sample(phantoms.fractured, per_kind, rng), _sample(phantoms.intact, per_kind, rng)]
    return rng.permutation(np.concatenate(rows))


def _sample(rows, count, rng, weights=None):
    """`count` rows, without repeats if there are enough."""
    if len(rows) == 0:
        return rows
    shares = None if weights is None else weights / weights.sum()
    return rng.choice(rows, count, replace=count > len(rows), p=shares)
