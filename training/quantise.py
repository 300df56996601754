"""Makes an 8-bit version of an installed model: QuantizeLinear and DequantizeLinear around its convolutions.

    python quantise.py --model ../models/fracture-default --data fracatlas --out ../models/fracture-default-int8

The daemon serves it only after `bonewatch model gate` has shown that it is not worse than the model it came from.
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
HIGHEST_OPSET = 17
# What TensorRT asks of an explicitly quantised graph: symmetric throughout, weights as a pair beside the
# floating-point constant, biases left alone. Only what goes into a convolution is rounded, so sums stay exact.
TENSORRT_RULES = {
    "ActivationSymmetric": True,
    "WeightSymmetric": True,
    "AddQDQPairToWeight": True,
    "QuantizeBias": False,
    "DedicatedQDQPair": True,
    "OpTypesToExcludeOutputQuantization": ["Conv"],
}


class Pictures(CalibrationDataReader):
    """One picture after the other as the model's input."""

    def __init__(self, paths, name, side):
        self.rest = iter(paths)
        self.name, self.side = name, side

    def get_next(self):
        path = next(self.rest, None)
        if path is None:
            return None
        tensor, _ = letterboxed(read_grey(path), self.side)
        return {self.name: tensor[None, None]}


def calibration_images(images, split, count, seed=SEED):
    """`count` images of the training part, fractured and intact ones as they come; the validation part is never seen."""
    training = {row["file"] for row in split["train"]}
    usable = sorted((image for image in images if image.name in training), key=lambda image: image.name)
    if len(usable) < count:
        raise ValueError(f"{len(usable)} training images are here, {count} are wanted")
    return random.Random(seed).sample(usable, count)


def quantised(source, out, pictures):
    """Writes an 8-bit version of the ONNX file `source`; raises ValueError where it is not what is promised."""
    model = onnx.load(source)
    graph.store_as_float(model)
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "float.onnx"
        onnx.save(model, whole)
        quantize_static(
            str(whole), str(out), pictures, quant_format=QuantFormat.QDQ, op_types_to_quantize=["Conv"],
            per_channel=True, activation_type=QuantType.QInt8, weight_type=QuantType.QInt8,
            calibrate_method=CalibrationMethod.MinMax, extra_options=TENSORRT_RULES,
        )
    made = onnx.load(out)
    graph.strip(made, model.graph.name)
    onnx.checker.check_model(made, full_check=True)
    onnx.save(made, out)
    check(made, out)


def check(model, path):
    """An opset that TensorRT 10 parses, no operators of our own, every convolution quantised, and it loads and runs."""
    opsets = {entry.domain: entry.version for entry in model.opset_import}
    domains = {node.domain for node in model.graph.node} - {"", "ai.onnx"}
    if domains or opsets[""] > HIGHEST_OPSET:
        raise ValueError(f"{path.name}: opset {opsets['']}, operators outside ONNX: {sorted(domains)}")
    makers = {output: node.op_type for node in model.graph.node for output in node.output}
    plain = [node.name for node in model.graph.node if node.op_type == "Conv"
             and any(makers.get(name) != "DequantizeLinear" for name in node.input[:2])]
    if plain:
        raise ValueError(f"{path.name}: convolutions that were not quantised: {plain}")
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    (entry,) = session.get_inputs()
    outputs = session.run(None, {entry.name: np.zeros(entry.shape, np.float32)})
    if not all(np.isfinite(output).all() for output in outputs):
        raise ValueError(f"{path.name}: outputs that are no numbers")


def manifest_of(reference, model, calibration):
    """The manifest of the reference with another file; the figures stay the reference's until they are measured."""
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
    parser.add_argument("--out", type=Path, required=True, help="the model folder to write; it names the model")
    options = parser.parse_args()

    reference = json.loads((options.model / "model.json").read_text())
    entry = reference["input"]
    if entry["fit"] != "letterbox" or entry["channels"] != 1 or entry["width"] != entry["height"]:
        raise SystemExit("only models with one grey, square, letterboxed input")
    source = options.model / reference["file"]
    if hashlib.sha256(source.read_bytes()).hexdigest() != reference["sha256"]:
        raise SystemExit(f"{source.name} is not the file of its manifest")
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
