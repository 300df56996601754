import type { Clock } from '../../contract/clock.ts';
import type { ErrorCode } from '../../contract/errors.ts';
import type { OutgoingMessage } from '../../contract/outgoing-message.ts';
import { technicalMessage, type TechnicalAlarm } from '../../publish/messages/technical-message.ts';

/** Alarms about the device itself, not about patients. */
export interface TechnicalAlarms {
  /** Raises, renews or (null) ends an alarm; nothing happens when it is as it was. */
  set(code: ErrorCode, subject: string | null): void;
  /** Codes of the alarms that last. */
  active(): readonly ErrorCode[];
  /** The alarms that last, with what exactly and since when. */
  lasting(): readonly LastingAlarm[];
  /** Of these, the ones that make the analysis itself worse; the others are about the way to the wards, or ahead of time. */
  degrading(): readonly ErrorCode[];
  /** Every alarm this device may raise, as it is: said on each connection, so that none outlives its cause. */
  messages(): OutgoingMessage[];
}

interface LastingAlarm extends Pick<TechnicalAlarm, 'since' | 'subject'> {
  readonly code: ErrorCode;
}

/** What this device may raise; anything else on its technical topics is left from another version. */
const CODES: readonly ErrorCode[] = [
  'INBOX_UNREACHABLE',
  'INBOX_EVENTS_LOST',
  'STORE_FAILED',
  'STORE_REPLACED',
  'DISK_LOW',
  'DISK_FULL',
  'BOARD_HOT',
  'BOARD_SLOWED',
  'BOARD_OVER_CURRENT',
  'MEMORY_LOW',
  'ANALYSIS_STOPPED',
  'EXECUTION_PROVIDER_UNAVAILABLE',
  'BROKER_UNREACHABLE',
  'BROKER_UNTRUSTED',
  'BROKER_SESSION_TAKEN',
  'BROKER_LOGIN_REFUSED',
  'BROKER_FORBIDDEN',
  'BROKER_QUOTA',
  'BROKER_MESSAGE_TOO_LARGE',
  'BROKER_REFUSED',
  'WARD_NOT_WATCHED',
];

/** Keeps the alarms; `onChange` gets the message of each change. */
export function createTechnicalAlarms(options: {
  readonly site: string;
  readonly device: string;
  readonly clock: Clock;
  readonly onChange: (message: OutgoingMessage) => void;
}): TechnicalAlarms {
  const { site, device, clock, onChange } = options;
  const alarms = new Map<ErrorCode, TechnicalAlarm>();
  const revs = new Map<ErrorCode, number>();
  const messageOf = (code: ErrorCode): OutgoingMessage =>
    technicalMessage(site, device, code, alarms.get(code) ?? null);

  return {
    set(code, subject) {
      const present = alarms.get(code);
      if (subject === null ? !present : present?.subject === subject) return;
      if (subject === null) {
        alarms.delete(code);
      } else {
        const rev = (revs.get(code) ?? 0) + 1;
        revs.set(code, rev);
        const since = present?.since ?? new Date(clock.now()).toISOString();
        alarms.set(code, { rev, since, subject });
      }
      onChange(messageOf(code));
    },
    active: () => [...alarms.keys()],
    lasting: () => [...alarms].map(([code, { since, subject }]) => ({ code, since, subject })),
    degrading: () => [...alarms.keys()].filter((code) => !/^(BROKER|WARD)_|^BOARD_HOT$/.test(code)),
    messages: () => CODES.map(messageOf),
  };
}
