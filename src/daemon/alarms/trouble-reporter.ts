import type { BonewatchError, ErrorCode } from '../../contract/errors.ts';
import type { TechnicalAlarms } from './technical-alarms.ts';

/** Trouble of one source (an inbox, or a part of the daemon) begins, changes or, with null, is over. */
export type ReportTrouble = (source: string, error: BonewatchError | null) => void;

export interface TroubleReporterDeps {
  readonly alarms: Pick<TechnicalAlarms, 'set'>;
  /** Whether it says that the database is damaged, which ends the daemon. */
  readonly judge: (error: BonewatchError) => boolean;
}

const TOLD_BY_SOURCE = ['INBOX_UNREACHABLE', 'INBOX_EVENTS_LOST', 'STORE_FAILED'] as const;

/** One alarm per kind of trouble, naming everything that has it, until the last one is over it. */
export function createTroubleReporter({ alarms, judge }: TroubleReporterDeps): ReportTrouble {
  const troubles = new Map<string, ErrorCode>();
  return (source, error) => {
    if (error) troubles.set(source, error.code);
    else if (!troubles.delete(source)) return;
    if (error) judge(error);
    for (const code of TOLD_BY_SOURCE) {
      const troubled = [...troubles].filter(([, trouble]) => trouble === code).map(([name]) => name);
      alarms.set(code, troubled.length === 0 ? null : troubled.toSorted().join(', '));
    }
  };
}
