"""Makes the shipped model folder from a finished run: export, detect, evaluate, manifest.

    python release.py --run runs/yolo --data fracatlas --phantoms phantoms --out ../models/yolo
"""

import argparse
import json
from pathlib import Path

from detect import detect_all, validation_images
from evaluate import evaluate
from export import export, load_network
from manifest import write_model_folder
from phantoms import read_phantoms

DEFAULT_SPLIT = Path(__file__).parent / "splits" / "fracatlas-v1.json"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--run", type=Path, required=True, help="folder of the run; the results are written there too")
    parser.add_argument("--data", type=Path, required=True, help="FracAtlas")
    parser.add_argument("--split", type=Path, default=DEFAULT_SPLIT, help="split file made by split.py")
    parser.add_argument("--phantoms", type=Path, help="folder with phantoms.coco.json")
    parser.add_argument("--workers", type=int, default=1, help="processes that run the model")
    parser.add_argument("--out", type=Path, required=True, help="the model folder to write")
    options = parser.parse_args()

    recipe, network = load_network(options.run / "average.pt")
    model = options.run / f"{options.out.resolve().name}.onnx"
    export(network, recipe, model, model.stem)
    held_out = read_phantoms(options.phantoms)[1] if options.phantoms is not None else []
    detections = {
        "images": detect_all(model, recipe.name, validation_images(options.data, options.split), options.workers),
        "phantoms": detect_all(model, recipe.name, held_out, options.workers) if held_out else {},
    }
    evaluation = evaluate(detections, options.data, options.split, options.phantoms, options.run / "evaluation")
    write_model_folder(model, recipe, evaluation, options.out)
    print(json.dumps(evaluation, indent=2))


if __name__ == "__main__":
    main()
