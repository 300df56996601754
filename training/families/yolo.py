"""A detector like YOLOv7 (arXiv 2207.02696), written from the paper: ELAN blocks, two-way pyramid, anchors."""

import torch
import torch.nn.functional as F
from torch import nn

from backbone import ConvNorm, EfficientNetLite
from geometry import box_distance, corners_of, giou
from layers import FromImageNet, ImageLogit, image_loss
from reading import read_rows
from recipe import Recipe

STRIDES = (8, 16, 32)
# Nine k-means clusters of the training part's boxes at 640 pixels, the three larger ones of each level widened.
ANCHORS = (
    ((15, 20), (22, 27), (38, 24)),
    ((17, 61), (29, 39), (50, 39)),
    ((38, 83), (68, 63), (78, 131)),
)
MAX_SIZE_RATIO = 4.0
WIDTHS = (64, 96, 160)
PRIOR_LOGIT = -4.0
BOX_WEIGHT = 2.0
IMAGE_WEIGHT = 0.25
POSITIVES_PER_PICTURE = 5.0


class Elan(nn.Module):
    """Efficient layer aggregation: two 1 × 1 branches, one of them through 3 × 3 steps, all states concatenated."""

    def __init__(self, channels_in, channels_out):
        super().__init__()
        hidden = channels_out // 2
        self.straight, self.entry = ConvNorm(channels_in, hidden), ConvNorm(channels_in, hidden)
        self.first, self.second = (nn.Sequential(ConvNorm(hidden, hidden, 3)) for _ in range(2))
        self.join = ConvNorm(4 * hidden, channels_out)

    def forward(self, x):
        entry = self.entry(x)
        first = self.first(entry)
        return self.join(torch.cat([self.straight(x), entry, first, self.second(first)], dim=1))


class PooledContext(nn.Module):
    """Spatial pyramid pooling in a cross-stage partial block, over 5, 9 and 13 cells."""

    def __init__(self, channels_in, channels_out):
        super().__init__()
        self.entry, self.straight = ConvNorm(channels_in, channels_out), ConvNorm(channels_in, channels_out)
        self.blend = ConvNorm(4 * channels_out, channels_out)
        self.join = ConvNorm(2 * channels_out, channels_out)

    def forward(self, x):
        entry = self.entry(x)
        pooled = [F.max_pool2d(entry, size, stride=1, padding=size // 2) for size in (5, 9, 13)]
        return self.join(torch.cat([self.blend(torch.cat([entry, *pooled], dim=1)), self.straight(x)], dim=1))


class Yolo(FromImageNet):
    """Grey [B,1,H,W] in 0..1 → (per level [B,3,h,w,5]: x, y, w, h and objectness before decoding, image logit [B,1])."""

    def __init__(self):
        super().__init__()
        self.backbone = EfficientNetLite("lite0")
        fine, middle, coarse = self.backbone.channels[2:]
        low, mid, top = WIDTHS
        self.image = ImageLogit(coarse)
        self.context = PooledContext(coarse, top)
        self.lateral = nn.ModuleList([ConvNorm(fine, low), ConvNorm(middle, mid)])
        self.narrow = nn.ModuleList([ConvNorm(mid, low), ConvNorm(top, mid)])
        self.down = nn.ModuleList([Elan(2 * low, low), Elan(2 * mid, mid)])
        self.stride = nn.ModuleList([ConvNorm(low, mid, 3, 2), ConvNorm(mid, top, 3, 2)])
        self.up = nn.ModuleList([Elan(2 * mid, mid), Elan(2 * top, top)])
        self.heads = nn.ModuleList(nn.Sequential(ConvNorm(w, w, 3), nn.Conv2d(w, 15, 1)) for w in WIDTHS)
        self.context_weight = nn.Parameter(torch.tensor(0.3))
        for head in self.heads:
            nn.init.normal_(head[1].weight, std=0.01)
            nn.init.zeros_(head[1].bias)
            head[1].bias.data[4::5] = PRIOR_LOGIT

    def forward(self, x):
        fine, middle, coarse = self.backbone(x)[2:]
        image_logit = self.image(coarse)
        top = self.context(coarse)
        mid = self.down[1](torch.cat([self.lateral[1](middle), _doubled(self.narrow[1](top))], dim=1))
        low = self.down[0](torch.cat([self.lateral[0](fine), _doubled(self.narrow[0](mid))], dim=1))
        mid = self.up[0](torch.cat([self.stride[0](low), mid], dim=1))
        top = self.up[1](torch.cat([self.stride[1](mid), top], dim=1))
        levels = [
            head(level).float().unflatten(1, (3, 5)).permute(0, 1, 3, 4, 2)
            for head, level in zip(self.heads, (low, mid, top))
        ]
        more = (self.context_weight * image_logit.float())[:, :, None, None, None]
        return [torch.cat([level[..., :4], level[..., 4:] + more], dim=-1) for level in levels], image_logit

    def learn(self, batch):
        levels, image_logit = self(batch.pixels)
        boxes, logits, anchors, cells = decoded(levels)
        owner, is_matched = matches(batch, anchors, cells)
        wanted = torch.gather(batch.boxes, 1, owner[..., None].expand(-1, -1, 4))
        wanted = torch.where(is_matched[..., None], wanted, wanted.new_tensor([0.0, 0.0, 8.0, 8.0]))
        corners = corners_of(boxes)
        distance = box_distance(corners.flatten(0, 1), wanted.flatten(0, 1)).reshape(is_matched.shape)
        box_loss = (distance * is_matched).sum() / is_matched.sum().clamp(min=1)
        overlap = giou(corners.detach().flatten(0, 1), wanted.flatten(0, 1))[1].reshape(is_matched.shape)
        quality = torch.where(is_matched, overlap.clamp(0.05, 1), torch.zeros_like(overlap))
        cross_entropy = F.binary_cross_entropy_with_logits(logits, quality, reduction="none")
        cross_entropy = cross_entropy * (torch.sigmoid(logits) - quality).abs() ** 2 * ~in_ignored(batch, cells)
        heat_loss = cross_entropy.sum() / (len(logits) * POSITIVES_PER_PICTURE)
        image_part = image_loss(image_logit, batch)
        total = 2 * heat_loss + BOX_WEIGHT * box_loss + IMAGE_WEIGHT * image_part
        return total, {"object": heat_loss, "box": box_loss, "image": image_part}


def _doubled(x):
    return F.interpolate(x, scale_factor=2.0, mode="nearest")


def decoded(levels):
    """Levels → cx, cy, w, h in input pixels [B,N,4], objectness logits [B,N], anchors [N,2], cell centres and strides [N,3]."""
    boxes, logits, anchors, cells = [], [], [], []
    for level, sizes, stride in zip(levels, ANCHORS, STRIDES):
        height, width = int(level.shape[2]), int(level.shape[3])
        row, column = torch.meshgrid(
            torch.arange(height, device=level.device, dtype=level.dtype),
            torch.arange(width, device=level.device, dtype=level.dtype), indexing="ij")
        grid = torch.stack([column, row], dim=-1)
        size = level.new_tensor(sizes)[:, None, None]
        centre = (torch.sigmoid(level[..., :2]) * 2 - 0.5 + grid) * stride
        extent = (torch.sigmoid(level[..., 2:4]) * 2) ** 2 * size
        boxes.append(torch.cat([centre, extent], dim=-1).flatten(1, 3))
        logits.append(level[..., 4].flatten(1))
        anchors.append(size.expand(3, height, width, 2).reshape(-1, 2))
        place = torch.cat([(grid + 0.5) * stride, torch.full_like(grid[..., :1], float(stride))], dim=-1)
        cells.append(place.expand(3, height, width, 3).reshape(-1, 3))
    return torch.cat(boxes, 1), torch.cat(logits, 1), torch.cat(anchors), torch.cat(cells)


def matches(batch, anchors, cells):
    """The fracture matched to each anchor [B,N] and whether there is one: of similar size, in its cell or an adjacent one."""
    size = (batch.boxes[..., 2:] - batch.boxes[..., :2])[:, None].clamp(min=1)
    ratio = size / anchors[:, None]
    is_similar_size = torch.maximum(ratio, 1 / ratio).amax(dim=-1) < MAX_SIZE_RATIO
    centre = ((batch.boxes[..., :2] + batch.boxes[..., 2:]) / 2)[:, None]
    away = (centre - cells[:, None, :2]).abs() / cells[:, None, 2:]
    is_near = (away.amax(dim=-1) <= 1) & (away.amin(dim=-1) <= 0.5)
    is_match = is_similar_size & is_near & batch.is_box[:, None]
    distance = torch.where(is_match, away.sum(dim=-1), torch.full_like(away[..., 0], 9.0))
    nearest, owner = distance.min(dim=-1)
    return owner, nearest < 9


def in_ignored(batch, cells):
    """Whether an anchor's cell lies in an ignored box [B,N]."""
    low, high = batch.boxes[:, None, :, :2], batch.boxes[:, None, :, 2:]
    inside = ((cells[:, None, :2] >= low) & (cells[:, None, :2] <= high)).all(dim=-1)
    return (inside & batch.is_ignored[:, None]).any(dim=-1)


class ShippedYolo(nn.Module):
    """images [1,1,S,S] → output [1,N,6]: cx, cy, w, h in input pixels, objectness, and 1 for the only class."""

    def __init__(self, network, side):
        super().__init__()
        self.network = network

    def forward(self, images):
        boxes, logits, _, _ = decoded(self.network(images)[0])
        confidence = torch.sigmoid(logits)[..., None]
        return torch.cat([boxes, confidence, torch.ones_like(confidence)], dim=-1)


RECIPES = (Recipe(
    name="yolo", title="YOLO, v7 style", task="detection", family="yolo-v7", outputs=("output",),
    build=Yolo, shipped=ShippedYolo, read=read_rows,
    architecture="EfficientNet-Lite0, ELAN two-way pyramid with pooled context, nine anchors at strides 8, 16 and 32",
    attribution=("lite0",),
),)
