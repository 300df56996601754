import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { chromiumAvailable } from '../support/chromium.ts';
import { openConsoleFixture, type ConsoleFixture } from '../support/console-fixture.ts';
import { mosquittoAvailable } from '../support/mosquitto.ts';
import { squareDicom } from '../support/squares.ts';
import type { DicomElement } from '../support/write-dicom.ts';

const NAME = 'side and date of a study, from the file to the ward and the console';
const canRun = [chromiumAvailable(NAME), mosquittoAvailable(NAME)].every(Boolean);
const LONG = { timeout: 120_000 };
const LAUNCHER = fileURLToPath(new URL('../../bin/bonewatch.js', import.meta.url));
const CONFIG = { site: { id: 'jeonju', timezone: 'Asia/Seoul' }, wards: [{ id: 'w3', name: '3병동' }] };
const DAY_MS = 86_400_000;

/** Elements of an image taken at a local time of the site. */
function takenAt(day: string, time: string): readonly DicomElement[] {
  return [
    ['00080022', 'DA', day.replaceAll('-', '')],
    ['00080032', 'TM', time],
  ];
}

/** Drops two images of one study with a finding each, and gives the ward's page when it shows both. */
async function aStudyOfTwo(
  fixture: ConsoleFixture,
  parts: readonly (readonly [part: string, side: string])[],
  taken: readonly DicomElement[] = [],
): Promise<Page> {
  const page = await fixture.chromium.openPage(`${fixture.daemon.screensUrl}/ward/w3`, {
    reducedMotion: 'reduce',
  });
  await page.waitForSelector('.quiet');
  for (const [index, [part, side]] of parts.entries()) {
    const elements: readonly DicomElement[] = [['00180015', 'CS', part], ['00200062', 'CS', side], ...taken];
    await fixture.drop(`${index}.dcm`, squareDicom(index + 1, { isFractured: true, study: 1, elements }));
  }
  await page.waitForSelector(':is(.arrival, .row):has-text("2장 중 2장에서 소견")', { timeout: 30_000 });
  return page;
}

describe.runIf(canRun)(NAME, () => {
  it('a study with findings on the left wrist and the right hand never reads both hands', LONG, async () => {
    await using fixture = await openConsoleFixture({ config: CONFIG });

    const page = await aStudyOfTwo(fixture, [
      ['WRIST', 'L'],
      ['HAND', 'R'],
    ]);

    const korean = await page.textContent(':is(.arrival h1, .row h2)');
    expect(korean).toContain('왼쪽 손목 + 오른쪽 손');
    expect(await page.textContent('body')).not.toContain('양쪽');
    await page.evaluate(() => localStorage.setItem('bonewatch.language', 'en'));
    await page.reload();
    await page.waitForSelector(':is(.arrival h1, .row h2):has-text("Left wrist + right hand")');
    expect(await page.textContent('body')).not.toMatch(/both/i);

    const { stdout } = await promisify(execFile)(process.execPath, [
      ...[LAUNCHER, 'alerts', 'list', '--config', fixture.home.configFile],
    ]);
    expect(stdout).toContain('wrist L + hand R');
    using store = fixture.home.openStore();
    const [alert] = store.alerts.list(1);
    expect(['L', 'R']).toContain(alert?.laterality);
    expect(alert?.sites.find(({ bodyPart }) => bodyPart === alert.bodyPart)?.laterality).toBe(
      alert?.laterality,
    );
  });

  it('a study with findings on both hands reads both hands', LONG, async () => {
    await using fixture = await openConsoleFixture({ config: CONFIG });

    const page = await aStudyOfTwo(fixture, [
      ['HAND', 'L'],
      ['HAND', 'R'],
    ]);

    expect(await page.textContent(':is(.arrival h1, .row h2)')).toContain('양쪽 손');
  });

  it('a study of last month has its own date on the ward and in the viewer', LONG, async () => {
    await using fixture = await openConsoleFixture({ config: CONFIG });
    const day = seoulDay(Date.now() - 31 * DAY_MS);

    const page = await aStudyOfTwo(
      fixture,
      [
        ['HAND', 'L'],
        ['WRIST', 'L'],
      ],
      takenAt(day, '091500'),
    );
    const console = await fixture.open();
    await console.click('.row:has-text("손목")');
    await console.waitForSelector('.view :text("09:15")');

    expect(plain(await page.textContent('body'))).toContain(`${day} 09:15 촬영`);
    expect(plain(await console.textContent('.view'))).toContain(`${day} 09:15`);
    expect(plain(await console.textContent('.row:has-text("손목")'))).toContain(`${day} 촬영`);
  });

  it(
    'a study of a console with a wrong clock has the time of receipt, labelled as received',
    LONG,
    async () => {
      await using fixture = await openConsoleFixture({ config: CONFIG });

      const page = await aStudyOfTwo(
        fixture,
        [
          ['HAND', 'L'],
          ['WRIST', 'L'],
        ],
        takenAt('1900-01-01', '091500'),
      );
      const console = await fixture.open();
      await console.click('.row:has-text("손목")');
      await console.waitForSelector('.view :text("도착")');

      const text = plain(await page.textContent('body'));
      expect(text).toMatch(/\d\d:\d\d 수신/);
      expect(text).not.toContain('09:15');
      expect(plain(await console.textContent('.view'))).toMatch(
        new RegExp(`${seoulDay(Date.now())} \\d\\d:\\d\\d 도착`),
      );
    },
  );
});

function seoulDay(time: number): string {
  return new Date(time + 9 * 3_600_000).toISOString().slice(0, 10);
}

function plain(text: string | null): string {
  return (text ?? '').replaceAll('\u00a0', ' ');
}
