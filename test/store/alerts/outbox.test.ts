import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openStore } from '../../../src/store/open-store.ts';
import { aClock, aFolder, aMessage, aStore } from '../a-store.ts';

it('gives messages in the order in which they were written', () => {
  const store = aStore();
  store.outbox.add([aMessage('one'), aMessage('two')]);
  store.outbox.add([aMessage('three')]);

  const pending = store.outbox.pending(2);

  expect(pending.map(({ payload }) => payload)).toEqual(['one', 'two']);
  expect(store.outbox.pending(10, pending[1]?.seq).map(({ payload }) => payload)).toEqual(['three']);
});

it('a message stays, across a restart, until the broker has it', () => {
  const path = join(aFolder(), 'bonewatch.db');
  const before = openStore(path, { clock: aClock() });
  before.outbox.add([aMessage('one', { retain: true, orderKey: 'alert' })]);
  before.outbox.markFailed(1, 'BROKER_REFUSED');
  before[Symbol.dispose]();

  const store = aStore({ path });
  const [message] = store.outbox.pending(10);

  expect(message).toMatchObject({ ...aMessage('one', { retain: true, orderKey: 'alert' }), attempts: 1 });
  expect(message?.lastError).toBe('BROKER_REFUSED');
  store.outbox.markDelivered(message?.seq ?? 0);
  expect(store.outbox.pendingCount()).toBe(0);
});

it('can clear a retained topic', () => {
  const store = aStore();

  store.outbox.add([aMessage('', { retain: true })]);

  expect(store.outbox.pending(1)).toMatchObject([{ payload: '', retain: true }]);
});

it('removes the waiting messages of one alert that the broker already has, and no other', () => {
  const store = aStore();
  store.outbox.add([aMessage('one', { alertId: 'a' }), aMessage('two', { alertId: 'b' }), aMessage('three')]);

  expect(store.outbox.removeAlert('a')).toBe(1);

  expect(store.outbox.pending(10).map(({ payload }) => payload)).toEqual(['two', 'three']);
});

it('removes delivered messages after a while and never the others', () => {
  const clock = aClock();
  const store = aStore({ clock });
  store.outbox.add([aMessage('delivered'), aMessage('waiting')]);
  store.outbox.markDelivered(1);

  const early = store.outbox.pruneDelivered(clock.time);
  const late = store.outbox.pruneDelivered(clock.time + 1);

  expect([early, late]).toEqual([0, 1]);
  expect(store.outbox.pending(10)).toMatchObject([{ payload: 'waiting' }]);
});
