"""Evaluates the detections of detect.py in the validation part and in held-out phantoms.

    python evaluate.py --detections detections.json --data fracatlas --split splits/fracatlas-v1.json --out evaluation

Writes evaluation.json (figures with 95 % intervals), detections.json (COCO results) and confidences.csv.
"""

import argparse
import contextlib
import csv
import io
import json
from pathlib import Path

import numpy as np
from pycocotools import mask as runs
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from detect import validation_images
from metrics import (
    auc, bootstrap, dice_of, operating_point, sensitivity_at_specificity, sorted_precision, threshold_at_specificity,
)
from phantoms import read_phantoms

SUSPECTED_SPECIFICITY = 0.90
DEFINITE_SPECIFICITY = 0.975


def coco_results(found, image_ids):
    """Findings by name as COCO results: boxes in the pixels of the upright image."""
    return [
        {"image_id": image_ids[name], "category_id": 1, "bbox": row[:4], "score": row[4]}
        for name, content in found.items() for row in content["boxes"]
    ]


def matched_per_image(annotations, results, image_ids):
    """The matches of pycocotools: (AP50, AP50-95, per image: confidences, hits [10,n], number of fractures)."""
    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO()
        truth.dataset = annotations
        truth.createIndex()
        evaluation = COCOeval(truth, truth.loadRes(results), "bbox")
        evaluation.params.imgIds = image_ids
        evaluation.params.maxDets = [1, 10, 100]
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    by_id = {row["image_id"]: row for row in evaluation.evalImgs[: len(image_ids)] if row is not None}
    per_image = []
    for image_id in image_ids:
        row = by_id.get(image_id)
        per_image.append(
            (np.zeros(0), np.zeros((10, 0), bool), 0) if row is None
            else (np.asarray(row["dtScores"]), np.asarray(row["dtMatches"]) > 0, len(row["gtIds"]))
        )
    return float(evaluation.stats[1]), float(evaluation.stats[0]), per_image


class Precision:
    """Average precision over any selection of images, repeats included; the mean over some of COCO's ten IoU thresholds."""

    def __init__(self, per_image):
        confidences = np.concatenate([row[0] for row in per_image])
        order = np.argsort(-confidences, kind="mergesort")
        self.owner = np.repeat(np.arange(len(per_image)), [len(row[0]) for row in per_image])[order]
        self.hits = np.concatenate([row[1] for row in per_image], axis=1)[:, order]
        self.fractures = np.asarray([row[2] for row in per_image])

    def of(self, indices, overlaps):
        times = np.bincount(indices, minlength=len(self.fractures))
        fractures = int((times * self.fractures).sum())
        if fractures == 0:
            return None
        weights = times[self.owner]
        return float(np.mean([sorted_precision(self.hits[o] * weights, weights, fractures) for o in overlaps]))


def areas_per_image(images, found, threshold):
    """Per image: pixels found (masks at least as confident as the threshold), pixels annotated, and both."""
    rows = []
    for image in images:
        content = found[image.name]
        masks = [m for m, row in zip(content["masks"], content["boxes"]) if m is not None and row[4] >= threshold]
        height, width = masks[0]["size"] if masks else (0, 0)
        found_runs = [runs.frPyObjects(m, *m["size"]) for m in masks]
        if not image.outlines:
            rows.append((int(runs.area(runs.merge(found_runs))) if found_runs else 0, 0, 0))
            continue
        if not masks:
            height, width = image_size(image)
        annotated_runs = runs.merge(runs.frPyObjects([o.reshape(-1).tolist() for o in image.outlines], height, width))
        merged = runs.merge(found_runs) if found_runs else None
        both = int(runs.area(runs.merge([merged, annotated_runs], intersect=True))) if found_runs else 0
        rows.append((int(runs.area(merged)) if found_runs else 0, int(runs.area(annotated_runs)), both))
    return np.asarray(rows)


def image_size(image):
    """A height and width that contain the image's outlines, enough for their area."""
    corner = np.ceil(np.concatenate(image.outlines).max(axis=0)).astype(int) + 1
    return int(corner[1]), int(corner[0])


def with_interval(value, interval):
    return {"value": round(value, 4), "ci95": interval}


def point_with_intervals(name, threshold, confidences, is_positive, groups):
    """An operating point; its intervals are for this fixed threshold."""
    figures = operating_point(confidences, is_positive, threshold)
    intervals = {
        key: bootstrap(groups, lambda i, key=key: operating_point(confidences[i], is_positive[i], threshold)[key])
        for key in figures
    }
    return {"name": name, "threshold": threshold,
            **{key: with_interval(value, intervals[key]) for key, value in figures.items()}}


def measure(found, data, split):
    """Findings by image name → (figures, COCO results, rows of name, group, positive, confidence)."""
    images = validation_images(data, split)
    rows = {row["file"]: row for row in json.loads(Path(split).read_text())["validation"]}
    confidences = np.asarray([found[image.name]["confidence"] for image in images])
    is_positive = np.asarray([bool(image.boxes) for image in images])
    groups = [rows[image.name]["group"] for image in images]

    suspected = threshold_at_specificity(confidences, is_positive, SUSPECTED_SPECIFICITY)
    definite = threshold_at_specificity(confidences, is_positive, DEFINITE_SPECIFICITY)
    figures = {
        "images": len(images), "positives": int(is_positive.sum()),
        "auc": with_interval(auc(confidences, is_positive),
                             bootstrap(groups, lambda i: auc(confidences[i], is_positive[i]))),
    }
    results = measure_boxes(figures, images, found, data, groups)
    if any("masks" in content for content in found.values()):
        areas = areas_per_image(images, found, suspected)
        figures["dice"] = with_interval(dice_of(areas), bootstrap(groups, lambda i: dice_of(areas[i])))
    figures["sensitivityAtSpecificity90"] = {
        **with_interval(
            sensitivity_at_specificity(confidences, is_positive, SUSPECTED_SPECIFICITY),
            bootstrap(groups, lambda i: sensitivity_at_specificity(
                confidences[i], is_positive[i], SUSPECTED_SPECIFICITY))),
        "threshold": suspected,
    }
    figures["operatingPoints"] = [
        point_with_intervals("suspected", suspected, confidences, is_positive, groups),
        point_with_intervals("definite", definite, confidences, is_positive, groups),
    ]
    table = [(i.name, g, int(p), round(float(c), 5)) for i, g, p, c in zip(images, groups, is_positive, confidences)]
    return figures, results, table


def measure_boxes(figures, images, found, data, groups):
    """Adds the figures of boxes, if the model finds any; returns the COCO results."""
    annotations = json.loads((Path(data) / "annotations.coco.json").read_text())
    for annotation in annotations["annotations"]:
        annotation.setdefault("area", annotation["bbox"][2] * annotation["bbox"][3])
        annotation.setdefault("iscrowd", 0)
    image_ids = {image["file_name"]: image["id"] for image in annotations["images"]}
    results = coco_results({image.name: found[image.name] for image in images}, image_ids)
    if results:
        ap50, ap50_95, per_image = matched_per_image(annotations, results, [image_ids[i.name] for i in images])
        figures["boxes"] = sum(len(image.boxes) for image in images)
        precision = Precision(per_image)
        figures["ap50"] = with_interval(ap50, bootstrap(groups, lambda i: precision.of(i, [0])))
        figures["ap50_95"] = with_interval(ap50_95, bootstrap(groups, lambda i: precision.of(i, range(10))))
    return results


def measure_phantoms(found, folder, thresholds):
    """The figures of the held-out phantoms at the model's thresholds, or None without phantoms."""
    held_out = read_phantoms(folder)[1] if folder is not None else []
    if not held_out or not found:
        return None
    confidences = np.asarray([found[image.name]["confidence"] for image in held_out])
    is_positive = np.asarray([bool(image.boxes) for image in held_out])
    return {
        "images": len(held_out), "positives": int(is_positive.sum()),
        "auc": round(auc(confidences, is_positive), 4),
        **{name: {"threshold": value, **{
            key: round(figure, 4) for key, figure in operating_point(confidences, is_positive, value).items()
        }} for name, value in thresholds.items()},
    }


def evaluate(detections, data, split, phantoms, out):
    """Writes the three files into `out` and returns the content of evaluation.json."""
    figures, results, table = measure(detections["images"], data, split)
    thresholds = {point["name"]: point["threshold"] for point in figures["operatingPoints"]}
    content = {"split": Path(split).stem, "metrics": figures,
               "phantoms": measure_phantoms(detections["phantoms"], phantoms, thresholds)}
    out.mkdir(parents=True, exist_ok=True)
    (out / "evaluation.json").write_text(json.dumps(content, indent=2) + "\n")
    (out / "detections.json").write_text(json.dumps(results) + "\n")
    with open(out / "confidences.csv", "w", newline="") as file:
        csv.writer(file).writerows([("file", "group", "positive", "confidence"), *table])
    return content


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--detections", type=Path, required=True, help="JSON written by detect.py")
    parser.add_argument("--data", type=Path, required=True, help="FracAtlas")
    parser.add_argument("--split", type=Path, required=True, help="split file made by split.py")
    parser.add_argument("--phantoms", type=Path, help="folder with phantoms.coco.json")
    parser.add_argument("--out", type=Path, required=True, help="folder for the results")
    options = parser.parse_args()
    detections = json.loads(options.detections.read_text())
    content = evaluate(detections, options.data, options.split, options.phantoms, options.out)
    print(json.dumps(content, indent=2))


if __name__ == "__main__":
    main()
