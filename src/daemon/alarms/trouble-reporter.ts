import { ALARM_CODES, ERROR_CODES, isAlarmCode, type AlarmCode } from '../../contract/error-table.ts';
import type { BonewatchError } from '../../contract/errors.ts';
import type { Logger } from '../../contract/logger.ts';
import type { TechnicalAlarms } from './technical-alarms.ts';

/** Reports that a source (an inbox, or a part of the daemon) fails, or with null that it works again. */
export type ReportTrouble = (source: string, error: BonewatchError | null) => void;

export interface TroubleReporterDeps {
  readonly alarms: Pick<TechnicalAlarms, 'raise' | 'clear'>;
  /** Ends the daemon if the error means that the database is damaged; returns whether it does. */
  readonly endIfDamaged: (error: BonewatchError) => boolean;
  readonly log: Pick<Logger, 'error'>;
}

/**
 * Raises one alarm per code that lists every failing source, until the last one works again. An error that raises no alarm
 * is logged once per source. Alarms of the device itself are raised and logged by their monitors.
 */
export function createTroubleReporter(deps: TroubleReporterDeps): ReportTrouble {
  const { alarms, endIfDamaged, log } = deps;
  const troubles = new Map<string, BonewatchError>();

  function update(code: AlarmCode): void {
    const own = [...troubles].filter(([, error]) => error.code === code);
    const [, latest] = own.at(-1) ?? [];
    if (latest === undefined) alarms.clear(code);
    else
      alarms.raise(
        code,
        own
          .map(([source]) => source)
          .toSorted()
          .join(', '),
        latest.message,
      );
  }

  return (source, error) => {
    const before = troubles.get(source);
    if (error === null && before === undefined) return;
    troubles.delete(source);
    if (error !== null) {
      troubles.set(source, error);
      endIfDamaged(error);
      if (!isAlarmCode(error.code) && before?.code !== error.code)
        log.error({ source, code: error.code, reason: error.message }, 'part of the daemon failed');
    }
    ALARM_CODES.filter((code) => ERROR_CODES[code].alarm?.raisedBy === 'each-source').forEach(update);
  };
}
