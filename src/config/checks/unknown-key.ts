import { z } from 'zod';
import { nearest } from '../nearest.ts';
import { configSchema } from '../schema.ts';
import { renamedKeyMessage } from './renamed-keys.ts';

/** As much of JSON Schema as the configuration uses. */
interface SchemaNode {
  readonly anyOf?: readonly SchemaNode[];
  readonly items?: SchemaNode;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
}

type Path = readonly PropertyKey[];

/** The fault of a key that the configuration does not have, and the key that was probably meant. */
export function unknownKey(path: Path): { readonly message: string; readonly meant: Path | null } {
  const renamed = renamedKeyMessage(path);
  if (renamed !== null) return { message: renamed, meant: null };
  const key = String(path.at(-1));
  const section = path.slice(0, -1).filter((part) => typeof part === 'string');
  const schema = z.toJSONSchema(configSchema, { io: 'input' }) as SchemaNode;
  const similar = nearest(key, keysOf(schema, section));
  if (similar !== null) {
    const meant = [...path.slice(0, -1), similar];
    return { message: `Unknown key ${key}: did you mean ${similar}?`, meant };
  }
  const elsewhere = pathsOf(schema, '').filter((one) => one.endsWith(`.${key}`));
  const [only] = elsewhere;
  return only !== undefined && elsewhere.length === 1
    ? { message: `Unknown key ${key}: did you mean ${only}?`, meant: only.replaceAll('[]', '').split('.') }
    : { message: `Unknown key ${key}.`, meant: null };
}

function keysOf(root: SchemaNode, section: readonly string[]): readonly string[] {
  const node = section.reduce<SchemaNode | undefined>((at, key) => at && propertiesOf(at)[key], root);
  return node === undefined ? [] : Object.keys(propertiesOf(node));
}

/** Of a section, of the elements of a list, or of that alternative which has any. */
function propertiesOf(node: SchemaNode): Readonly<Record<string, SchemaNode>> {
  const { items, anyOf } = node;
  if (items !== undefined) return propertiesOf(items);
  return node.properties ?? anyOf?.map(propertiesOf).find((found) => Object.keys(found).length > 0) ?? {};
}

/** Every key with its path, such as `inboxes[].ward`. */
function pathsOf(node: SchemaNode, prefix: string): readonly string[] {
  return Object.entries(propertiesOf(node)).flatMap(([key, child]) => {
    const path = prefix === '' ? key : `${prefix}.${key}`;
    return [path, ...pathsOf(child, child.items === undefined ? path : `${path}[]`)];
  });
}
