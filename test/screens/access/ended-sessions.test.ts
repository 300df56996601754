import { afterAll, beforeAll, expect, it } from 'vitest';
import { openScreensFixture, type ScreensFixture } from '../../support/screens-fixture.ts';

let fixture: ScreensFixture;

beforeAll(async () => {
  fixture = await openScreensFixture({
    users: { Removed: 'viewer', Demoted: 'admin', Changed: 'viewer', Left: 'viewer', Stays: 'viewer' },
  });
});
afterAll(() => fixture[Symbol.asyncDispose]());

/** The news of the console; `ended` resolves when the server ends them. */
async function openNews(headers: Record<string, string>) {
  const response = await fetch(`${fixture.url}/api/console/live`, { headers });
  const reader = response.body?.getReader();
  async function read(): Promise<void> {
    while ((await reader?.read())?.done === false);
  }
  let isOpen = true;
  const ended = read()
    .catch(() => undefined)
    .then(() => (isOpen = false));
  return { status: response.status, ended, isOpen: () => isOpen };
}

it('the live news end within seconds when a user is removed or signs out, or its role or password changes', async () => {
  const { users } = fixture.store;
  const left = await fixture.signIn('Left');
  const ending = [await openNews(left)];
  for (const name of ['Removed', 'Demoted', 'Changed'])
    ending.push(await openNews(await fixture.signIn(name)));
  const staying = await openNews(await fixture.signIn('Stays'));
  expect([...ending, staying].map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);

  users.remove('Removed');
  users.setRole('Demoted', 'viewer');
  users.setPassword('Changed', 'scrypt$256$8$1$AAAA$AAAA');
  await fetch(`${fixture.url}/api/sign-out`, { method: 'POST', headers: left });

  await Promise.all(ending.map(({ ended }) => ended));
  expect(staying.isOpen()).toBe(true);
}, 10_000);
