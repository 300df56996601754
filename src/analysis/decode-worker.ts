/** The work of a decode worker: everything that reads a file's bytes or a full-size picture. */
import { readFile } from 'node:fs/promises';
import { letterbox, type Tensor } from '../preprocess/letterbox.ts';
import type { ModelInput } from '../preprocess/model-input.ts';
import { resize } from '../preprocess/resize.ts';
import { BonewatchError, isBonewatchError, type ErrorCode } from '../contract/errors.ts';
import { encodePicture, encodeQuickly, type EncodedPicture } from '../radiograph/pictures/encode-picture.ts';
import { toGrey8 } from '../radiograph/pixels/grey8.ts';
import { digestOf, inspectFile } from '../radiograph/inspect-file.ts';
import { markCopies, type MarkedCopies } from '../radiograph/pictures/mark-copies.ts';
import type { Outline } from '../radiograph/pictures/overlay-svg.ts';
import { exifOrientation, type GreyPicture } from '../radiograph/pictures/raster-codec.ts';
import type { FileSource } from '../contract/file-source.ts';
import type { Inspection, RadiographHeader } from '../contract/radiograph.ts';
import {
  readPicture,
  readRadiograph,
  readStoredPixels,
  type ReadLimits,
} from '../radiograph/read-radiograph.ts';
import { codecsAreSpent } from '../radiograph/pixels/native-codecs.ts';
import { headerOutOfScope, pictureOutOfScope, type Scope, type ScopeRefusal } from '../radiograph/scope.ts';
import { serveTasks } from '../radiograph/workers/serve-tasks.ts';
import { spreadPicture } from '../radiograph/pictures/spread-picture.ts';

export interface InspectTask {
  readonly type: 'inspect';
  readonly source: FileSource;
}

export interface PrepareTask {
  readonly type: 'prepare';
  readonly source: FileSource;
  readonly limits: ReadLimits;
  readonly scope: Scope;
  /** The inputs of the models; one tensor is made for each. */
  readonly inputs: readonly ModelInput[];
}

/** A radiograph ready for the model, or the reason why it is refused. */
export interface Prepared {
  readonly header: RadiographHeader;
  /** Of the picture as displayed; null when there is none. */
  readonly size: { readonly width: number; readonly height: number } | null;
  readonly refusal: ScopeRefusal | null;
  /** Null when refused. */
  readonly tensors: readonly Tensor[] | null;
  /** As in `EncodedPicture`, of a picture that takes long to decode, so that opening it is quick. */
  readonly quick: EncodedPicture['quick'];
  readonly timingsMs: { readonly read: number; readonly decode: number; readonly preprocess: number };
}

export interface RenderOptions {
  readonly bits: 8 | 16;
  /** Stored pixel values after decompression, without any LUT; always 16 bits. */
  readonly raw: boolean;
}

export interface RenderTask {
  readonly type: 'render';
  readonly path: string;
  readonly limits: ReadLimits;
  readonly options: RenderOptions;
}

/** Facts about a file of a labelled set: completeness, orientation, and a thumbnail to find near-duplicates. */
export interface SurveyTask {
  readonly type: 'survey';
  readonly path: string;
  readonly limits: ReadLimits;
  /** Side of the square thumbnail. */
  readonly side: number;
}

export interface Survey {
  readonly inspection: Inspection;
  /** EXIF, 1…8; null for DICOM. */
  readonly orientation: number | null;
  /** As displayed; null if the picture cannot be decoded, for the given `reason`. */
  readonly size: { readonly width: number; readonly height: number } | null;
  /** Grey, the picture stretched to a square. */
  readonly thumbnail: Float32Array | null;
  readonly reason: { readonly code: ErrorCode; readonly message: string } | null;
}

/** For the console, which shows a file whatever its modality. */
export interface PictureTask {
  readonly type: 'picture';
  readonly source: FileSource;
  readonly limits: ReadLimits;
}

export interface PictureReply extends EncodedPicture {
  /** Of the file that was read. */
  readonly sha256: string;
}

/** For the ward displays. */
export interface MarkTask {
  readonly type: 'mark';
  readonly source: FileSource;
  readonly limits: ReadLimits;
  readonly marks: readonly Outline[];
}

export interface MarkReply {
  /** Null if the file declares burned-in text. */
  readonly copies: MarkedCopies | null;
  /** Of the file that was read. */
  readonly sha256: string;
}

interface Replies {
  readonly inspect: Inspection;
  readonly prepare: Prepared;
  readonly render: GreyPicture;
  readonly survey: Survey;
  readonly picture: PictureReply;
  readonly mark: MarkReply;
}

export type DecodeTask = InspectTask | PrepareTask | RenderTask | SurveyTask | PictureTask | MarkTask;
export type DecodeReply<T extends DecodeTask> = Replies[T['type']];

/** JPEG 2000 of ten megapixels takes five times as long; faster ones are decoded again on request. */
const SLOW_DECODE_MS = 300;

async function prepare(
  { source, limits, scope, inputs }: PrepareTask,
  acquireLargeImageSlot: () => Promise<void>,
): Promise<Prepared> {
  const stated: RadiographHeader[] = [];
  const onHeader = (header: RadiographHeader): void => {
    stated.push(header);
    const refusal = headerOutOfScope(header, scope);
    // Stops before any pixel is decoded.
    if (refusal) throw new BonewatchError(refusal.code, refusal.message);
  };
  try {
    using read = await readPicture(source, { ...limits, onHeader, acquireLargeImageSlot });
    const { header, picture, timingsMs } = read;
    const { width, height } = picture;
    const started = performance.now();
    const refusal = pictureOutOfScope(picture, scope);
    const tensors = refusal ? null : inputs.map((input) => letterbox(picture, input));
    const preprocess = performance.now() - started;
    const quick = timingsMs.decode > SLOW_DECODE_MS ? encodeQuickly(picture) : null;
    return {
      ...{ header, size: { width, height }, refusal, tensors, quick },
      timingsMs: { ...timingsMs, preprocess },
    };
  } catch (error) {
    const header = stated.at(-1);
    if (!header || !isBonewatchError(error)) throw error;
    const { code, message } = error;
    const timingsMs = { read: 0, decode: 0, preprocess: 0 };
    return { header, size: null, refusal: { code, message }, tensors: null, quick: null, timingsMs };
  }
}

async function render({ path, limits, options }: RenderTask): Promise<GreyPicture> {
  if (options.raw) return readStoredPixels(path, limits);
  const { radiograph } = await readRadiograph(path, limits);
  const { width, height, pixels } = radiograph;
  return { width, height, pixels: options.bits === 8 ? toGrey8({ pixels }) : pixels };
}

async function survey({ path, limits, side }: SurveyTask): Promise<Survey> {
  const inspection = await inspectFile(path);
  const orientation = inspection.format === 'dicom' ? null : await exifOrientation(await readFile(path));
  try {
    using read = await readPicture(path, limits);
    const { picture } = read;
    const { width, height } = picture;
    const thumbnail = resize(picture, side, side);
    return { inspection, orientation, size: { width, height }, thumbnail, reason: null };
  } catch (error) {
    if (!isBonewatchError(error)) throw error;
    const { code, message } = error;
    return { inspection, orientation, size: null, thumbnail: null, reason: { code, message } };
  }
}

async function picture(
  { source, limits }: PictureTask,
  acquireLargeImageSlot: () => Promise<void>,
): Promise<PictureReply> {
  // Not disposed: what is encoded may be the picture's own memory, which goes to the console's thread.
  const content = createDigest();
  const { picture: decoded } = await readPicture(source, { ...limits, ...content, acquireLargeImageSlot });
  return { ...encodePicture(decoded), sha256: content.sha256() };
}

async function mark(
  { source, limits, marks }: MarkTask,
  acquireLargeImageSlot: () => Promise<void>,
): Promise<MarkReply> {
  const content = createDigest();
  using read = await readPicture(source, { ...limits, ...content, acquireLargeImageSlot });
  const { header, picture: decoded } = read;
  const sha256 = content.sha256();
  if (header.hasBurnedInText) return { copies: null, sha256 };
  const { width, height } = decoded;
  const pixels = toGrey8({ pixels: spreadPicture(decoded) });
  return { copies: await markCopies({ width, height, pixels }, marks), sha256 };
}

/** The digest of the very bytes that are decoded: a second look at the file may find another one. */
function createDigest(): { readonly onContent: (bytes: Buffer) => void; readonly sha256: () => string } {
  let sha256 = '';
  return { onContent: (bytes) => (sha256 = digestOf(bytes)), sha256: () => sha256 };
}

serveTasks(async (task: DecodeTask, acquireLargeImageSlot) => {
  if (task.type === 'inspect') return { reply: await inspectFile(task.source) };
  if (task.type === 'render') return { reply: await render(task) };
  if (task.type === 'survey') return { reply: await survey(task) };
  if (task.type === 'picture') {
    const reply = await picture(task, acquireLargeImageSlot);
    return { reply, transfer: [reply.full.buffer, ...(reply.quick ? [reply.quick.buffer] : [])] };
  }
  if (task.type === 'mark') {
    const { copies, sha256 } = await mark(task, acquireLargeImageSlot);
    const transfer = copies === null ? [] : [copies.large.buffer, copies.row.buffer];
    return { reply: { copies, sha256 }, transfer };
  }
  const reply = await prepare(task, acquireLargeImageSlot);
  const tensors = (reply.tensors ?? []).map(({ values }) => values.buffer);
  return { reply, transfer: [...tensors, ...(reply.quick ? [reply.quick.buffer] : [])] };
}, codecsAreSpent);
