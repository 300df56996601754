"""Fits a radiograph of any size into the model's square input, and converts boxes back."""

import math
from dataclasses import dataclass

import cv2
import numpy as np


@dataclass(frozen=True)
class Letterbox:
    """Where an image lies inside the square input: input = image * scale + pad, per axis."""

    scale: float
    width: int
    height: int
    pad_x: int
    pad_y: int

    def to_input(self, points):
        """Image pixels [...,2] → input pixels."""
        return np.asarray(points) * self.scale + (self.pad_x, self.pad_y)

    def to_image(self, points):
        """Input pixels [...,2] → image pixels."""
        return (np.asarray(points) - (self.pad_x, self.pad_y)) / self.scale


def letterbox_for(width, height, side):
    """The geometry of the daemon: scale = side / longer side; sizes round half up, an odd pixel of padding goes right or below."""
    scale = side / max(width, height)
    new_width = max(1, math.floor(width * scale + 0.5))
    new_height = max(1, math.floor(height * scale + 0.5))
    return Letterbox(scale, new_width, new_height, (side - new_width) // 2, (side - new_height) // 2)


def letterboxed(grey, side):
    """Grey pixels 0..255 [H,W] → (float32 [side,side] in 0..1, its Letterbox).

    Area average when shrinking, bilinear (pixel centres aligned, edges repeated) when enlarging,
    unchanged when the size already fits; the border is 0.
    """
    height, width = grey.shape
    box = letterbox_for(width, height, side)
    pixels = grey.astype(np.float32) / 255.0
    if (box.width, box.height) != (width, height):
        method = cv2.INTER_AREA if box.scale < 1 else cv2.INTER_LINEAR
        pixels = cv2.resize(pixels, (box.width, box.height), interpolation=method)
    canvas = np.zeros((side, side), np.float32)
    canvas[box.pad_y : box.pad_y + box.height, box.pad_x : box.pad_x + box.width] = pixels
    return canvas, box
