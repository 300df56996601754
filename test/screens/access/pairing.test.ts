import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openScreensFixture, cookieOf, send, type ScreensFixture } from '../../support/screens-fixture.ts';

let fixture: ScreensFixture;

beforeAll(async () => {
  fixture = await openScreensFixture({ users: { Admin: 'admin', Nurse: 'nurse' } });
});
afterAll(() => fixture[Symbol.asyncDispose]());

async function aWaitingScreen(): Promise<{ cookie: string; code: string }> {
  const cookie = cookieOf(await send(`${fixture.url}/api/pairing`, { ward: 'w3' }));
  const answer = await fetch(`${fixture.url}/api/pairing`, { headers: { cookie } });
  const { code } = (await answer.json()) as { code: string };
  return { cookie, code };
}

describe('pairing a display', () => {
  it('needs the code on the screen and a radiographer, and can be revoked at any time', async () => {
    const admin = await fixture.signIn('Admin');
    const nurse = await fixture.signIn('Nurse');
    const { cookie, code } = await aWaitingScreen();
    const wish = {
      code: `${code.slice(0, 3).toLowerCase()} ${code.slice(3)}`,
      name: '간호사실 벽',
      ward: 'w3',
    };
    const confirm = (headers: Record<string, string>) =>
      send(`${fixture.url}/api/displays`, wish, { headers });

    expect((await confirm(nurse)).status).toBe(403);
    expect((await confirm(admin)).status).toBe(200);
    expect((await confirm(admin)).status).toBe(404);

    const paired = await fetch(`${fixture.url}/api/pairing`, { headers: { cookie } });
    expect(await paired.json()).toEqual({ state: 'paired', ward: 'w3' });
    const display = { cookie: cookieOf(paired) };
    const me = (await (await fetch(`${fixture.url}/api/me`, { headers: display })).json()) as {
      displayId: string;
    };
    expect(me).toMatchObject({ kind: 'display', name: '간호사실 벽', role: null, ward: 'w3' });
    expect(paired.headers.getSetCookie()[0]).toMatch(/^bonewatch-display=.*Max-Age=34560000.*HttpOnly/);
    const again = await fetch(`${fixture.url}/api/pairing`, { headers: { cookie } });
    expect(await again.json()).toEqual({ state: 'gone' });

    const revoked = await fetch(`${fixture.url}/api/displays/${me.displayId}`, {
      method: 'DELETE',
      headers: admin,
    });
    expect(revoked.status).toBe(204);
    expect((await fetch(`${fixture.url}/api/me`, { headers: display })).status).toBe(401);
    expect(fixture.store.audit.latest(50).map(({ kind, actor }) => `${kind} ${actor}`)).toEqual(
      expect.arrayContaining([
        'display-paired Admin',
        'display-connected display 간호사실 벽',
        'display-revoked Admin',
      ]),
    );
  });

  it('lists the displays without their secrets', async () => {
    await fixture.pair('w3');
    const admin = await fixture.signIn('Admin');

    const { displays } = (await (await fetch(`${fixture.url}/api/displays`, { headers: admin })).json()) as {
      displays: object[];
    };

    expect(displays.map((display) => Object.keys(display).toSorted())).toEqual([
      ['id', 'name', 'pairedAt', 'pairedBy', 'seenAt', 'ward'],
    ]);
  });

  it('rejects an unknown ward, an unknown code and an empty name', async () => {
    const headers = await fixture.signIn('Admin');
    const { code } = await aWaitingScreen();
    const pair = async (wish: object): Promise<number> =>
      (await send(`${fixture.url}/api/displays`, { code, name: 'x', ward: 'w3', ...wish }, { headers }))
        .status;

    expect((await send(`${fixture.url}/api/pairing`, { ward: 'w9' })).status).toBe(400);
    expect(await pair({ ward: 'w9' })).toBe(400);
    expect(await pair({ name: '\u202e ' })).toBe(400);
    expect(await pair({ code: 'ABCDEF' })).toBe(404);
  });

  it('limits the screens that one machine can have waiting for a code', async () => {
    const answers = [];
    for (let count = 0; count < 9; count += 1)
      answers.push((await send(`${fixture.url}/api/pairing`, { ward: 'w3' })).status);

    expect(answers).toContain(429);
  });
});
