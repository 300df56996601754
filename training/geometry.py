"""Boxes on the training device: overlaps, losses, and a non-maximum suppression of fixed shape."""

import torch
import torch.nn.functional as F

SUPPRESSION_ROUNDS = 12


def corners_of(boxes):
    """cx, cy, w, h [...,4] → x1, y1, x2, y2."""
    return torch.cat([boxes[..., :2] - boxes[..., 2:] / 2, boxes[..., :2] + boxes[..., 2:] / 2], dim=-1)


def centres_of(boxes):
    """x1, y1, x2, y2 [...,4] → cx, cy, w, h."""
    return torch.cat([(boxes[..., :2] + boxes[..., 2:]) / 2, boxes[..., 2:] - boxes[..., :2]], dim=-1)


def overlaps(a, b):
    """IoU of boxes x1, y1, x2, y2: [B,n,4] and [B,m,4] → [B,n,m]."""
    low = torch.maximum(a[:, :, None, :2], b[:, None, :, :2])
    high = torch.minimum(a[:, :, None, 2:], b[:, None, :, 2:])
    size = (high - low).clamp(min=0)
    shared = size[..., 0] * size[..., 1]
    area_a, area_b = ((x[..., 2] - x[..., 0]) * (x[..., 3] - x[..., 1]) for x in (a, b))
    return shared / (area_a[:, :, None] + area_b[:, None] - shared).clamp(min=1e-6)


def giou(a, b):
    """(GIoU, IoU) of boxes x1, y1, x2, y2 in pairs: [n,4] and [n,4] → [n] and [n] (arXiv 1902.09630)."""
    shared = (torch.minimum(a[:, 2:], b[:, 2:]) - torch.maximum(a[:, :2], b[:, :2])).clamp(min=0).prod(dim=1)
    union = (a[:, 2:] - a[:, :2]).prod(dim=1) + (b[:, 2:] - b[:, :2]).prod(dim=1) - shared
    hull = (torch.maximum(a[:, 2:], b[:, 2:]) - torch.minimum(a[:, :2], b[:, :2])).prod(dim=1)
    iou = shared / union.clamp(min=1e-6)
    return iou - (hull - union) / hull.clamp(min=1e-6), iou


def box_distance(predicted, wanted, stride=8.0):
    """1 − GIoU plus a smooth L1 loss of the centre and the logarithm of the size, [n]; both x1, y1, x2, y2."""
    a, b = centres_of(predicted), centres_of(wanted)
    shape = F.smooth_l1_loss(a[:, 2:].clamp(min=1).log(), b[:, 2:].clamp(min=1).log(), reduction="none").sum(dim=1)
    place = F.smooth_l1_loss(a[:, :2] / stride, b[:, :2] / stride, reduction="none").sum(dim=1)
    return 1 - giou(predicted, wanted)[0] + 0.2 * shape + 0.1 * place


def suppression_mask(boxes, limit, rounds=SUPPRESSION_ROUNDS):
    """Greedy non-maximum suppression of [B,n,4], most confident first → float [B,n], 1 for each remaining box.

    Each round suppresses the boxes that a remaining, more confident box overlaps; `rounds` bounds the length of
    chains of overlaps. Every shape is fixed, so the same code serves training on a GPU and the export.
    """
    count = boxes.shape[1]
    is_higher_ranked = torch.ones(count, count, dtype=boxes.dtype, device=boxes.device).tril(-1)
    suppresses = (overlaps(boxes, boxes) > limit).to(boxes.dtype) * is_higher_ranked
    mask = torch.ones_like(boxes[:, :, 0])
    for _ in range(rounds):
        mask = (torch.matmul(suppresses, mask[:, :, None])[:, :, 0] < 0.5).to(boxes.dtype)
    return mask


def regions(features, boxes, size, stride):
    """RoIAlign (arXiv 1703.06870): features [B,C,h,w], boxes x1, y1, x2, y2 [B,n,4] → [B·n,C,size,size].

    Two by two bilinear samples per bin; values outside the map are 0.
    """
    batch, channels, height, width = features.shape
    count = boxes.shape[1]
    steps = (torch.arange(2 * size, device=boxes.device, dtype=boxes.dtype) + 0.5) / (2 * size)
    x = boxes[:, :, 0:1] + (boxes[:, :, 2:3] - boxes[:, :, 0:1]) * steps
    y = boxes[:, :, 1:2] + (boxes[:, :, 3:4] - boxes[:, :, 1:2]) * steps
    x, y = x * (2 / (stride * width)) - 1, y * (2 / (stride * height)) - 1
    grid = torch.stack([
        x[:, :, None, :].expand(batch, count, 2 * size, 2 * size),
        y[:, :, :, None].expand(batch, count, 2 * size, 2 * size),
    ], dim=-1).reshape(batch, count * 2 * size, 2 * size, 2)
    sampled = F.grid_sample(features, grid, mode="bilinear", padding_mode="zeros", align_corners=False)
    sampled = F.avg_pool2d(sampled, 2)
    return sampled.reshape(batch, channels, count, size, size).transpose(1, 2).reshape(-1, channels, size, size)
