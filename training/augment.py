"""Training pictures from a Store, made on its device: crops and whole letterboxed images, moved, rotated, with varied exposure."""

import math
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F

# The visible share of a fracture cut by the picture's edge: below the first it is background, below the second ignored.
BACKGROUND_SHARE = 0.1
VISIBLE_SHARE = 0.4
CENTRED_ON_FRACTURE = 0.7
BLUR_RADIUS = 3


@dataclass(frozen=True)
class Batch:
    """Training pictures with their truth.

    pixels float32 [B,1,S,S] in 0..1; boxes float32 [B,M,4] x1, y1, x2, y2 in picture pixels; is_box and is_ignored
    bool [B,M]; maps int64 [B,S,S] (number of the fracture, its place in M plus 1, at each pixel) or None.
    """

    pixels: torch.Tensor
    boxes: torch.Tensor
    is_box: torch.Tensor
    is_ignored: torch.Tensor
    maps: torch.Tensor | None = None

    @property
    def is_fractured(self):
        """float [B,1]: whether the picture shows a fracture."""
        return self.is_box.any(dim=1, keepdim=True).float()

    @property
    def is_clear(self):
        """float [B,1]: 0 if only a sliver of a fracture is visible, so that neither answer is right."""
        return (self.is_box.any(dim=1, keepdim=True) | ~self.is_ignored.any(dim=1, keepdim=True)).float()


def crops(store, indices, side, model_side, rng):
    """Squares of `side` pixels from images scaled to the model's size ± 40 %, often around a fracture."""
    linear = _transforms(store, indices, model_side, rng, degrees=25, scales=(0.7, 1.4))
    sizes, counts, outlines = store.sizes[indices], store.counts[indices], store.outlines[indices]
    offsets = np.zeros((len(indices), 2), np.float32)
    for row, (width, height) in enumerate(sizes):
        corners = np.float32([[0, 0], [width, 0], [0, height], [width, height]]) @ linear[row].T
        if counts[row] and rng.random() < CENTRED_ON_FRACTURE:
            outline = outlines[row, rng.integers(counts[row])] @ linear[row].T
            centre = (outline.min(axis=0) + outline.max(axis=0)) / 2 + rng.uniform(-0.4, 0.4, 2) * side
        else:
            low, high = corners.min(axis=0) + side / 2, corners.max(axis=0) - side / 2
            centre = rng.uniform(np.minimum(low, high), np.maximum(low, high))
        offsets[row] = side / 2 - centre
    return _rendered(store, indices, linear, offsets, side, rng)


def wholes(store, indices, side, rng):
    """Whole images letterboxed as in the daemon, two of three slightly moved, rotated and scaled."""
    is_moved = rng.random(len(indices)) < 0.67
    still = _transforms(store, indices, side, rng, degrees=0, scales=(1.0, 1.0), stretch=0.0)
    moved = _transforms(store, indices, side, rng, degrees=15, scales=(0.8, 1.1))
    linear = np.where(is_moved[:, None, None], moved, still)
    sizes = store.sizes[indices]
    shift = rng.uniform(-0.04, 0.04, (len(indices), 2)) * side * is_moved[:, None]
    offsets = side / 2 - np.einsum("bij,bj->bi", linear, sizes / 2) + shift
    return _rendered(store, indices, linear, offsets.astype(np.float32), side, rng)


def _transforms(store, indices, side, rng, degrees, scales, stretch=0.08):
    """The 2×2 parts of the maps, float32 [B,2,2]: flips, a rotation, a scale near the model's, a slight stretch."""
    count = len(indices)
    longest = store.sizes[indices].max(axis=1)
    angle = np.deg2rad(rng.uniform(-degrees, degrees, count))
    scale = side / longest * np.exp(rng.uniform(np.log(scales[0]), np.log(scales[1]), count))
    wider = np.exp(rng.uniform(-stretch, stretch, count))
    flip_x = rng.choice([-1.0, 1.0], count)
    flip_y = rng.choice([-1.0, 1.0], count, p=[0.25, 0.75])
    cos, sin = np.cos(angle), np.sin(angle)
    turn = np.stack([np.stack([cos, -sin], 1), np.stack([sin, cos], 1)], 1)
    stretches = np.stack([flip_x * scale * wider, flip_y * scale / wider], 1)
    return (turn * stretches[:, None, :]).astype(np.float32)


def _rendered(store, indices, linear, offsets, side, rng):
    """Picture point = linear · image point + offset, both counted from the corner of the first pixel."""
    device = store.pixels.device
    rows = torch.from_numpy(indices).to(device)
    backward = torch.from_numpy(np.linalg.inv(linear).transpose(0, 2, 1).copy()).to(device)
    axis = torch.arange(side, device=device, dtype=torch.float32) + 0.5
    points = torch.stack(torch.meshgrid(axis, axis, indexing="xy"), dim=-1).reshape(1, -1, 2)
    points = (points - torch.from_numpy(offsets[:, None]).to(device)) @ backward
    grid = (points * (2 / store.side) - 1).reshape(-1, side, side, 2)
    stored = store.pixels[rows, None].float() / 255
    pixels = F.grid_sample(stored, grid, mode="bilinear", padding_mode="zeros", align_corners=False)
    sizes = torch.from_numpy(store.sizes[indices, None]).to(device)
    inside = ((points >= 0) & (points <= sizes)).all(dim=2).reshape(-1, 1, side, side)
    boxes, is_box, is_ignored = _moved_boxes(store, indices, linear, offsets, side)
    return Batch(
        pixels=_with_exposure(pixels, rng) * inside,
        boxes=torch.from_numpy(boxes).to(device),
        is_box=torch.from_numpy(is_box).to(device),
        is_ignored=torch.from_numpy(is_ignored).to(device),
        maps=_moved_maps(store, indices, grid) if len(store.maps) else None,
    )


def _moved_boxes(store, indices, linear, offsets, side):
    outlines = np.einsum("bmpj,bij->bmpi", store.outlines[indices], linear) + offsets[:, None, None]
    low, high = outlines.min(axis=2), outlines.max(axis=2)
    visible_low, visible_high = low.clip(0, side), high.clip(0, side)
    share = (visible_high - visible_low).prod(axis=2) / (high - low).prod(axis=2).clip(min=1e-6)
    exists = np.arange(low.shape[1]) < store.counts[indices, None]
    is_ignored = exists & (share >= BACKGROUND_SHARE) & (share < VISIBLE_SHARE)
    return np.concatenate([visible_low, visible_high], axis=2).astype(np.float32), exists & (share >= VISIBLE_SHARE), is_ignored


def _moved_maps(store, indices, grid):
    rows = torch.from_numpy(store.map_rows[indices]).to(grid.device)
    drawn = store.maps[rows.clamp(min=0), None].float() * (rows >= 0).reshape(-1, 1, 1, 1)
    moved = F.grid_sample(drawn, grid, mode="nearest", padding_mode="zeros", align_corners=False)
    return moved[:, 0].round().long()


def _with_exposure(pixels, rng):
    """Varies gamma, window, sharpness and noise of each picture [B,1,S,S] in 0..1."""
    count, device = len(pixels), pixels.device

    def drawn(low, high, share):
        values = np.where(rng.random(count) < share, rng.uniform(low, high, count), np.nan)
        return torch.from_numpy(values.astype(np.float32)).reshape(-1, 1, 1, 1).to(device)

    blurred = _blurred(pixels, torch.nan_to_num(drawn(0.5, 1.4, 0.2), nan=0.05))
    gamma = torch.nan_to_num(drawn(-0.5, 0.5, 0.8), nan=0.0).exp()
    black = torch.nan_to_num(drawn(0, 0.08, 0.8), nan=0.0)
    gain = torch.nan_to_num(drawn(math.log(0.75), math.log(1.3), 0.8), nan=0.0).exp()
    exposed = ((blurred.clamp(min=1e-6) ** gamma - black) * gain).clamp(0, 1)
    noise = torch.nan_to_num(drawn(0.005, 0.03, 0.35), nan=0.0)
    return (exposed + noise * torch.randn_like(exposed)).clamp(0, 1)


def _blurred(pixels, deviation):
    """Blurs each picture with a Gaussian of the given deviation [B,1,1,1], along both axes."""
    steps = torch.arange(-BLUR_RADIUS, BLUR_RADIUS + 1, device=pixels.device, dtype=torch.float32)
    kernel = torch.exp(-(steps**2) / (2 * deviation.reshape(-1, 1) ** 2))
    kernel = (kernel / kernel.sum(dim=1, keepdim=True))[:, None]
    stacked = pixels.transpose(0, 1)
    stacked = F.conv2d(stacked, kernel[:, :, :, None], padding=(BLUR_RADIUS, 0), groups=len(pixels))
    stacked = F.conv2d(stacked, kernel[:, :, None, :], padding=(0, BLUR_RADIUS), groups=len(pixels))
    return stacked.transpose(0, 1)
