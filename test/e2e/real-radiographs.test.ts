import { cp, mkdir, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Alert } from '../../src/contract/alert.ts';
import type { AnalysisResult } from '../../src/contract/analysis-result.ts';
import { SHIPPED_MODELS_DIRECTORY } from '../../src/contract/package-facts.ts';
import { buildTopic } from '../../src/contract/topics.ts';
import { listen } from '../publish/listener.ts';
import { mosquittoAvailable, startMosquitto } from '../support/mosquitto.ts';
import { aDaemonHome, type DaemonHome } from '../support/running-daemon.ts';
import { sharedData } from '../support/shared-data.ts';
import { waitUntil } from '../support/wait-until.ts';

const labelled = sharedData('dicom/labelled');
const hasMosquitto = mosquittoAvailable('real radiographs through the daemon');

it.runIf(labelled !== null && hasMosquitto)(
  'every real radiograph with a finding raises an alert on a ward, and the same file again raises none',
  { timeout: 180_000 },
  async () => {
    await using broker = await startMosquitto();
    const models = { directory: SHIPPED_MODELS_DIRECTORY, executionProviders: ['cpu'] };
    await using home = await aDaemonHome({ brokerUrl: broker.url, config: { models } });
    await using images = await listen(
      broker.url,
      buildTopic({ kind: 'image', site: 'jeonju', device: 'console-1' }),
    );
    await using wards = await listen(
      broker.url,
      buildTopic({ kind: 'alert', site: 'jeonju', ward: '+', alertId: '+' }),
    );
    await using daemon = await home.start();
    const files = (await readdir(labelled ?? '')).filter((name) => name.endsWith('.dcm'));

    await copyAsStudies(labelled ?? '', files, join(home.inbox, 'monday'));
    await waitUntil(
      'all images have a result',
      () => (count(home, 'done') === files.length ? true : undefined),
      90_000,
    );
    await untilDelivered(home);
    await waitUntil('all were published', () => (images.received.length === files.length ? true : undefined));

    using store = home.openStore();
    const answers = images.received.map(({ payload }) => JSON.parse(payload) as AnalysisResult);
    const positives = answers.filter(({ outcome }) => outcome !== 'no-fracture-detected');
    const alerts = wards.received.map(({ topic, payload }) => ({
      topic,
      alert: JSON.parse(payload) as Alert,
    }));
    const studies = new Set(store.alerts.open().map(({ id }) => store.alerts.studyKeyOf(id)));
    expect(answers).toHaveLength(files.length);
    expect(positives.length).toBeGreaterThan(0);
    expect(studies).toEqual(new Set(positives.map(({ image }) => image?.studyInstanceUid)));
    expect(new Set(alerts.map(({ alert }) => alert.id)).size).toBe(store.alerts.open().length);
    for (const { topic, alert } of alerts) {
      const isHip = alert.bodyPart === 'hip' || alert.bodyPart === 'pelvis';
      expect(topic).toBe(
        buildTopic({ kind: 'alert', site: 'jeonju', ward: isHip ? 'hip' : 'w3', alertId: alert.id }),
      );
      expect(alert).toMatchObject({ state: 'open', notForDiagnosis: true, place: { room: null, bed: null } });
    }

    const receivedBefore = wards.received.length;
    await copyAsStudies(labelled ?? '', files, join(home.inbox, 'tuesday'));
    await waitUntil(
      'the copies are recorded',
      () => (count(home, 'duplicate') === files.length ? true : undefined),
      60_000,
    );
    await untilDelivered(home);
    expect(wards.received).toHaveLength(receivedBefore);
    expect(count(home, 'done')).toBe(files.length);

    expect(await daemon.stop()).toBe(0);
    await expectNoPatientData(daemon.log, files, labelled ?? '');
  },
);

/** Patient, study and series as nested new folders, as modalities export. */
async function copyAsStudies(from: string, files: readonly string[], to: string): Promise<void> {
  for (const file of files) {
    const folder = join(to, `patient-${file}`, 'study', 'series');
    await mkdir(folder, { recursive: true });
    await cp(join(from, file), join(folder, file));
  }
}

async function expectNoPatientData(
  log: readonly string[],
  files: readonly string[],
  folder: string,
): Promise<void> {
  const text = log.join('\n');
  for (const file of files) {
    const header = (await readFile(join(folder, file))).toString('latin1', 0, 4000);
    // PatientName (0010,0010) and PatientID (0010,0020), explicit VR: tag, VR, length, value.
    for (const [, value = ''] of header.matchAll(/\x10\0[\x10\x20]\0(?:PN|LO)..([^\0]{4,64}?)(?=\x10\0)/gs)) {
      expect(text).not.toContain(value.trim());
    }
  }
}

async function untilDelivered(home: DaemonHome): Promise<void> {
  using store = home.openStore();
  await waitUntil(
    'the outbox is empty',
    () => (store.outbox.pendingCount() === 0 ? true : undefined),
    30_000,
  );
}

function count(home: DaemonHome, status: 'done' | 'duplicate'): number {
  using store = home.openStore();
  return store.ledger.counts()[status];
}
