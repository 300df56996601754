import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import dcmjsCodecs from 'dcmjs-codecs';
import { letterbox } from '../../src/preprocess/letterbox.ts';
import { drawPhantom } from '../../src/phantom/draw-phantom.ts';
import { headerOutOfScope, pictureOutOfScope, type Scope } from '../../src/radiograph/scope.ts';
import { readPicture } from '../../src/radiograph/read-radiograph.ts';
import { encodeFrame, LOSSLESS_SYNTAXES, type LosslessSyntax } from '../support/encode-frame.ts';
import { anInput } from '../support/model-input.ts';
import { EXPLICIT, writeDicom } from '../support/write-dicom.ts';

const { Context, NativeCodecs } = dcmjsCodecs;

/** Ten megapixels of twelve bits, as from a large flat-panel detector. */
const [ROWS, COLUMNS, BITS] = [3600, 2800, 12];
const RUNS = 25;
const WARM_UP = 5;
const MAX_RATIO = 1.15;
const MAX_REJECTION_MS = 5;
const SCOPE: Scope = {
  modalities: ['CR', 'DX'],
  bodyParts: null,
  minAgeYears: null,
  rawImages: 'analyse',
  saturatedShare: 0.995,
};
const INPUT = anInput();
const LIMITS = { maxMegapixels: 64 };

interface SyntaxTimes {
  readonly syntax: string;
  readonly codecMs: Spread | null;
  /** From opening the file to the model's input. */
  readonly toInputMs: Spread;
  /** Ratio of the two medians, measured alternately in the same run. */
  readonly ratio: number | null;
  /** The same ratio of CPU time, which other load on the machine does not affect. */
  readonly cpuRatio: number | null;
  readonly withinTarget: boolean | null;
}

interface Spread {
  readonly p50: number;
  readonly p95: number;
  /** Median of the CPU time of all threads. */
  readonly cpuP50: number;
}

interface Time {
  readonly ms: number;
  readonly cpuMs: number;
}

/** Measures decoding to the model's input compared with the codec alone, per transfer syntax, and rejection by the header. */
export async function benchDecode(): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), 'bonewatch-bench-'));
  try {
    const stored = drawRadiograph();
    const syntaxes: SyntaxTimes[] = [];
    for (const syntax of Object.keys(LOSSLESS_SYNTAXES) as LosslessSyntax[]) {
      syntaxes.push(await timeSyntax(syntax, stored, folder));
    }
    const path = await writePicture(folder, { stored });
    const toInputMs = spreadOf(await timesOf(RUNS, () => toInput(path)));
    const withoutCodec = { codecMs: null, ratio: null, cpuRatio: null, withinTarget: null };
    syntaxes.push({ syntax: 'uncompressed', toInputMs, ...withoutCodec });
    return {
      picture: `${ROWS} × ${COLUMNS} pixels, ${BITS} bits, to ${INPUT.width} × ${INPUT.height}`,
      cpu: cpus()[0]?.model,
      node: process.version,
      runs: RUNS,
      syntaxes,
      rejection: await timeRejection(folder, stored),
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function timeSyntax(syntax: LosslessSyntax, stored: Uint16Array, folder: string): Promise<SyntaxTimes> {
  const frame = await encodeFrame(syntax, { rows: ROWS, columns: COLUMNS, bitsStored: BITS, stored });
  const path = await writePicture(folder, { stored, syntax, frame });
  const codec: Time[] = [];
  const whole: Time[] = [];
  for (let run = 0; run < WARM_UP + RUNS; run += 1) {
    codec.push(...(await timesOf(1, () => decodeBare(syntax, frame))));
    whole.push(...(await timesOf(1, () => toInput(path))));
  }
  const [codecMs, toInputMs] = [spreadOf(codec.slice(WARM_UP)), spreadOf(whole.slice(WARM_UP))];
  const rounded = (ratio: number): number => Math.round(ratio * 100) / 100;
  const ratio = rounded(toInputMs.p50 / codecMs.p50);
  const cpuRatio = rounded(toInputMs.cpuP50 / codecMs.cpuP50);
  return { syntax, codecMs, toInputMs, ratio, cpuRatio, withinTarget: ratio <= MAX_RATIO };
}

/** Rejects an object of another modality, as large as a radiograph, of which only the header should be read. */
async function timeRejection(folder: string, stored: Uint16Array): Promise<unknown> {
  const path = await writePicture(folder, { stored, modality: 'CT' });
  const reject = async (): Promise<void> => {
    const reason = new Error('The modality is out of scope.');
    const onHeader = (header: Parameters<typeof headerOutOfScope>[0]): void => {
      if (headerOutOfScope(header, SCOPE)) throw reason;
    };
    const thrown: unknown = await readPicture(path, { ...LIMITS, onHeader }).catch((error: unknown) => error);
    if (thrown !== reason) throw new Error('The file was not rejected.');
  };
  const ms = spreadOf(await timesOf(RUNS * 5, reject));
  return { ...ms, withinTarget: ms.p95 < MAX_REJECTION_MS };
}

function decodeBare(syntax: LosslessSyntax, encodedBuffer: Buffer): void {
  const context = new Context({
    width: COLUMNS,
    height: ROWS,
    bitsAllocated: 16,
    bitsStored: BITS,
    samplesPerPixel: 1,
    pixelRepresentation: 0,
    planarConfiguration: 0,
    photometricInterpretation: 'MONOCHROME2',
    encodedBuffer,
  });
  const decoded = BARE[syntax](context).getDecodedBuffer();
  if (decoded?.length !== ROWS * COLUMNS * 2) throw new Error(`The codec did not decode ${syntax}.`);
}

const BARE: Readonly<
  Record<LosslessSyntax, (context: InstanceType<typeof Context>) => InstanceType<typeof Context>>
> = {
  rle: (context) => NativeCodecs.decodeRle(context),
  'jpeg lossless': (context) => NativeCodecs.decodeJpeg(context),
  'jpeg lossless, first-order': (context) => NativeCodecs.decodeJpeg(context),
  'jpeg-ls': (context) => NativeCodecs.decodeJpegLs(context),
  'jpeg 2000': (context) => NativeCodecs.decodeJpeg2000(context),
  htj2k: (context) => NativeCodecs.decodeHtJpeg2000(context),
};

async function toInput(path: string): Promise<void> {
  using read = await readPicture(path, LIMITS);
  const { header, picture } = read;
  if (headerOutOfScope(header, SCOPE) ?? pictureOutOfScope(picture, SCOPE))
    throw new Error('The picture is out of scope.');
  letterbox(picture, INPUT);
}

async function writePicture(
  folder: string,
  {
    stored,
    syntax,
    frame,
    modality = 'DX',
  }: {
    readonly stored: Uint16Array;
    readonly syntax?: LosslessSyntax;
    readonly frame?: Buffer;
    readonly modality?: string;
  },
): Promise<string> {
  const path = join(folder, 'picture.dcm');
  const bytes = writeDicom({
    rows: ROWS,
    columns: COLUMNS,
    bitsStored: BITS,
    stored: frame ? [] : stored,
    transferSyntaxUid: syntax ? LOSSLESS_SYNTAXES[syntax] : EXPLICIT,
    ...(frame ? { fragments: [frame] } : {}),
    elements: [
      ['00080060', 'CS', modality],
      ['00281050', 'DS', '2048'],
      ['00281051', 'DS', '4096'],
    ],
  });
  await writeFile(path, bytes);
  return path;
}

/** A phantom with noise, because codec times on uniform areas do not transfer to radiographs. */
function drawRadiograph(): Uint16Array {
  const { pixels } = drawPhantom({
    kind: 'hand',
    isFractured: true,
    seed: 7,
    width: COLUMNS,
    height: ROWS,
  });
  return Uint16Array.from(pixels);
}

async function timesOf(runs: number, work: () => void | Promise<void>): Promise<Time[]> {
  const times: Time[] = [];
  for (let run = 0; run < runs; run += 1) {
    const startedAt = performance.now();
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    times.push({ ms: performance.now() - startedAt, cpuMs: (user + system) / 1000 });
  }
  return times;
}

function spreadOf(times: readonly Time[]): Spread {
  const at = (share: number, values: readonly number[]): number => {
    const sorted = values.toSorted((a, b) => a - b);
    return Math.round((sorted[Math.ceil(share * sorted.length) - 1] ?? 0) * 10) / 10;
  };
  const wall = times.map(({ ms }) => ms);
  return {
    p50: at(0.5, wall),
    p95: at(0.95, wall),
    cpuP50: at(
      0.5,
      times.map(({ cpuMs }) => cpuMs),
    ),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.write(`${JSON.stringify(await benchDecode(), null, 2)}\n`);
}
