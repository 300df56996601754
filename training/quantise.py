"""Makes an 8-bit version of an installed model: QuantizeLinear and DequantizeLinear around its convolutions.

    python quantise.py --model ../models/fracture-default --data fracatlas --out ../models/fracture-default-int8

The daemon serves it only after `bonewatch model gate` has shown that it is not worse than its original.
"""

import argparse
import hashlib
import json
import random
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static

import graph
from fracatlas import read_fracatlas, read_grey
from letterbox import letterboxed

DEFAULT_SPLIT = Path(__file__).parent / "splits" / "fracatlas-v1.json"
SEED = 20230801
IMAGES = 200
MAX_OPSET = 17
# TensorRT's requirements on an explicitly quantised graph: symmetric throughout, weights as a pair after the
# floating-point constant, biases not quantised. Only the inputs of convolutions are rounded, so sums remain exact.
TENSORRT_RULES = {
    "ActivationSymmetric": True,
    "WeightSymmetric": True,
    "AddQDQPairToWeight": True,
    "QuantizeBias": False,
    "DedicatedQDQPair": True,
    "OpTypesToExcludeOutputQuantization": ["Conv"],
}


class Pictures(CalibrationDataReader):
    """The calibration pictures as model inputs, one at a time."""

    def __init__(self, paths, name, side):
        self.remaining = iter(paths)
        self.name, self.side = name, side

    def get_next(self):
        path = next(self.remaining, None)
        if path is None:
            return None
        tensor, _ = letterboxed(read_grey(path), self.side)
        return {self.name: tensor[None, None]}


def calibration_images(images, split, count, seed=SEED):
    """`count` random images of the training part, never of the validation part."""
    training = {row["file"] for row in split["train"]}
    usable = sorted((image for image in images if image.name in training), key=lambda image: image.name)
    if len(usable) < count:
        raise ValueError(f"Calibration needs {count} training images; found {len(usable)}.")
    return random.Random(seed).sample(usable, count)


def quantised(source, out, pictures):
    """Writes an 8-bit version of the ONNX file `source`; raises ValueError if the result violates a check."""
    model = onnx.load(source)
    graph.store_as_float(model)
    with tempfile.TemporaryDirectory() as folder:
        full_precision = Path(folder) / "float.onnx"
        onnx.save(model, full_precision)
        quantize_static(
            str(full_precision), str(out), pictures, quant_format=QuantFormat.QDQ, op_types_to_quantize=["Conv"],
            per_channel=True, activation_type=QuantType.QInt8, weight_type=QuantType.QInt8,
            calibrate_method=CalibrationMethod.MinMax, extra_options=TENSORRT_RULES,
        )
    made = onnx.load(out)
    graph.strip(made, model.graph.name)
    onnx.checker.check_model(made, full_check=True)
    onnx.save(made, out)
    check(made, out)


def check(model, path):
    """Checks the opset (TensorRT 10), standard operators, that every convolution is quantised, and that the model runs."""
    opsets = {entry.domain: entry.version for entry in model.opset_import}
    domains = {node.domain for node in model.graph.node} - {"", "ai.onnx"}
    if domains or opsets[""] > MAX_OPSET:
        raise ValueError(f"{path.name} must use opset {MAX_OPSET} or lower and only ONNX operators; opset {opsets['']}, others: {sorted(domains)}.")
    makers = {output: node.op_type for node in model.graph.node for output in node.output}
    plain = [node.name for node in model.graph.node if node.op_type == "Conv"
             and any(makers.get(name) != "DequantizeLinear" for name in node.input[:2])]
    if plain:
        raise ValueError(f"{path.name} has convolutions that are not quantised: {plain}.")
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    (entry,) = session.get_inputs()
    outputs = session.run(None, {entry.name: np.zeros(entry.shape, np.float32)})
    if not all(np.isfinite(output).all() for output in outputs):
        raise ValueError(f"{path.name} returned outputs that are not finite numbers.")


def manifest_of(reference, model, calibration):
    """The manifest of the reference with another file; its figures are the reference's until they are measured."""
    digest = hashlib.sha256(model.read_bytes()).hexdigest()
    return {
        **reference,
        "name": model.stem,
        "version": f"{reference['version']}-int8",
        "file": model.name,
        "sha256": digest,
        "quantisation": {"precision": "int8", "from": reference["sha256"], "calibration": calibration},
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", type=Path, required=True, help="folder of the model to start from")
    parser.add_argument("--data", type=Path, required=True, help="FracAtlas")
    parser.add_argument("--split", type=Path, default=DEFAULT_SPLIT, help="split file made by split.py")
    parser.add_argument("--images", type=int, default=IMAGES, help="training images to calibrate with")
    parser.add_argument("--out", type=Path, required=True, help="the model folder to write; its name is the model's")
    options = parser.parse_args()

    reference = json.loads((options.model / "model.json").read_text())
    entry = reference["input"]
    if entry["fit"] != "letterbox" or entry["channels"] != 1 or entry["width"] != entry["height"]:
        raise SystemExit("Only models with one grey, square, letterboxed input can be quantised.")
    source = options.model / reference["file"]
    if hashlib.sha256(source.read_bytes()).hexdigest() != reference["sha256"]:
        raise SystemExit(f"{source.name} does not match the SHA-256 in its manifest.")
    chosen = calibration_images(read_fracatlas(options.data), json.loads(options.split.read_text()), options.images)
    options.out.mkdir(parents=True, exist_ok=True)
    model = options.out / f"{options.out.resolve().name}.onnx"
    quantised(source, model, Pictures([image.path for image in chosen], entry["name"], entry["width"]))
    calibration = {"images": len(chosen), "part": f"training part of {options.split.stem}", "seed": SEED}
    content = json.dumps(manifest_of(reference, model, calibration), indent=2, ensure_ascii=False)
    (options.out / "model.json").write_text(content + "\n")
    print(f"{model.name}: {model.stat().st_size} bytes, calibrated with {len(chosen)} images")


if __name__ == "__main__":
    main()
