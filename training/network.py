"""The detector: EfficientNet-Lite0, a feature pyramid down to stride 8, one centre heatmap and one box per cell."""

import torch
import torch.nn.functional as F
from torch import nn

from backbone import FEATURE_CHANNELS, ConvNorm, EfficientNetLite0

STRIDE = 8
PYRAMID_CHANNELS = 64
# A fracture's box is some 4 cells wide; sizes are learned as the logarithm of the ratio to this.
BASE_CELLS = 4.0
MAX_LOG_SIZE = 3.0
PRIOR_LOGIT = -4.0


class FractureDetector(nn.Module):
    """Grey [B,1,H,W] in 0..1 → (cells [B,5,H/8,W/8], image logit [B,1]).

    Channel 0 is the logit of a fracture's centre being in the cell, 1 and 2 the centre's offset from the
    cell's middle in cells, 3 and 4 the logarithms of width and height over BASE_CELLS cells. The image
    logit (does the picture hold a fracture at all?) is already part of channel 0.
    """

    def __init__(self):
        super().__init__()
        width = PYRAMID_CHANNELS
        self.backbone = EfficientNetLite0()
        self.lateral = nn.ModuleList(ConvNorm(channels, width, activates=False) for channels in FEATURE_CHANNELS)
        self.blend = ConvNorm(width, width, 3)
        self.head = nn.Sequential(ConvNorm(width, width, 3), ConvNorm(width, width, 3))
        self.cells = nn.Conv2d(width, 5, 1)
        self.image_features = ConvNorm(FEATURE_CHANNELS[-1], 2 * width)
        self.context_dropout = nn.Dropout(0.2)
        self.image_logit = nn.Linear(4 * width, 1)
        self.context_weight = nn.Parameter(torch.tensor(0.3))
        nn.init.normal_(self.cells.weight, std=0.01)
        nn.init.zeros_(self.cells.bias)
        self.cells.bias.data[0] = PRIOR_LOGIT
        nn.init.normal_(self.image_logit.weight, std=0.01)
        nn.init.zeros_(self.image_logit.bias)

    def forward(self, x):
        fine, middle, coarse = self.backbone(x)
        context = self.image_features(coarse)
        context = torch.cat([context.mean(dim=(2, 3)), context.amax(dim=(2, 3))], dim=1)
        image_logit = self.image_logit(self.context_dropout(context))
        top = self.lateral[2](coarse)
        mid = self.blend(F.relu6(self.lateral[1](middle) + F.interpolate(top, scale_factor=2.0, mode="nearest")))
        low = F.relu6(self.lateral[0](fine) + F.interpolate(mid, scale_factor=2.0, mode="nearest"))
        cells = self.cells(self.head(low))
        heat = cells[:, :1] + (self.context_weight * image_logit)[:, :, None, None]
        return torch.cat([heat, cells[:, 1:]], dim=1), image_logit


def decode_boxes(cells):
    """Cells [B,5,h,w] → centre x, centre y, width, height in input pixels, [B,4,h,w]."""
    # Plain integers, so that an export holds constants here instead of arithmetic on shapes.
    height, width = int(cells.shape[2]), int(cells.shape[3])
    columns = torch.arange(width, dtype=cells.dtype, device=cells.device)[None, None, :] + 0.5
    rows = torch.arange(height, dtype=cells.dtype, device=cells.device)[None, :, None] + 0.5
    centre_x = (cells[:, 1] + columns) * STRIDE
    centre_y = (cells[:, 2] + rows) * STRIDE
    size = torch.exp(cells[:, 3:5].clamp(-MAX_LOG_SIZE, MAX_LOG_SIZE)) * (BASE_CELLS * STRIDE)
    return torch.cat([torch.stack([centre_x, centre_y], dim=1), size], dim=1)
