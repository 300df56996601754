import { cp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { buildTopic } from '../../src/contract/topics.ts';
import { createAudit } from '../../src/store/audit/audit.ts';
import { readHeads } from '../../src/store/audit/head-file.ts';
import { openDatabase } from '../../src/store/database/database.ts';
import { listen } from '../publish/listener.ts';
import { mosquittoAvailable, startMosquitto } from '../support/mosquitto.ts';
import { runBonewatch } from '../support/run-bonewatch.ts';
import { aDaemonHome, type DaemonHome } from '../support/running-daemon.ts';
import { sendPictures, waitForResults } from '../support/send-pictures.ts';

const hasMosquitto = mosquittoAvailable('the recorded heads of the audit log');

const INFO = buildTopic({ kind: 'info', site: 'jeonju', device: 'console-1' });

it.runIf(hasMosquitto)(
  'audit verify notices a cut end, an emptied table and a rewritten chain, by the heads that the service recorded outside of the database',
  { timeout: 180_000 },
  async () => {
    await using broker = await startMosquitto();
    await using home = await aDaemonHome({ brokerUrl: broker.url });
    await using infos = await listen(broker.url, INFO);
    await using daemon = await home.start();
    await sendPictures(home, 0, 10);
    await waitForResults(home, 10);
    expect(await daemon.stop()).toBe(0);
    const info = JSON.parse(infos.received.at(-1)?.payload ?? '{}') as Record<string, unknown>;
    expect(info).toMatchObject({ auditCount: 0, auditHead: '0'.repeat(64) });
    const head = lastLoggedHead(daemon.log);

    const intact = await verify(home.configFile, '--head', head.text);
    expect(intact).toMatchObject({ status: 0 });
    expect(intact.stdout).toContain(`${head.count} rows, the chain holds`);
    expect(intact.stdout).toMatch(/Compared with \d+ recorded heads: .*audit-heads, --head\./);

    const cut = await aTamperedHome(home, 'cut', `DELETE FROM audit WHERE seq > ${head.count - 3}`);
    const cutAnswer = await verify(cut);
    expect(cutAnswer.status).toBe(1);
    expect(cutAnswer.stdout).toContain(`Rows ${head.count - 2} to ${head.count} are missing`);

    const emptied = await aTamperedHome(home, 'emptied', 'DELETE FROM audit');
    const emptiedAnswer = await verify(emptied);
    expect(emptiedAnswer.status).toBe(1);
    expect(emptiedAnswer.stdout).toContain(`Rows 1 to ${head.count} are missing`);
    expect(emptiedAnswer.stdout).toContain('The log is empty.');

    const rewritten = await aTamperedHome(home, 'rewritten', 'SELECT 1', rewriteChain);
    const rewrittenAnswer = await verify(rewritten);
    expect(rewrittenAnswer.status).toBe(1);
    expect(rewrittenAnswer.stdout).toContain(`${head.count} rows, the chain holds`);
    expect(rewrittenAnswer.stdout).toMatch(/Rows 1 to \d+ were rewritten/);

    // Without the file next to the database, the journal is enough.
    await rm(join(home.folder, 'cut', 'bonewatch.db.audit-heads'));
    expect((await verify(cut)).stdout).toContain('No recorded head was found');
    const byJournal = await verify(cut, '--head', head.text);
    expect(byJournal.status).toBe(1);
    expect(byJournal.stdout).toContain('are missing: --head has');
  },
);

it.runIf(hasMosquitto)(
  'a restored copy passes audit verify, which reports that a restore replaced later rows, and the nightly copy is compared too',
  { timeout: 180_000 },
  async () => {
    await using broker = await startMosquitto();
    await using home = await aDaemonHome({ brokerUrl: broker.url });
    const store = join(home.folder, 'store', 'bonewatch.db');
    await using first = await home.start();
    await sendPictures(home, 0, 4);
    await waitForResults(home, 4);
    expect(await db(home, 'backup', `${store}.backup`)).toMatchObject({ status: 0 });
    await sendPictures(home, 4, 8);
    await waitForResults(home, 8);
    expect(await first.stop()).toBe(0);

    expect(await db(home, 'restore', `${store}.backup`)).toMatchObject({ status: 0 });
    const restored = await verify(home.configFile);
    expect(restored).toMatchObject({ status: 0 });
    expect(restored.stdout).toContain('are of a database that a restore replaced');

    // A copy put in place by hand is not a restore: later rows are missing.
    await using infos = await listen(broker.url, INFO);
    await using second = await home.start();
    const info = await infos.until(({ payload }) => !payload.includes('"auditCount":0,'));
    expect(info.payload).toContain(`"auditHead":"${headNextToDatabase(store)}"`);
    await waitForResults(home, 8);
    expect(await second.stop()).toBe(0);
    await rename(store, `${store}.away`);
    await cp(`${store}.backup`, store);
    const byHand = await verify(home.configFile);
    expect(byHand.status).toBe(1);
    expect(byHand.stdout).toMatch(/Rows \d+ to \d+ are missing|were rewritten/);
  },
);

/** A copy of a stopped service's folder in which the database was changed without a trace in the database. */
async function aTamperedHome(
  home: DaemonHome,
  name: string,
  sql: string,
  change: (path: string) => void = () => undefined,
): Promise<string> {
  const folder = join(home.folder, name);
  await cp(join(home.folder, 'store'), folder, { recursive: true });
  const path = join(folder, 'bonewatch.db');
  const database = new SqliteDatabase(path);
  database.exec('DROP TRIGGER audit_is_not_edited; DROP TRIGGER audit_is_not_cut');
  database.exec(sql);
  database.close();
  change(path);
  const configFile = join(home.folder, `${name}.yaml`);
  await writeFile(
    configFile,
    stringify({ inboxes: [{ path: home.inbox }], wards: [{ id: 'w3', name: '3' }], store: { path } }),
  );
  return configFile;
}

/** Replaces an actor in every row, with a correct chain of hashes. */
function rewriteChain(path: string): void {
  using database = openDatabase(path, { isReadOnly: false, busyTimeoutMs: 0 });
  const audit = createAudit(database);
  const rows = [...audit.rows()];
  database.execute('DELETE FROM audit');
  for (const { at, kind, subject, detail } of rows)
    audit.append({ at, kind, subject, detail, actor: 'nobody' });
}

function lastLoggedHead(log: readonly string[]): { readonly count: number; readonly text: string } {
  const line = log.findLast((text) => text.includes('head of the audit log'));
  const { auditCount, auditHead } = JSON.parse(line ?? '{}') as { auditCount: number; auditHead: string };
  return { count: auditCount, text: `${auditCount}:${auditHead}` };
}

/** The head that the service recorded at its last start. */
function headNextToDatabase(path: string): string | undefined {
  return readHeads(path).findLast(({ event }) => event === 'start')?.hash;
}

function verify(configFile: string, ...words: string[]) {
  return runBonewatch(['audit', 'verify', '--config', configFile, ...words]);
}

function db(home: DaemonHome, ...words: string[]) {
  return runBonewatch(['db', ...words, '--config', home.configFile]);
}
