import fc from 'fast-check';
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
  ['/.//evil.example/', '/'],
  ['/..//evil.example/', '/'],
  ['/%2e//evil.example/', '/'],
  ['/%2E%2e//evil.example', '/'],
  ['/\t/evil.example/', '/'],
  ['/./\\evil.example/', '/'],
  ['/ward/..//evil.example/', '/'],
])('leads from the sign-in to %j by way of %j, never to another server', (to, there) => {
  expect(whereTo(`?to=${encodeURIComponent(to)}`, origin)).toBe(there);
});

it('leads from the sign-in to no other server, whatever the address is made of', () => {
  const pieces = fc.constantFrom(
    ...[
      '/',
      '\\',
      '.',
      '..',
      '%2e',
      '%2f',
      '%5c',
      '\t',
      '\n',
      ' ',
      ':',
      '@',
      '?',
      '#',
      'http:',
      'https:',
      'ward',
    ],
    ...['evil.example', 'javascript:', '127.0.0.1:8470', '\u3002', '\uff0f'],
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
      const there = whereTo(`?to=${encodeURIComponent(parts.join(''))}`, origin);

      expect(there).toMatch(/^\/(?![/\\])/);
      expect(new URL(there, origin).origin).toBe(origin);
    }),
    { numRuns: 5_000 },
  );
});
