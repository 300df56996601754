import { expect, it } from 'vitest';
import { INBOX, aMessage, aResult, aStore, anAlert, anArrival } from '../a-store.ts';

it('result, alert and messages are written together', () => {
  const store = aStore();
  const arrivalId = anArrival(store, 'a.dcm');

  store.results.record({
    arrivalId,
    result: aResult(),
    studyKey: 'study',
    alertChanges: [anAlert()],
    outbox: [aMessage('one')],
  });

  expect(store.results.of(arrivalId)).toEqual(aResult());
  expect(store.alerts.forStudy('study')).toEqual([anAlert()]);
  expect(store.outbox.pending(10)).toMatchObject([{ payload: 'one' }]);
  expect(store.images.list()).toMatchObject([
    { file: `${INBOX}/a.dcm`, status: 'done', outcome: 'fracture-suspected', score: 0.6, reason: null },
  ]);
});

it('nothing of an image is written if one part cannot be written', () => {
  const store = aStore();
  const arrivalId = anArrival(store, 'a.dcm');
  const sameRevision = [anAlert(), anAlert()];

  const record = () =>
    store.results.record({
      arrivalId,
      result: aResult(),
      studyKey: 'study',
      alertChanges: sameRevision,
      outbox: [aMessage('one')],
    });

  expect(record).toThrow('not newer');
  expect(store.results.of(arrivalId)).toBeUndefined();
  expect(store.alerts.open()).toEqual([]);
  expect(store.outbox.pendingCount()).toBe(0);
  expect(store.ledger.counts()).toMatchObject({ ready: 1, done: 0 });
});

it('stores why a file was not analysed', () => {
  const store = aStore();
  const reason = { code: 'MODALITY_OUT_OF_SCOPE', message: 'CT is not analysed.' } as const;

  record(store, anArrival(store, 'a.dcm'), { status: 'not-analysed', outcome: null, score: null, reason });

  expect(store.images.list({ status: 'not-analysed' })).toMatchObject([
    { reason, outcome: null, score: null },
  ]);
});

it('holds one result for an image that failed first and succeeded later', () => {
  const store = aStore();
  const id = anArrival(store, 'a.dcm');

  record(store, id, { status: 'failed', outcome: null, reason: { code: 'INFERENCE_CRASHED', message: 'x' } });
  record(store, id, {});

  expect(store.results.of(id)?.status).toBe('analysed');
  expect(store.images.list()).toMatchObject([{ status: 'done', reason: null }]);
});

it('gives the alert rules the latest result of each view of a study', () => {
  const store = aStore();
  record(store, anArrival(store, 'pa'), { sopInstanceUid: '1', score: 0.1 });
  record(store, anArrival(store, 'lateral'), { sopInstanceUid: '2', score: 0.2 });
  record(store, anArrival(store, 'pa-again'), { sopInstanceUid: '1', score: 0.9 });
  record(store, anArrival(store, 'broken'), { sopInstanceUid: '3', status: 'failed', outcome: null });

  const images = store.results.ofStudy('study');

  expect(images.map(({ result }) => result.score)).toEqual([0.9, 0.2]);
});

it('files without a SOP instance are distinguished by their content', () => {
  const store = aStore();
  record(store, anArrival(store, 'a.jpg'), { sha256: 'a' });
  record(store, anArrival(store, 'b.jpg'), { sha256: 'b' });

  expect(store.results.ofStudy('study')).toHaveLength(2);
});

function record(store: ReturnType<typeof aStore>, arrivalId: number, facts: Parameters<typeof aResult>[0]) {
  store.results.record({
    arrivalId,
    result: aResult(facts),
    studyKey: 'study',
    alertChanges: [],
    outbox: [],
  });
}
