import { readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { cookieOf, send } from '../support/screens-fixture.ts';
import { chromiumAvailable, startChromium } from '../support/chromium.ts';
import { mosquittoAvailable, startMosquitto } from '../support/mosquitto.ts';
import { runBonewatch } from '../support/run-bonewatch.ts';
import { aDaemonHome } from '../support/running-daemon.ts';
import { squareDicom } from '../support/squares.ts';
import { waitUntil } from '../support/wait-until.ts';

const NAME = 'access to the screens of a running daemon';
const hasBroker = mosquittoAvailable(NAME);

describe.runIf(hasBroker)(NAME, { timeout: 180_000 }, () => {
  it('is refused on the network before there is a user, and is over TLS afterwards', async () => {
    await using broker = await startMosquitto();
    const screens = { listen: '0.0.0.0:0', tls: { names: ['127.0.0.1'] } };
    await using home = await aDaemonHome({ brokerUrl: broker.url, config: { screens } });
    const config = ['--config', home.configFile];
    const secret = join(home.folder, 'secret');
    await writeFile(secret, 'a long enough secret\n');

    const refused = await runBonewatch(['run', ...config]);
    expect(refused.status).toBe(78);
    expect(refused.stderr).toContain('[SCREENS_UNPROTECTED]');

    const added = await runBonewatch([
      'user',
      'add',
      '오유진',
      '--role',
      'admin',
      '--password-file',
      secret,
      ...config,
    ]);
    expect(added).toMatchObject({ status: 0, stderr: '' });
    await using daemon = await home.start();
    const ca = await readFile(join(home.folder, 'store', 'tls', 'cert.pem'), 'utf8');
    const url = daemon.screensUrl.replace('0.0.0.0', '127.0.0.1');
    const answer = await new Promise<unknown>((resolve, reject) => {
      request(`${url}/api/site`, { ca }, (response) => void json(response).then(resolve, reject))
        .on('error', reject)
        .end();
    });
    expect(url).toMatch(/^https:/);
    expect(answer).toMatchObject({ language: 'ko' });
  });

  it('changes at once when a user is added, a display is paired or a user is removed', async () => {
    await using broker = await startMosquitto();
    await using home = await aDaemonHome({ brokerUrl: broker.url });
    const config = ['--config', home.configFile];
    const secret = join(home.folder, 'secret');
    await writeFile(secret, 'a long enough secret\n');
    await using daemon = await home.start();
    const status = async (path: string, cookie = ''): Promise<number> =>
      (await fetch(daemon.screensUrl + path, { headers: { cookie }, redirect: 'manual' })).status;
    expect(await status('/api/ward/w3')).toBe(200);

    await runBonewatch(['user', 'add', 'Kim', '--role', 'nurse', '--password-file', secret, ...config]);
    expect(await status('/api/ward/w3')).toBe(401);
    const credentials = { name: 'Kim', password: 'a long enough secret' };
    const session = cookieOf(await send(`${daemon.screensUrl}/api/sign-in`, credentials));
    expect(await status('/api/ward/w3', session)).toBe(200);

    const waiting = cookieOf(await send(`${daemon.screensUrl}/api/pairing`, { ward: 'w3' }));
    const checkPairing = () => fetch(`${daemon.screensUrl}/api/pairing`, { headers: { cookie: waiting } });
    const { code } = (await (await checkPairing()).json()) as { code: string };
    const pair = await runBonewatch(['display', 'pair', code, '--ward', 'w3', '--name', 'wall', ...config]);
    expect(pair).toMatchObject({ status: 0, stderr: '' });
    const display = cookieOf(await checkPairing());
    expect(await status('/api/ward/w3', display)).toBe(200);
    expect(await status('/api/ward/hip', display)).toBe(403);

    const [listed] = JSON.parse((await runBonewatch(['display', 'list', '--json', ...config])).stdout) as [
      { id: string },
    ];
    await runBonewatch(['display', 'revoke', listed.id, ...config]);
    await runBonewatch(['user', 'role', 'Kim', 'viewer', ...config]);
    expect(await status('/api/ward/w3', display)).toBe(401);
    await runBonewatch(['user', 'password', 'Kim', '--password-file', secret, ...config]);
    expect(await status('/api/ward/w3', session)).toBe(401);
    const list = await runBonewatch(['user', 'list', '--json', ...config]);
    expect(JSON.parse(list.stdout)).toMatchObject([{ name: 'Kim', role: 'viewer' }]);
    expect(list.stdout).not.toContain('scrypt');
    await runBonewatch(['user', 'remove', 'Kim', ...config]);
    expect(await status('/api/ward/w3')).toBe(200);

    using store = home.openStore();
    expect(store.audit.latest(20).map(({ kind }) => kind)).toEqual(
      expect.arrayContaining([
        ...['user-added', 'signed-in', 'display-paired', 'display-connected', 'display-revoked'],
        ...['user-role-changed', 'user-password-changed', 'user-removed'],
      ]),
    );
    expect(store.audit.verify().brokenAt).toBeNull();
    expect(daemon.log.join('\n')).not.toContain('a long enough secret');
  });

  it.runIf(chromiumAvailable(NAME))('shows nothing of markup in a DICOM file', async () => {
    const hostile = '<img src=x onerror="document.title=`owned`"><script>document.title=`owned`</script>';
    await using broker = await startMosquitto();
    await using home = await aDaemonHome({
      brokerUrl: broker.url,
      config: { privacy: { fields: ['place'] } },
    });
    await using daemon = await home.start();
    await using chromium = await startChromium();
    const elements = ['00180015', '00185101', '00081030', '0008103e', '00100010', '00100020', '00380300'].map(
      (tag) => [tag, 'LO', hostile] as const,
    );
    const file = squareDicom(1, { isFractured: true, study: 7, elements });
    await writeFile(join(home.inbox, '<img src=x onerror=document.title=`owned`>.dcm'), file);
    using store = home.openStore();
    const [alert] = await waitUntil('the alert', () =>
      store.alerts.open().length > 0 ? store.alerts.open() : undefined,
    );

    const ward = await chromium.openPage(`${daemon.screensUrl}/ward/${alert?.place.ward ?? ''}`);
    await ward.waitForSelector('.row, .arrival');
    const desk = await chromium.openPage(`${daemon.screensUrl}/console`);
    await desk.click('.row:has(.likely), .row:has(.suspected)');
    await desk.waitForSelector('canvas[data-painted="full"]');
    await desk.waitForSelector('.finding');
    const system = await chromium.openPage(`${daemon.screensUrl}/console/system`);
    await system.waitForSelector('.way');

    for (const page of [ward, desk, system]) {
      expect(await page.locator('img[src=x], script:not([src])').count()).toBe(0);
      expect(await page.title()).toMatch(/ — Bonewatch$/);
    }
    const answer = await fetch(`${daemon.screensUrl}/api/images`);
    expect(answer.headers.get('content-type')).toContain('application/json');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await desk.textContent('body')).not.toContain('onerror');
  });
});
