/** Field numbers of onnx.proto that lead to every operator and every stored tensor of a model. */
const MODEL = { graph: 7, functions: 25 } as const;
const GRAPH = { node: 1, initializer: 5, sparseInitializer: 15 } as const;
const NODE = { opType: 4, attribute: 5 } as const;
const FUNCTION = { node: 7 } as const;
const ATTRIBUTE = {
  tensor: 5,
  graph: 6,
  tensors: 10,
  graphs: 11,
  sparseTensor: 22,
  sparseTensors: 23,
} as const;
const SPARSE = { values: 1 } as const;
const TENSOR = { dims: 1, dataType: 2 } as const;

/** QuantizeLinear, QLinearConv, ConvInteger, MatMulNBits …; EPContext hides a compiled model that cannot be inspected. */
const SIGNS = /quant|^QLinear|^QGemm$|^QAttention$|Integer(ToFloat)?$|NBits$|Bnb4$|^EPContext$/i;

/** Storage types of fewer bits than FP16 has: UINT8, INT8, the FP8s, INT4, UINT4, FP4, INT2, UINT2. */
const NARROW_TYPES: ReadonlySet<number> = new Set([2, 3, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26]);
/** Smaller tensors are flags or limits, not weights. */
const MIN_WEIGHTS = 32;

/**
 * Evidence that a model computes with fewer than sixteen bits: a quantising operator, or stored weights of a
 * narrow type; null without any. Read from the ONNX file, sub-graphs and functions included, since a
 * manifest may be wrong. A file that is not ONNX has no evidence; ONNX Runtime rejects it.
 */
export function findQuantisation(onnx: Uint8Array): string | null {
  for (const { number, bytes } of fieldsOf(onnx)) {
    if (number === MODEL.graph) {
      const sign = signInGraph(bytes);
      if (sign !== null) return sign;
    }
    if (number === MODEL.functions) {
      const sign = firstOf(bytes, FUNCTION.node, signInNode);
      if (sign !== null) return sign;
    }
  }
  return null;
}

function signInGraph(graph: Uint8Array): string | null {
  return (
    firstOf(graph, GRAPH.node, signInNode) ??
    firstOf(graph, GRAPH.initializer, signInTensor) ??
    firstOf(graph, GRAPH.sparseInitializer, signInSparse)
  );
}

function signInNode(node: Uint8Array): string | null {
  const operator = firstOf(node, NODE.opType, (name) => {
    const text = new TextDecoder('latin1').decode(name);
    return SIGNS.test(text) ? text : null;
  });
  return operator ?? firstOf(node, NODE.attribute, signInAttribute);
}

function signInAttribute(attribute: Uint8Array): string | null {
  return (
    firstOf(attribute, ATTRIBUTE.graph, signInGraph) ??
    firstOf(attribute, ATTRIBUTE.graphs, signInGraph) ??
    firstOf(attribute, ATTRIBUTE.tensor, signInTensor) ??
    firstOf(attribute, ATTRIBUTE.tensors, signInTensor) ??
    firstOf(attribute, ATTRIBUTE.sparseTensor, signInSparse) ??
    firstOf(attribute, ATTRIBUTE.sparseTensors, signInSparse)
  );
}

function signInSparse(sparse: Uint8Array): string | null {
  return firstOf(sparse, SPARSE.values, signInTensor);
}

function signInTensor(tensor: Uint8Array): string | null {
  let [values, isNarrow] = [1, false];
  for (const { number, value, bytes } of fieldsOf(tensor)) {
    if (number === TENSOR.dataType) isNarrow ||= NARROW_TYPES.has(value);
    if (number !== TENSOR.dims) continue;
    // Some writers pack repeated numbers.
    for (const size of bytes.length > 0 ? numbersIn(bytes) : [value]) values *= size;
  }
  return isNarrow && values >= MIN_WEIGHTS ? 'weights of eight bits or fewer' : null;
}

function firstOf(
  message: Uint8Array,
  wanted: number,
  look: (bytes: Uint8Array) => string | null,
): string | null {
  for (const { number, bytes } of fieldsOf(message)) {
    if (number !== wanted) continue;
    const found = look(bytes);
    if (found !== null) return found;
  }
  return null;
}

interface Field {
  readonly number: number;
  /** The value of a number field, else 0. */
  readonly value: number;
  /** The content of a text, message or packed list, else empty. */
  readonly bytes: Uint8Array;
}

const NOTHING = new Uint8Array();

/** The fields of a protobuf message in order; stops at malformed bytes. */
function* fieldsOf(message: Uint8Array): Generator<Field> {
  for (let at = 0; at < message.length;) {
    const tag = readNumber(message, at);
    const number = Math.floor(tag.value / 8);
    at = tag.end;
    switch (tag.value % 8) {
      case 0: {
        const { value, end } = readNumber(message, at);
        at = end;
        yield { number, value, bytes: NOTHING };
        break;
      }
      case 1:
        at += 8;
        break;
      case 2: {
        const { value: length, end } = readNumber(message, at);
        at = end + length;
        yield { number, value: 0, bytes: message.subarray(end, at) };
        break;
      }
      // Group markers have no content; the fields between them are read as fields of this message.
      case 3:
      case 4:
        break;
      case 5:
        at += 4;
        break;
      default:
        return;
    }
  }
}

/** Seven bits per byte, lowest first; values above 2^53, which no length or type reaches, lose precision. */
function readNumber(message: Uint8Array, at: number): { readonly value: number; readonly end: number } {
  let [value, factor, end] = [0, 1, at];
  for (; end < message.length; end += 1) {
    const byte = message[end] ?? 0;
    value += (byte & 0x7f) * factor;
    factor *= 128;
    if (byte < 0x80) break;
  }
  return { value, end: end + 1 };
}

function* numbersIn(packed: Uint8Array): Generator<number> {
  for (let at = 0; at < packed.length;) {
    const { value, end } = readNumber(packed, at);
    at = end;
    yield value;
  }
}
