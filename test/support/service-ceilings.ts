import { readFile } from 'node:fs/promises';

/** A wrapper command that applies the resource limits of the service unit, so that measurements match a hospital. */
export async function serviceLimitsWrapper(): Promise<string[]> {
  const unit = await readFile(new URL('../../systemd/bonewatch.service', import.meta.url), 'utf8');
  const line = /^Environment=(MALLOC_ARENA_MAX=\d+) "(NODE_OPTIONS=[^"]*)"$/m.exec(unit);
  if (line === null) throw new Error('the service unit sets no ceilings');
  return ['env', ...line.slice(1)];
}
