import type { Comparison, ModelChoice, RerunJob, RerunState } from '../../contract/api/reruns.ts';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { AnalysisResult } from '../../contract/analysis-result.ts';
import { nameOf } from '../access/principal.ts';
import type { Route, RouteRequest } from '../route.ts';
import type { RecordAudit } from '../access/audit-recorder.ts';
import { readId, sendUnprocessable, withoutFile } from './image-routes.ts';

export interface RerunRouteDeps {
  readonly reruns: {
    models(): Promise<readonly ModelChoice[]>;
    one(id: number, model: string, by: string): Promise<AnalysisResult>;
    /** False if another job is running. */
    start(model: string, since: number, by: string): Promise<boolean>;
    stop(): void;
    job(): RerunJob | null;
  };
  readonly store: { readonly reruns: { compare(model: string, since: number): Comparison } };
  readonly recordAudit: RecordAudit;
}

const model = z.string().min(1).max(200);
const oneBody = z.strictObject({ model });
const allBody = z.strictObject({ model, since: z.int().min(0).max(8.64e15) });

/** Analyses images again with another model, without alerts, and compares the two models. */
export function rerunRoutes(deps: RerunRouteDeps): readonly Route[] {
  const { reruns } = deps;
  return [
    {
      method: 'GET',
      path: '/api/models',
      minimumRole: 'radiographer',
      handle: async () => ({ models: await reruns.models() }),
    },
    {
      method: 'POST',
      path: '/api/images/:id/rerun',
      minimumRole: 'radiographer',
      handle: (request, reply) => rerunImage(request, reply, deps),
    },
    {
      method: 'POST',
      path: '/api/reruns',
      minimumRole: 'radiographer',
      handle: (request, reply) => startRerun(request, reply, deps),
    },
    { method: 'GET', path: '/api/reruns', minimumRole: 'viewer', handle: () => stateOf(deps) },
    {
      method: 'DELETE',
      path: '/api/reruns',
      minimumRole: 'radiographer',
      handle() {
        reruns.stop();
        return stateOf(deps);
      },
    },
  ];
}

async function rerunImage(
  { principal, params, body }: RouteRequest,
  reply: FastifyReply,
  { reruns, recordAudit }: RerunRouteDeps,
): Promise<unknown> {
  const id = readId(params['id']);
  const read = oneBody.safeParse(body);
  if (id === null || !read.success) return reply.code(400).send({ error: 'invalid' });
  try {
    const result = await reruns.one(id, read.data.model, nameOf(principal));
    recordAudit(principal, { kind: 'image-rerun', subject: String(id), detail: { model: read.data.model } });
    return { result: withoutFile(result) };
  } catch (error) {
    return sendUnprocessable(reply, error);
  }
}

async function startRerun(
  { principal, body }: RouteRequest,
  reply: FastifyReply,
  deps: RerunRouteDeps,
): Promise<unknown> {
  const read = allBody.safeParse(body);
  if (!read.success) return reply.code(400).send({ error: 'invalid' });
  try {
    const isStarted = await deps.reruns.start(read.data.model, read.data.since, nameOf(principal));
    if (!isStarted) return await reply.code(409).send({ error: 'running' });
    deps.recordAudit(principal, { kind: 'rerun-started', subject: read.data.model });
    return stateOf(deps);
  } catch (error) {
    return sendUnprocessable(reply, error);
  }
}

function stateOf({ reruns, store }: RerunRouteDeps): RerunState {
  const present = reruns.job();
  return { job: present, comparison: present && store.reruns.compare(present.model, present.since) };
}
