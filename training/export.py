"""Writes the averaged weights as one ONNX file, checked against PyTorch.

    python export.py --weights run/average.pt --out fracture-default.onnx
"""

import argparse
import warnings
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from backbone import ConvNorm
from network import FractureDetector, decode_boxes

OPSET = 17
INPUT_NAME = "images"
OUTPUT_NAME = "output0"
LARGEST_BYTES = 20_000_000
LARGEST_CONFIDENCE_DIFFERENCE = 1e-3
LARGEST_PIXEL_DIFFERENCE = 0.5
# Boxes of cells with less confidence than this are never used, so their last digits do not matter.
CONFIDENCE_WORTH_A_BOX = 0.01


class ShippedDetector(nn.Module):
    """images [1,1,S,S] in 0..1 → output0 [1,5,N]: cx, cy, w, h in input pixels and confidence, a column per cell.

    The confidence of a cell that is not the highest among its eight neighbours is 0.
    """

    def __init__(self, detector):
        super().__init__()
        self.detector = detector

    def forward(self, images):
        cells, _ = self.detector(images)
        confidence = torch.sigmoid(cells[:, :1])
        is_peak = confidence >= F.max_pool2d(confidence, 3, stride=1, padding=1)
        confidence = confidence * is_peak.to(confidence.dtype)
        columns = int(cells.shape[2]) * int(cells.shape[3])
        return torch.cat([decode_boxes(cells), confidence], dim=1).reshape(1, 5, columns)


def fold_norms(detector):
    """Merges every batch norm into the convolution before it; the detector computes the same afterwards."""
    for module in detector.modules():
        if isinstance(module, ConvNorm):
            module.conv = fuse_conv_bn_eval(module.conv.eval(), module.norm.eval())
            module.norm = nn.Identity()


def load_detector(weights):
    """A checkpoint of train.py → (detector in evaluation mode, side of its square input)."""
    state = torch.load(weights, map_location="cpu", weights_only=True)
    detector = FractureDetector()
    detector.load_state_dict(state["model"])
    return detector.eval(), state["side"]


def export(weights, out):
    """Writes `out` and returns the input's side; raises ValueError if onnxruntime and PyTorch disagree."""
    detector, side = load_detector(weights)
    probe = probe_images(side)
    with torch.no_grad():
        expected = [ShippedDetector(detector)(torch.from_numpy(p)).numpy() for p in probe]
    fold_norms(detector)
    out.parent.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        # The exporter says that it is the older one and that shapes become constants: both are wanted.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            ShippedDetector(detector).eval(), (torch.from_numpy(probe[0]),), str(out), dynamo=False,
            opset_version=OPSET, input_names=[INPUT_NAME], output_names=[OUTPUT_NAME], do_constant_folding=True,
        )
    pad_inside_convolutions(out)
    strip(out)
    check(out, probe, expected)
    return side


def probe_images(side):
    """Fixed pictures with structure at every scale, for comparing outputs."""
    rng = np.random.default_rng(7)
    pictures = []
    for coarse in (5, 20, 80):
        small = torch.from_numpy(rng.random((1, 1, coarse, coarse), dtype=np.float32))
        pictures.append(F.interpolate(small, size=(side, side), mode="bilinear").numpy())
    return pictures


def pad_inside_convolutions(path):
    """Turns each Pad before a convolution of stride 2 into that convolution's own uneven padding."""
    model = onnx.load(path)
    graph = model.graph
    pads = {node.output[0]: node for node in graph.node if node.op_type == "Pad"}
    for node in graph.node:
        if node.op_type != "Conv" or node.input[0] not in pads:
            continue
        attributes = {a.name: a for a in node.attribute}
        total = attributes["kernel_shape"].ints[0] - attributes["strides"].ints[0]
        before, after = total // 2, total - total // 2
        attributes["pads"].ints[:] = [before, before, after, after]
        node.input[0] = pads[node.input[0]].input[0]
    remove_unused(graph)
    onnx.save(model, path)


def remove_unused(graph):
    """Drops nodes and constants that no output depends on any more."""
    wanted = {output.name for output in graph.output}
    kept = []
    for node in reversed(graph.node):
        if wanted.intersection(node.output):
            kept.append(node)
            wanted.update(node.input)
    del graph.node[:]
    graph.node.extend(reversed(kept))
    constants = [c for c in graph.initializer if c.name in wanted]
    del graph.initializer[:]
    graph.initializer.extend(constants)


def strip(path):
    """Removes notes about where the model was made: documentation strings, metadata, value hints."""
    model = onnx.load(path)
    model.doc_string = ""
    del model.metadata_props[:]
    model.graph.name = "fracture-default"
    model.graph.doc_string = ""
    del model.graph.value_info[:]
    for node in model.graph.node:
        node.doc_string = ""
        del node.metadata_props[:]
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path)


def check(path, pictures, expected):
    """Same confidences and boxes as PyTorch, no operators of our own, small enough."""
    model = onnx.load(path)
    domains = {node.domain for node in model.graph.node} - {"", "ai.onnx"}
    if domains:
        raise ValueError(f"{path.name}: operators outside ONNX: {sorted(domains)}")
    if path.stat().st_size > LARGEST_BYTES:
        raise ValueError(f"{path.name}: {path.stat().st_size} bytes are more than {LARGEST_BYTES}")
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    for picture, wanted in zip(pictures, expected):
        found = session.run([OUTPUT_NAME], {INPUT_NAME: picture})[0]
        if found.shape != wanted.shape:
            raise ValueError(f"{path.name}: output {found.shape}, PyTorch gives {wanted.shape}")
        # A peak may move to an equally confident neighbour; the highest confidences may not change.
        highest = [np.sort(o[0, 4])[::-1][:20] for o in (found, wanted)]
        confidence = float(np.abs(highest[0] - highest[1]).max())
        shared = (found[0, 4] > CONFIDENCE_WORTH_A_BOX) & (wanted[0, 4] > CONFIDENCE_WORTH_A_BOX)
        pixels = float(np.abs(found[0, :4, shared] - wanted[0, :4, shared]).max()) if shared.any() else 0.0
        if confidence > LARGEST_CONFIDENCE_DIFFERENCE or pixels > LARGEST_PIXEL_DIFFERENCE:
            raise ValueError(f"{path.name}: confidences differ by {confidence:.5f}, boxes by {pixels:.3f} pixels")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--weights", type=Path, required=True, help="average.pt of a run")
    parser.add_argument("--out", type=Path, required=True, help="the ONNX file to write")
    options = parser.parse_args()
    side = export(options.weights, options.out)
    print(f"{options.out.name}: input {side}, {options.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
