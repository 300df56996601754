import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { BonewatchError } from '../../contract/errors.ts';
import { toClause } from '../../contract/sentence.ts';
import type { ModelIdentity } from '../../contract/finding.ts';

/** The file that `evaluate --fix-specificity` writes and `models.operatingPoints` names. */
const operatingPointsSchema = z.object({
  schema: z.literal('bonewatch.operating-points/1'),
  models: z.array(z.object({ name: z.string(), version: z.string(), sha256: z.string() })).min(1),
  suspected: z.number().gt(0).lt(1),
  definite: z.number().gt(0).lte(1),
});

/**
 * Reads the two thresholds of a file. Throws CONFIG_INVALID when it cannot be read, or was made with other weights
 * than the serving model's: a threshold is valid for one model only.
 */
export async function readOperatingPoints(
  path: string,
  models: readonly ModelIdentity[],
): Promise<{ readonly suspected: number; readonly definite: number }> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new BonewatchError('CONFIG_INVALID', `${path} cannot be read.`, { cause });
  });
  const parsed = operatingPointsSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue?.path.join('.') ?? '';
    throw new BonewatchError('CONFIG_INVALID', `${path}: ${where}: ${toClause(issue?.message ?? 'invalid')}.`);
  }
  const [made, served] = [parsed.data.models, models].map((list) => list.map(({ sha256 }) => sha256).join());
  if (made !== served) {
    const names = parsed.data.models.map(({ name, version }) => `${name} ${version}`).join(', ');
    throw new BonewatchError(
      'CONFIG_INVALID',
      `${path} was made with other weights (${names}). Create it again with bonewatch evaluate --fix-specificity.`,
    );
  }
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
