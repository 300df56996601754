import { createHash } from 'node:crypto';
import { readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Alert } from '../../../src/contract/alert.ts';
import type { Box } from '../../../src/contract/box.ts';
import { configSchema } from '../../../src/config/schema.ts';
import { openDecoder, type Decoder } from '../../../src/analysis/open-decoder.ts';
import { createMarkedCopies } from '../../../src/daemon/console/open-marked-copies.ts';
import type { Store } from '../../../src/store/open-store.ts';
import { anAlert } from '../../alerts/an-alert.ts';
import { aClock, aFile, aFolder, anInspection, aResult, aStore } from '../../store/a-store.ts';
import { squareDicom } from '../../support/squares.ts';

const STUDY = '1.2.3.4';
const WAITING = anAlert();
const FINDING = { label: 'fracture', box: { x: 20, y: 20, width: 16, height: 16 }, polygon: null };
const config = (fields: readonly string[]) =>
  configSchema.parse({
    inboxes: [{ path: '/export' }],
    wards: [{ id: 'w3', name: '3' }],
    privacy: { fields },
  });

let decoder: Decoder;

beforeAll(() => {
  decoder = openDecoder(config([]).scope);
});

afterAll(() => decoder[Symbol.asyncDispose]());

interface View {
  readonly name: string;
  readonly bytes: Buffer;
  readonly confidence?: number;
  readonly box?: Box;
}

/** A hospital with one study in its store, and its files in an inbox. */
async function aHospital(views: readonly View[], fields: readonly string[] = ['picture']) {
  const inbox = aFolder();
  const storeFolder = aFolder();
  const clock = aClock();
  const store = aStore({ path: join(storeFolder, 'bonewatch.db'), clock });
  for (const [index, view] of views.entries()) {
    await writeFile(join(inbox, view.name), view.bytes);
    addView(store, { inbox, ...view }, index === 0 ? [WAITING] : []);
  }
  const analysis = { thresholds: () => Promise.resolve({ suspected: 0.2, definite: 0.5 }) };
  const copies = createMarkedCopies({ config: config(fields), store, decoder, analysis });
  return { inbox, storeFolder, store, clock, copies };
}

function addView(
  store: Store,
  { inbox, name, bytes, confidence = 0.9, box }: View & { inbox: string },
  alerts: Alert[],
) {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const [row] = store.ledger.discover(inbox, [aFile(name)], 1_000_000);
  const arrivalId = row?.id ?? 0;
  store.ledger.markReady(arrivalId, anInspection(name, { sha256 }));
  const findings = [{ ...FINDING, confidence, box: box ?? FINDING.box }];
  const result = aResult({ sha256, findings });
  store.results.record({ arrivalId, result, studyKey: STUDY, alertChanges: alerts, outbox: [] });
}

function change(store: Store, alert: Alert): void {
  const entry = {
    at: '2026-03-01T05:40:00Z',
    kind: 'alert-changed',
    actor: 'test',
    subject: alert.id,
    detail: {},
  };
  store.recordAlertChange(alert, [], entry);
}

/** The centre of the red pixels, as shares of width and height. */
async function markAt(jpeg: Uint8Array): Promise<{ x: number; y: number; width: number; height: number }> {
  const { data, info } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  let [count, sumX, sumY] = [0, 0, 0];
  for (let at = 0; at < data.length; at += channels) {
    if ((data[at] ?? 0) < 180 || (data[at + 1] ?? 0) > 110) continue;
    count += 1;
    sumX += (at / channels) % width;
    sumY += Math.floor(at / channels / width);
  }
  return { x: sumX / count / width, y: sumY / count / height, width, height };
}

const DICOM = squareDicom(1, { isFractured: true, study: 4 });

describe('the picture of an alert', () => {
  it('the picture of an alert is available only if privacy.fields includes it', async () => {
    const asked = [WAITING.id, 'w3', 'large'] as const;

    for (const fields of [[], ['place']]) {
      const { copies } = await aHospital([{ name: 'a.dcm', bytes: DICOM }], fields);
      expect(await copies.read(...asked)).toBeNull();
    }
    const { copies } = await aHospital([{ name: 'a.dcm', bytes: DICOM }]);
    expect((await copies.read(...asked))?.jpeg.length).toBeGreaterThan(500);
  });

  it('the picture of an alert is available to the wards that see the alert, and only while it waits there', async () => {
    const { copies, store } = await aHospital([{ name: 'a.dcm', bytes: DICOM }]);
    const read = (id: string, ward: string) => copies.read(id, ward, 'row');

    expect(await read(WAITING.id, 'w3')).not.toBeNull();
    expect(await read(WAITING.id, 'er')).toBeNull();
    expect(await read('01K0000000000000000000ZZZZ', 'w3')).toBeNull();
    change(store, { ...WAITING, rev: 2, state: 'escalated', wards: ['w3', 'er'] });
    expect(await read(WAITING.id, 'er')).not.toBeNull();
    const withdrawn = { by: 'Dr Han', reason: 'artefact', at: '2026-03-01T05:40:00Z' } as const;
    change(store, { ...WAITING, rev: 3, state: 'closed', withdrawn });
    expect(await read(WAITING.id, 'w3')).toBeNull();
  });

  it('the picture of an alert shows the view with the surest finding', async () => {
    const { copies } = await aHospital([
      { name: 'a.dcm', bytes: DICOM, confidence: 0.4 },
      { name: 'b.dcm', bytes: squareDicom(2, { isFractured: true, study: 4 }), confidence: 0.8 },
    ]);

    const copy = await copies.read(WAITING.id, 'w3', 'large');

    expect(copy?.imageId).toBe(2);
    expect((await markAt(copy?.jpeg ?? new Uint8Array())).x).toBeGreaterThan(0);
  });

  it('the picture of an alert is upright, with the mark at the finding, if the file states an orientation', async () => {
    const lying = await sharp({ create: { width: 300, height: 200, channels: 3, background: '#404040' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    const box = { x: 20, y: 240, width: 40, height: 30 };

    const { copies } = await aHospital([{ name: 'a.jpg', bytes: lying, box }]);
    const copy = await copies.read(WAITING.id, 'w3', 'large');

    const mark = await markAt(copy?.jpeg ?? new Uint8Array());
    expect(mark.height).toBeGreaterThan(mark.width);
    expect(mark.x).toBeCloseTo(40 / 200, 1);
    expect(mark.y).toBeCloseTo(255 / 300, 1);
  });

  it('the picture of an alert is withheld if the file declares burned-in text, which may be a name', async () => {
    const elements = [['00280301', 'CS', 'YES']] as const;
    const bytes = squareDicom(1, { isFractured: true, study: 4, elements });

    const { copies } = await aHospital([{ name: 'a.dcm', bytes }]);

    await expect(copies.read(WAITING.id, 'w3', 'large')).rejects.toMatchObject({ code: 'PICTURE_WITHHELD' });
  });

  it('rendering the picture of an alert leaves the original unchanged and writes nothing to the disk', async () => {
    const { copies, inbox, storeFolder } = await aHospital([{ name: 'a.dcm', bytes: DICOM }]);
    const path = join(inbox, 'a.dcm');
    const before = await stat(path);

    await Promise.all([
      copies.read(WAITING.id, 'w3', 'large'),
      copies.read(WAITING.id, 'w3', 'row'),
      copies.read(WAITING.id, 'w3', 'large'),
    ]);

    expect((await readFile(path)).equals(DICOM)).toBe(true);
    expect((await stat(path)).mtimeMs).toBe(before.mtimeMs);
    expect(await readdir(inbox)).toEqual(['a.dcm']);
    const files = await readdir(storeFolder);
    expect(files.filter((name) => !/^bonewatch\.db(-wal|-shm|\.lock)?$/.test(name))).toEqual([]);
  });

  it('the picture of an alert is rendered again after its image was analysed again', async () => {
    const { copies, store, clock } = await aHospital([{ name: 'a.dcm', bytes: DICOM }]);
    const before = await markAt((await copies.read(WAITING.id, 'w3', 'large'))?.jpeg ?? new Uint8Array());

    clock.time += 1_000;
    const findings = [{ ...FINDING, confidence: 0.9, box: { x: 90, y: 90, width: 16, height: 16 } }];
    const sha256 = createHash('sha256').update(DICOM).digest('hex');
    store.results.record({
      ...{ arrivalId: 1, studyKey: STUDY, alertChanges: [], outbox: [] },
      result: aResult({ sha256, findings }),
    });

    const after = await markAt((await copies.read(WAITING.id, 'w3', 'large'))?.jpeg ?? new Uint8Array());
    expect(after.x - before.x).toBeCloseTo(70 / 128, 1);
  });

  it('the picture of an alert is not made from another image that replaced the file', async () => {
    const { copies, inbox } = await aHospital([{ name: 'a.dcm', bytes: DICOM }]);
    await writeFile(join(inbox, 'a.dcm'), squareDicom(3, { isFractured: true, study: 9 }));

    await expect(copies.read(WAITING.id, 'w3', 'large')).rejects.toMatchObject({ code: 'FILE_VANISHED' });
  });

  it('the picture of an alert is available once its file is back', async () => {
    const { copies, inbox } = await aHospital([{ name: 'a.dcm', bytes: DICOM }]);
    const [path, away] = [join(inbox, 'a.dcm'), join(dirname(inbox), 'away.dcm')];
    await rename(path, away);
    await expect(copies.read(WAITING.id, 'w3', 'large')).rejects.toMatchObject({ code: 'FILE_VANISHED' });

    await rename(away, path);

    expect(await copies.read(WAITING.id, 'w3', 'large')).not.toBeNull();
  });
});
