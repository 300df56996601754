import { expect, it } from 'vitest';
import type { Principal } from '../../../src/screens/access/principal.ts';
import { firstViewWithin } from '../../../src/screens/access/first-view-within.ts';

const WALL: Principal = { kind: 'display', id: 'd1', name: 'wall', ward: 'w3' };
const NURSE: Principal = { kind: 'person', name: 'Kim', role: 'nurse', displayId: 'person-1' };

it('repeated requests within a minute count as one view, a later request as another', () => {
  let now = Date.parse('2026-11-22T05:38:00Z');
  const isNewView = firstViewWithin(() => new Date(now));

  const views = [isNewView(WALL, 'a'), isNewView(WALL, 'a'), isNewView(WALL, 'b'), isNewView(NURSE, 'a')];
  now += 59_000;
  const soon = isNewView(WALL, 'a');
  now += 60_000;
  const later = isNewView(WALL, 'a');

  expect(views).toEqual([true, false, true, true]);
  expect([soon, later]).toEqual([false, true]);
});

it('the oldest of very many views is dropped, so that a view may count twice but is never missed', () => {
  const isNewView = firstViewWithin(() => new Date('2026-11-22T05:38:00Z'));

  isNewView(WALL, 'first');
  for (let index = 0; index < 500; index += 1) isNewView(WALL, `alert ${index}`);

  expect(isNewView(WALL, 'first')).toBe(true);
});
