"""From a finished run to the shipped model folder: export, evaluate, manifest.

    python release.py --run run --data fracatlas --phantoms phantoms --out fracture-default
"""

import argparse
import json
from pathlib import Path

from evaluate import evaluate
from export import export
from manifest import NAME, write_model_folder

DEFAULT_SPLIT = Path(__file__).parent / "splits" / "fracatlas-v1.json"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--run", type=Path, required=True, help="folder of the run; results go there as well")
    parser.add_argument("--data", type=Path, required=True, help="FracAtlas")
    parser.add_argument("--split", type=Path, default=DEFAULT_SPLIT, help="split file made by split.py")
    parser.add_argument("--phantoms", type=Path, help="folder with phantoms.coco.json")
    parser.add_argument("--out", type=Path, required=True, help="the model folder to write")
    options = parser.parse_args()

    model = options.run / f"{NAME}.onnx"
    export(options.run / "average.pt", model)
    evaluation = evaluate(model, options.data, options.split, options.phantoms, options.run / "evaluation")
    write_model_folder(model, evaluation, options.out)
    print(json.dumps(evaluation, indent=2))


if __name__ == "__main__":
    main()
