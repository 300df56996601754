import { mkdtemp, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { Alert } from '../../src/contract/alert.ts';
import { chromiumAvailable, startChromium } from '../support/chromium.ts';
import { mosquittoAvailable, startMosquitto } from '../support/mosquitto.ts';
import { aDaemonHome, type DaemonHome } from '../support/running-daemon.ts';
import { squarePng } from '../support/squares.ts';
import { waitUntil } from '../support/wait-until.ts';

const NAME = 'a daemon whose clock jumps';
const canRun = [chromiumAvailable(NAME), mosquittoAvailable(NAME)].every(Boolean);
const PRELOAD = new URL('../support/shifted-clock.ts', import.meta.url).href;
const MINUTE = 60_000;
const YEARS = 365 * 24 * 60 * MINUTE;
const alerts = { escalation: { afterMinutes: 1, wards: ['hip'], unwatchedSeconds: 0 } };
const ALARM = '.tech:has-text("분석 장치의 시계가 맞지 않음")';
/** Any age of more than two digits of hours, or of days. */
const ABSURD = /\d[\d,]{2,}\s?(h|시간|d|일)/;

it.runIf(canRun)(
  'a boot in 1970 and a jump to 2036 escalate nothing, remove nothing and show no absurd age; a minute of waiting does',
  { timeout: 240_000 },
  async () => {
    await using broker = await startMosquitto();
    const clock = await aClockFile();
    await using home = await aDaemonHome({
      brokerUrl: broker.url,
      config: { alerts },
      wrapper: clock.wrapper,
    });
    await clock.set(10 * MINUTE - Date.now());
    await using daemon = await home.start();
    await using chromium = await startChromium();
    const ward = await chromium.openPage(`${daemon.screensUrl}/ward/w3`);
    const console = await chromium.openPage(`${daemon.screensUrl}/console`);
    await console.waitForSelector(ALARM);
    await exportFracture(home);
    await ward.waitForSelector('.arrival, .row');
    const raisedAt = performance.now();
    expect(openAlert(home).times.received).toMatch(/^1970-/);

    // A time server sets the clock.
    await clock.set(0);
    await console.waitForSelector(ALARM, { state: 'detached' });
    const corrected = await waitUntil('the alert has the right time', () => {
      const alert = openAlert(home);
      return alert.times.received.startsWith('1970-') ? undefined : alert;
    });
    expect(Math.abs(Date.parse(corrected.times.received) - Date.now())).toBeLessThan(2 * MINUTE);
    expect(corrected.state).toBe('open');
    await expectSoundAges(ward, console);

    // And a faulty one sets it again.
    await clock.set(10 * YEARS);
    await console.waitForSelector(ALARM);
    await expectSoundAges(ward, console);
    expect(openAlert(home).state).toBe('open');
    expect(performance.now() - raisedAt).toBeLessThan(MINUTE);
    expect(kindsOf(home)).toContain('clock-corrected');

    const escalated = await waitUntil(
      'the alert is escalated',
      () => (openAlert(home).state === 'escalated' ? performance.now() : undefined),
      2 * MINUTE,
    );
    expect(escalated - raisedAt).toBeGreaterThan(MINUTE - 5_000);
    await expectSoundAges(ward, console);
    using store = home.openStore();
    expect(store.images.list()).toHaveLength(1);
    expect(await daemon.stop()).toBe(0);
  },
);

interface ClockFile {
  readonly wrapper: readonly string[];
  /** Milliseconds that the daemon's clock is ahead of the machine's. */
  set(offsetMs: number): Promise<void>;
}

async function aClockFile(): Promise<ClockFile> {
  const folder = await mkdtemp(join(tmpdir(), 'bonewatch-clock-'));
  const file = join(folder, 'offset');
  return {
    // Without `timedatectl`, which would report the machine's own clock.
    wrapper: [
      '/usr/bin/env',
      `NODE_OPTIONS=--import=${PRELOAD}`,
      `CLOCK_OFFSET_FILE=${file}`,
      'PATH=/nonexistent',
    ],
    async set(offsetMs) {
      await writeFile(`${file}.new`, String(offsetMs));
      await rename(`${file}.new`, file);
    },
  };
}

async function exportFracture(home: DaemonHome): Promise<void> {
  await writeFile(join(home.inbox, '1.png'), await squarePng(1, { isFractured: true }));
}

function openAlert(home: DaemonHome): Alert {
  using store = home.openStore();
  const [alert] = store.alerts.open();
  if (alert === undefined) throw new Error('no alert is open');
  return alert;
}

function kindsOf(home: DaemonHome): readonly string[] {
  using store = home.openStore();
  return store.audit.latest(100).map(({ kind }) => kind);
}

/** Long enough for a message about health, or a beat, to set the clocks of the pages. */
async function expectSoundAges(...pages: readonly Page[]): Promise<void> {
  const end = performance.now() + 6_000;
  while (performance.now() < end) {
    for (const page of pages) expect(await page.locator('body').innerText()).not.toMatch(ABSURD);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
