"""Measures an exported model on the validation part, and on phantoms that training never saw.

    python evaluate.py --model fracture-default.onnx --data fracatlas --split splits/fracatlas-v1.json --out evaluation

Writes evaluation.json (figures with 95 % intervals), detections.json (COCO results) and confidences.csv.
"""

import argparse
import contextlib
import csv
import io
import json
from pathlib import Path

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from detect import detections_in, image_confidence, open_session
from fracatlas import read_fracatlas, read_grey
from metrics import (
    auc, average_precision, bootstrap, operating_point, sensitivity_at_specificity, threshold_at_specificity,
)
from phantoms import read_phantoms

SUSPECTED_SPECIFICITY = 0.90
DEFINITE_SPECIFICITY = 0.975


def detect_all(session, images):
    return [detections_in(session, read_grey(image.path)) for image in images]


def coco_results(images, detections, image_ids):
    """Detections as COCO results: boxes in the pixels of the upright image."""
    return [
        {"image_id": image_ids[image.name], "category_id": 1,
         "bbox": [round(float(v), 2) for v in row[:4]], "score": round(float(row[4]), 5)}
        for image, rows in zip(images, detections) for row in rows
    ]


def matched_per_image(annotations, results, image_ids):
    """pycocotools' verdicts: (AP50, AP50-95, per image: confidences, hits [10,n], number of fractures)."""
    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO()
        truth.dataset = annotations
        truth.createIndex()
        judge = COCOeval(truth, truth.loadRes(results), "bbox")
        judge.params.imgIds = image_ids
        judge.params.maxDets = [1, 10, 100]
        judge.evaluate()
        judge.accumulate()
        judge.summarize()
    whole_range = judge.evalImgs[: len(image_ids)]
    by_id = {row["image_id"]: row for row in whole_range if row is not None}
    per_image = []
    for image_id in image_ids:
        row = by_id.get(image_id)
        per_image.append(
            (np.zeros(0), np.zeros((10, 0), bool), 0) if row is None
            else (np.asarray(row["dtScores"]), np.asarray(row["dtMatches"]) > 0, len(row["gtIds"]))
        )
    return float(judge.stats[1]), float(judge.stats[0]), per_image


def precision_of(per_image, indices, overlaps):
    """Average precision over the given images, mean over the given rows of COCO's ten IoU thresholds."""
    chosen = [per_image[i] for i in indices]
    confidences = np.concatenate([c[0] for c in chosen])
    hits = np.concatenate([c[1] for c in chosen], axis=1)
    fractures = sum(c[2] for c in chosen)
    if fractures == 0:
        return None
    return float(np.mean([average_precision(confidences, hits[o], fractures) for o in overlaps]))


def with_interval(value, interval):
    return {"value": round(value, 4), "ci95": interval}


def point_with_intervals(name, threshold, confidences, is_positive, groups):
    """An operating point; its intervals hold the threshold fixed."""
    figures = operating_point(confidences, is_positive, threshold)
    intervals = {
        key: bootstrap(groups, lambda i, key=key: operating_point(confidences[i], is_positive[i], threshold)[key])
        for key in figures
    }
    return {"name": name, "threshold": threshold,
            **{key: with_interval(value, intervals[key]) for key, value in figures.items()}}


def measure(session, data, split):
    """(figures, COCO results, rows of name, group, positive, confidence) of the validation part."""
    rows = {row["file"]: row for row in json.loads(Path(split).read_text())["validation"]}
    images = [image for image in read_fracatlas(data) if image.name in rows]
    if len(images) != len(rows):
        raise ValueError(f"{len(rows) - len(images)} images of the split are not in the data")
    annotations = json.loads((Path(data) / "annotations.coco.json").read_text())
    for annotation in annotations["annotations"]:
        annotation.setdefault("area", annotation["bbox"][2] * annotation["bbox"][3])
        annotation.setdefault("iscrowd", 0)
    image_ids = {image["file_name"]: image["id"] for image in annotations["images"]}

    detections = detect_all(session, images)
    confidences = np.asarray([image_confidence(rows_) for rows_ in detections])
    is_positive = np.asarray([bool(image.boxes) for image in images])
    groups = [rows[image.name]["group"] for image in images]
    results = coco_results(images, detections, image_ids)
    ap50, ap50_95, per_image = matched_per_image(annotations, results, [image_ids[i.name] for i in images])

    suspected = threshold_at_specificity(confidences, is_positive, SUSPECTED_SPECIFICITY)
    definite = threshold_at_specificity(confidences, is_positive, DEFINITE_SPECIFICITY)
    figures = {
        "images": len(images),
        "positives": int(is_positive.sum()),
        "boxes": sum(len(image.boxes) for image in images),
        "auc": with_interval(auc(confidences, is_positive),
                             bootstrap(groups, lambda i: auc(confidences[i], is_positive[i]))),
        "ap50": with_interval(ap50, bootstrap(groups, lambda i: precision_of(per_image, i, [0]))),
        "ap50_95": with_interval(ap50_95, bootstrap(groups, lambda i: precision_of(per_image, i, range(10)))),
        "sensitivityAtSpecificity90": {
            **with_interval(
                sensitivity_at_specificity(confidences, is_positive, SUSPECTED_SPECIFICITY),
                bootstrap(groups, lambda i: sensitivity_at_specificity(
                    confidences[i], is_positive[i], SUSPECTED_SPECIFICITY))),
            "threshold": suspected,
        },
        "operatingPoints": [
            point_with_intervals("suspected", suspected, confidences, is_positive, groups),
            point_with_intervals("definite", definite, confidences, is_positive, groups),
        ],
    }
    table = [(i.name, g, int(p), round(float(c), 5)) for i, g, p, c in zip(images, groups, is_positive, confidences)]
    return figures, results, table


def measure_phantoms(session, folder, thresholds):
    """How the held-out phantoms fare at the model's thresholds, or None where there are none."""
    held_out = read_phantoms(folder)[1] if folder is not None else []
    if not held_out:
        return None
    confidences = np.asarray([image_confidence(rows) for rows in detect_all(session, held_out)])
    is_positive = np.asarray([bool(image.boxes) for image in held_out])
    return {
        "images": len(held_out), "positives": int(is_positive.sum()),
        "auc": round(auc(confidences, is_positive), 4),
        **{name: {"threshold": value, **{
            key: round(figure, 4) for key, figure in operating_point(confidences, is_positive, value).items()
        }} for name, value in thresholds.items()},
    }


def evaluate(model, data, split, phantoms, out):
    """Writes the three files into `out` and returns the content of evaluation.json."""
    session = open_session(model)
    figures, results, table = measure(session, data, split)
    thresholds = {point["name"]: point["threshold"] for point in figures["operatingPoints"]}
    content = {"split": Path(split).stem, "metrics": figures,
               "phantoms": measure_phantoms(session, phantoms, thresholds)}
    out.mkdir(parents=True, exist_ok=True)
    (out / "evaluation.json").write_text(json.dumps(content, indent=2) + "\n")
    (out / "detections.json").write_text(json.dumps(results) + "\n")
    with open(out / "confidences.csv", "w", newline="") as file:
        csv.writer(file).writerows([("file", "group", "positive", "confidence"), *table])
    return content


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", type=Path, required=True, help="ONNX file written by export.py")
    parser.add_argument("--data", type=Path, required=True, help="FracAtlas")
    parser.add_argument("--split", type=Path, required=True, help="split file made by split.py")
    parser.add_argument("--phantoms", type=Path, help="folder with phantoms.coco.json")
    parser.add_argument("--out", type=Path, required=True, help="folder for the results")
    options = parser.parse_args()
    content = evaluate(options.model, options.data, options.split, options.phantoms, options.out)
    print(json.dumps(content, indent=2))


if __name__ == "__main__":
    main()
