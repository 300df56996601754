import type { AnalysisResult } from '../../contract/analysis-result.ts';
import { isBonewatchError } from '../../contract/errors.ts';
import type { Route } from '../route.ts';
import type { RecordAudit } from '../access/audit-recorder.ts';
import { withoutFile } from './image-routes.ts';

export interface TryRouteDeps {
  readonly trials: {
    tryImage(bytes: Uint8Array): Promise<{
      readonly result: AnalysisResult;
      readonly picture: Uint8Array | null;
    }>;
  };
  readonly recordAudit: RecordAudit;
}

const MAX_BYTES = 128 * 1024 * 1024;
/** Each one holds its image in memory, so two together hold 256 MB. */
const CONCURRENCY = { max: 2, maxPerHolder: 1 };
/** The picture's numbers are read in place, so they start at a multiple of four. */
const ALIGN = 4;

/**
 * Analyses an uploaded image and returns the findings and the picture: the length of the JSON as a little-endian 32-bit
 * word, the JSON padded with spaces, the picture. Nothing is stored.
 */
export function tryRoute({ trials, recordAudit }: TryRouteDeps): Route {
  return {
    method: 'POST',
    path: '/api/try',
    minimumRole: 'radiographer',
    maxBodyBytes: MAX_BYTES,
    concurrency: CONCURRENCY,
    async handle({ principal, body }, reply) {
      if (!(body instanceof Uint8Array) || body.length === 0)
        return reply.code(400).send({ error: 'invalid' });
      try {
        const { result, picture } = await trials.tryImage(body);
        const { status, outcome } = result;
        recordAudit(principal, { kind: 'image-tried', subject: 'trial', detail: { status, outcome } });
        return await reply.type('application/octet-stream').send(pack(withoutFile(result), picture));
      } catch (error) {
        if (!isBonewatchError(error) || error.code === 'NOT_READY') throw error;
        return reply.code(503).send({ error: error.code });
      }
    },
  };
}

function pack(result: object, picture: Uint8Array | null): Buffer {
  const json = Buffer.from(JSON.stringify(result));
  const blanks = (ALIGN - (json.length % ALIGN)) % ALIGN;
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length + blanks);
  return Buffer.concat([length, json, Buffer.alloc(blanks, ' '), picture ?? Buffer.alloc(0)]);
}
