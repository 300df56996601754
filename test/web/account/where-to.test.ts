import { expect, it } from 'vitest';
import { whereTo } from '../../../src/web/account/where-to.ts';

const origin = 'http://127.0.0.1:8470';

it.each([
  ['/ward/w3?a=1', '/ward/w3?a=1'],
  ['', '/'],
  ['https://evil.example/', '/'],
  ['//evil.example/', '/'],
  ['/\\evil.example', '/'],
  ['\\\\evil.example', '/'],
  ['javascript:alert(1)', '/'],
  ['data:text/html,x', '/'],
  ['http://127.0.0.1:8470@evil.example/', '/'],
  ['http://[', '/'],
])('leads from the sign-in to %j by way of %j, never to another server', (to, there) => {
  expect(whereTo(`?to=${encodeURIComponent(to)}`, origin)).toBe(there);
});
