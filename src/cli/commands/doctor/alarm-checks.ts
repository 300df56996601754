import { z } from 'zod';
import type { Config } from '../../../config/schema.ts';
import type { Check, CheckOutcome } from '../../../health/check.ts';

const ANSWER_MS = 3_000;

const report = z.object({
  checks: z.array(
    z.object({ name: z.string(), state: z.enum(['ok', 'degraded', 'failed']), message: z.string() }),
  ),
});

/** Reads the technical alarms of the running daemon, the worst consequence first. */
export function alarmChecks({ health }: Pick<Config, 'health'>): Check[] {
  return [{ name: 'alarms', run: () => readAlarms(health.listen) }];
}

async function readAlarms(listen: string): Promise<CheckOutcome> {
  try {
    const response = await fetch(`http://${listen}/health`, { signal: AbortSignal.timeout(ANSWER_MS) });
    const { checks } = report.parse(await response.json());
    const alarms = checks.find(({ name }) => name === 'alarms');
    if (alarms !== undefined) return { state: alarms.state, message: alarms.message };
  } catch {
    // No daemon, or another program on its port: the check of the service reports that.
  }
  return { state: 'ok', message: `No daemon answers on ${listen}; its alarms cannot be read.` };
}
