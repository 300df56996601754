"""Writes the averaged weights of a run as one ONNX file, checked against PyTorch.

    python export.py --weights run/average.pt --out faster-rcnn.onnx
"""

import argparse
import copy
import warnings
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

import graph
from backbone import ConvNorm
from families import RECIPES

OPSET = 17
INPUT_NAME = "images"
MAX_BYTES = 30_000_000
MAX_CONFIDENCE_DIFFERENCE = 1e-3
MAX_PIXEL_DIFFERENCE = 0.5
# Boxes with less confidence are never used, so their last digits do not matter.
MIN_BOX_CONFIDENCE = 0.01


def load_network(weights):
    """A checkpoint of train.py → (its Recipe, the network in evaluation mode)."""
    state = torch.load(weights, map_location="cpu", weights_only=True)
    recipe = RECIPES[state["family"]]
    network = recipe.build()
    network.load_state_dict(state["model"])
    return recipe, network.float().eval()


def folded(network):
    """A copy with every batch norm merged into its convolution and weights rounded to FP16 values."""
    network = copy.deepcopy(network)
    for module in network.modules():
        if isinstance(module, ConvNorm):
            module.conv = fuse_conv_bn_eval(module.conv.eval(), module.norm.eval())
            module.norm = nn.Identity()
    for weight in network.parameters():
        if weight.ndim > 1:
            weight.data = weight.data.half().float()
    return network.requires_grad_(False).eval()


def export(network, recipe, out, name=None):
    """Writes `out`; raises ValueError if onnxruntime and PyTorch disagree or the file violates a check."""
    shipped = recipe.shipped(folded(network), recipe.side).eval()
    probes = probe_images(recipe.side)
    with torch.no_grad():
        expected = [outputs_of(shipped, probe) for probe in probes]
    out.parent.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        # The exporter warns that it is deprecated and that shapes become constants: both are intended.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            shipped, (torch.from_numpy(probes[0]),), str(out), dynamo=False, opset_version=OPSET,
            input_names=[INPUT_NAME], output_names=list(recipe.outputs), do_constant_folding=True,
        )
    model = onnx.load(out)
    graph.pad_inside_convolutions(model)
    graph.store_as_half(model)
    graph.fix_outputs(model, [output.shape for output in expected[0]])
    graph.strip(model, name or recipe.name)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, out)
    check(out, recipe, probes, expected)


def outputs_of(shipped, probe):
    outputs = shipped(torch.from_numpy(probe))
    return [output.numpy() for output in (outputs if isinstance(outputs, tuple) else (outputs,))]


def probe_images(side):
    """Fixed pictures with structure at every scale, for comparing outputs."""
    rng = np.random.default_rng(7)
    pictures = []
    for coarse in (5, 20, 80):
        small = torch.from_numpy(rng.random((1, 1, coarse, coarse), dtype=np.float32))
        pictures.append(F.interpolate(small, size=(side, side), mode="bilinear").numpy())
    return pictures


def check(path, recipe, pictures, expected):
    """Checks for fixed shapes, standard operators, the size limit, and the same detections as PyTorch."""
    model = onnx.load(path)
    domains = {node.domain for node in model.graph.node} - {"", "ai.onnx"}
    if domains:
        raise ValueError(f"{path.name} uses operators outside ONNX: {sorted(domains)}.")
    if path.stat().st_size > MAX_BYTES:
        raise ValueError(f"{path.name} has {path.stat().st_size} bytes; at most {MAX_BYTES} are allowed.")
    for value in (*model.graph.input, *model.graph.output):
        if not all(dim.HasField("dim_value") for dim in value.type.tensor_type.shape.dim):
            raise ValueError(f"{path.name}: {value.name} has no fixed shape.")
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    for picture, reference in zip(pictures, expected):
        found = session.run(list(recipe.outputs), {INPUT_NAME: picture})
        if [f.shape for f in found] != [w.shape for w in reference]:
            raise ValueError(f"{path.name}: output shapes are {[f.shape for f in found]}, in PyTorch {[w.shape for w in reference]}.")
        compare(path.name, recipe.read(found, recipe.side), recipe.read(reference, recipe.side))


def compare(name, found, reference):
    """Raises ValueError unless both Detections of one picture agree."""
    difference, pixels = abs(found.confidence - reference.confidence), 0.0
    confident = min(len(found.confidences), int((reference.confidences > MIN_BOX_CONFIDENCE).sum()))
    if confident:
        difference = max(difference, float(np.abs(found.confidences[:confident] - reference.confidences[:confident]).max()))
        away = np.abs(found.boxes[:, None] - reference.boxes[None, :confident]).max(axis=2).min(axis=0)
        # Of overlapping boxes with equal confidence, either may remain.
        gaps = np.abs(reference.confidences[:confident, None] - reference.confidences[None])
        stands_out = (gaps < MAX_CONFIDENCE_DIFFERENCE).sum(axis=1) == 1
        pixels = float(away[stands_out].max()) if stands_out.any() else 0.0
    if difference > MAX_CONFIDENCE_DIFFERENCE or pixels > MAX_PIXEL_DIFFERENCE:
        raise ValueError(f"{name} differs from PyTorch: confidences by {difference:.5f}, boxes by {pixels:.3f} pixels.")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--weights", type=Path, required=True, help="average.pt of a run")
    parser.add_argument("--out", type=Path, required=True, help="the ONNX file to write")
    options = parser.parse_args()
    recipe, network = load_network(options.weights)
    export(network, recipe, options.out)
    print(f"{options.out.name}: {recipe.title}, input {recipe.side}, {options.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
