"""Fractured or not: the thirteen convolutions of VGG-16 with batch norm, at half their width, from random weights."""

import torch
from torch import nn

from backbone import ConvNorm
from families.centre import FRACTURES_PER_PICTURE, PRIOR_LOGIT, targets_of
from layers import image_loss, pixel_loss
from reading import read_probability
from recipe import Recipe

# Simonyan & Zisserman, arXiv 1409.1556, configuration D, at half the width: a quarter of the time and of the file size.
STAGES = ((32, 32), (64, 64), (128, 128, 128), (256, 256, 256), (256, 256, 256))
STRIDE = 16
HEAT_WEIGHT = 0.3


class Vgg16(nn.Module):
    """Grey [B,1,H,W] in 0..1 → (image logit [B,1], heat logits [B,1,H/16,W/16]).

    The heat locates fractures. It is an auxiliary task, because image labels alone are too weak a signal with
    a few hundred fractures, and is not exported.
    """

    def __init__(self):
        super().__init__()
        layers, channels = [], 1
        for stage, widths in enumerate(STAGES):
            for width in widths:
                layers.append(ConvNorm(channels, width, 3))
                channels = width
            if stage < len(STAGES) - 1:
                layers.append(nn.MaxPool2d(2))
        self.backbone = nn.Sequential(*layers)
        self.heat = nn.Conv2d(channels, 1, 1)
        self.dropout = nn.Dropout(0.3)
        self.logit = nn.Linear(2 * channels, 1)
        for module in self.backbone.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
        nn.init.normal_(self.heat.weight, std=0.01)
        nn.init.constant_(self.heat.bias, PRIOR_LOGIT)
        nn.init.normal_(self.logit.weight, std=0.01)
        nn.init.zeros_(self.logit.bias)

    def start(self, folder=None):
        """Leaves the random weights: no permissively licensed ones of this network were available."""

    def forward(self, x):
        x = self.backbone((x - 0.3) * 4)
        pooled = torch.cat([x.mean(dim=(2, 3)), x.amax(dim=(2, 3))], dim=1)
        return self.logit(self.dropout(pooled)), self.heat(x)

    def learn(self, batch):
        logit, heat_logits = self(batch.pixels)
        heat, weight, _, _ = targets_of(batch, heat_logits.shape[2], STRIDE)
        heat_loss = pixel_loss(heat_logits[:, 0].float(), heat, weight, len(heat) * FRACTURES_PER_PICTURE)
        image_part = image_loss(logit, batch)
        return image_part + HEAT_WEIGHT * heat_loss, {"image": image_part, "heat": heat_loss}


class ShippedVgg16(nn.Module):
    """images [1,1,S,S] → output0 [1,1]: the probability of a fracture."""

    def __init__(self, network, side):
        super().__init__()
        self.network = network

    def forward(self, images):
        return torch.sigmoid(self.network(images)[0])


RECIPES = (Recipe(
    name="vgg16", title="VGG-16", task="classification", family="classifier", outputs=("output0",),
    build=Vgg16, shipped=ShippedVgg16, read=read_probability, side=512, crop_side=384,
    head_rate=1e-3, backbone_rate=1e-3,
    architecture="VGG-16 with batch norm at half width, random start, mean and maximum pooling, one probability",
),)
