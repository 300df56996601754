import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashPassword } from '../../../src/screens/access/password-hash.ts';
import {
  openScreensFixture,
  cookieOf,
  PASSWORD,
  send,
  type ScreensFixture,
} from '../../support/screens-fixture.ts';
import { buildPages, type BuiltPages } from '../../support/build-pages.ts';

let pages: BuiltPages;
let fixture: ScreensFixture;

beforeAll(async () => {
  pages = await buildPages();
  fixture = await openScreensFixture({
    users: { 오유진: 'radiographer', Kim: 'viewer', Lee: 'nurse', Park: 'admin' },
    pages: pages.folder,
  });
});
afterAll(async () => {
  await fixture[Symbol.asyncDispose]();
  await pages[Symbol.asyncDispose]();
});

function kinds(): readonly string[] {
  return fixture.store.audit.latest(100).map(({ kind, actor }) => `${kind} ${actor}`);
}

/** Signs in from another address of this machine; gives the answer without its date. */
async function signInFrom(localAddress: string, name: string, password: string): Promise<object> {
  const sent = request(`${fixture.url}/api/sign-in`, {
    method: 'POST',
    localAddress,
    headers: { 'content-type': 'application/json' },
  });
  sent.end(JSON.stringify({ name, password }));
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const { statusCode: status, headers } = response;
  const body = await text(response);
  // The seconds until the next attempt depend on the moment.
  const isWaiting = headers['retry-after'] !== undefined;
  return { status, isWaiting, body: body.replaceAll(/\d+/g, '0'), names: Object.keys(headers).toSorted() };
}

async function isSignedIn(headers: Record<string, string>): Promise<boolean> {
  return (await fetch(`${fixture.url}/api/me`, { headers })).status === 200;
}

describe('signing in', () => {
  it('sets a cookie that scripts cannot read, and /api/me returns the user', async () => {
    const answer = await send(`${fixture.url}/api/sign-in`, { name: ' 오유진 ', password: PASSWORD });

    const [cookie = ''] = answer.headers.getSetCookie();
    expect(answer.status).toBe(204);
    expect(cookie).toMatch(/^bonewatch-session=[\w-]{43}; .*HttpOnly/);
    expect(cookie).toContain('SameSite=Lax');
    const me = await (await fetch(`${fixture.url}/api/me`, { headers: { cookie: cookieOf(answer) } })).json();
    expect(me).toMatchObject({ kind: 'person', name: '오유진', role: 'radiographer', ward: null });
    expect(kinds()).toContain('signed-in 오유진');
  });

  it('accepts a name in any case and Unicode form', async () => {
    expect(await isSignedIn(await fixture.signIn('오유진'.normalize('NFD')))).toBe(true);
    expect(await isSignedIn(await fixture.signIn('  kIM'))).toBe(true);
  });

  it('answers the same for an unknown name and a wrong password, and does not audit the unknown name', async () => {
    const wrong = await send(`${fixture.url}/api/sign-in`, { name: 'Lee', password: 'wrong' });
    const unknown = await send(`${fixture.url}/api/sign-in`, { name: 'my secret', password: 'wrong' });

    expect([wrong.status, unknown.status]).toEqual([403, 403]);
    expect(await wrong.json()).toEqual(await unknown.json());
    expect(kinds()).toContain('sign-in-refused Lee');
    expect(JSON.stringify(fixture.store.audit.latest(100))).not.toContain('my secret');
  });

  it('refuses known and unknown names after the same number of attempts, with the same answers', async () => {
    const answersTo = async (names: readonly string[], address: string): Promise<readonly unknown[]> => {
      const answers = [];
      for (const name of names) answers.push(await signInFrom(address, name, 'wrong'));
      return answers;
    };
    const unknown = ['a', 'b', 'c', 'd'];

    const toUnknown = await answersTo([...unknown, 'e', 'e', 'e', 'e', 'e', 'e'], '127.0.0.11');
    const toKnown = await answersTo([...unknown, 'Lee', 'Lee', 'Lee', 'Lee', 'Lee', 'Lee'], '127.0.0.12');

    expect(toUnknown).toEqual(toKnown);
    expect(toKnown.map((answer) => (answer as { status: number }).status)).toEqual([
      ...[403, 403, 403, 403, 403, 403, 403, 403, 429, 429],
    ]);
  });

  it('admits a nurse from her own machine while another machine guesses her password', async () => {
    for (let count = 0; count < 8; count += 1) await signInFrom('127.0.0.21', 'Lee', `guess ${count}`);

    expect(await signInFrom('127.0.0.21', 'Lee', PASSWORD)).toMatchObject({ status: 429 });
    expect(await signInFrom('127.0.0.22', 'Lee', PASSWORD)).toMatchObject({ status: 204 });
  });

  it('ends with signing out, also for a copied cookie', async () => {
    const headers = await fixture.signIn('Park');

    const answer = await fetch(`${fixture.url}/api/sign-out`, { method: 'POST', headers });

    expect(answer.headers.getSetCookie()[0]).toContain('Max-Age=0');
    expect(await isSignedIn(headers)).toBe(false);
    expect(kinds()).toContain('signed-out Park');
  });

  it('ends on every machine when the password changes', async () => {
    const [here, there] = [await fixture.signIn('Park'), await fixture.signIn('Park')];
    const change = (body: object) => send(`${fixture.url}/api/password`, body, { headers: here });

    const weak = await change({ password: PASSWORD, newPassword: 'park park 1' });
    const wrong = await change({ password: 'wrong', newPassword: 'another long secret' });
    const right = await change({ password: PASSWORD, newPassword: 'another long secret' });

    expect([weak.status, wrong.status, right.status]).toEqual([400, 403, 204]);
    expect([await isSignedIn(here), await isSignedIn(there)]).toEqual([false, false]);
    expect(await isSignedIn(await fixture.signIn('Park', 'another long secret'))).toBe(true);
    expect(kinds()).toContain('password-changed Park');
  });

  it('refuses the sixth attempt without checking it, answers how long to wait, and audits it', async () => {
    const tries = [];
    for (let count = 0; count < 6; count += 1)
      tries.push(await send(`${fixture.url}/api/sign-in`, { name: 'Kim', password: `wrong ${count}` }));

    const right = await send(`${fixture.url}/api/sign-in`, { name: 'Kim', password: PASSWORD });

    expect(tries.map(({ status }) => status)).toEqual([403, 403, 403, 403, 429, 429]);
    expect(right.status).toBe(429);
    expect(Number(right.headers.get('retry-after'))).toBeGreaterThan(800);
    expect(kinds()).toContain('sign-in-blocked Kim');
    expect(kinds().filter((kind) => kind === 'sign-in-refused Kim')).toHaveLength(4);
    expect(await isSignedIn(await fixture.signIn('Lee'))).toBe(true);
  });

  it('stores only a hash of the password', async () => {
    const stored = fixture.store.users.find('Lee')?.password ?? '';

    expect(stored).toMatch(/^scrypt\$256\$8\$1\$[\w-]{22}\$[\w-]{43}$/);
    expect(await hashPassword(PASSWORD)).toMatch(/^scrypt\$32768\$8\$3\$[\w-]{22}\$[\w-]{43}$/);
    expect(fixture.store.audit.verify().brokenAt).toBeNull();
  });
});
