import type { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { AnalysisResult } from '../../contract/analysis-result.ts';
import { isBonewatchError } from '../../contract/errors.ts';
import type { ImageSearch } from '../../store/images/image-search.ts';
import type { Reruns } from '../../store/images/reruns.ts';
import type { Results } from '../../store/images/results.ts';
import type { Verdicts } from '../../store/images/verdicts.ts';
import { shareableImage } from '../../contract/shareable-image.ts';
import { firstViewWithin } from '../access/first-view-within.ts';
import type { Route, RouteRequest } from '../route.ts';
import type { RecordAudit } from '../access/audit-recorder.ts';
import type { ImageDetail } from '../../contract/api/images.ts';
import type { ListCounts } from '../../contract/api/console.ts';
import { readFilter } from './read-filter.ts';

export interface ImageRouteDeps {
  readonly store: {
    readonly search: Pick<ImageSearch, 'page' | 'outline' | 'byIds'>;
    readonly results: Pick<Results, 'of'>;
    readonly verdicts: Pick<Verdicts, 'standing'>;
    readonly reruns: Pick<Reruns, 'of'>;
  };
  readonly feed: { counts(): ListCounts };
  readonly pictures: {
    /** A decoded picture; null if there is no such image. */
    read(id: number, size: 'quick' | 'full'): Promise<Readable | Uint8Array | null>;
  };
  readonly recordAudit: RecordAudit;
  readonly now: () => Date;
}

/** A browser requests six at once. A picture may have tens of megabytes until its client has read it. */
const PICTURES = { max: 24, maxPerHolder: 12 };

/** The list of images, one image, and its picture. Images are named by their row alone, never by a path. */
export function imageRoutes(deps: ImageRouteDeps): readonly Route[] {
  const isFirstView = firstViewWithin(deps.now);
  return [
    {
      method: 'GET',
      path: '/api/images',
      minimumRole: 'viewer',
      handle: (request, reply) => listImages(request, reply, deps),
    },
    {
      method: 'GET',
      path: '/api/images/outline',
      minimumRole: 'viewer',
      handle: (request, reply) => outlineImages(request, reply, deps),
    },
    { method: 'GET', path: '/api/images/counts', minimumRole: 'viewer', handle: () => deps.feed.counts() },
    {
      method: 'GET',
      path: '/api/images/:id',
      minimumRole: 'viewer',
      handle: (request, reply) => showImage(request, reply, deps),
    },
    {
      method: 'GET',
      path: '/api/images/:id/picture/:size',
      minimumRole: 'viewer',
      concurrency: PICTURES,
      handle: (request, reply) => sendPicture(request, reply, { ...deps, isFirstView }),
    },
  ];
}

function listImages({ query }: RouteRequest, reply: FastifyReply, { store }: ImageRouteDeps): unknown {
  const read = readFilter(query);
  if (read === null) return reply.code(400).send({ error: 'invalid' });
  return { images: store.search.page(read.filter, read.place, read.limit) };
}

function outlineImages({ query }: RouteRequest, reply: FastifyReply, { store }: ImageRouteDeps): unknown {
  const read = readFilter(query);
  if (read === null) return reply.code(400).send({ error: 'invalid' });
  return { ...store.search.outline(read.filter, read.limit), pageSize: read.limit };
}

function showImage({ params }: RouteRequest, reply: FastifyReply, deps: ImageRouteDeps): unknown {
  const id = readId(params['id']);
  const detail = id === null ? null : detailOf(id, deps);
  return detail ?? reply.code(404).send({ error: 'not-found' });
}

interface PictureDeps extends Pick<ImageRouteDeps, 'pictures' | 'recordAudit'> {
  readonly isFirstView: ReturnType<typeof firstViewWithin>;
}

/** Each view of a picture is in the audit log, not each size of it. */
async function sendPicture(
  { principal, params }: RouteRequest,
  reply: FastifyReply,
  { pictures, recordAudit, isFirstView }: PictureDeps,
): Promise<unknown> {
  const id = readId(params['id']);
  const { size } = params;
  if (id === null || (size !== 'quick' && size !== 'full'))
    return reply.code(404).send({ error: 'not-found' });
  try {
    const picture = await pictures.read(id, size);
    if (picture === null) return await reply.code(404).send({ error: 'not-found' });
    const subject = String(id);
    if (isFirstView(principal, subject)) recordAudit(principal, { kind: 'image-viewed', subject });
    return await reply.type('application/octet-stream').send(picture);
  } catch (error) {
    return sendUnprocessable(reply, error);
  }
}

/** Sends the code of an error about one image as 422; other errors go on to the error handler. */
export function sendUnprocessable(reply: FastifyReply, error: unknown): FastifyReply {
  if (!isBonewatchError(error) || error.code === 'NOT_READY') throw error;
  return reply.code(422).send({ error: error.code });
}

/** The row number in a path; null for anything else. */
export function readId(text: string | undefined): number | null {
  return text !== undefined && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null;
}

/** A result as the console may show it: the name of a file and texts in it may contain a patient's name. */
export function withoutFile(result: AnalysisResult): Omit<AnalysisResult, 'file'> {
  const shown: Omit<AnalysisResult, 'file'> & { readonly file?: undefined } = {
    ...result,
    image: result.image && shareableImage(result.image),
    file: undefined,
  };
  return shown;
}

function detailOf(id: number, { store }: ImageRouteDeps): ImageDetail | null {
  const { search, results, verdicts, reruns } = store;
  const [image] = search.byIds([id]);
  if (image === undefined) return null;
  const result = results.of(id);
  return {
    image,
    result: result === undefined ? null : withoutFile(result),
    verdicts: verdicts.standing(id),
    reruns: reruns
      .of(id)
      .map(({ model, by, at, result: again }) => ({ model, by, at, result: withoutFile(again) })),
  };
}
