import { BonewatchError, isBonewatchError } from '../errors.ts';

const PROTOCOL_VERSION_REFUSALS = [1, 132];
const TAKEN_OVER = 142;
/** Server unavailable, busy, shutting down; connection rate exceeded. */
const TRY_AGAIN = [3, 136, 137, 139, 159];
const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|ERR_TLS|EPROTO/;

/** Names what a broker, or the way to it, answered: an MQTT reason code, a socket's error code or neither. */
export function brokerError(cause: unknown): BonewatchError {
  if (isBonewatchError(cause)) return cause;
  const code = codeOf(cause);
  const text = cause instanceof Error ? cause.message : `reason code ${String(code)}`;
  if (typeof code === 'string')
    return new BonewatchError(UNTRUSTED.test(code) ? 'BROKER_UNTRUSTED' : 'BROKER_UNREACHABLE', text, {
      cause,
    });
  if (code === null || TRY_AGAIN.includes(code))
    return new BonewatchError('BROKER_UNREACHABLE', text, { cause });
  return new BonewatchError(code === TAKEN_OVER ? 'BROKER_SESSION_TAKEN' : 'BROKER_REFUSED', text, { cause });
}

/** Whether the broker said that it does not speak the MQTT version it was addressed in. */
export function isProtocolVersionRefusal(error: BonewatchError): boolean {
  const code = codeOf(error.cause);
  return typeof code === 'number' && PROTOCOL_VERSION_REFUSALS.includes(code);
}

function codeOf(cause: unknown): number | string | null {
  if (typeof cause !== 'object' || cause === null || !('code' in cause)) return null;
  return typeof cause.code === 'number' || typeof cause.code === 'string' ? cause.code : null;
}
