"""Runs an exported model as the daemon does: letterbox, session, confidences, NMS, conversion to image pixels.

    python detect.py --model faster-rcnn.onnx --family faster-rcnn --data fracatlas --split splits/fracatlas-v1.json --out detections.json

Writes the detections in every image of the validation part and in the held-out phantoms.
"""

import argparse
import json
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np
import onnxruntime

from families import RECIPES
from fracatlas import read_fracatlas, read_grey
from letterbox import letterboxed
from phantoms import read_phantoms

_SESSIONS = {}


def open_session(path, threads=2):
    """An onnxruntime session on the CPU."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def findings_in(session, recipe, grey):
    """Grey pixels 0..255 [H,W] → {confidence, boxes: x, y, width, height, confidence in image pixels, masks: COCO runs}."""
    tensor, box = letterboxed(grey, recipe.side)
    outputs = session.run(list(recipe.outputs), {session.get_inputs()[0].name: tensor[None, None]})
    found = recipe.read(outputs, recipe.side)
    limit = (grey.shape[1], grey.shape[0])
    low, high = box.to_image(found.boxes[:, :2]).clip(0, limit), box.to_image(found.boxes[:, 2:]).clip(0, limit)
    rows = np.concatenate([low, high - low], axis=1)
    content = {
        "confidence": round(found.confidence, 6),
        "boxes": [[*(round(float(v), 2) for v in row), round(float(c), 6)] for row, c in zip(rows, found.confidences)],
    }
    if found.masks is not None:
        content["masks"] = [
            None if mask is None else runs_of(_in_image(mask, box, limit)) for mask in found.masks
        ]
    return content


def _in_image(mask, box, limit):
    visible = mask[box.pad_y : box.pad_y + box.height, box.pad_x : box.pad_x + box.width]
    return cv2.resize(visible.astype(np.uint8), limit, interpolation=cv2.INTER_NEAREST)


def runs_of(mask):
    """A mask as COCO's uncompressed run lengths, column by column, beginning with zeros."""
    flat = np.concatenate([[0], mask.T.reshape(-1).astype(np.int8), [0]])
    edges = np.flatnonzero(np.diff(flat))
    bounds = np.concatenate([[0], edges, [mask.size]])
    return {"size": list(mask.shape), "counts": [int(c) for c in np.diff(bounds)]}


def _one(path, model, family, threads):
    if model not in _SESSIONS:
        _SESSIONS[model] = open_session(model, threads)
    return findings_in(_SESSIONS[model], RECIPES[family], read_grey(path))


def detect_all(model, family, images, workers=1, threads=2):
    """AnnotatedImages → their findings by name."""
    work = partial(_one, model=model, family=family, threads=threads)
    paths = [image.path for image in images]
    if workers == 1:
        found = list(map(work, paths))
    else:
        with get_context("spawn").Pool(workers) as pool:
            found = pool.map(work, paths, chunksize=4)
    return {image.name: content for image, content in zip(images, found)}


def validation_images(data, split):
    """The validation part of a split, sorted by name; raises ValueError if images are missing."""
    wanted = {row["file"] for row in json.loads(Path(split).read_text())["validation"]}
    images = [image for image in read_fracatlas(data) if image.name in wanted]
    if len(images) != len(wanted):
        raise ValueError(f"{len(wanted) - len(images)} images of the split are missing in {data}.")
    return images


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", type=Path, required=True, help="ONNX file written by export.py")
    parser.add_argument("--family", choices=sorted(RECIPES), required=True)
    parser.add_argument("--data", type=Path, required=True, help="FracAtlas")
    parser.add_argument("--split", type=Path, required=True, help="split file made by split.py")
    parser.add_argument("--phantoms", type=Path, help="folder with phantoms.coco.json")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2, help="per worker")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    content = {"images": detect_all(options.model, options.family, validation_images(options.data, options.split),
                                    options.workers, options.threads), "phantoms": {}}
    if options.phantoms is not None:
        held_out = read_phantoms(options.phantoms)[1]
        content["phantoms"] = detect_all(options.model, options.family, held_out, options.workers, options.threads)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(content) + "\n")


if __name__ == "__main__":
    main()
