import { statSync } from 'node:fs';
import { isStoreFailure } from '../../../contract/errors.ts';
import { backupPath } from '../../../daemon/record/backup-path.ts';
import type { AuditHead } from '../../../store/audit/audit.ts';
import { compareHeads, type Anchor, type HeadMismatch } from '../../../store/audit/compare-heads.ts';
import { headFileOf, readHeads } from '../../../store/audit/head-file.ts';
import { readCopyHead } from '../../../store/database/recovery/copy-facts.ts';
import { openStore, type Store } from '../../../store/open-store.ts';
import { storePathOf, storeSettingsOf } from '../../store-path.ts';
import { EXIT, print } from '../../terminal.ts';

interface AuditOptions {
  readonly config?: string;
}

export interface VerifyOptions extends AuditOptions {
  /** A head from the journal or from the retained MQTT info. */
  readonly head?: AuditHead;
}

/**
 * `audit verify`: whether any row was changed or removed since it was written, also at the end of the log, and whether
 * the log agrees with every head that was recorded outside of it; exit 1 if not.
 */
export async function verifyAudit({ config, head }: VerifyOptions): Promise<number> {
  const settings = await storeSettingsOf(config);
  using store = openStore(settings.path, { clock: Date, isReadOnly: true });
  const { rows, brokenAt } = store.audit.verify();
  print(
    brokenAt === null
      ? `${rows} rows, the chain holds`
      : `${rows} rows hold, row ${brokenAt} was changed or is missing`,
  );
  const anchors = [...recordedHeads(settings.path), ...copyHead(backupPath(settings)), ...givenHead(head)];
  const { compared, replaced, mismatches } = compareHeads(store.audit, anchors);
  for (const mismatch of mismatches) print(describeMismatch(mismatch, store));
  if (replaced > 0) print(`${replaced} recorded heads are of a database that a restore replaced.`);
  print(describeComparison(compared, anchors));
  return brokenAt === null && mismatches.length === 0 ? EXIT.ok : EXIT.failed;
}

function recordedHeads(path: string): Anchor[] {
  return readHeads(path).map((head) => ({ ...head, source: headFileOf(path) }));
}

function copyHead(path: string): Anchor[] {
  const modified = statSync(path, { throwIfNoEntry: false })?.mtime;
  if (modified === undefined) return [];
  try {
    return [{ ...readCopyHead(path), source: path, at: modified.toISOString() }];
  } catch (error) {
    if (!isStoreFailure(error)) throw error;
    print(`${path} cannot be read and was not compared.`);
    return [];
  }
}

function givenHead(head: AuditHead | undefined): Anchor[] {
  return head === undefined ? [] : [{ ...head, source: '--head', at: null }];
}

function describeMismatch({ kind, anchor, lastAgreed }: HeadMismatch, { audit }: Store): string {
  const { count, source, at } = anchor;
  const { count: present } = audit.head();
  const record = at === null ? `${source} has ${count} rows` : `${source} recorded ${count} rows at ${at}`;
  if (kind === 'missing') {
    const last = audit.mark(present);
    const since = last === null ? 'The log is empty.' : `The last row is of ${last.at}.`;
    return `Rows ${present + 1} to ${count} are missing: ${record}. ${since}`;
  }
  const from = (lastAgreed?.count ?? 0) + 1;
  const agreed =
    lastAgreed === null ? '' : ` They agreed${lastAgreed.at === null ? '' : ` at ${lastAgreed.at}`}.`;
  return `Rows ${from} to ${count} were rewritten: the hash of row ${count} is not the one that ${record}.${agreed}`;
}

function describeComparison(compared: number, anchors: readonly Anchor[]): string {
  const sources = [...new Set(anchors.map(({ source }) => source))].join(', ');
  if (compared > 0) return `Compared with ${compared} recorded heads: ${sources}.`;
  return 'No recorded head was found: rows removed at the end would not be noticed. Give one from the journal or the MQTT info: --head COUNT:HASH.';
}

/** `audit export`: every row as one JSON object per line, oldest first, with its hash. */
export async function exportAudit({ config }: AuditOptions): Promise<number> {
  using store = openStore(await storePathOf(config), { clock: Date, isReadOnly: true });
  for (const row of store.audit.rows()) print(JSON.stringify(row));
  return EXIT.ok;
}
