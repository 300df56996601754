import type { z } from 'zod';
import { configSchema, type Config } from '../schema.ts';
import { addresses } from './addresses.ts';
import type { Contradiction } from './contradiction.ts';
import { places } from './places.ts';
import { references } from './references.ts';
import { unknownKey } from './unknown-key.ts';
import { validParts } from './valid-parts.ts';
import { values } from './values.ts';

type Path = readonly PropertyKey[];
const REQUIRED = 'This key is required.';

type Issue = z.core.$ZodIssue;

/** A fault at a path of the configuration. */
export interface FoundFault {
  readonly path: Path;
  readonly message: string;
}

interface ShapeFault extends FoundFault {
  /** The key that was probably meant by an unknown one. */
  readonly meant: Path | null;
}

/** A parsed configuration file, checked: every fault of single keys, and of the combination of the others. */
export function findFaults(raw: unknown): {
  readonly config: Config | null;
  readonly faults: readonly FoundFault[];
} {
  const parsed = configSchema.safeParse(raw);
  const shape = parsed.success
    ? []
    : withoutMeant(parsed.error.issues.flatMap((issue) => shapeFaults(issue, [])));
  const invalid = shape.flatMap(({ path, meant }) => [path, ...(meant === null ? [] : [meant])].map(dotted));
  const combined = contradictions(raw).filter(
    ({ compares }) => !compares.some((key) => invalid.some((one) => overlaps(one, key))),
  );
  const faults = [...shape, ...combined];
  return { config: parsed.success && faults.length === 0 ? parsed.data : null, faults };
}

function contradictions(raw: unknown): readonly Contradiction[] {
  const parts = validParts(raw);
  return [...references(parts), ...places(parts), ...values(parts), ...addresses(parts)];
}

function shapeFaults(issue: Issue, parent: Path): readonly ShapeFault[] {
  const path = [...parent, ...issue.path];
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: [...path, key], ...unknownKey([...path, key]) }));
  if (issue.code === 'invalid_union') {
    const branch = issue.errors.find((issues) => !issues.some(isOfOtherType));
    if (branch !== undefined) return branch.flatMap((inner) => shapeFaults(inner, path));
  }
  return [{ path, message: messageOf(issue), meant: null }];
}

function messageOf(issue: Issue): string {
  if (issue.code !== 'invalid_type') return issue.message;
  if (issue.message.endsWith('received undefined')) return REQUIRED;
  const isUnquoted = issue.expected === 'string' && /received (number|boolean)$/.test(issue.message);
  return isUnquoted ? `${issue.message}. Put it in quotes.` : issue.message;
}

/** A misspelt key is one fault: the right one is not missing too. */
function withoutMeant(faults: readonly ShapeFault[]): readonly ShapeFault[] {
  const meant = new Set(faults.map((fault) => String(fault.meant)));
  return faults.filter(({ path, message }) => message !== REQUIRED || !meant.has(String(path)));
}

/** Of the alternatives of a value, those of another type were not meant. */
function isOfOtherType(issue: Issue): boolean {
  return (issue.code === 'invalid_type' || issue.code === 'invalid_value') && issue.path.length === 0;
}

function dotted(path: Path): string {
  return path.filter((key) => typeof key !== 'number').join('.');
}

/** Whether one key is the other, or a section that contains it. */
function overlaps(a: string, b: string): boolean {
  return a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`);
}
