import type { BonewatchError } from '../../contract/errors.ts';
import { isProtocolVersionRefusal } from './broker-error.ts';
import type { ProtocolVersion } from './open-session.ts';

export interface ProtocolVersionChoice {
  readonly version: ProtocolVersion;
  /** Records why a connection failed; returns whether to retry at once with the other version. */
  reconsider(error: BonewatchError): boolean;
}

/** MQTT 5, or 3.1.1 once a broker has rejected 5; a configured version never changes. */
export function chooseProtocolVersion(configured: 'auto' | ProtocolVersion): ProtocolVersionChoice {
  let version: ProtocolVersion = configured === 'auto' ? 5 : configured;
  return {
    get version() {
      return version;
    },
    reconsider(error) {
      if (configured !== 'auto' || !isProtocolVersionRefusal(error)) return false;
      version = version === 5 ? 4 : 5;
      return version === 4;
    },
  };
}
