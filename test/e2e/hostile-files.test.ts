import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';
import { ERROR_CODES } from '../../src/contract/errors.ts';
import type { ListedImage } from '../../src/store/images/image-list.ts';
import type { Store } from '../../src/store/open-store.ts';
import { encodeFrame, LOSSLESS_SYNTAXES, type LosslessSyntax } from '../support/encode-frame.ts';
import { mosquittoAvailable, startMosquitto } from '../support/mosquitto.ts';
import { asSeed, mutate, withNewUid, type Seed } from '../support/mutate.ts';
import { watchMemory } from '../support/resident-memory.ts';
import { aDaemonHome } from '../support/running-daemon.ts';
import { serviceLimitsWrapper } from '../support/service-ceilings.ts';
import { sharedData } from '../support/shared-data.ts';
import { squarePng } from '../support/squares.ts';
import { waitUntil } from '../support/wait-until.ts';
import { BIG_ENDIAN, DEFLATED, EXPLICIT, IMPLICIT, writeDicom } from '../support/write-dicom.ts';

/** All 5,000 take longer than a build should; HOSTILE_MUTATIONS=5000 runs them. */
const MUTATIONS = Number(process.env.HOSTILE_MUTATIONS ?? 1000);
const BATCH = 200;
const MAX_RESIDENT_BYTES = 700 * 1024 * 1024;
/** A good file usually takes a fifth of a second; this limit is for a machine that also runs other tests. */
const MAX_ANSWER_MS = 20_000;
/** A real file this large is left out: thousands of copies would measure the disk. */
const MAX_SEED_BYTES = 800_000;

const title =
  'the daemon survives malformed and mutated files, gives each a reason, and analyses good files in between as usual';
const canRun = mosquittoAvailable(title);

it.runIf(canRun)(title, { timeout: 60_000 + MUTATIONS * 600 }, async () => {
  await using broker = await startMosquitto();
  await using home = await aDaemonHome({
    brokerUrl: broker.url,
    settleMs: 200,
    wrapper: await serviceLimitsWrapper(),
  });
  await using daemon = await home.start();
  await using memory = watchMemory(daemon.pid);
  using store = home.openStore();
  const seeds = [...(await syntheticSeeds()), ...(await realSeeds())];
  const usual: number[] = [];
  for (let number = 0; number < 5; number += 1) usual.push(await answerTimeOfGood(home.inbox, store, number));

  const between: number[] = [];
  let dropped = usual.length + (await copyAll(home.inbox, ['dicom/bad', 'photo/truncated']));
  for (let first = 0; first < MUTATIONS; first += BATCH) {
    for (let number = first; number < Math.min(first + BATCH, MUTATIONS); number += 1) {
      const seed = seeds[number % seeds.length];
      if (seed) await writeFile(join(home.inbox, `${number}-${seed.name}`), mutate(seed, number));
      dropped += 1;
    }
    // A good file of the same kind as the mutated ones.
    const [seed] = seeds.slice((first / BATCH) % seeds.length);
    const good = `${first}-good-${seed?.name}`;
    if (seed) await writeFile(join(home.inbox, good), withNewUid(seed, MUTATIONS + first));
    between.push(await answerTimeOfGood(home.inbox, store, 1000 + first));
    dropped += 2;
    const rows = await waitUntil(
      'all files have a result',
      () => allAnswered(store, dropped),
      60_000 + BATCH * 600,
    );
    for (const row of rows) expectAnswer(row);
    expect(rows.find(({ file }) => basename(file) === good)?.status, good).toMatch(/^(done|duplicate)$/);
  }

  console.info(summaryOf(store, { usual, between, peakBytes: memory.peakBytes, samples: memory.samples }));
  expect(memory.peakBytes).toBeLessThan(MAX_RESIDENT_BYTES);
  expect(Math.max(...between)).toBeLessThan(MAX_ANSWER_MS);
  expect(await daemon.stop()).toBe(0);
  // Whatever those files contained, every line of the log is one JSON object.
  for (const line of daemon.log) expect(() => JSON.parse(line) as unknown, line).not.toThrow();
});

/** Small good pictures of every encoding, each with the header of a real radiograph. */
async function syntheticSeeds(): Promise<Seed[]> {
  const [rows, columns, bitsStored] = [160, 128, 12];
  const stored = Uint16Array.from(
    { length: rows * columns },
    (_, index) => (index * 7919 + (index >> 5)) % 4096,
  );
  const picture = {
    rows,
    columns,
    bitsStored,
    stored,
    elements: [
      ['00080018', 'UI', '1.2.826.0.1.3680043.8.498.10000000000001'],
      ['00080005', 'CS', 'ISO_IR 192'],
      ['00081030', 'LO', '손목 Wrist'],
      ['00180015', 'CS', 'WRIST'],
      ['00281050', 'DS', '2048'],
      ['00281051', 'DS', '4096'],
      ['00083002', 'SQ', [[['00081150', 'UI', '1.2.840.10008.5.1.4.1.1.1.1']]]],
    ],
  } as const;
  const plain = [IMPLICIT, EXPLICIT, BIG_ENDIAN, DEFLATED].map((transferSyntaxUid) =>
    asSeed(`${transferSyntaxUid}.dcm`, writeDicom({ ...picture, transferSyntaxUid })),
  );
  const compressed = await Promise.all(
    (Object.keys(LOSSLESS_SYNTAXES) as LosslessSyntax[]).map(async (syntax) => {
      const fragments = [await encodeFrame(syntax, picture)];
      const transferSyntaxUid = LOSSLESS_SYNTAXES[syntax];
      return asSeed(`${transferSyntaxUid}.dcm`, writeDicom({ ...picture, transferSyntaxUid, fragments }));
    }),
  );
  return [...plain, ...compressed, asSeed('square.png', await squarePng(3, { isFractured: true }))];
}

async function realSeeds(): Promise<Seed[]> {
  const folders = ['dicom/labelled', 'dicom/real'].map(sharedData).filter((folder) => folder !== null);
  const files = await Promise.all(
    folders.map(async (folder) =>
      (await readdir(folder)).filter((name) => name.endsWith('.dcm')).map((name) => join(folder, name)),
    ),
  );
  const seeds = await Promise.all(
    files.flat().map(async (path) => asSeed(basename(path), await readFile(path))),
  );
  return seeds.filter(({ bytes }) => bytes.length <= MAX_SEED_BYTES);
}

async function copyAll(inbox: string, folders: readonly string[]): Promise<number> {
  let copied = 0;
  for (const folder of folders.map(sharedData).filter((path) => path !== null)) {
    for (const name of await readdir(folder)) {
      await writeFile(join(inbox, name), await readFile(join(folder, name)));
      copied += 1;
    }
  }
  return copied;
}

/** Milliseconds from the last byte of a good file to its result in the store. */
async function answerTimeOfGood(inbox: string, store: Store, number: number): Promise<number> {
  const name = `good-${number}.png`;
  await writeFile(join(inbox, name), await squarePng(number, { isFractured: number % 2 === 0 }));
  const startedAt = performance.now();
  const image = await waitUntil(
    `${name} has a result`,
    () =>
      store.images
        .list({ limit: 400 })
        .find(({ file, finishedAt }) => basename(file) === name && finishedAt !== null),
    60_000,
  );
  expect(image.outcome).toBe(number % 2 === 0 ? 'fracture-detected' : 'no-fracture-detected');
  return performance.now() - startedAt;
}

function allAnswered(store: Store, count: number): ListedImage[] | undefined {
  const { discovered, settling, ready, decoding, inferring, ...ended } = store.ledger.counts();
  const answered = Object.values(ended).reduce((sum, each) => sum + each, 0);
  if (discovered + settling + ready + decoding + inferring > 0 || answered < count) return undefined;
  return store.images.list({ limit: BATCH + 200 });
}

function expectAnswer({ file, status, reason, outcome, duplicateOf }: ListedImage): void {
  const what = `${basename(file)} ${status}`;
  if (status === 'done') expect(outcome, what).not.toBeNull();
  else if (status === 'duplicate') expect(duplicateOf, what).not.toBeNull();
  else expect(Object.keys(ERROR_CODES), what).toContain(reason?.code);
  // Every kind of damage has its own code; a crash would be a missing case.
  expect(reason?.code, what).not.toBe('DECODE_CRASHED');
}

function summaryOf(
  store: Store,
  measured: { usual: number[]; between: number[]; peakBytes: number; samples: number },
): string {
  const codes = new Map<string, number>();
  for (const { status, reason } of store.images.list()) {
    const code = reason?.code ?? status;
    codes.set(code, (codes.get(code) ?? 0) + 1);
  }
  const inMs = (times: number[]): string => times.map((ms) => ms.toFixed(0)).join(' ');
  return [
    `${MUTATIONS} mutations; peak resident ${(measured.peakBytes / 2 ** 20).toFixed(0)} MB of ${measured.samples} samples`,
    `a good file alone: ${inMs(measured.usual)} ms; in between: ${inMs(measured.between)} ms`,
    [...codes].map(([code, count]) => `${code} ${count}`).join(', '),
  ].join('\n');
}
