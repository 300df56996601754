"""The description of a model family, so that one trainer, one exporter and one evaluation serve all families."""

from dataclasses import dataclass, field
from typing import Callable

import numpy as np
from torch import nn


@dataclass(frozen=True)
class Detections:
    """The detections of a model in one input, most confident first, in the input's pixels.

    boxes float [n,4] x1, y1, x2, y2; confidences float [n]; masks: n bool arrays [S,S] (None for detections
    of low confidence), or None for models without masks.
    `confidence` is that of the whole image. Classifiers have no rows.
    """

    boxes: np.ndarray
    confidences: np.ndarray
    confidence: float
    masks: list | None = None


@dataclass(frozen=True)
class Recipe:
    """A family: its network, its export and the decoding of its outputs.

    build() → a network whose `learn(batch)` returns (loss, its parts) and which has a `backbone` and
    `start()` (pretrained weights, if any); shipped(network, side) → the module that is exported, grey [1,1,S,S]
    in 0..1 to `outputs`; read(outputs, side) → Detections before the threshold.
    """

    name: str
    title: str
    task: str
    family: str
    outputs: tuple
    build: Callable[[], nn.Module]
    shipped: Callable[[nn.Module, int], nn.Module]
    read: Callable[[list, int], Detections]
    side: int = 640
    crop_side: int = 448
    crop_batch: int = 24
    whole_batch: int = 16
    head_rate: float = 1.5e-3
    backbone_rate: float = 5e-4
    weight_decay: float = 0.03
    needs_maps: bool = False
    architecture: str = ""
    attribution: tuple = ()
    decoding: dict = field(default_factory=dict)
