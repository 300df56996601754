import type { Config } from '../../config/schema.ts';
import { createStressEvaluator, STRESS_CODES } from '../../health/board/evaluate-stress.ts';
import type { StressReading } from '../../health/board/read-stress.ts';
import type { Logger } from '../../contract/logger.ts';
import type { TechnicalAlarms } from './technical-alarms.ts';

export interface BoardMonitorDeps {
  readonly limits: Config['health']['board'];
  readonly read: () => Promise<StressReading>;
  readonly alarms: Pick<TechnicalAlarms, 'set'>;
  /** Milliseconds that never jump. */
  readonly elapsed: () => number;
  readonly lookMs: number;
  readonly log: Logger;
}

/** Looks at the machine every `lookMs`: raises and ends the alarms of heat, throttled clocks, current and memory. */
export function monitorBoard(options: BoardMonitorDeps): Disposable {
  const { alarms, elapsed, log } = options;
  const judge = createStressEvaluator(options.limits);
  const told = new Map<string, string | null>();
  let isLooking = false;

  async function look(): Promise<void> {
    const verdict = judge(await options.read(), elapsed());
    for (const code of STRESS_CODES) {
      const subject = verdict[code];
      if ((told.get(code) ?? null) === subject) continue;
      told.set(code, subject);
      alarms.set(code, subject);
      if (subject === null) log.info({ code }, 'the machine is over its trouble');
      else log.warn({ code, subject }, 'the machine is in trouble');
    }
  }

  // A node that answers slowly is waited for: two looks at once would come in the wrong order.
  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    void look().finally(() => (isLooking = false));
  }, options.lookMs);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
