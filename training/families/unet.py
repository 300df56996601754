"""A probability per pixel: U-Net (arXiv 1505.04597) over the five features of EfficientNet-Lite0."""

from functools import partial

import torch
import torch.nn.functional as F
from torch import nn

from backbone import ConvNorm, EfficientNetLite
from layers import FromImageNet, ImageLogit, image_loss
from reading import read_mask
from recipe import Recipe

WIDTHS = (96, 64, 48, 32)
PRIOR_LOGIT = -4.0
IMAGE_WEIGHT = 0.25
# One pixel in several hundred is fractured.
PIXEL_WEIGHT = 20.0
MASK_THRESHOLD = 0.3
MIN_AREA = 30


class Unet(FromImageNet):
    """Grey [B,1,H,W] in 0..1 → (mask logits [B,1,H,W], image logit [B,1])."""

    def __init__(self):
        super().__init__()
        self.backbone = EfficientNetLite("lite0")
        *skips, deepest = self.backbone.channels
        self.image = ImageLogit(deepest)
        self.narrow = ConvNorm(deepest, 128)
        steps, channels = [], 128
        for skip, width in zip(reversed(skips), WIDTHS):
            steps.append(nn.Sequential(ConvNorm(channels + skip, width, 3), ConvNorm(width, width, 3)))
            channels = width
        self.steps = nn.ModuleList(steps)
        self.mask = nn.Conv2d(channels, 1, 1)
        self.context_weight = nn.Parameter(torch.tensor(0.3))
        nn.init.normal_(self.mask.weight, std=0.01)
        nn.init.constant_(self.mask.bias, PRIOR_LOGIT)

    def forward(self, x):
        *skips, deepest = self.backbone(x)
        image_logit = self.image(deepest)
        x = self.narrow(deepest)
        for step, skip in zip(self.steps, reversed(skips)):
            x = step(torch.cat([F.interpolate(x, scale_factor=2.0, mode="nearest"), skip], dim=1))
        logits = self.mask(x).float() + (self.context_weight * image_logit.float())[:, :, None, None]
        return F.interpolate(logits, scale_factor=2.0, mode="bilinear", align_corners=False), image_logit

    def learn(self, batch):
        logits, image_logit = self(batch.pixels)
        wanted = (batch.maps > 0).float()[:, None]
        weight = 1 + (PIXEL_WEIGHT - 1) * wanted
        probability = torch.sigmoid(logits)
        cross_entropy = F.binary_cross_entropy_with_logits(logits, wanted, weight=weight, reduction="none")
        pixel = (cross_entropy * (probability - wanted).abs() ** 1.5).mean() * 50
        shared = (probability * wanted).sum(dim=(1, 2, 3))
        sizes = probability.sum(dim=(1, 2, 3)) + wanted.sum(dim=(1, 2, 3))
        dice = ((1 - (2 * shared + 20) / (sizes + 20)) * batch.is_fractured[:, 0]).mean()
        image_part = image_loss(image_logit, batch)
        return pixel + dice + IMAGE_WEIGHT * image_part, {"pixel": pixel, "dice": dice, "image": image_part}


class ShippedUnet(nn.Module):
    """images [1,1,S,S] → mask [1,1,S,S]: the probability of a fracture at each pixel."""

    def __init__(self, network, side):
        super().__init__()
        self.network = network

    def forward(self, images):
        return torch.sigmoid(self.network(images)[0])


RECIPES = (Recipe(
    name="unet", title="U-Net", task="semantic-segmentation", family="unet", outputs=("mask",),
    build=Unet, shipped=ShippedUnet, read=partial(read_mask, threshold=MASK_THRESHOLD, min_area=MIN_AREA),
    needs_maps=True, architecture="U-Net decoder over EfficientNet-Lite0, mask at full size",
    attribution=("lite0",), decoding={"maskThreshold": MASK_THRESHOLD, "minAreaPx": MIN_AREA},
),)
