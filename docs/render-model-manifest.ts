import { z } from 'zod';
import { manifestSchema } from '../src/inference/manifest.ts';
import { code, pageHead, prose, table } from './markdown.ts';

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
    pageHead('Model manifest', '`src/inference/manifest.ts`'),
    'A model is a folder with an ONNX file and a `model.json`. `models.directory` names the folder of such folders and',
    '`models.active` the model. At the start the weights must have the SHA-256 of the manifest, the inputs and outputs',
    'must have its names, and the class count must fit its labels; otherwise the daemon refuses to start with the',
    'reason. `bonewatch model verify NAME` also sends every golden phantom through it.\n',
    table(['key', 'type', 'meaning'], rowsOf('', schema)),
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
