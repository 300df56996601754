import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openDatabase } from '../../../src/store/database/database.ts';
import { aFolder, aStore } from '../a-store.ts';

it('an unaltered audit log is verified as intact', () => {
  const { store } = anAuditedStore();

  expect(store.audit.verify()).toEqual({ rows: 3, brokenAt: null });
});

it('an audit row can be neither changed nor removed', () => {
  const { file } = anAuditedStore();

  expect(() => file.execute(`UPDATE audit SET actor = 'nobody'`)).toThrow('append-only');
  expect(() => file.execute('DELETE FROM audit')).toThrow('append-only');
});

it.each([
  ['changed', `UPDATE audit SET actor = 'nobody' WHERE seq = 2`],
  ['removed', 'DELETE FROM audit WHERE seq = 2'],
  ['replaced by a row that fits itself', `UPDATE audit SET hash = printf('%064d', 7) WHERE seq = 2`],
])('shows which entry was %s behind its back', (_, tampering) => {
  const { store, file } = anAuditedStore();
  file.execute('DROP TRIGGER audit_is_not_edited; DROP TRIGGER audit_is_not_cut');

  file.execute(tampering);

  expect(store.audit.verify().brokenAt).toBe(2);
});

function anAuditedStore() {
  const path = join(aFolder(), 'bonewatch.db');
  const store = aStore({ path });
  for (const actor of ['Kim', 'Lee', 'Park']) {
    store.audit.append({
      at: '2026-01-01T00:00:00Z',
      kind: 'alert-acknowledged',
      actor,
      subject: 'alert',
      detail: { display: 'er-1' },
    });
  }
  return { store, file: openDatabase(path, { isReadOnly: false, busyTimeoutMs: 1000 }) };
}
