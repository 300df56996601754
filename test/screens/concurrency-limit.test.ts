import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createPlaces, type Place } from '../../src/screens/concurrency-limit.ts';

it('never gives out more places than there are, to all or to one, and gives every place out again', () => {
  const step = fc.record({ holder: fc.constantFrom('a', 'b', 'c'), isLeaving: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const take = createPlaces({ max: 4, maxPerHolder: 2 });
      const held: { holder: string; place: Place }[] = [];
      for (const { holder, isLeaving } of steps) {
        const own = held.findIndex((one) => one.holder === holder);
        if (isLeaving && own >= 0) held.splice(own, 1)[0]?.place.leave();
        const place = isLeaving ? null : take(holder);
        const isFree = held.length < 4 && held.filter((one) => one.holder === holder).length < 2;
        if (!isLeaving) expect(place !== null).toBe(isFree);
        if (place !== null) held.push({ holder, place });
      }
      for (const { place } of held) place.leave();
      expect(['a', 'a', 'b', 'b'].map((holder) => take(holder))).not.toContain(null);
    }),
  );
});

it('holds a place while its work lasts, also after the client has disconnected', async () => {
  const take = createPlaces({ max: 1, maxPerHolder: 1 });
  const { promise, resolve } = Promise.withResolvers<string>();
  const place = take('a');

  const work = place?.during(promise);
  place?.leave();
  expect(take('b')).toBeNull();

  resolve('done');
  expect(await work).toBe('done');
  expect(take('b')).not.toBeNull();
});
