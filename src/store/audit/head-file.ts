import {
  appendFileSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { BonewatchError } from '../../contract/errors.ts';
import { prepareFile } from '../database/prepare-file.ts';
import type { AuditHead } from './audit.ts';

/** A head of the audit log, as it was recorded outside of the database. */
export interface RecordedHead extends AuditHead {
  /** RFC 3339. */
  readonly at: string;
  readonly event: 'start' | 'running' | 'night' | 'stop' | 'restore' | 'lost';
  /**
   * For a restore: how many rows the copy had. Heads recorded before with more rows belong to the database that it
   * replaced. The row after them in the chain records the restore.
   */
  readonly base?: number;
  /** Recorded for the database that replaced a lost one, and not for the restored one. Not stored: the order shows it. */
  readonly isAfterLoss?: boolean;
}

const MAX_BYTES = 512 * 1024;
/** The newest lines stay complete when a long file is thinned out. */
const RECENT_LINES = 1000;
const HEAD = /^[0-9a-f]{64}$/;

/** Where the heads of a database are recorded: next to it. The file also shows that the device was started before. */
export function headFileOf(path: string): string {
  return `${path}.audit-heads`;
}

/** Records a head: one line of JSON. Throws STORE_FAILED. */
export function appendHead(path: string, head: RecordedHead): void {
  const file = headFileOf(path);
  prepareFile(file, 'write');
  try {
    if (statSync(file).size > MAX_BYTES) thinOut(file);
    appendFileSync(file, `${JSON.stringify(head)}\n`);
  } catch (cause) {
    throw new BonewatchError('STORE_FAILED', `The head of the audit log could not be recorded in ${file}.`, {
      cause,
    });
  }
}

/** The recorded heads, oldest first; lines that a power cut has spoiled are left out. */
export function readHeads(path: string): RecordedHead[] {
  const file = headFileOf(path);
  if (!existsSync(file)) return [];
  let isAfterLoss = false;
  return parse(readFileSync(file, 'utf8')).map((head) => {
    if (head.event === 'lost') isAfterLoss = true;
    if (head.event === 'restore') isAfterLoss = false;
    return isAfterLoss ? { ...head, isAfterLoss } : head;
  });
}

function parse(text: string): RecordedHead[] {
  return text.split('\n').flatMap((line) => {
    try {
      const head = JSON.parse(line) as Partial<RecordedHead> | null;
      return isHead(head) ? head : [];
    } catch {
      return [];
    }
  });
}

function isHead(head: Partial<RecordedHead> | null): head is RecordedHead {
  if (typeof head?.at !== 'string' || typeof head.hash !== 'string') return false;
  return Number.isSafeInteger(head.count) && HEAD.test(head.hash);
}

/** Leaves the first head, every restore, the last head of each day and the newest ones. */
function thinOut(file: string): void {
  const heads = parse(readFileSync(file, 'utf8'));
  const left = heads.filter((head, index) => {
    const isLastOfDay = heads[index + 1]?.at.slice(0, 10) !== head.at.slice(0, 10);
    return (
      index === 0 ||
      head.event === 'restore' ||
      head.event === 'lost' ||
      isLastOfDay ||
      index >= heads.length - RECENT_LINES
    );
  });
  const part = `${file}.part`;
  rmSync(part, { force: true });
  writeFileSync(part, left.map((head) => `${JSON.stringify(head)}\n`).join(''), { mode: 0o600 });
  renameSync(part, file);
}
