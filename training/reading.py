"""Decodes the families' outputs to Detections as the daemon does, for evaluation and checks."""

import cv2
import numpy as np

from recipe import Detections

NMS_IOU = 0.5
MIN_CONFIDENCE = 0.001
MAX_DETECTIONS = 50
# Less confident findings have no outline.
MIN_MASK_CONFIDENCE = 0.05


def read_columns(outputs, side):
    """yolo-v8: [1,5,N], cx, cy, w, h, confidence in columns."""
    return _centred(outputs[0][0].T[:, :4], outputs[0][0, 4])


def read_rows(outputs, side):
    """yolo-v7: [1,N,6], cx, cy, w, h, objectness, class in rows."""
    rows = outputs[0][0]
    return _centred(rows[:, :4], rows[:, 4] * rows[:, 5])


def read_torchvision(outputs, side):
    """Boxes [K,4], labels [K], scores [K] and optionally masks [K,1,m,m] in their boxes."""
    boxes, _, scores = outputs[:3]
    selected = _select(boxes, scores)
    masks = None
    if len(outputs) > 3:
        masks = [pasted(outputs[3][i, 0], boxes[i], side) if scores[i] >= MIN_MASK_CONFIDENCE else None for i in selected]
    return _detections(boxes[selected], scores[selected], masks)


def read_probability(outputs, side):
    """A classifier's [1,1]."""
    return Detections(np.zeros((0, 4)), np.zeros(0), float(outputs[0][0, 0]))


def read_mask(outputs, side, threshold, min_area):
    """U-Net: [1,1,S,S] → 8-connected components, each with its highest probability as confidence."""
    probability = outputs[0][0, 0]
    count, labels, stats, _ = cv2.connectedComponentsWithStats((probability > threshold).astype(np.uint8), connectivity=8)
    found = []
    for label in range(1, count):
        x, y, width, height, area = stats[label]
        if area >= min_area:
            mask = labels == label
            found.append((float(probability[mask].max()), [x, y, x + width, y + height], mask))
    found.sort(key=lambda row: -row[0])
    boxes = np.asarray([row[1] for row in found], np.float64).reshape(-1, 4)
    confidences = np.asarray([row[0] for row in found])
    return Detections(boxes, confidences, float(probability.max()), [row[2] for row in found])


def pasted(mask, box, side):
    """A probability mask [m,m] of a box → bool [side,side], bilinear, above one half."""
    x1, y1, x2, y2 = box
    size = mask.shape[0]
    matrix = np.float64([[size / max(x2 - x1, 1e-3), 0, 0], [0, size / max(y2 - y1, 1e-3), 0]])
    # Pixel centres on both sides: (column + 0.5 − x1) · size / width − 0.5.
    matrix[0, 2] = (0.5 - x1) * matrix[0, 0] - 0.5
    matrix[1, 2] = (0.5 - y1) * matrix[1, 1] - 0.5
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(mask.astype(np.float32), matrix, (side, side), flags=flags) > 0.5


def nms(corners, iou, max_detections=MAX_DETECTIONS):
    """Boxes x1, y1, x2, y2, most confident first → indices of the first `max_detections` that no selected box overlaps by more than `iou`."""
    selected = []
    area = (corners[:, 2:] - corners[:, :2]).prod(axis=1)
    for index in range(len(corners)):
        if len(selected) == max_detections:
            break
        if selected:
            low = np.maximum(corners[selected, :2], corners[index, :2])
            high = np.minimum(corners[selected, 2:], corners[index, 2:])
            shared = (high - low).clip(0).prod(axis=1)
            if (shared / (area[selected] + area[index] - shared)).max() > iou:
                continue
        selected.append(index)
    return selected


def _centred(boxes, confidences):
    corners = np.concatenate([boxes[:, :2] - boxes[:, 2:] / 2, boxes[:, :2] + boxes[:, 2:] / 2], axis=1)
    selected = _select(corners, confidences)
    return _detections(corners[selected], confidences[selected])


def _select(corners, confidences):
    order = np.argsort(-confidences, kind="stable")
    order = order[confidences[order] >= MIN_CONFIDENCE]
    return order[nms(corners[order], NMS_IOU)]


def _detections(boxes, confidences, masks=None):
    return Detections(boxes, confidences, float(confidences[0]) if len(confidences) else 0.0, masks)
