"""What the network should say about a sample, and how far it is from saying it."""

import numpy as np
import torch
import torch.nn.functional as F

from network import STRIDE, decode_boxes

BLOB_SHARE = 0.18
SMALLEST_BLOB = 0.7
BOX_WEIGHT = 2.0
IMAGE_WEIGHT = 0.25
# Fractures expected per sample; a fixed divisor keeps batches without any from shouting.
FRACTURES_PER_SAMPLE = 0.6


def heat_target(sample):
    """One Sample → heat [h,w] (1 at centres, fading), weight [h,w] (0 where ignored), box [4,h,w], box weight [h,w]."""
    cells = sample.pixels.shape[0] // STRIDE
    heat = np.zeros((cells, cells), np.float32)
    weight = np.ones((cells, cells), np.float32)
    box = np.zeros((4, cells, cells), np.float32)
    box_weight = np.zeros((cells, cells), np.float32)
    grid = np.arange(cells, dtype=np.float32) + 0.5
    for x1, y1, x2, y2 in sample.ignored / STRIDE:
        weight[max(0, int(y1)) : int(np.ceil(y2)), max(0, int(x1)) : int(np.ceil(x2))] = 0
    for x1, y1, x2, y2 in sample.boxes / STRIDE:
        centre_x, centre_y = (x1 + x2) / 2, (y1 + y2) / 2
        column, row = min(int(centre_x), cells - 1), min(int(centre_y), cells - 1)
        spread_x = max(SMALLEST_BLOB, BLOB_SHARE * (x2 - x1))
        spread_y = max(SMALLEST_BLOB, BLOB_SHARE * (y2 - y1))
        blob = np.exp(-((grid - grid[column]) ** 2)[None] / (2 * spread_x**2)
                      - ((grid - grid[row]) ** 2)[:, None] / (2 * spread_y**2))
        np.maximum(heat, blob, out=heat)
        near = (slice(max(0, row - 1), row + 2), slice(max(0, column - 1), column + 2))
        closer = blob[near] > box_weight[near]
        box_weight[near] = np.where(closer, blob[near], box_weight[near])
        corners = np.array([x1, y1, x2, y2], np.float32)[:, None, None] * STRIDE
        box[:, near[0], near[1]] = np.where(closer[None], corners, box[:, near[0], near[1]])
        weight[row, column] = 1
    return heat, weight, box, box_weight


def batch_of(samples):
    """Samples of one size → the tensors that `loss_of` reads."""
    targets = [heat_target(sample) for sample in samples]
    heat, weight, box, box_weight = (torch.from_numpy(np.stack(part)) for part in zip(*targets))
    return {
        "pixels": torch.from_numpy(np.stack([s.pixels for s in samples]))[:, None],
        "heat": heat, "weight": weight, "box": box, "box_weight": box_weight,
        "is_fractured": torch.tensor([[float(len(s.boxes) > 0)] for s in samples]),
        "is_clear": torch.tensor([[float(len(s.boxes) > 0 or len(s.ignored) == 0)] for s in samples]),
    }


def loss_of(cells, image_logit, batch):
    """Focal loss on centres (CenterNet, arXiv 1904.07850), GIoU on boxes near centres, cross entropy per image."""
    samples = cells.shape[0]
    logits, heat = cells[:, 0], batch["heat"]
    confidence = torch.sigmoid(logits)
    is_centre = (heat >= 1).float()
    hit = is_centre * (1 - confidence) ** 2 * F.softplus(-logits)
    false = (1 - is_centre) * (1 - heat) ** 4 * confidence**2 * F.softplus(logits)
    heat_loss = ((hit + false) * batch["weight"]).sum() / (samples * FRACTURES_PER_SAMPLE)

    box_weight = batch["box_weight"]
    near = box_weight > 0
    if near.any():
        predicted = decode_boxes(cells).permute(0, 2, 3, 1)[near]
        wanted = batch["box"].permute(0, 2, 3, 1)[near]
        share = box_weight[near]
        box_loss = (box_distance(predicted, wanted) * share).sum() / share.sum()
    else:
        box_loss = cells.sum() * 0
    image_loss = F.binary_cross_entropy_with_logits(image_logit, batch["is_fractured"], weight=batch["is_clear"])
    total = heat_loss + BOX_WEIGHT * box_loss + IMAGE_WEIGHT * image_loss
    return total, {"heat": heat_loss.item(), "box": box_loss.item(), "image": image_loss.item()}


def box_distance(predicted, wanted):
    """1 − GIoU plus a smooth pull on the logarithm of the size; predicted cx, cy, w, h, wanted x1, y1, x2, y2."""
    centre, size = predicted[:, :2], predicted[:, 2:]
    low, high = centre - size / 2, centre + size / 2
    wanted_low, wanted_high = wanted[:, :2], wanted[:, 2:]
    wanted_size = (wanted_high - wanted_low).clamp(min=1.0)
    shared = (torch.minimum(high, wanted_high) - torch.maximum(low, wanted_low)).clamp(min=0).prod(dim=1)
    union = size.prod(dim=1) + wanted_size.prod(dim=1) - shared
    hull = (torch.maximum(high, wanted_high) - torch.minimum(low, wanted_low)).prod(dim=1)
    giou = shared / union - (hull - union) / hull.clamp(min=1e-6)
    shape = F.smooth_l1_loss(size.log(), wanted_size.log(), reduction="none").sum(dim=1)
    place = F.smooth_l1_loss(centre / STRIDE, (wanted_low + wanted_high) / (2 * STRIDE), reduction="none").sum(dim=1)
    return 1 - giou + 0.2 * shape + 0.1 * place
