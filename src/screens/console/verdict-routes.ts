import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { AnalysisResult } from '../../contract/analysis-result.ts';
import type { ImageSearch } from '../../store/images/image-search.ts';
import type { Results } from '../../store/images/results.ts';
import type { Verdicts } from '../../store/images/verdicts.ts';
import type { Verdict } from '../../contract/api/images.ts';
import { nameOf } from '../access/principal.ts';
import type { Route, RouteRequest } from '../route.ts';
import type { RecordAudit } from '../access/audit-recorder.ts';
import { readId } from './image-routes.ts';

/** Why a finding is wrong, as a choice: free text could name a patient. */
const DISAGREE_REASONS = ['vessel', 'old-fracture', 'overlap', 'hardware', 'other'] as const;
/** How sure a person is of a missed finding. */
const MISSED_KINDS = ['fracture', 'possible'] as const;

export interface VerdictRouteDeps {
  readonly store: {
    readonly search: Pick<ImageSearch, 'studyOf'>;
    readonly results: Pick<Results, 'of'>;
    readonly verdicts: Pick<Verdicts, 'add' | 'get' | 'standing' | 'undo'>;
    /** A verdict and its audit row are written together or not at all. */
    atomically<Result>(work: () => Result): Result;
  };
  readonly feed: {
    /** The row of an image changed. */
    changed(arrivalId: number): void;
  };
  readonly recordAudit: RecordAudit;
  readonly now: () => Date;
}

const length = z.number().min(2).max(100_000);
const offset = z.number().min(0).max(100_000);
const submittedVerdict = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('agree'), finding: z.int().min(0).max(999).nullable() }),
  z.strictObject({
    kind: z.literal('disagree'),
    finding: z.int().min(0).max(999),
    reason: z.enum(DISAGREE_REASONS),
  }),
  z.strictObject({
    kind: z.literal('missed'),
    reason: z.enum(MISSED_KINDS),
    box: z.strictObject({ x: offset, y: offset, width: length, height: length }),
  }),
]);
type SubmittedVerdict = z.infer<typeof submittedVerdict>;

/** Verdicts of radiographers on findings, and undoing them. */
export function verdictRoutes(deps: VerdictRouteDeps): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/api/images/:id/verdicts',
      minimumRole: 'radiographer',
      handle: (request, reply) => recordVerdict(request, reply, deps),
    },
    {
      method: 'POST',
      path: '/api/verdicts/:id/undo',
      minimumRole: 'radiographer',
      handle: (request, reply) => undoVerdict(request, reply, deps),
    },
  ];
}

function recordVerdict(
  { principal, params, body }: RouteRequest,
  reply: FastifyReply,
  deps: VerdictRouteDeps,
): unknown {
  const { store, feed } = deps;
  const id = readId(params['id']);
  const result = id === null ? undefined : store.results.of(id);
  if (id === null || result === undefined) return reply.code(404).send({ error: 'not-found' });
  const read = submittedVerdict.safeParse(body);
  if (!read.success || !fits(read.data, result)) return reply.code(400).send({ error: 'invalid' });
  const verdict = store.atomically(() => {
    const added = add(read.data, { id, result, by: nameOf(principal) }, deps);
    const { kind, finding, reason } = added;
    deps.recordAudit(principal, {
      kind: 'verdict-recorded',
      subject: String(id),
      detail: { verdict: kind, finding, reason },
    });
    return added;
  });
  feed.changed(id);
  return { verdict, verdicts: store.verdicts.standing(id) };
}

function undoVerdict(
  { principal, params }: RouteRequest,
  reply: FastifyReply,
  { store, feed, recordAudit, now }: VerdictRouteDeps,
): unknown {
  const { verdicts } = store;
  const id = readId(params['id']);
  const verdict = id === null ? undefined : verdicts.get(id);
  if (id === null || verdict === undefined) return reply.code(404).send({ error: 'not-found' });
  if (verdict.by !== nameOf(principal)) return reply.code(403).send({ error: 'forbidden' });
  const { arrivalId } = verdict;
  const isUndone = store.atomically(() => {
    if (!verdicts.undo(id, now().getTime())) return false;
    const subject = arrivalId === null ? '' : String(arrivalId);
    recordAudit(principal, { kind: 'verdict-undone', subject, detail: { verdict: verdict.kind } });
    return true;
  });
  if (!isUndone) return reply.code(409).send({ error: 'too-late' });
  if (arrivalId !== null) feed.changed(arrivalId);
  return { verdicts: arrivalId === null ? [] : verdicts.standing(arrivalId) };
}

/** Whether a verdict fits the image: it has that finding, and the box lies inside. */
function fits(verdict: SubmittedVerdict, { findings, status, image }: AnalysisResult): boolean {
  if (verdict.kind === 'missed') {
    const { box } = verdict;
    const { width, height } = image ?? {};
    if (typeof width !== 'number' || typeof height !== 'number') return false;
    return box.x + box.width <= width && box.y + box.height <= height;
  }
  if (status !== 'analysed') return false;
  return verdict.finding === null ? findings.length === 0 : verdict.finding < findings.length;
}

function add(
  verdict: SubmittedVerdict,
  { id, result, by }: { readonly id: number; readonly result: AnalysisResult; readonly by: string },
  { store: { search, verdicts }, now }: VerdictRouteDeps,
): Verdict {
  const { studyKey = null, isOver75 = null } = search.studyOf(id) ?? {};
  const finding = verdict.kind === 'missed' ? null : verdict.finding;
  const [model] = result.models;
  const added = verdicts.add({
    arrivalId: id,
    studyKey,
    kind: verdict.kind,
    finding,
    reason: verdict.kind === 'agree' ? null : verdict.reason,
    box: verdict.kind === 'missed' ? verdict.box : null,
    by,
    at: now().getTime(),
    outcome: result.outcome,
    confidence: finding === null ? null : (result.findings[finding]?.confidence ?? null),
    region: result.image?.bodyRegion ?? null,
    isOver75,
    model: model === undefined ? null : `${model.name} ${model.version}`,
  });
  const stored = verdicts.get(added);
  if (stored === undefined) throw new Error('A verdict was not stored.');
  return stored;
}
