import type { Config } from '../../config/schema.ts';

/** Where the nightly copy of a store lies. */
export function backupPath({ path, backup }: Pick<Config['store'], 'path' | 'backup'>): string {
  return backup ?? `${path}.backup`;
}
