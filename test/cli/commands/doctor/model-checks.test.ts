import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { modelChecks } from '../../../../src/cli/commands/doctor/model-checks.ts';
import { configSchema } from '../../../../src/config/schema.ts';
import { loadModel } from '../../../../src/inference/models/load-model.ts';
import { aValidationRecord } from '../../../support/a-validation-record.ts';

const QUANTISED = join(import.meta.dirname, '../../../fixtures/tiny-model-int8');
let directory: string;
let model: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bonewatch-doctor-'));
  model = join(directory, 'tiny-model-int8');
  await cp(QUANTISED, model, { recursive: true });
});
afterEach(() => rm(directory, { recursive: true }));

it('doctor reports a quantised model that is not validated, and what to do', async () => {
  expect(await lookAtModel()).toMatchObject({
    state: 'failed',
    message: expect.stringMatching(
      /no gate\.json in its folder\. \[MODEL_NOT_VALIDATED\]\. Run bonewatch model gate/,
    ) as string,
  });

  await writeFile(join(model, 'gate.json'), JSON.stringify(await aValidationRecord(await loadModel(model))));

  expect(await lookAtModel()).toMatchObject({ state: 'ok' });
});

async function lookAtModel() {
  const models = configSchema.shape.models.parse({ directory, active: ['tiny-model-int8'] });
  const [check] = modelChecks(models);
  return check?.run();
}
