"""Building blocks that several families share."""

import torch
import torch.nn.functional as F
from torch import nn

from backbone import ConvNorm, EfficientNetLite, load_imagenet_start


class ImageLogit(nn.Module):
    """Whether the picture shows a fracture anywhere: deep features [B,C,h,w] → logit [B,1], by mean and maximum."""

    def __init__(self, channels, width=128):
        super().__init__()
        self.features = ConvNorm(channels, width)
        self.dropout = nn.Dropout(0.2)
        self.logit = nn.Linear(2 * width, 1)
        nn.init.normal_(self.logit.weight, std=0.01)
        nn.init.zeros_(self.logit.bias)

    def forward(self, x):
        x = self.features(x)
        return self.logit(self.dropout(torch.cat([x.mean(dim=(2, 3)), x.amax(dim=(2, 3))], dim=1)))


class Pyramid(nn.Module):
    """An EfficientNet-Lite with a top-down pyramid: grey [B,1,H,W] → (features at stride 8 [B,width,H/8,W/8], logit [B,1])."""

    def __init__(self, variant, width):
        super().__init__()
        self.net = EfficientNetLite(variant)
        channels = self.net.channels[2:]
        self.lateral = nn.ModuleList(ConvNorm(c, width, activates=False) for c in channels)
        self.blend = ConvNorm(width, width, 3)
        self.image = ImageLogit(channels[-1])

    def forward(self, x):
        fine, middle, coarse = self.net(x)[2:]
        top = self.lateral[2](coarse)
        mid = self.blend(F.relu6(self.lateral[1](middle) + F.interpolate(top, scale_factor=2.0, mode="nearest")))
        low = F.relu6(self.lateral[0](fine) + F.interpolate(mid, scale_factor=2.0, mode="nearest"))
        return low, self.image(coarse)


class FromImageNet(nn.Module):
    """A network whose `backbone` is an EfficientNet-Lite, or contains one as `net`, and starts from ImageNet weights."""

    def start(self, folder=None):
        load_imagenet_start(getattr(self.backbone, "net", self.backbone), folder)


def image_loss(logit, batch):
    """Cross entropy of the image-level logit; pictures with ambiguous truth have weight 0."""
    return F.binary_cross_entropy_with_logits(logit.float(), batch.is_fractured, weight=batch.is_clear)


def pixel_loss(logits, heat, weight, expected):
    """Penalty-reduced focal loss on a map of centres (CenterNet, arXiv 1904.07850): [B,h,w] each, summed / expected."""
    confidence = torch.sigmoid(logits)
    is_centre = (heat >= 1).float()
    hit = is_centre * (1 - confidence) ** 2 * F.softplus(-logits)
    false = (1 - is_centre) * (1 - heat) ** 4 * confidence**2 * F.softplus(logits)
    return ((hit + false) * weight).sum() / expected
