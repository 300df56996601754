import { readFile, readdir, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { chromiumAvailable } from '../support/chromium.ts';
import { openConsoleFixture, type ConsoleFixture } from '../support/console-fixture.ts';
import { freePort, mosquittoAvailable } from '../support/mosquitto.ts';
import { runBonewatch } from '../support/run-bonewatch.ts';
import { squareDicom, squarePng } from '../support/squares.ts';
import { waitUntil } from '../support/wait-until.ts';

const NAME = 'the console, from the inbox to the verdict';
const canRun = [chromiumAvailable(NAME), mosquittoAvailable(NAME)].every(Boolean);
const LONG = { timeout: 120_000 };
const PASSWORD = 'unripe cello moves orbit';

async function addUser({ home }: ConsoleFixture, name: string): Promise<void> {
  const secret = join(home.folder, 'secret');
  await writeFile(secret, `${PASSWORD}\n`);
  const args = ['user', 'add', name, '--role', 'radiographer', '--password-file', secret];
  expect(await runBonewatch([...args, '--config', home.configFile])).toMatchObject({ status: 0 });
}

describe.runIf(canRun)(NAME, () => {
  it(
    'shows an image when it arrives, its finding on the picture, and forwards a disagreement to the ward',
    LONG,
    async () => {
      await using fixture = await openConsoleFixture();
      await addUser(fixture, '오유진');
      const page = await fixture.open('/sign-in?to=/console');
      await page.fill('#name', '오유진');
      await page.fill('#password', PASSWORD);
      await page.click('button[type=submit]');
      await page.waitForSelector('.nothing');

      await fixture.drop('a.dcm', squareDicom(1, { isFractured: true, study: 1 }));
      await page.waitForSelector('.row:has-text("손목"):has(.likely)');
      await page.keyboard.press('j');
      await page.waitForSelector('canvas[data-painted="full"]');
      await page.waitForSelector('.mark.likely');
      await page.keyboard.press('d');
      expect(await page.isDisabled('.btn.pri')).toBe(true);
      expect(await page.textContent('.effect')).toContain('10초 뒤 병동 알림이 취소됩니다');
      await page.keyboard.press('2');
      await page.keyboard.press('Enter');
      await page.waitForSelector('.undo');

      using store = fixture.home.openStore();
      const [verdict] = store.verdicts.standing(1);
      expect(verdict).toMatchObject({ kind: 'disagree', finding: 0, reason: 'old-fracture' });
      const alert = await waitUntil(
        'the alert is withdrawn once the verdict can no longer be undone',
        () => store.alerts.list(1).find(({ withdrawn }) => withdrawn !== null),
        20_000,
      );
      expect(alert.withdrawn).toMatchObject({ by: '오유진', reason: 'old-fracture' });
      const deeds = store.audit.latest(50).map(({ kind }) => kind);
      expect(deeds).toEqual(expect.arrayContaining(['image-viewed', 'verdict-recorded', 'alert-withdrawn']));
      await page.waitForSelector('.ward:has-text("알림 취소")');
    },
  );

  it(
    'states that a disagreement leaves the alert of the ward if no person signed in, and so it does',
    LONG,
    async () => {
      await using fixture = await openConsoleFixture();
      const page = await fixture.open();
      await fixture.drop('a.dcm', squareDicom(1, { isFractured: true, study: 1 }));
      await page.click('.row:has(.likely)');
      await page.waitForSelector('.mark.likely');
      await page.keyboard.press('d');
      await page.waitForSelector('.effect:has-text("로그인한 사람만 취소할 수 있습니다")');
      await page.keyboard.press('2');
      await page.keyboard.press('Enter');
      await page.waitForSelector('.undo');

      using store = fixture.home.openStore();
      await waitUntil(
        'the verdict can no longer be undone',
        () => store.verdicts.standing(1).find(({ isSettled }) => isSettled),
        20_000,
      );
      expect(store.alerts.list(1)).toMatchObject([{ state: 'open', withdrawn: null }]);
      expect(await page.textContent('.ward')).not.toContain('알림 취소');
    },
  );

  it('shows on how many displays of the ward an open alert has been shown', LONG, async () => {
    await using fixture = await openConsoleFixture();
    const page = await fixture.open();
    await fixture.drop('a.dcm', squareDicom(1, { isFractured: true, study: 1 }));
    await page.click('.row:has(.likely)');
    await page.waitForSelector('.ward:has-text("전달")');
    expect(await page.textContent('.ward')).not.toContain('표시됨');
    using store = fixture.home.openStore();
    const ward = store.alerts.open()[0]?.place.ward ?? '';

    await fixture.chromium.openPage(`${fixture.daemon.screensUrl}/ward/${ward}`);
    await page.waitForSelector('.ward:has-text("화면 1대에 표시됨")');
    const other = await fixture.chromium.openPage(`${fixture.daemon.screensUrl}/ward/${ward}`);
    await page.waitForSelector('.ward:has-text("화면 2대에 표시됨")');
    await other.click('.arrival .ack, .row .ack');
    await other.click('.name, .other');

    await page.waitForSelector('.ward:not(:has-text("표시됨"))');
  });

  it('undoes a verdict within ten seconds without any message to the ward', LONG, async () => {
    await using fixture = await openConsoleFixture();
    const page = await fixture.open();
    await fixture.drop('a.dcm', squareDicom(1, { isFractured: true, study: 1 }));
    await page.click('.row:has(.likely)');
    await page.waitForSelector('.finding');

    await page.keyboard.press('a');
    await page.waitForSelector('.undo');
    await page.waitForSelector('.row:has-text("동의함")');
    await page.keyboard.press('z');
    await page.waitForSelector('.row:not(:has-text("동의함")):has(.likely)');

    using store = fixture.home.openStore();
    expect(store.verdicts.standing(1)).toEqual([]);
    expect(store.audit.latest(50).map(({ kind }) => kind)).toContain('verdict-undone');
    expect(store.alerts.open()).toHaveLength(1);
  });

  it('records a missed finding as the box that was drawn, in the pixels of the original', LONG, async () => {
    await using fixture = await openConsoleFixture();
    const page = await fixture.open();
    await fixture.drop('a.dcm', squareDicom(2, { isFractured: false, study: 1 }));
    await page.click('.row:has(.none)');
    await page.waitForSelector('canvas[data-painted="full"]');

    await page.keyboard.press('m');
    await page.waitForSelector('.panes.drawing');
    await drawBox(page, { x: 0.25, y: 0.25, width: 0.5, height: 0.25 });
    await page.keyboard.press('2');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.mark.drawn');

    using store = fixture.home.openStore();
    const verdict = await waitUntil('the verdict is stored', () => store.verdicts.standing(1)[0]);
    expect(verdict).toMatchObject({ kind: 'missed', reason: 'possible' });
    expect(verdict.box?.x).toBeCloseTo(32, 0);
    expect(verdict.box?.y).toBeCloseTo(32, 0);
    expect(verdict.box?.width).toBeCloseTo(64, 0);
    expect(verdict.box?.height).toBeCloseTo(32, 0);
  });

  it('tries an image without storing it', LONG, async () => {
    await using fixture = await openConsoleFixture();
    const page = await fixture.open();
    await page.waitForSelector('.rows');

    await page.keyboard.press('t');
    const buffer = await squarePng(3, { isFractured: true });
    await page.setInputFiles('.drop input', { name: 'secret name.png', mimeType: 'image/png', buffer });
    await page.waitForSelector('.mark.likely');
    expect(await page.textContent('.rail')).toContain('저장하지 않았습니다');

    using store = fixture.home.openStore();
    expect(store.search.count({})).toBe(0);
    expect(store.alerts.list(10)).toEqual([]);
    expect(await readdir(join(fixture.home.folder, 'store', 'trials'))).toEqual([]);
    expect(JSON.stringify([...store.audit.rows()])).not.toContain('secret');
    expect(fixture.daemon.log.join('\n')).not.toContain('secret');
  });

  it('holds one upload of a machine at a time, and shows that another is refused', LONG, async () => {
    await using fixture = await openConsoleFixture();
    const url = fixture.daemon.screensUrl;
    const page = await fixture.open();
    await page.waitForSelector('.rows');
    const { csrfToken } = (await (await fetch(`${url}/api/me`)).json()) as { csrfToken: string };
    const slow = request(`${url}/api/try`, {
      method: 'POST',
      headers: {
        'x-csrf-token': csrfToken,
        'content-type': 'application/octet-stream',
        'content-length': 100 * 1024 ** 2,
      },
    });
    slow.on('error', () => undefined);
    await new Promise((resolve) => slow.write(Buffer.alloc(1024), resolve));
    await waitUntil('the upload has the only place', async () => {
      const other = await fetch(`${url}/api/try`, { method: 'POST', headers: { 'x-csrf-token': csrfToken } });
      return other.status === 503 ? true : undefined;
    });

    await page.keyboard.press('t');
    const file = {
      name: 'a.png',
      mimeType: 'image/png',
      buffer: await squarePng(3, { isFractured: true }),
    };
    await page.setInputFiles('.drop input', file);
    await page.waitForSelector('text=다른 파일을 분석하고 있습니다');
    slow.destroy();
    await waitUntil('the place is free again', async () => {
      // The field is gone once an upload was accepted, and the mark follows when it is analysed.
      const isFieldShown = (await page.locator('.drop input').count()) > 0;
      if (isFieldShown) await page.setInputFiles('.drop input', file);
      return (await page.locator('.mark.likely').count()) > 0 ? true : undefined;
    });
  });

  it(
    'shows why an image has no result, and that this does not mean that there is no fracture',
    LONG,
    async () => {
      await using fixture = await openConsoleFixture();
      const page = await fixture.open();
      await fixture.drop('note.txt', Buffer.from('no image at all'));

      await page.click('.row:has(.skipped)');

      await page.waitForSelector('.rail h1:has-text("분석하지 않음")');
      expect(await page.textContent('.rail')).toContain('골절이 없다는 뜻이 아닙니다');
      expect(await page.textContent('.view')).toContain('보여 줄 사진이 없습니다');
    },
  );

  it('shows that it is not live while the daemon is down, and recovers automatically', LONG, async () => {
    const listen = `127.0.0.1:${await freePort()}`;
    await using fixture = await openConsoleFixture({ config: { screens: { listen } } });
    const page = await fixture.open();
    await page.waitForSelector('.nothing');

    await fixture.daemon.stop();
    await page.waitForSelector('.tech.cut');
    expect(await page.textContent('.tech')).toContain('연결 끊김');

    await using again = await fixture.home.start();
    await fixture.drop('a.dcm', squareDicom(1, { isFractured: true, study: 1 }));
    await page.waitForSelector('.row:has(.likely)');
    expect(await page.locator('.tech.cut').count()).toBe(0);
    expect(again.screensUrl).toContain(listen);
  });

  it('never alters the original and serves no file by its path', LONG, async () => {
    await using fixture = await openConsoleFixture();
    const bytes = squareDicom(1, { isFractured: true, study: 1 });
    const page = await fixture.open();
    await fixture.drop('a.dcm', bytes);
    await page.click('.row:has(.likely)');
    await page.waitForSelector('canvas[data-painted="full"]');
    const { screensUrl } = fixture.daemon;

    const statuses = await Promise.all(
      [
        '/api/images/1/picture/..%2f..%2fbonewatch.db',
        '/api/images/..%2f..%2f/picture/full',
        '/api/images/1%00/picture/full',
        '/api/images/-1/picture/full',
        '/api/images/1/picture/raw',
        '/assets/..%2f..%2f..%2fpackage.json',
      ].map(async (path) => (await fetch(`${screensUrl}${path}`)).status),
    );

    expect(statuses.filter((status) => status < 400)).toEqual([]);
    expect(Buffer.compare(await readFile(join(fixture.home.inbox, 'a.dcm')), bytes)).toBe(0);
  });

  it('shows the header of a hostile file as text and runs none of it', LONG, async () => {
    await using fixture = await openConsoleFixture();
    const page = await fixture.open();
    const dialogs: string[] = [];
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    const hostile = squareDicom(1, { isFractured: true, study: 1 })
      .toString('latin1')
      .replace('WRIST ', '<b>x</');
    await fixture.drop('a.dcm', Buffer.from(hostile, 'latin1'));

    await page.click('.row:has(.likely)');
    await page.waitForSelector('.finding');

    expect(dialogs).toEqual([]);
    expect(await page.locator('.row b b, .view b b').count()).toBe(0);
  });
});

/** Draws a box on the picture, in fractions of its side. */
async function drawBox(
  page: Page,
  box: { x: number; y: number; width: number; height: number },
): Promise<void> {
  const pane = await page.locator('.panes').boundingBox();
  if (pane === null) throw new Error('The page shows no picture.');
  const side = Math.min(pane.width, pane.height);
  const [left, top] = [pane.x + (pane.width - side) / 2, pane.y + (pane.height - side) / 2];
  await page.mouse.move(left + box.x * side, top + box.y * side);
  await page.mouse.down();
  await page.mouse.move(left + (box.x + box.width) * side, top + (box.y + box.height) * side, { steps: 4 });
  await page.mouse.up();
}
