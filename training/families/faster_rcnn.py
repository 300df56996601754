"""Faster R-CNN (arXiv 1506.01497), written from the paper: proposals from anchors, then the classification of each region."""

import torch
import torch.nn.functional as F
from torch import nn

from backbone import ConvNorm
from geometry import box_distance, centres_of, corners_of, overlaps, regions, suppression_mask
from layers import FromImageNet, Pyramid, image_loss
from reading import read_torchvision
from recipe import Recipe

STRIDE = 8
SIZES = (20.0, 36.0, 64.0, 120.0)
RATIOS = (0.5, 1.0, 2.0)
WIDTH = 96
REGION_CELLS = 7
HIDDEN = 384
CANDIDATES = 384
PROPOSALS = 100
PROPOSAL_OVERLAP = 0.7
POSITIVE_ANCHOR, NEGATIVE_ANCHOR = 0.55, 0.35
POSITIVE_REGION = 0.5
# Deltas are learned in these fractions of the box (as in the authors' code).
DELTA_SCALE = (0.1, 0.1, 0.2, 0.2)
MAX_LOG_SIZE = 3.0
PRIOR_LOGIT = -4.0
IMAGE_WEIGHT = 0.25
REGION_WEIGHT = 2.0
POSITIVES_PER_PICTURE = 3.0


class FasterRcnn(FromImageNet):
    """Grey [B,1,H,W] in 0..1 → proposals (`propose`) and, for given boxes, logits and refined boxes (`classify`)."""

    def __init__(self):
        super().__init__()
        self.backbone = Pyramid("lite0", WIDTH)
        kinds = len(SIZES) * len(RATIOS)
        self.rpn = ConvNorm(WIDTH, WIDTH, 3)
        self.rpn_out = nn.Conv2d(WIDTH, 5 * kinds, 1)
        self.region = nn.Sequential(
            nn.Flatten(), nn.Linear(WIDTH * REGION_CELLS**2, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, HIDDEN), nn.ReLU())
        self.region_out = nn.Linear(HIDDEN, 5)
        self.context_weight = nn.Parameter(torch.tensor(0.3))
        for layer in (self.rpn_out, self.region_out):
            nn.init.normal_(layer.weight, std=0.01)
            nn.init.zeros_(layer.bias)
        self.rpn_out.bias.data[::5] = PRIOR_LOGIT
        self.region_out.bias.data[0] = PRIOR_LOGIT / 2

    def propose(self, features):
        """Features [B,C,h,w] → (anchors x1, y1, x2, y2 [N,4], logits [B,N], boxes [B,N,4])."""
        out = self.rpn_out(self.rpn(features)).float()
        height, width = int(out.shape[2]), int(out.shape[3])
        out = out.unflatten(1, (-1, 5)).permute(0, 3, 4, 1, 2).flatten(1, 3)
        anchors = anchors_of(height, width, out.device)
        return anchors, out[..., 0], apply_deltas(anchors, out[..., 1:])

    def classify(self, features, boxes, image_logit):
        """Regions [B,n,4] of the features → (fracture logits [B,n], refined boxes [B,n,4])."""
        cells = regions(features.float(), boxes, REGION_CELLS, STRIDE)
        out = self.region_out(self.region(cells)).float().reshape(boxes.shape[0], boxes.shape[1], 5)
        return out[..., 0] + self.context_weight * image_logit.float(), apply_deltas(boxes, out[..., 1:])

    def learn(self, batch):
        features, image_logit = self.backbone(batch.pixels)
        anchors, logits, boxes = self.propose(features)
        proposal, proposal_box = anchor_loss(batch, anchors, logits, boxes)
        with torch.no_grad():
            proposals, _ = select_proposals(logits, boxes, batch.pixels.shape[-1])
            proposals = torch.cat([proposals, jittered(batch.boxes)], dim=1)
        region_logits, refined = self.classify(features, proposals, image_logit)
        region, region_box = region_loss(batch, proposals, region_logits, refined)
        image_part = image_loss(image_logit, batch)
        total = proposal + proposal_box + REGION_WEIGHT * (region + region_box) + IMAGE_WEIGHT * image_part
        parts = {"proposal": proposal, "proposalBox": proposal_box, "region": region, "regionBox": region_box,
                 "image": image_part}
        return total + self.extra_loss(features, batch, parts), parts

    def extra_loss(self, features, batch, parts):
        """The additional loss of a derived family."""
        return 0.0


def anchors_of(height, width, device):
    """x1, y1, x2, y2 of every size and ratio around every cell, [height·width·kinds,4]."""
    shapes = torch.tensor([(s * r**-0.5, s * r**0.5) for s in SIZES for r in RATIOS], device=device)
    row, column = torch.meshgrid(
        torch.arange(height, device=device), torch.arange(width, device=device), indexing="ij")
    centre = (torch.stack([column, row], dim=-1).float() + 0.5) * STRIDE
    centre = centre[:, :, None].expand(height, width, len(shapes), 2)
    return corners_of(torch.cat([centre, shapes.expand(height, width, -1, 2)], dim=-1)).reshape(-1, 4)


def apply_deltas(boxes, deltas):
    """Boxes x1, y1, x2, y2 moved and resized by deltas of the same shape."""
    deltas = deltas * deltas.new_tensor(DELTA_SCALE)
    centre, size = centres_of(boxes).split(2, dim=-1)
    size = size.clamp(min=1)
    centre = centre + deltas[..., :2] * size
    return corners_of(torch.cat([centre, size * deltas[..., 2:].clamp(-MAX_LOG_SIZE, MAX_LOG_SIZE).exp()], dim=-1))


def select_proposals(logits, boxes, side, count=PROPOSALS):
    """The most confident proposals that do not overlap: (boxes [B,count,4], 0 if suppressed, else 1 [B,count])."""
    score, chosen = torch.topk(logits, CANDIDATES, dim=1)
    boxes = torch.gather(boxes, 1, chosen[..., None].expand(-1, -1, 4)).clamp(0, side)
    mask = suppression_mask(boxes, PROPOSAL_OVERLAP)
    # Logits are far above −1000, so suppressed ones come last.
    _, order = torch.topk(score - 1000 * (1 - mask), count, dim=1)
    return torch.gather(boxes, 1, order[..., None].expand(-1, -1, 4)), torch.gather(mask, 1, order)


def jittered(boxes):
    """The true boxes, slightly shifted: training regions while proposals are still poor."""
    centre, size = centres_of(boxes).split(2, dim=-1)
    centre = centre + size * torch.empty_like(size).uniform_(-0.15, 0.15)
    return corners_of(torch.cat([centre, size * torch.empty_like(size).uniform_(-0.25, 0.25).exp()], dim=-1))


def anchor_loss(batch, anchors, logits, boxes):
    """Focal loss of all anchors, and the distance of the positive ones' boxes."""
    overlap = overlaps(anchors[None], batch.boxes)
    overlap_true = overlap * batch.is_box[:, None]
    best, owner = overlap_true.max(dim=2)
    is_best = ((overlap_true >= overlap_true.amax(dim=1, keepdim=True) - 1e-4) & (overlap_true > 0.2)).any(dim=2)
    is_positive = (best >= POSITIVE_ANCHOR) | is_best
    in_between = ~is_positive & (best >= NEGATIVE_ANCHOR)
    is_ignored = ((overlap * batch.is_ignored[:, None]).amax(dim=2) > 0.2) & ~is_positive
    cross_entropy = F.binary_cross_entropy_with_logits(logits, is_positive.float(), reduction="none")
    confidence = torch.sigmoid(logits)
    focus = torch.where(is_positive, 0.75 * (1 - confidence) ** 2, 0.25 * confidence**2)
    positives = is_positive.sum().clamp(min=len(logits))
    loss = (cross_entropy * focus * ~(in_between | is_ignored)).sum() / positives
    return 2 * loss, positive_box_loss(boxes, batch, owner, is_positive) * 0.5


def region_loss(batch, proposals, region_logits, refined):
    """Cross entropy of the region logits, and the distance of the positive regions' refined boxes."""
    overlap = overlaps(proposals, batch.boxes)
    best, owner = (overlap * batch.is_box[:, None]).max(dim=2)
    is_positive = best >= POSITIVE_REGION
    is_ignored = ((overlap * batch.is_ignored[:, None]).amax(dim=2) > 0.2) & ~is_positive
    exists = torch.ones_like(is_positive)
    exists[:, -batch.is_box.shape[1] :] = batch.is_box
    confidence = torch.sigmoid(region_logits)
    cross_entropy = F.binary_cross_entropy_with_logits(region_logits, is_positive.float(), reduction="none")
    focus = (confidence - is_positive.float()).abs() ** 1.5
    loss = (cross_entropy * focus * (exists & ~is_ignored)).sum() / (len(region_logits) * POSITIVES_PER_PICTURE)
    return loss, positive_box_loss(refined, batch, owner, is_positive & exists)


def positive_box_loss(boxes, batch, owner, is_positive):
    """The mean distance of the positive boxes from their fractures."""
    wanted = torch.gather(batch.boxes, 1, owner[..., None].expand(-1, -1, 4))
    wanted = torch.where(is_positive[..., None], wanted, wanted.new_tensor([0.0, 0.0, 8.0, 8.0]))
    distance = box_distance(boxes.flatten(0, 1), wanted.flatten(0, 1)).reshape(is_positive.shape)
    return (distance * is_positive).sum() / is_positive.sum().clamp(min=1)


def detect_regions(network, images, side, count):
    """One image → (features, boxes [count,4], labels [count], scores [count]), most confident first."""
    features, image_logit = network.backbone(images)
    _, logits, boxes = network.propose(features)
    proposals, mask = select_proposals(logits, boxes, side)
    region_logits, refined = network.classify(features, proposals, image_logit)
    scores, order = torch.topk(torch.sigmoid(region_logits) * mask, count, dim=1)
    refined = torch.gather(refined.clamp(0, side), 1, order[..., None].expand(-1, -1, 4))
    return features, refined[0], torch.ones_like(order[0]), scores[0]


class ShippedFasterRcnn(nn.Module):
    """images [1,1,S,S] → boxes [K,4] x1, y1, x2, y2, labels [K] (1: fracture), scores [K]; the caller applies the final NMS."""

    def __init__(self, network, side):
        super().__init__()
        self.network, self.side = network, side

    def forward(self, images):
        return detect_regions(self.network, images, self.side, PROPOSALS)[1:]


RECIPES = (Recipe(
    name="faster-rcnn", title="Faster R-CNN", task="detection", family="torchvision-detection",
    outputs=("boxes", "labels", "scores"), build=FasterRcnn, shipped=ShippedFasterRcnn, read=read_torchvision,
    architecture="EfficientNet-Lite0, pyramid to stride 8, twelve anchors a cell, 100 proposals, RoIAlign 7 × 7",
    attribution=("lite0",),
),)
