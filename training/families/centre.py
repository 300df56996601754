"""The default detector: a pyramid down to stride 8, one heatmap of fracture centres and one box per cell."""

import torch
import torch.nn.functional as F
from torch import nn

from backbone import ConvNorm
from geometry import box_distance, centres_of, corners_of
from layers import FromImageNet, Pyramid, image_loss, pixel_loss
from reading import read_columns
from recipe import Recipe

STRIDE = 8
# A fracture's box is about 4 cells wide; sizes are learned as the logarithm of the ratio to this.
BASE_CELLS = 4.0
MAX_LOG_SIZE = 3.0
PRIOR_LOGIT = -4.0
BLOB_SHARE = 0.18
MIN_BLOB = 0.7
BOX_WEIGHT = 2.0
IMAGE_WEIGHT = 0.25
# Fractures expected per picture; the fixed divisor limits the loss of batches without any.
FRACTURES_PER_PICTURE = 0.6


class CentreDetector(FromImageNet):
    """Grey [B,1,H,W] in 0..1 → (cells [B,5,H/8,W/8], image logit [B,1]).

    Channel 0 is the logit of a fracture's centre being in the cell, 1 and 2 the centre's offset from the
    cell's centre in cells, 3 and 4 the logarithms of width and height over BASE_CELLS cells. The image
    logit (whether the picture shows a fracture) is already part of channel 0.
    """

    def __init__(self, variant, width):
        super().__init__()
        self.backbone = Pyramid(variant, width)
        self.head = nn.Sequential(ConvNorm(width, width, 3), ConvNorm(width, width, 3))
        self.cells = nn.Conv2d(width, 5, 1)
        self.context_weight = nn.Parameter(torch.tensor(0.3))
        nn.init.normal_(self.cells.weight, std=0.01)
        nn.init.zeros_(self.cells.bias)
        self.cells.bias.data[0] = PRIOR_LOGIT

    def forward(self, x):
        features, image_logit = self.backbone(x)
        cells = self.cells(self.head(features)).float()
        heat = cells[:, :1] + (self.context_weight * image_logit.float())[:, :, None, None]
        return torch.cat([heat, cells[:, 1:]], dim=1), image_logit

    def learn(self, batch):
        cells, image_logit = self(batch.pixels)
        heat, weight, boxes, box_weight = targets_of(batch, cells.shape[2])
        heat_loss = pixel_loss(cells[:, 0], heat, weight, len(cells) * FRACTURES_PER_PICTURE)
        predicted = corners_of(decode(cells)).flatten(0, 2)
        distance = box_distance(predicted, boxes.flatten(0, 2)) * box_weight.flatten()
        box_loss = distance.sum() / box_weight.sum().clamp(min=1)
        image_part = image_loss(image_logit, batch)
        total = heat_loss + BOX_WEIGHT * box_loss + IMAGE_WEIGHT * image_part
        return total, {"heat": heat_loss, "box": box_loss, "image": image_part}


def decode(cells):
    """Cells [B,5,h,w] → cx, cy, w, h in input pixels, [B,h,w,4]."""
    # Plain integers, so that the export has constants here instead of arithmetic on shapes.
    height, width = int(cells.shape[2]), int(cells.shape[3])
    columns = torch.arange(width, dtype=cells.dtype, device=cells.device)[None, None, :] + 0.5
    rows = torch.arange(height, dtype=cells.dtype, device=cells.device)[None, :, None] + 0.5
    centre = torch.stack([cells[:, 1] + columns, cells[:, 2] + rows], dim=-1) * STRIDE
    size = torch.exp(cells[:, 3:5].clamp(-MAX_LOG_SIZE, MAX_LOG_SIZE)) * (BASE_CELLS * STRIDE)
    return torch.cat([centre, size.permute(0, 2, 3, 1)], dim=-1)


def targets_of(batch, cells, stride=STRIDE):
    """Batch → heat [B,c,c] (1 at centres, fading), weight [B,c,c] (0 where ignored), box [B,c,c,4], box weight [B,c,c]."""
    grid = torch.arange(cells, device=batch.boxes.device, dtype=torch.float32) + 0.5
    centre, size = centres_of(batch.boxes / stride).split(2, dim=-1)
    middle = centre.floor().clamp(0, cells - 1) + 0.5
    spread = (BLOB_SHARE * size).clamp(min=MIN_BLOB)
    away = grid - middle[..., None]
    fading = torch.exp(-(away**2) / (2 * spread[..., None] ** 2))
    blob = fading[:, :, 1, :, None] * fading[:, :, 0, None, :] * batch.is_box[:, :, None, None]
    is_near = (away[:, :, 1, :, None].abs() < 1.5) & (away[:, :, 0, None, :].abs() < 1.5)
    heat = blob.amax(dim=1)
    box_weight, owner = (blob * is_near).max(dim=1)
    boxes = torch.gather(batch.boxes, 1, owner.flatten(1)[..., None].expand(-1, -1, 4)).unflatten(1, (cells, cells))
    boxes = torch.where(box_weight[..., None] > 0, boxes, boxes.new_tensor([0.0, 0.0, 8.0, 8.0]))
    low, high = (batch.boxes / stride).split(2, dim=-1)
    inside = (grid > low[..., None] - 0.5) & (grid < high[..., None] + 0.5)
    ignored = (inside[:, :, 1, :, None] & inside[:, :, 0, None, :] & batch.is_ignored[:, :, None, None]).any(dim=1)
    return heat, torch.where(ignored & (heat < 1), 0.0, 1.0), boxes, box_weight


class ShippedCentre(nn.Module):
    """images [1,1,S,S] → output0 [1,5,N]: cx, cy, w, h in input pixels and confidence, a column per cell.

    The confidence of a cell that is not the highest among its eight neighbours is 0.
    """

    def __init__(self, network, side):
        super().__init__()
        self.network = network

    def forward(self, images):
        cells, _ = self.network(images)
        confidence = torch.sigmoid(cells[:, :1])
        is_peak = confidence >= F.max_pool2d(confidence, 3, stride=1, padding=1)
        confidence = confidence * is_peak.to(confidence.dtype)
        columns = int(cells.shape[2]) * int(cells.shape[3])
        return torch.cat([decode(cells).permute(0, 3, 1, 2), confidence], dim=1).reshape(1, 5, columns)


def recipe_of(name, variant, width, **settings):
    return Recipe(
        name=name, title="Centre heatmap", task="detection", family="yolo-v8", outputs=("output0",),
        build=lambda: CentreDetector(variant, width), shipped=ShippedCentre, read=read_columns,
        architecture=f"EfficientNet-{variant.capitalize()}, pyramid of {width} channels to stride 8, centre heatmap",
        attribution=(variant,), **settings,
    )


RECIPES = (
    recipe_of("default", "lite2", 80, side=768, crop_side=512, crop_batch=24, whole_batch=12),
    recipe_of("default-small", "lite2", 64, side=640, crop_side=448, crop_batch=24, whole_batch=16),
)
