import { InvalidArgumentError } from 'commander';
import type { AuditHead } from '../store/audit/audit.ts';

/** A head of the audit log on the command line: `COUNT:HASH`; the first 16 characters of the hash are enough. */
export function parseAuditHead(text: string): AuditHead {
  const [, count, hash] = /^(\d+):([0-9a-f]{16,64})$/.exec(text) ?? [];
  if (count === undefined || hash === undefined)
    throw new InvalidArgumentError('Give COUNT:HASH as the journal has it, such as 1234:9f86d081884c7d65.');
  return { count: Number(count), hash };
}
