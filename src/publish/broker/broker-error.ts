import { BonewatchError, isBonewatchError, type ErrorCode } from '../../contract/errors.ts';
import { toSentence } from '../../contract/sentence.ts';

/** What was requested: a reason code has a different meaning for a connection than for a topic. */
export type Asked = 'connection' | 'topic';

const PROTOCOL_VERSION_REFUSALS = [1, 132];
/** Server unavailable, busy, shutting down; connection rate exceeded (MQTT 5, 2.4; 3 is 3.1.1's). */
const TRY_AGAIN = [3, 136, 137, 139, 159];
const SESSION_TAKEN_OVER = 142;
const TOO_LARGE = 149;
const QUOTA_EXCEEDED = 151;
/** Identifier rejected, bad user name or password, not authorised: in 3.1.1, then in 5. */
const LOGIN_REFUSALS = [2, 4, 5, 133, 134, 135, 138, 140];
/** Not authorised; for a subscription in 3.1.1, the general failure code. */
const FORBIDDEN = [128, 135];
const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|ERR_TLS|EPROTO/;

/**
 * Maps the failure of a broker or of the connection to it (an MQTT reason code, a socket error code or neither) to an
 * error code.
 */
export function brokerError(cause: unknown, asked: Asked = 'connection'): BonewatchError {
  if (isBonewatchError(cause)) return cause;
  const code = isInvalidPuback(cause) ? TOO_LARGE : codeOf(cause);
  const text = cause instanceof Error ? cause.message : `reason code ${String(code)}`;
  return new BonewatchError(nameOf(code, asked), toSentence(text), { cause });
}

/** Whether the broker refused, as opposed to being unreachable. */
export function isRefusal({ code }: BonewatchError): boolean {
  return code !== 'BROKER_UNREACHABLE' && code !== 'BROKER_UNTRUSTED' && code !== 'BROKER_SESSION_TAKEN';
}

/** Whether the broker rejected the MQTT version of the connection. */
export function isProtocolVersionRefusal(error: BonewatchError): boolean {
  const code = codeOf(error.cause);
  return typeof code === 'number' && PROTOCOL_VERSION_REFUSALS.includes(code);
}

/**
 * Mosquitto 2.0 answers a message over its `message_size_limit` with PUBACK reason 149, which a PUBACK may not carry.
 */
function isInvalidPuback(cause: unknown): boolean {
  return cause instanceof Error && cause.message === 'Invalid puback reason code';
}

function nameOf(code: number | string | null, asked: Asked): ErrorCode {
  if (typeof code === 'string') return UNTRUSTED.test(code) ? 'BROKER_UNTRUSTED' : 'BROKER_UNREACHABLE';
  if (code === null || TRY_AGAIN.includes(code)) return 'BROKER_UNREACHABLE';
  if (code === SESSION_TAKEN_OVER) return 'BROKER_SESSION_TAKEN';
  if (code === TOO_LARGE) return 'BROKER_MESSAGE_TOO_LARGE';
  if (code === QUOTA_EXCEEDED) return 'BROKER_QUOTA';
  if (asked === 'connection' && LOGIN_REFUSALS.includes(code)) return 'BROKER_LOGIN_REFUSED';
  if (asked === 'topic' && FORBIDDEN.includes(code)) return 'BROKER_FORBIDDEN';
  return 'BROKER_REFUSED';
}

function codeOf(cause: unknown): number | string | null {
  if (typeof cause !== 'object' || cause === null) return null;
  if ('packet' in cause) return subackCode(cause.packet);
  if (!('code' in cause)) return null;
  return typeof cause.code === 'number' || typeof cause.code === 'string' ? cause.code : null;
}

/** mqtt.js reports a refused subscription as the SUBACK packet. */
function subackCode(packet: unknown): number | null {
  if (typeof packet !== 'object' || packet === null || !('granted' in packet)) return null;
  const granted: readonly unknown[] = Array.isArray(packet.granted) ? packet.granted : [];
  return granted.find((code): code is number => typeof code === 'number' && code >= 128) ?? null;
}
