import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openStore } from '../../../src/store/open-store.ts';
import { aClock, aFolder, anAlert, aStore } from '../a-store.ts';

it('counts the displays that have shown an alert, each once, through a restart', () => {
  const path = join(aFolder(), 'bonewatch.db');
  const before = openStore(path, { clock: aClock() });
  const alert = anAlert();
  before.adoptAlert(alert, 'study');
  for (const [display, rev] of [
    ['w3-wall', 1],
    ['w3-wall', 2],
    ['w3-tablet', 1],
  ] as const)
    before.receipts.record({ alertId: alert.id, display, rev });
  before[Symbol.dispose]();

  const after = aStore({ path });

  expect(after.receipts.count(alert.id)).toBe(2);
});

it('a receipt for an unknown alert is ignored, and receipts are removed with their alert', () => {
  const clock = aClock();
  const store = aStore({ clock });
  const alert = anAlert({ state: 'closed' });
  store.adoptAlert(alert, 'study');
  store.receipts.record({ alertId: alert.id, display: 'w3-wall', rev: 1 });
  store.receipts.record({ alertId: 'of-another-device', display: 'w3-wall', rev: 1 });
  expect(store.receipts.count('of-another-device')).toBe(0);

  clock.time += 10_000 * 24 * 60 * 60_000;
  expect(store.retention.removeAlerts(clock.time)).toBe(1);

  expect(store.receipts.count(alert.id)).toBe(0);
});
