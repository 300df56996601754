import { z } from 'zod';
import { configSchema } from '../src/config/schema.ts';
import { code, pageHead, prose, table } from './markdown.ts';

/** As much of JSON Schema as the configuration uses. */
interface SchemaNode {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly SchemaNode[];
  readonly items?: SchemaNode;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly default?: unknown;
  readonly description?: string;
}

interface Leaf {
  readonly path: string;
  readonly node: SchemaNode;
  readonly isRequired: boolean;
}

/** The reference of every key: path, type, default and meaning, one table per section. */
export function renderConfiguration(): string {
  const schema = z.toJSONSchema(configSchema, { io: 'input' }) as SchemaNode;
  const sections = Object.entries(schema.properties ?? {}).map(([name, node]) => {
    const isRequired = schema.required?.includes(name) ?? false;
    const leaves = node.items?.properties
      ? leavesOf(`${name}[]`, node.items)
      : node.properties
        ? leavesOf(name, node)
        : [{ path: name, node, isRequired }];
    const title = `## ${name}\n\n${node.description ?? ''}${isRequired ? ' At least one is required.' : ''}\n`;
    return `${title}\n${table(['key', 'type', 'default', 'meaning'], leaves.map(rowOf))}`;
  });
  return [
    pageHead('Configuration', '`src/config/schema.ts`'),
    'One YAML file. An unknown key is an error. `bonewatch config check FILE` lists all faults of the file at once, each',
    'with its line: unknown keys with the one that was probably meant, invalid values, references to wards and inboxes',
    'that do not exist, and keys that exclude each other. `bonewatch run` refuses such a file with the same lines. Both',
    'exit with status 78. For a valid file, `config check` then lists what this machine lacks, marked `on this machine`:',
    'folders, models, libraries, certificates and permissions, with exit status 1. `--file-only` leaves that out. The',
    'service starts nevertheless where something else can serve, and raises an alarm. Paths are absolute paths of this',
    'machine; the same folder may be written with or without a slash at the end. Network shares (`//server/share`) and',
    'paths of Windows are refused: mount the share, and use its mount point.\n',
    '`bonewatch config print FILE` shows the configuration with all defaults. Everything but the inboxes and the',
    'wards has a default. A working file: [bonewatch.example.yaml](bonewatch.example.yaml). Secrets are never written',
    'inline: a key that ends in `File` takes a path or the name of a systemd credential ([service.md](service.md)).\n',
    ...sections,
  ].join('\n');
}

function leavesOf(prefix: string, node: SchemaNode): readonly Leaf[] {
  return Object.entries(node.properties ?? {}).flatMap(([key, child]) => {
    const path = `${prefix}.${key}`;
    if (child.properties) return leavesOf(path, child);
    if (child.items?.properties) return leavesOf(`${path}[]`, child.items);
    return [{ path, node: child, isRequired: node.required?.includes(key) ?? false }];
  });
}

function rowOf({ path, node, isRequired }: Leaf): readonly string[] {
  return [code(path), typeOf(node), defaultOf(node, isRequired), prose(node.description ?? '')];
}

function defaultOf(node: SchemaNode, isRequired: boolean): string {
  if (isRequired) return '**required**';
  return node.default === undefined ? '–' : code(JSON.stringify(node.default));
}

function typeOf(node: SchemaNode): string {
  if (node.const !== undefined) return code(JSON.stringify(node.const));
  if (node.enum) return node.enum.map((value) => code(String(value))).join(', ');
  if (node.anyOf) return node.anyOf.map(typeOf).join(' or ');
  if (node.items) return `list of ${typeOf(node.items)}`;
  if (typeof node.additionalProperties === 'object') return `map of ${typeOf(node.additionalProperties)}`;
  return `${node.type ?? 'any'}${rangeOf(node)}`;
}

function rangeOf(node: SchemaNode): string {
  const lower = node.minimum ?? node.exclusiveMinimum;
  const upper =
    node.maximum === Number.MAX_SAFE_INTEGER ? undefined : (node.maximum ?? node.exclusiveMaximum);
  const parts = [
    lower === undefined ? '' : `${node.minimum === undefined ? '>' : '≥'} ${lower}`,
    upper === undefined ? '' : `${node.maximum === undefined ? '<' : '≤'} ${upper}`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : ` ${parts.join(', ')}`;
}
