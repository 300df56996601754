import { z } from 'zod';
import { manifestSchema } from '../src/inference/models/manifest.ts';
import { code, pageHead, prose, table } from './markdown.ts';

/** What src/inference/families reads. */
const FAMILY_OUTPUTS: readonly (readonly string[])[] = [
  [
    '`classifier`',
    'scores [1, labels]',
    'probabilities, or raw values, which `decoding.activation` converts',
  ],
  [
    '`torchvision-detection`',
    'boxes [n, 4], labels [n], scores [n]; or, not suppressed, boxes [n, 4] or [n, classes, 4] and scores [n, classes]',
    'two corners; label 1 is the first of the manifest',
  ],
  [
    '`torchvision-instance-segmentation`',
    'boxes, labels, scores, masks [n, 1, h, w]',
    'masks of the input’s size, or of the head’s, pasted over their boxes',
  ],
  [
    '`yolo-v5`, `yolo-v7`',
    '[1, n, 5 + labels]; or raw [1, anchors, h, w, 5 + labels] or [1, anchors · (5 + labels), h, w] per stride; or end to end',
    'cx, cy, w, h, objectness, classes; raw heads need `decoding.strides` and `decoding.anchors`',
  ],
  [
    '`yolo-v8`',
    '[1, 4 + labels, n]; for segmentation [1, 4 + labels + m, n] and prototypes [1, m, h, w]',
    'cx, cy, w, h, classes, already sigmoid',
  ],
  [
    '`yolo-end2end`',
    '[1, n, 6]; or [n, 7]; or count, boxes, scores, classes',
    'corners, score, class; image, corners, class, score; EfficientNMS',
  ],
  [
    '`detr`',
    'logits [1, n, labels], boxes [1, n, 4]',
    'RT-DETR, D-FINE, RF-DETR, DETR; cx, cy, w, h as shares of the input; sigmoid, or softmax with "no object" last',
  ],
  [
    '`unet`',
    'mask [1, classes, h, w]',
    'the input’s size or an even part; each connected region above `decoding.maskThreshold` is a finding',
  ],
];

interface SchemaNode {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly SchemaNode[];
  readonly items?: SchemaNode;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly pattern?: string;
  readonly description?: string;
}

/** What a hospital writes to bring a model of its own. */
export function renderModelManifest(): string {
  const schema = z.toJSONSchema(manifestSchema, { io: 'input' }) as SchemaNode;
  return [
    pageHead('Model manifest', '`src/inference/models/manifest.ts`'),
    'A model is a folder with an ONNX file and a `model.json`. `models.directory` names the folder of such folders and',
    '`models.active` the model. At the start the weights must have the SHA-256 of the manifest, the inputs and outputs',
    'its names, and the class count must match its labels; otherwise the model is refused with the reason.',
    '`bonewatch model verify NAME` also analyses every golden phantom.\n',
    table(['key', 'type', 'meaning'], rowsOf('', schema)),
    '## Families\n',
    'The family defines the outputs. `outputs` names them in this order, whatever their order in the file; batch is one,',
    'float32, classes and counts may be int64 or int32. Boxes are in input pixels unless stated otherwise.\n',
    table(['family', 'outputs', 'how they are read'], FAMILY_OUTPUTS),
    'Each is verified against its framework by `test/inference/oracles.test.ts`: boxes within 0.5 pixel, confidences',
    'within 0.001, outlines with an overlap of at least 0.99. A finding of a classifier is the whole picture.\n',
    '## Several models\n',
    '`models.active` may name several. A **gate** decides whether an image is analysed further: below its threshold the',
    'image has no finding and a score of 0. **Detectors** locate fractures; several are combined by weighted box fusion, in',
    'which a box of one detector alone counts less. **Segmenters** outline the findings and add none. A result lists the',
    'models that analysed the image, and every finding those that agree on it. The thresholds of the first detector apply,',
    'unless `alerts` or `models.operatingPoints` sets others: freeze them for the whole chain with `bonewatch evaluate`.\n',
    '```yaml',
    'models:',
    '  active:',
    '    - { model: my-vgg16, role: gate, threshold: 0.05 }',
    '    - fracture-default',
    '    - { model: my-detr, weight: 0.5 }',
    '    - { model: my-unet, role: segmenter }',
    '```\n',
  ].join('\n');
}

function rowsOf(prefix: string, node: SchemaNode): readonly (readonly string[])[] {
  return Object.entries(node.properties ?? {}).flatMap(([key, child]) => {
    const path = prefix === '' ? key : `${prefix}.${key}`;
    if (child.properties) return rowsOf(path, child);
    if (child.items?.properties) return rowsOf(`${path}[]`, child.items);
    return [[code(path), typeOf(child), prose(child.description ?? '')]];
  });
}

function typeOf(node: SchemaNode): string {
  if (node.const !== undefined) return code(JSON.stringify(node.const));
  if (node.enum) return node.enum.map((value) => code(String(value))).join(', ');
  if (node.anyOf) return node.anyOf.map(typeOf).join(' or ');
  if (node.items) return `list of ${typeOf(node.items)}`;
  return node.pattern === undefined ? String(node.type) : `${String(node.type)} ${code(node.pattern)}`;
}
