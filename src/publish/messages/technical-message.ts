import { ERROR_CODES, type ErrorCode } from '../../contract/errors.ts';
import { buildTopic } from '../../contract/topics.ts';
import type { OutgoingMessage } from '../../contract/outgoing-message.ts';

/** An active technical alarm. */
export interface TechnicalAlarm {
  readonly rev: number;
  readonly since: string;
  /** The affected part, such as an inbox or a ward; never a patient. */
  readonly subject: string | null;
}

/** The retained state of one technical alarm, with the meaning and hint of its code; null clears it. */
export function technicalMessage(
  site: string,
  device: string,
  code: ErrorCode,
  alarm: TechnicalAlarm | null,
): OutgoingMessage {
  const { meaning, hint } = ERROR_CODES[code];
  const payload =
    alarm === null ? '' : JSON.stringify({ schema: 'bonewatch.technical/1', code, ...alarm, meaning, hint });
  return { topic: buildTopic({ kind: 'technical', site, device, code }), payload, qos: 1, retain: true };
}
