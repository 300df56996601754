import { openStore } from '../../../store/open-store.ts';
import { storePathOf } from '../../store-path.ts';
import { EXIT, print, printJson } from '../../terminal.ts';

interface AuditOptions {
  readonly config?: string;
}

/** `audit verify`: whether any row was changed or removed since it was written; exit 1 if so. */
export async function verifyAudit({ config }: AuditOptions): Promise<number> {
  using store = openStore(await storePathOf(config), { clock: Date, isReadOnly: true });
  const { rows, brokenAt } = store.audit.verify();
  if (brokenAt === null) {
    print(`${rows} rows, the chain holds`);
    return EXIT.ok;
  }
  print(`${rows} rows hold, row ${brokenAt} was changed or is missing`);
  return EXIT.failed;
}

/** `audit export`: every row as one JSON object per line, oldest first, with its hash. */
export async function exportAudit({ config }: AuditOptions): Promise<number> {
  using store = openStore(await storePathOf(config), { clock: Date, isReadOnly: true });
  for (const row of store.audit.rows()) printJson(row);
  return EXIT.ok;
}
