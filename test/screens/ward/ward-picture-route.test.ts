import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BonewatchError } from '../../../src/contract/errors.ts';
import { serveScreens } from '../../../src/screens/serve-screens.ts';
import { wardPictureRoute } from '../../../src/screens/ward/ward-picture-route.ts';
import { openScreensFixture, type ScreensFixture } from '../../support/screens-fixture.ts';
import { buildPages, type BuiltPages } from '../../support/build-pages.ts';
import { silentLog } from '../../support/silent-log.ts';

const SHOWN = '01JD0000000000000000000001';
const GONE = '01JD0000000000000000000002';
const JPEG = Uint8Array.from([0xff, 0xd8, 0xff, 0xd9]);

let pages: BuiltPages;
let fixture: ScreensFixture;

beforeAll(async () => {
  pages = await buildPages();
  fixture = await openScreensFixture({
    users: { Viewer: 'viewer' },
    pages: pages.folder,
    copies: {
      read(id, ward) {
        if (id === GONE)
          return Promise.reject(new BonewatchError('FILE_VANISHED', '/export/Kim.dcm is gone'));
        return Promise.resolve(id === SHOWN && ward === 'w3' ? { jpeg: JPEG, imageId: 7 } : null);
      },
    },
  });
});

afterAll(async () => {
  await fixture[Symbol.asyncDispose]();
  await pages[Symbol.asyncDispose]();
});

function ask(path: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(fixture.url + path, { headers, redirect: 'manual' });
}

const pathOf = (id: string, ward = 'w3'): string => `/api/ward/${ward}/alerts/${id}/picture?news=1`;

describe('the picture of an alert on the screens port', () => {
  it('is sent only to people who signed in and to displays of its ward', async () => {
    const { headers: own } = await fixture.pair('w3');
    const { headers: other } = await fixture.pair('w5');
    const viewer = await fixture.signIn('Viewer');

    const seen = await ask(pathOf(SHOWN), own);

    expect([seen.status, seen.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
    expect(new Uint8Array(await seen.arrayBuffer())).toEqual(JPEG);
    expect((await ask(pathOf(SHOWN), viewer)).status).toBe(200);
    expect((await ask(pathOf(SHOWN))).status).toBe(401);
    expect((await ask(pathOf(SHOWN), other)).status).toBe(403);
    // Nor does the other ward have an address for it.
    expect((await ask(pathOf(SHOWN, 'w5'), other)).status).toBe(404);
  });

  it('is not cached by browsers or proxies', async () => {
    const { headers } = await ask(pathOf(SHOWN), await fixture.signIn('Viewer'));

    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect(headers.get('etag') ?? headers.get('last-modified')).toBeNull();
  });

  it('is a 404 that does not mention the file when it cannot be shown', async () => {
    const viewer = await fixture.signIn('Viewer');

    const gone = await ask(pathOf(GONE), viewer);
    const unknown = await ask(pathOf('01JD0000000000000000000009'), viewer);

    expect([gone.status, unknown.status]).toEqual([404, 404]);
    expect(await gone.json()).toEqual({ error: 'FILE_VANISHED' });
  });

  it('gives access to no file, whatever the address contains', async () => {
    const viewer = await fixture.signIn('Viewer');
    for (const id of [
      '..%2f..%2f..%2fetc%2fpasswd',
      '..%5c..%5cpackage.json',
      '%2e%2e/%2e%2e/%2e%2e/package.json',
      `${SHOWN}%00.jpg`,
      `${SHOWN}%2f..%2f${SHOWN}`,
      SHOWN.toLowerCase(),
      '1',
      "' OR 1=1 --",
    ]) {
      const response = await ask(pathOf(id), viewer);

      expect([id, response.status]).toEqual([
        id,
        expect.toSatisfy((status) => [400, 404].includes(status as number)),
      ]);
      expect(await response.text()).not.toMatch(/"dependencies"|root:/);
    }
  });

  it('is audited once for each view of a display or a person, with the image', async () => {
    const { headers } = await fixture.pair('w3');

    for (const size of ['large', 'row', 'large']) await ask(`${pathOf(SHOWN)}&size=${size}`, headers);
    await ask(pathOf(GONE), headers);

    const views = fixture.store.audit
      .latest(500)
      .filter(({ kind, actor }) => kind === 'alert-picture-viewed' && actor === 'display wall of w3');
    expect(views).toMatchObject([{ subject: SHOWN, detail: { ward: 'w3', image: 7 } }]);
  });

  it('does not extend a session, because the page requests it without a person', async () => {
    const backgroundHeaders: (string | string[] | undefined)[] = [];
    const picture = wardPictureRoute({
      copies: { read: () => Promise.resolve(null) },
      recordAudit: () => undefined,
      now: () => new Date(),
    });
    await using screens = await serveScreens({
      listen: { host: '127.0.0.1', port: 0 },
      site: { id: 'hospital', name: 'Hospital', timezone: 'Asia/Seoul', language: 'ko' },
      device: 'console-1',
      wards: [],
      phone: '',
      websocketUrl: null,
      protocolVersion: 'auto',
      now: () => new Date(),
      log: silentLog,
      pages: pages.folder,
      routes: [picture],
      authenticator: {
        authenticate({ headers }) {
          backgroundHeaders.push(headers['x-bonewatch-background']);
          return { principal: { kind: 'anyone' }, csrfToken: 'token' };
        },
      },
    });

    await fetch(screens.url + pathOf(SHOWN));
    await fetch(`${screens.url}/api/time`);

    expect(backgroundHeaders).toEqual(['1', undefined]);
  });
});
