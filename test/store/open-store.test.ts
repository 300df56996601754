import { execFile } from 'node:child_process';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { checkDatabase } from '../../src/store/database/check-database.ts';
import { openDatabase } from '../../src/store/database/database.ts';
import { MIGRATIONS } from '../../src/store/database/migrations.ts';
import { openStore } from '../../src/store/open-store.ts';
import { aClock, aFolder, aMessage, aResult, aStore, anAlert, anArrival } from './a-store.ts';

const clock = aClock();

it('makes a store that only its owner can read', () => {
  const folder = join(aFolder(), 'var', 'bonewatch');

  aStore({ path: join(folder, 'bonewatch.db') });

  const modes = ['', 'bonewatch.db', 'bonewatch.db-wal'].map(
    (name) => statSync(join(folder, name)).mode & 0o777,
  );
  expect(modes).toEqual([0o700, 0o600, 0o600]);
});

it('a new store is intact, and a result is on the disk before the call returns', () => {
  const path = join(aFolder(), 'bonewatch.db');
  aStore({ path });
  const database = openDatabase(path, { isReadOnly: false, busyTimeoutMs: 0 });

  expect(checkDatabase(path, 'full')).toEqual([]);
  const pragmas = ['journal_mode', 'synchronous', 'foreign_keys', 'user_version'].map((name) =>
    database.pragma(name),
  );
  expect(pragmas).toEqual(['wal', 2, 1, MIGRATIONS.length]);
});

it('opening a file that is not a database is STORE_FAILED', () => {
  const path = join(aFolder(), 'bonewatch.db');
  writeFileSync(path, 'this is not a database, and long enough to be looked at as one'.repeat(20));

  expect(() => openStore(path, { clock })).toThrow(expect.objectContaining({ code: 'STORE_FAILED' }));
});

it('a folder as the path of the database is CONFIG_INVALID, a file in a missing folder STORE_FAILED', () => {
  const path = join(aFolder(), 'taken');
  mkdirSync(path);

  expect(() => openStore(path, { clock })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  expect(() => openStore(join(path, 'none', 'x.db'), { clock, isReadOnly: true })).toThrow(
    expect.objectContaining({ code: 'STORE_FAILED' }),
  );
});

it('refuses a file that a newer version wrote, and leaves it as it is', () => {
  const path = join(aFolder(), 'bonewatch.db');
  aStore({ path });
  const database = openDatabase(path, { isReadOnly: false, busyTimeoutMs: 0 });
  database.execute('PRAGMA user_version = 999');

  expect(() => openStore(path, { clock })).toThrow('newer version');
  expect(database.pragma('user_version')).toBe(999);
});

it('shows its lists to another process and rejects its writes when it is read-only', () => {
  const path = join(aFolder(), 'bonewatch.db');
  anArrival(aStore({ path }), 'a.dcm');

  using reader = openStore(path, { clock, isReadOnly: true });

  expect(reader.images.list()).toHaveLength(1);
  expect(() => reader.outbox.add([aMessage('x')])).toThrow(expect.objectContaining({ code: 'STORE_FAILED' }));
});

it('takes an acknowledgement from another process while the daemon continues to write', async () => {
  const path = join(aFolder(), 'bonewatch.db');
  const store = aStore({ path });
  const record = { result: aResult(), studyKey: 'study', alertChanges: [anAlert()], outbox: [] };
  store.results.record({ arrivalId: anArrival(store, 'a.dcm'), ...record });
  store.wasChangedElsewhere();

  const other = runProgram(
    path,
    `const [alert] = store.alerts.open();
    const about = { ward: 'er', alertId: alert.id, rev: 2, writtenAt: null, orderKey: alert.id };
    const message = { target: 'mqtt', topic: 't', payload: 'p', qos: 1, retain: true, ...about };
    store.recordAlertChange({ ...alert, rev: alert.rev + 1, state: 'acknowledged' }, [message], null);`,
  );
  let written = 0;
  while (!store.wasChangedElsewhere()) {
    store.outbox.add([aMessage(`${written++}`)]);
    await new Promise(setImmediate);
  }
  await other;

  expect(store.alerts.open()).toMatchObject([{ state: 'acknowledged', rev: 2 }]);
  expect(store.outbox.pendingCount()).toBe(written + 1);
  expect(store.wasChangedElsewhere()).toBe(false);
});

it('no write of a killed process is lost', async () => {
  const path = join(aFolder(), 'bonewatch.db');
  const killed = runProgram(
    path,
    `const files = [{ path: 'a.dcm', sizeBytes: 1, mtimeMs: 1 }, { path: 'b.dcm', sizeBytes: 1, mtimeMs: 1 }];
    const [first] = store.ledger.discover('/export', files, 1);
    const inspection = { format: 'png', isWhole: true, sizeBytes: 1, sha256: 'a', sopInstanceUid: null };
    store.ledger.markReady(first.id, inspection);
    store.ledger.claimNext(1);
    store.outbox.add([{ target: 'mqtt', topic: 't', payload: 'p', qos: 1, retain: false, ward: null, alertId: null,
      rev: null, writtenAt: null, orderKey: null }]);
    process.kill(process.pid, 'SIGKILL');`,
  );
  await expect(killed).rejects.toMatchObject({ signal: 'SIGKILL' });

  const store = aStore({ path });

  expect(store.ledger.unfinished('/export')).toMatchObject([{ path: 'b.dcm' }]);
  expect(store.ledger.resetInterrupted()).toBe(1);
  expect(store.ledger.claimNext(10)).toMatchObject([{ path: 'a.dcm', attempts: 2 }]);
  expect(store.outbox.pendingCount()).toBe(1);
});

async function runProgram(path: string, program: string): Promise<void> {
  const module = fileURLToPath(new URL('../../src/store/open-store.ts', import.meta.url));
  const opening = `import { openStore } from ${JSON.stringify(module)};
    using store = openStore(${JSON.stringify(path)}, { clock: Date });`;
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', opening + program]);
}
