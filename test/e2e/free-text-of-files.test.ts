import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { listen } from '../publish/listener.ts';
import { chromiumAvailable, startChromium } from '../support/chromium.ts';
import { mosquittoAvailable, startMosquitto } from '../support/mosquitto.ts';
import { aDaemonHome } from '../support/running-daemon.ts';
import { squareDicom } from '../support/squares.ts';

const NAME = 'free text of DICOM files';
const canRun = [chromiumAvailable(NAME), mosquittoAvailable(NAME)].every(Boolean);

/** Texts in which consoles let people write anything, and radiographers write names. */
const TEXTS = [
  '00185101',
  '00081030',
  '0008103e',
  '00181030',
  '00204000',
  '00324000',
  '00104000',
  '00081010',
];
const PATIENT = 'HONG GILDONG 1942';

it.runIf(canRun)(
  'a name that was typed into body part, view or another text of a file leaves the device on no way',
  { timeout: 120_000 },
  async () => {
    await using broker = await startMosquitto();
    await using home = await aDaemonHome({ brokerUrl: broker.url });
    await using hospital = await listen(broker.url, '#');
    await using daemon = await home.start();
    const texts = TEXTS.map((tag) => [tag, 'LO', PATIENT] as const);
    const files = [
      squareDicom(1, {
        isFractured: true,
        study: 7,
        elements: [['00180015', 'CS', `${PATIENT} WRIST`], ...texts],
      }),
      squareDicom(2, { isFractured: true, study: 8, elements: [['00180015', 'CS', PATIENT], ...texts] }),
      squareDicom(3, { isFractured: true, study: 9, elements: [['00080060', 'CS', PATIENT], ...texts] }),
    ];
    for (const [index, file] of files.entries()) await writeFile(join(home.inbox, `${index}.dcm`), file);

    const images = () =>
      hospital.received
        .filter(({ topic }) => topic.endsWith('/image'))
        .map(({ payload }) => JSON.parse(payload) as { status: string; image: Record<string, unknown> });
    await hospital.until(() => images().length === files.length);
    const facts = images().map(({ status, image }) => [status, image['bodyPart'], image['viewPosition']]);
    expect(facts.toSorted()).toEqual([
      ['analysed', null, null],
      ['analysed', 'WRIST', null],
      ['not-analysed', 'WRIST', null],
    ]);
    const alert = await hospital.until(({ topic, payload }) => topic.includes('/alert/') && payload !== '');
    expect(alert.payload).toContain('"notForDiagnosis":true');

    await using chromium = await startChromium();
    const desk = await chromium.openPage(`${daemon.screensUrl}/console`);
    await desk.click('.row:has(.likely), .row:has(.suspected)');
    await desk.waitForSelector('canvas[data-painted="full"]');
    const ward = await chromium.openPage(`${daemon.screensUrl}/ward/w3`);
    await ward.waitForSelector('.row, .arrival');
    const ids = [1, 2, 3].map((id) => `/api/images/${id}`);
    const api = await Promise.all(
      ['/api/images', ...ids].map(async (path) => (await fetch(`${daemon.screensUrl}${path}`)).text()),
    );
    const monitoring = await Promise.all(
      ['/health', '/metrics'].map(async (path) => (await fetch(`${daemon.healthUrl}${path}`)).text()),
    );
    for (const text of [
      ...hospital.received.map(({ topic, payload }) => `${topic} ${payload}`),
      ...daemon.log,
      ...monitoring,
      ...api,
      await desk.innerText('body'),
      await ward.innerText('body'),
    ])
      expect(text).not.toMatch(/HONG|GILDONG|1942/);
    expect(api.join()).toContain('"status":"not-analysed"');
  },
);
