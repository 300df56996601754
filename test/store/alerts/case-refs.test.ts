import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fullReference } from '../../../src/store/alerts/case-refs.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { aClock, aFolder, aStore } from '../a-store.ts';

it('calls a study by the same four unmistakable characters, through a restart', () => {
  const path = join(aFolder(), 'bonewatch.db');
  const before = openStore(path, { clock: aClock() });
  const ref = before.caseRefs.of('1.2.3');
  before[Symbol.dispose]();

  const after = aStore({ path }).caseRefs.of('1.2.3');

  expect(ref).toMatch(/^[A-HJKMNP-Z2-9]{4}$/);
  expect(after).toBe(ref);
});

it('cannot be worked out without the store: another store calls the same study otherwise', () => {
  const study = '1.2.3';

  const refs = [fullReference(Buffer.alloc(32, 1), study), fullReference(Buffer.alloc(32, 2), study)];

  expect(refs[0]).not.toBe(refs[1]);
});

it('never calls two studies the same: where four characters are taken it uses more', () => {
  const store = aStore();

  const refs = store.atomically(() =>
    Array.from({ length: 5000 }, (_, n) => store.caseRefs.of(`study ${n}`)),
  );

  expect(new Set(refs).size).toBe(5000);
  expect(Math.max(...refs.map((ref) => ref.length))).toBeGreaterThan(4);
});
