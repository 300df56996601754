import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveScreens } from '../../src/screens/serve-screens.ts';
import type { Screens, ScreensOptions } from '../../src/screens/serve-screens.ts';
import { buildPages } from '../support/build-pages.ts';
import type { BuiltPages } from '../support/build-pages.ts';
import { silentLog } from '../support/silent-log.ts';

let pages: BuiltPages;
let screens: Screens;

function options(given: Partial<ScreensOptions> = {}): ScreensOptions {
  return {
    listen: { host: '127.0.0.1', port: 0 },
    site: { id: 'hospital', name: 'Family <Hospital>', timezone: 'Asia/Seoul', language: 'en' },
    device: 'console-1',
    wards: [{ id: 'ward-3', name: 'Ward 3', detail: 'Orthopaedics', formerly: ['ward-2'], staff: ['Kim'] }],
    phone: '2210',
    websocketUrl: null,
    protocolVersion: 'auto',
    now: () => new Date('2026-11-22T05:38:00Z'),
    log: silentLog,
    pages: pages.folder,
    ...given,
  };
}

beforeAll(async () => {
  pages = await buildPages();
  screens = await serveScreens(options());
});

afterAll(async () => {
  await screens[Symbol.asyncDispose]();
  await pages[Symbol.asyncDispose]();
});

function get(path: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${screens.url}${path}`, { headers });
}

describe('the server of the screens', () => {
  it('links every ward on its front page', async () => {
    const html = await (await get('/')).text();

    expect(html).toContain('<a href="/ward/ward-3">Ward 3<small>Orthopaedics</small></a>');
    expect(html).toContain('Family &lt;Hospital&gt;');
    expect(html).toContain('Not for diagnosis');
  });

  it('answers an unknown ward with a display that states it, and a former one with the way to its successor', async () => {
    const response = await get('/ward/nowhere');

    expect(response.status).toBe(404);
    expect(await response.text()).toContain('id="display"');
    expect((await get('/api/ward/nowhere')).status).toBe(404);
    expect((await get('/ward/ward-2')).url).toBe(`${screens.url}/ward/ward-3`);
    expect(await (await get('/api/ward/ward-2')).json()).toEqual({ error: 'moved' });
  });

  it('gives a display the facts that it needs, and no more', async () => {
    const facts: unknown = await (await get('/api/ward/ward-3')).json();

    expect(facts).toEqual({
      site: { id: 'hospital', name: 'Family <Hospital>', timezone: 'Asia/Seoul' },
      language: 'en',
      device: 'console-1',
      ward: { id: 'ward-3', name: 'Ward 3', detail: 'Orthopaedics' },
      wardNames: { 'ward-3': 'Ward 3' },
      staff: ['Kim'],
      hasBadges: false,
      phone: '2210',
      night: null,
      websocketUrl: null,
      protocolVersion: 'auto',
      serverTime: '2026-11-22T05:38:00.000Z',
    });
  });

  it('gives the time uncached', async () => {
    const response = await get('/api/time');

    expect(await response.json()).toEqual({ now: '2026-11-22T05:38:00.000Z' });
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('forbids pages inline content and content from other servers', async () => {
    for (const path of ['/', '/ward/ward-3', '/ward/nowhere', '/api/time', '/icon.svg']) {
      const policy = (await get(path)).headers.get('content-security-policy') ?? '';

      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/unsafe|\*|https?:/);
    }
    const html = await (await get('/ward/ward-3')).text();
    expect(html).not.toMatch(/<style|style=|<script(?![^>]*\bsrc=)|https?:\/\//);
  });

  it('lets a page connect to a broker with its own address', async () => {
    await using other = await serveScreens(options({ websocketUrl: 'wss://broker.example:9443/mqtt' }));

    const policy = (await fetch(`${other.url}/`)).headers.get('content-security-policy');

    expect(policy).toContain("connect-src 'self' wss://broker.example:9443;");
  });

  it('sends assets compressed and cacheable forever, and the page itself for revalidation', async () => {
    const html = await get('/ward/ward-3');
    const script = /src="([^"]+\.js)"/.exec(await html.text())?.[1] ?? '';

    const asset = await get(script, { 'accept-encoding': 'gzip' });

    expect(html.headers.get('cache-control')).toBe('no-cache');
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(asset.headers.get('content-encoding')).toBe('gzip');
  });

  it('serves no file outside the built pages', async () => {
    for (const path of [
      '/../package.json',
      '/assets/..%2f..%2fpackage.json',
      '/ward/..%2f..%2fpackage.json',
      '/assets/',
    ]) {
      expect((await get(path)).status).toBeGreaterThanOrEqual(400);
    }
  });

  it('fails with PORT_IN_USE when its address is in use', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const { port } = squatter.address() as AddressInfo;

    await expect(serveScreens(options({ listen: { host: '127.0.0.1', port } }))).rejects.toMatchObject({
      code: 'PORT_IN_USE',
    });
    squatter.close();
  });
});
