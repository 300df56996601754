import type { Config } from '../../config/schema.ts';
import { alarmCodesAbout } from '../../contract/error-table.ts';
import { createStressEvaluator } from '../../health/board/evaluate-stress.ts';
import type { StressReading } from '../../health/board/read-stress.ts';
import type { TechnicalAlarms } from './technical-alarms.ts';

export interface BoardMonitorDeps {
  readonly limits: Config['health']['board'];
  readonly read: () => Promise<StressReading>;
  readonly alarms: Pick<TechnicalAlarms, 'raise' | 'clear'>;
  /** A monotonic clock, in milliseconds. */
  readonly elapsed: () => number;
  readonly pollMs: number;
}

/** Reads the board every `pollMs`: raises and clears the alarms for heat, throttling, over-current and low memory. */
export function monitorBoard(deps: BoardMonitorDeps): Disposable {
  const { alarms, elapsed } = deps;
  const evaluate = createStressEvaluator(deps.limits);
  let isReading = false;

  async function poll(): Promise<void> {
    const state = evaluate(await deps.read(), elapsed());
    for (const code of alarmCodesAbout('board')) {
      const subject = state[code];
      if (subject === null) alarms.clear(code);
      else alarms.raise(code, subject);
    }
  }

  // Waits for a slow reading: two at once could be evaluated in the wrong order.
  const timer = setInterval(() => {
    if (isReading) return;
    isReading = true;
    void poll().finally(() => (isReading = false));
  }, deps.pollMs);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
