import type { Clock } from '../../contract/clock.ts';
import { ALARM_CODES, compareAlarms, ERROR_CODES, type AlarmCode } from '../../contract/error-table.ts';
import type { Logger } from '../../contract/logger.ts';
import type { OutgoingMessage } from '../../contract/outgoing-message.ts';
import { technicalMessage, type TechnicalAlarm } from '../../publish/messages/technical-message.ts';

/** Alarms about the device itself, not about patients. */
export interface TechnicalAlarms {
  /**
   * Raises an alarm, or changes the subject of an active one; does nothing if it is active with that subject.
   * `reason` goes to the log alone.
   */
  raise(code: AlarmCode, subject: string, reason?: string): void;
  /** Clears an alarm; does nothing if it is not active. */
  clear(code: AlarmCode): void;
  /** Codes of the active alarms, the worst consequence first, as in every list of alarms. */
  active(): readonly AlarmCode[];
  /** The active alarms, each with its subject and start time. */
  activeAlarms(): readonly ActiveAlarm[];
  /** Codes of the active alarms that degrade the analysis itself. */
  degrading(): readonly AlarmCode[];
  /** Calls back with the message of each change. */
  onChange(listener: (message: OutgoingMessage) => void): void;
  /** The present state of every alarm this device may raise: sent on each connection, so that stale ones are cleared. */
  messages(): OutgoingMessage[];
}

export interface ActiveAlarm extends Pick<TechnicalAlarm, 'since' | 'subject'> {
  readonly code: AlarmCode;
}

export interface TechnicalAlarmDeps {
  readonly site: string;
  readonly device: string;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'error' | 'warn' | 'info'>;
}

/** The active alarms. Each raise, change and clear is one message and one log line. */
export function createTechnicalAlarms(deps: TechnicalAlarmDeps): TechnicalAlarms {
  const { site, device, clock, log } = deps;
  const listeners = new Set<(message: OutgoingMessage) => void>();
  const alarms = new Map<AlarmCode, TechnicalAlarm>();
  const revs = new Map<AlarmCode, number>();
  const messageOf = (code: AlarmCode): OutgoingMessage =>
    technicalMessage(site, device, code, alarms.get(code) ?? null);

  function ordered(): [AlarmCode, TechnicalAlarm][] {
    return [...alarms].toSorted(([a], [b]) => compareAlarms(a, b));
  }

  function publishChange(code: AlarmCode): void {
    for (const listener of listeners) listener(messageOf(code));
  }

  return {
    raise(code, subject, reason) {
      const present = alarms.get(code);
      if (present?.subject === subject) return;
      const rev = (revs.get(code) ?? 0) + 1;
      revs.set(code, rev);
      const since = present?.since ?? new Date(clock.now()).toISOString();
      alarms.set(code, { rev, since, subject });
      const what = present === undefined ? 'technical alarm raised' : 'technical alarm changed';
      log[priorityOf(code)]({ code, subject, reason }, what);
      publishChange(code);
    },
    clear(code) {
      const present = alarms.get(code);
      if (present === undefined) return;
      alarms.delete(code);
      log.info({ code, since: present.since }, 'technical alarm cleared');
      publishChange(code);
    },
    active: () => ordered().map(([code]) => code),
    activeAlarms: () => ordered().map(([code, { since, subject }]) => ({ code, since, subject })),
    degrading: () => ordered().flatMap(([code]) => (ERROR_CODES[code].alarm?.degrades ? [code] : [])),
    onChange: (listener) => void listeners.add(listener),
    messages: () => ALARM_CODES.map(messageOf),
  };
}

function priorityOf(code: AlarmCode): 'error' | 'warn' {
  return ERROR_CODES[code].alarm?.priority ?? 'warn';
}

/** Every raised, changed and cleared alarm is in the journal, even if `log.level` leaves out lines of its priority. */
export function alarmLog(log: Logger): Logger {
  return log.level === 'silent' ? log : log.child({}, { level: 'info' });
}
