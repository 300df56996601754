import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Route } from '../../../src/screens/route.ts';
import { openScreensFixture, PASSWORD, send, type ScreensFixture } from '../../support/screens-fixture.ts';

/** Routes that need no authentication: each one is here on purpose. */
const FOR_ANONYMOUS = [
  'GET /api/pairing',
  'GET /api/site',
  'GET /pair',
  'GET /sign-in',
  'GET /ward-worker.js',
  'POST /api/pairing',
  'POST /api/sign-in',
];

let fixture: ScreensFixture;

beforeAll(async () => {
  fixture = await openScreensFixture({
    users: { Viewer: 'viewer', Nurse: 'nurse', Radiographer: 'radiographer', Admin: 'admin' },
  });
});
afterAll(() => fixture[Symbol.asyncDispose]());

function nameOf({ method, path }: Route): string {
  return `${method} ${path}`;
}

function ask({ method, path }: Route, headers: Record<string, string> = {}): Promise<Response> {
  const url = fixture.url + path.replace(':ward', 'w3').replaceAll(/:\w+/g, '1');
  return fetch(url, { method, headers, redirect: 'manual' });
}

describe('the routes of the screens', () => {
  it('need authentication, except those of the sign-in and the pairing', () => {
    const open = fixture.routes.filter(({ minimumRole }) => minimumRole === 'anonymous').map(nameOf);

    expect(open.toSorted()).toEqual(FOR_ANONYMOUS);
  });

  it('answer 401 to every API request without a session, and redirect every page to the sign-in', async () => {
    const closed = fixture.routes.filter(({ minimumRole }) => minimumRole !== 'anonymous');

    for (const route of closed) {
      const response = await ask(route);

      const isPage = route.method === 'GET' && !route.path.startsWith('/api/');
      expect([nameOf(route), response.status]).toEqual([nameOf(route), isPage ? 302 : 401]);
      if (isPage) expect(response.headers.get('location')).toMatch(/^\/(sign-in|pair)\?to=%2F/);
      else expect(await response.json()).toEqual({ error: 'signed-out' });
    }
    expect(closed.length).toBeGreaterThan(8);
  });

  it('reject forged tokens of sessions and displays', async () => {
    const forged = Buffer.alloc(32, 7).toString('base64url');
    for (const cookie of [
      `bonewatch-session=${forged}`,
      `bonewatch-display=${forged}`,
      `__Host-bonewatch-session=${forged}`,
      'bonewatch-session=',
      `bonewatch-session=' OR 1=1 --`,
      `bonewatch-display=${'x'.repeat(6000)}`,
    ]) {
      expect((await fetch(`${fixture.url}/api/me`, { headers: { cookie } })).status).toBe(401);
    }
  });

  it('reject requests that need a higher role', async () => {
    const viewer = await fixture.signIn('Viewer');
    const above = fixture.routes.filter(({ minimumRole }) =>
      ['nurse', 'radiographer', 'admin'].includes(minimumRole),
    );

    for (const route of above)
      expect([nameOf(route), (await ask(route, viewer)).status]).toEqual([nameOf(route), 403]);
    expect(above.map(nameOf)).toContain('POST /api/displays');
  });

  it('reject every change without the CSRF token, or from a page of another server', async () => {
    const admin = await fixture.signIn('Admin');
    const nurse = await fixture.signIn('Nurse');
    const changes = fixture.routes.filter(
      ({ method, minimumRole }) => method !== 'GET' && minimumRole !== 'anonymous',
    );

    for (const route of changes) {
      const { cookie = '' } = admin;
      for (const headers of [
        { cookie },
        { cookie, 'x-csrf-token': '' },
        { cookie, 'x-csrf-token': nurse['x-csrf-token'] ?? '' },
        { ...admin, origin: 'https://evil.example' },
        { ...admin, origin: 'null' },
      ]) {
        const response = await ask(route, headers);
        expect([nameOf(route), response.status, await response.json()]).toEqual([
          nameOf(route),
          403,
          { error: 'csrf' },
        ]);
      }
    }
  });

  it('reject a sign-in from a page of another server', async () => {
    const body = { name: 'Admin', password: PASSWORD };
    const headers = { origin: 'https://evil.example' };

    expect((await send(`${fixture.url}/api/sign-in`, body, { headers })).status).toBe(403);
    const asForm = await fetch(`${fixture.url}/api/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: JSON.stringify(body),
    });
    expect(asForm.status).toBe(400);
  });

  it('do not reveal without a session which addresses exist', async () => {
    const unknown = await fetch(`${fixture.url}/api/nothing-of-the-kind`);
    const page = await fetch(`${fixture.url}/nothing`, { redirect: 'manual' });

    expect([unknown.status, page.status]).toEqual([401, 302]);
  });

  it('show a display its own ward and no other', async () => {
    const { headers } = await fixture.pair('w3');

    expect((await fetch(`${fixture.url}/api/ward/w3`, { headers })).status).toBe(200);
    expect((await fetch(`${fixture.url}/ward/w3`, { headers })).status).toBe(200);
    expect((await fetch(`${fixture.url}/api/ward/w5`, { headers })).status).toBe(403);
    expect((await fetch(`${fixture.url}/api/displays`, { headers })).status).toBe(403);
    expect(await (await fetch(fixture.url, { headers })).text()).not.toContain('/ward/w5');
  });

  it('serve no file outside the built pages', async () => {
    const admin = await fixture.signIn('Admin');
    for (const path of [
      '/../package.json',
      '/assets/../../package.json',
      '/assets/..%2f..%2fpackage.json',
      '/assets/%2e%2e/%2e%2e/package.json',
      '/assets/..%5c..%5cpackage.json',
      '/assets/%00',
      '/ward/..%2f..%2fpackage.json',
      '/api/ward/..%2fdisplays',
      '/account/sign-in.html',
      '//etc/passwd',
    ]) {
      const response = await fetch(fixture.url + path, { headers: admin, redirect: 'manual' });
      expect([path, response.status]).toEqual([
        path,
        expect.toSatisfy((status) => [400, 403, 404].includes(status as number)),
      ]);
      expect(await response.text()).not.toMatch(/"dependencies"|root:/);
    }
  });

  it('send the security headers with every response', async () => {
    for (const path of ['/sign-in', '/pair', '/api/me', '/api/site', '/nothing']) {
      const { headers } = await fetch(fixture.url + path, { redirect: 'manual' });

      expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
      expect(headers.get('content-security-policy')).not.toMatch(/unsafe|\*|https?:|data:/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('permissions-policy')).toMatch(/camera=\(\), microphone=\(\)/);
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('strict-transport-security')).toBeNull();
    }
  });
});
