"""Changes to an exported ONNX graph that preserve its results."""

import numpy as np
from onnx import TensorProto, helper, numpy_helper

# Smaller constants are shapes, limits and scales: not worth halving, and some must remain exact.
MIN_ELEMENTS_TO_HALVE = 256


def pad_inside_convolutions(model):
    """Turns each Pad before a convolution of stride 2 into that convolution's own uneven padding."""
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


def remove_unused(graph):
    """Removes nodes and constants that no output depends on."""
    needed = {output.name for output in graph.output}
    used = []
    for node in reversed(graph.node):
        if needed.intersection(node.output):
            used.append(node)
            needed.update(node.input)
    del graph.node[:]
    graph.node.extend(reversed(used))
    constants = [c for c in graph.initializer if c.name in needed]
    del graph.initializer[:]
    graph.initializer.extend(constants)


def store_as_half(model):
    """Stores weights that FP16 represents exactly as FP16, each followed by a Cast: half the file size, the same values."""
    casts = []
    for constant in model.graph.initializer:
        values = numpy_helper.to_array(constant)
        if values.dtype != np.float32 or values.size < MIN_ELEMENTS_TO_HALVE:
            continue
        halved = values.astype(np.float16)
        if not np.array_equal(halved.astype(np.float32), values):
            continue
        name = constant.name
        constant.CopyFrom(numpy_helper.from_array(halved, f"{name}.half"))
        casts.append(helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)


def store_as_float(model):
    """The reverse of `store_as_half`: every constant that is only cast to FP32 becomes FP32 itself."""
    constants = {constant.name: constant for constant in model.graph.initializer}
    for node in list(model.graph.node):
        if node.op_type != "Cast" or node.input[0] not in constants:
            continue
        values = numpy_helper.to_array(constants[node.input[0]]).astype(np.float32)
        model.graph.initializer.append(numpy_helper.from_array(values, node.output[0]))
        model.graph.node.remove(node)
    remove_unused(model.graph)


def fix_outputs(model, shapes):
    """Writes the outputs' shapes, which the exporter may omit."""
    for value, shape in zip(model.graph.output, shapes):
        for dim, size in zip(value.type.tensor_type.shape.dim, shape):
            dim.dim_value = size


def strip(model, name):
    """Removes information about the build environment: documentation strings, metadata, value infos."""
    model.doc_string = ""
    del model.metadata_props[:]
    model.graph.name = name
    model.graph.doc_string = ""
    del model.graph.value_info[:]
    for node in model.graph.node:
        node.doc_string = ""
        del node.metadata_props[:]
