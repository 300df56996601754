"""Mask R-CNN (arXiv 1703.06870): Faster R-CNN with a mask for each finding."""

import torch
import torch.nn.functional as F
from torch import nn

from backbone import ConvNorm
from families.faster_rcnn import STRIDE, WIDTH, FasterRcnn, detect_regions, jittered
from geometry import regions
from reading import read_torchvision
from recipe import Recipe

MASK_CELLS = 14
MAX_INSTANCES = 50


class MaskRcnn(FasterRcnn):
    """Faster R-CNN with mask logits for given boxes (`outline`)."""

    def __init__(self):
        super().__init__()
        self.mask = nn.Sequential(
            ConvNorm(WIDTH, WIDTH, 3), ConvNorm(WIDTH, WIDTH, 3), nn.ConvTranspose2d(WIDTH, WIDTH, 2, 2), nn.ReLU(),
            nn.Conv2d(WIDTH, 1, 1))

    def outline(self, features, boxes):
        """Boxes [B,n,4] of the features → mask logits [B·n,1,28,28]."""
        return self.mask(regions(features.float(), boxes, MASK_CELLS, STRIDE)).float()

    def extra_loss(self, features, batch, parts):
        boxes = jittered(batch.boxes)
        logits = self.outline(features, boxes)
        count = boxes.shape[1]
        numbers = torch.arange(1, count + 1, device=boxes.device).reshape(1, -1, 1, 1)
        alone = (batch.maps[:, None] == numbers).float().flatten(0, 1)[:, None]
        wanted = (regions(alone, boxes.flatten(0, 1)[:, None], 2 * MASK_CELLS, 1) > 0.5).float()
        cross_entropy = F.binary_cross_entropy_with_logits(logits, wanted, reduction="none").mean(dim=(1, 2, 3))
        is_box = batch.is_box.flatten()
        parts["mask"] = (cross_entropy * is_box).sum() / is_box.sum().clamp(min=1)
        return parts["mask"]


class ShippedMaskRcnn(nn.Module):
    """Like Faster R-CNN, and masks [K,1,28,28]: probabilities within each row's box."""

    def __init__(self, network, side):
        super().__init__()
        self.network, self.side = network, side

    def forward(self, images):
        features, boxes, labels, scores = detect_regions(self.network, images, self.side, MAX_INSTANCES)
        return boxes, labels, scores, torch.sigmoid(self.network.outline(features, boxes[None]))


RECIPES = (Recipe(
    name="mask-rcnn", title="Mask R-CNN", task="instance-segmentation", family="torchvision-instance-segmentation",
    outputs=("boxes", "labels", "scores", "masks"), build=MaskRcnn, shipped=ShippedMaskRcnn, read=read_torchvision,
    needs_maps=True, architecture="as Faster R-CNN, with masks of 28 × 28 in each box",
    attribution=("lite0",), decoding={"maskThreshold": 0.5},
),)
