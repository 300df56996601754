import { readFileSync } from 'node:fs';
import type { ConnectionLimits } from './limit-connections.ts';

/** File descriptors that images, the database, the models and the broker always have. */
const RESERVED_FILES = 512;
/** A ward page needs two: one for the page, one for its connection to the broker. */
const FILES_PER_CONNECTION = 2;
const MIN_CONNECTIONS = 32;

/** The limits of the pages' port that leave enough file descriptors for the images. */
export function connectionBudget(wanted: ConnectionLimits, maxOpenFiles: number): ConnectionLimits {
  const affordable = Math.floor((maxOpenFiles - RESERVED_FILES) / FILES_PER_CONNECTION);
  const max = Math.min(wanted.max, Math.max(MIN_CONNECTIONS, affordable));
  return { max, maxPerMachine: Math.min(wanted.maxPerMachine, max) };
}

/** How many files this process may have open. Node raises the soft limit to the hard one when it starts. */
export function readMaxOpenFiles(): number {
  try {
    const [, limit] = /^Max open files +(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return limit === undefined || limit === 'unlimited' ? Number.MAX_SAFE_INTEGER : Number(limit);
  } catch {
    return Number.MAX_SAFE_INTEGER;
  }
}
