"""Training samples: crops and whole letterboxed pictures of cached radiographs, moved, turned and re-exposed."""

from dataclasses import dataclass

import cv2
import numpy as np

from fracatlas import read_grey

# Of a fracture cut by the crop's edge: below the first share it is background, up to the second it is ignored.
FORGOTTEN_SHARE = 0.1
VISIBLE_SHARE = 0.4
CENTRED_ON_FRACTURE = 0.75


@dataclass(frozen=True)
class CachedImage:
    """A radiograph in memory: 8-bit grey at working size and its fractures' outlines in those pixels."""

    name: str
    pixels: np.ndarray
    outlines: tuple


@dataclass(frozen=True)
class Sample:
    """One training picture: pixels in 0..1, boxes and ignored boxes as x1, y1, x2, y2 in its pixels."""

    pixels: np.ndarray
    boxes: np.ndarray
    ignored: np.ndarray


def cache_image(image, longest):
    """Reads an AnnotatedImage, shrinking it (area average) so that its longer side is at most `longest`."""
    grey = read_grey(image.path)
    height, width = grey.shape
    scale = min(1.0, longest / max(width, height))
    if scale < 1:
        grey = cv2.resize(grey, (round(width * scale), round(height * scale)), interpolation=cv2.INTER_AREA)
    factor = (grey.shape[1] / width, grey.shape[0] / height)
    return CachedImage(image.name, grey, tuple(outline * np.float32(factor) for outline in image.outlines))


def crop_sample(image, side, model_side, rng):
    """A crop of `side` pixels from the image scaled to the model's size ± 40 %, often around a fracture."""
    linear = _turned(image.pixels.shape, rng, model_side, degrees=25, scales=(0.7, 1.4))
    height, width = image.pixels.shape
    corners = np.float32([[0, 0], [width, 0], [0, height], [width, height]]) @ linear.T
    if image.outlines and rng.random() < CENTRED_ON_FRACTURE:
        outline = image.outlines[rng.integers(len(image.outlines))] @ linear.T
        centre = (outline.min(axis=0) + outline.max(axis=0)) / 2 + rng.uniform(-0.38, 0.38, 2) * side
    else:
        low, high = corners.min(axis=0) + side / 2, corners.max(axis=0) - side / 2
        centre = rng.uniform(np.minimum(low, high), np.maximum(low, high))
    return _render(image, linear, np.full(2, side / 2) - centre, side, rng)


def whole_sample(image, side, rng):
    """The whole image letterboxed as the daemon does it, half of the time slightly moved, turned and scaled."""
    is_moved = rng.random() < 0.5
    degrees, scales = (12, (0.85, 1.06)) if is_moved else (0, (1.0, 1.0))
    linear = _turned(image.pixels.shape, rng, side, degrees, scales)
    height, width = image.pixels.shape
    centre = linear @ np.float32([width / 2, height / 2])
    shift = rng.uniform(-0.03, 0.03, 2) * side if is_moved else 0
    return _render(image, linear, np.full(2, side / 2) - centre + shift, side, rng)


def _turned(shape, rng, side, degrees, scales):
    """The 2×2 part of the map: flips, a turn and a scale around the model's own."""
    angle = np.deg2rad(rng.uniform(-degrees, degrees))
    scale = side / max(shape) * np.exp(rng.uniform(np.log(scales[0]), np.log(scales[1])))
    flip_x, flip_y = rng.choice([-1.0, 1.0], p=[0.5, 0.5]), rng.choice([-1.0, 1.0], p=[0.25, 0.75])
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return (scale * turn @ np.diag([flip_x, flip_y])).astype(np.float32)


def _render(image, linear, offset, side, rng):
    # warpAffine counts from pixel centres, outlines from the image's corner.
    pixel_offset = offset + linear @ np.float32([0.5, 0.5]) - 0.5
    matrix = np.concatenate([linear, np.reshape(pixel_offset, (2, 1))], axis=1)
    pixels = cv2.warpAffine(image.pixels, matrix, (side, side), flags=cv2.INTER_LINEAR, borderValue=0)
    boxes, ignored = [], []
    for outline in image.outlines:
        points = outline @ linear.T + offset
        low, high = points.min(axis=0), points.max(axis=0)
        seen_low, seen_high = low.clip(0, side), high.clip(0, side)
        share = np.prod(seen_high - seen_low) / max(np.prod(high - low), 1e-6)
        if share >= VISIBLE_SHARE:
            boxes.append([*seen_low, *seen_high])
        elif share >= FORGOTTEN_SHARE:
            ignored.append([*seen_low, *seen_high])
    return Sample(
        re_exposed(pixels, rng),
        np.asarray(boxes, np.float32).reshape(-1, 4),
        np.asarray(ignored, np.float32).reshape(-1, 4),
    )


def re_exposed(pixels, rng):
    """8-bit grey → float32 0..1 with another gamma, window, sharpness and noise; the black border stays black."""
    if rng.random() < 0.2:
        pixels = cv2.GaussianBlur(pixels, (0, 0), rng.uniform(0.4, 1.3))
    levels = np.linspace(0, 1, 256, dtype=np.float32)
    if rng.random() < 0.8:
        levels = levels ** np.exp(rng.uniform(-0.5, 0.5))
        levels = np.clip((levels - rng.uniform(0, 0.08)) * rng.uniform(0.75, 1.3), 0, 1)
    picture = levels[pixels].astype(np.float32)
    if rng.random() < 0.3:
        noise = rng.standard_normal(pixels.shape, dtype=np.float32) * np.float32(rng.uniform(0.005, 0.03))
        picture = np.where(pixels > 0, np.clip(picture + noise, 0, 1), 0)
    return picture.astype(np.float32)
