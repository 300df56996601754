import { readFile } from 'node:fs/promises';

/** Wraps a daemon in what the service unit sets, so that what is measured is what runs in a hospital. */
export async function inServiceCeilings(): Promise<string[]> {
  const unit = await readFile(new URL('../../systemd/bonewatch.service', import.meta.url), 'utf8');
  const line = /^Environment=(MALLOC_ARENA_MAX=\d+) "(NODE_OPTIONS=[^"]*)"$/m.exec(unit);
  if (line === null) throw new Error('the service unit sets no ceilings');
  return ['env', ...line.slice(1)];
}
