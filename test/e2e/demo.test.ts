import { expect, it } from 'vitest';
import { DEMO_PHANTOMS } from '../../src/phantom/phantom-set.ts';
import { runBonewatch } from '../support/run-bonewatch.ts';

it(
  'the demo runs the full pipeline without setup: every phantom has the expected result, every alert comes back from the broker',
  {
    timeout: 120_000,
  },
  async () => {
    const { status, stdout, stderr } = await runBonewatch(['demo', '--once']);

    const lines = stdout.trim().split('\n');
    expect(stdout + stderr).not.toContain('NOT AS EXPECTED');
    expect(lines.filter((line) => line.startsWith('ok '))).toHaveLength(DEMO_PHANTOMS.length);
    expect(lines.filter((line) => line.includes('→ alert '))).toHaveLength(
      DEMO_PHANTOMS.filter(({ isFractured }) => isFractured).length,
    );
    expect(lines).toContain('All alerts came back from the broker, and only those expected.');
    expect(status).toBe(0);
  },
);
