import { expect, it } from 'vitest';
import { aMessage, aResult, aStore, anAlert, anArrival } from '../a-store.ts';

it('an acknowledgement, its message and its audit entry are written together', () => {
  const store = aStore();
  raise(store);
  const acknowledged = anAlert({
    rev: 2,
    state: 'acknowledged',
    acknowledgedBy: { name: 'Kim', display: null },
  });

  store.recordAlertChange(acknowledged, [aMessage('acknowledged')], anEntry());

  expect(store.alerts.get(acknowledged.id)).toEqual(acknowledged);
  expect(store.outbox.pending(10).map(({ payload }) => payload)).toEqual(['raised', 'acknowledged']);
  expect(store.audit.verify()).toEqual({ rows: 1, brokenAt: null });
});

it('refuses to overwrite an alert with an older revision, and sends no message', () => {
  const store = aStore();
  raise(store);
  store.recordAlertChange(anAlert({ rev: 3 }), [], null);

  expect(() => store.recordAlertChange(anAlert({ rev: 2 }), [aMessage('late')], anEntry())).toThrow(
    'not newer',
  );
  expect(store.outbox.pendingCount()).toBe(1);
  expect(store.audit.verify().rows).toBe(0);
});

it('allows one alert for a study and ward until it is closed', () => {
  const store = aStore();
  raise(store);
  const second = anAlert({ id: '01BX5ZZKBKACTAV9WEVGEMMVRZ' });

  expect(() => raise(store, second)).toThrow('UNIQUE');
  store.recordAlertChange(anAlert({ rev: 2, state: 'closed' }), [], null);
  raise(store, second);

  expect(store.alerts.open()).toEqual([second]);
  expect(store.alerts.forStudy('study')).toHaveLength(2);
  expect(store.alerts.list(1)).toHaveLength(1);
});

function raise(store: ReturnType<typeof aStore>, alert = anAlert()) {
  store.results.record({
    arrivalId: anArrival(store, alert.id),
    result: aResult(),
    studyKey: 'study',
    alertChanges: [alert],
    outbox: [aMessage('raised')],
  });
}

function anEntry() {
  return {
    at: '2026-01-01T00:00:00Z',
    kind: 'alert-acknowledged',
    actor: 'Kim',
    subject: 'alert',
    detail: {},
  };
}
