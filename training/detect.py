"""Runs the exported model as the daemon does: letterbox, session, confidences, overlap, back to image pixels."""

import numpy as np
import onnxruntime

from export import INPUT_NAME, OUTPUT_NAME
from letterbox import letterboxed

NMS_IOU = 0.5
LEAST_CONFIDENCE = 0.001
MOST_DETECTIONS = 50


def open_session(path, threads=2):
    """An onnxruntime session on the CPU."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def detections_in(session, grey):
    """Grey pixels 0..255 [H,W] → [n,5]: x, y, width, height in image pixels and confidence, highest first."""
    side = session.get_inputs()[0].shape[2]
    tensor, box = letterboxed(grey, side)
    columns = session.run([OUTPUT_NAME], {INPUT_NAME: tensor[None, None]})[0][0].T
    columns = columns[columns[:, 4] >= LEAST_CONFIDENCE]
    columns = columns[np.argsort(-columns[:, 4], kind="stable")]
    corners = np.concatenate([columns[:, :2] - columns[:, 2:4] / 2, columns[:, :2] + columns[:, 2:4] / 2], axis=1)
    kept = nms(corners, NMS_IOU)[:MOST_DETECTIONS]
    limit = (grey.shape[1], grey.shape[0])
    low = box.to_image(corners[kept, :2]).clip(0, limit)
    high = box.to_image(corners[kept, 2:]).clip(0, limit)
    return np.concatenate([low, high - low, columns[kept, 4:]], axis=1)


def nms(corners, iou):
    """Boxes x1, y1, x2, y2, most confident first → indices of those that no kept box overlaps by more than `iou`."""
    kept = []
    area = (corners[:, 2:] - corners[:, :2]).prod(axis=1)
    for index in range(len(corners)):
        if kept:
            low = np.maximum(corners[kept, :2], corners[index, :2])
            high = np.minimum(corners[kept, 2:], corners[index, 2:])
            shared = (high - low).clip(0).prod(axis=1)
            if (shared / (area[kept] + area[index] - shared)).max() > iou:
                continue
        kept.append(index)
    return kept


def image_confidence(detections):
    """How sure the model is that an image holds a fracture: its most confident detection, 0 without any."""
    return float(detections[0, 4]) if len(detections) else 0.0
