import type { BonewatchError } from '../../contract/errors.ts';
import { isProtocolVersionRefusal } from './broker-error.ts';
import type { ProtocolVersion } from './open-session.ts';

export interface ProtocolVersionChoice {
  readonly version: ProtocolVersion;
  /** Takes in why a connection failed; whether the other version is worth a try at once. */
  reconsider(error: BonewatchError): boolean;
}

/** MQTT 5, or 3.1.1 from the moment a broker says that it speaks no 5; a configured version stays what it is. */
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
