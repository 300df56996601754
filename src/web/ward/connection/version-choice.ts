import type { WardFacts } from '../../../contract/api/ward.ts';
import type { ProtocolVersion } from '../../shared/mqtt/packet.ts';

/** The version of MQTT to try: the other one after a broker has not accepted the first. */
export interface VersionChoice {
  readonly current: () => ProtocolVersion;
  readonly noteAccepted: () => void;
  readonly noteClosed: () => void;
}

/** Creates the choice for the version that is configured. */
export function createVersionChoice(configured: WardFacts['protocolVersion']): VersionChoice {
  let version: ProtocolVersion = configured === 4 ? 4 : 5;
  let isAccepted = false;
  return {
    current: () => version,
    noteAccepted() {
      isAccepted = true;
    },
    noteClosed() {
      if (!isAccepted && configured === 'auto') version = version === 5 ? 4 : 5;
    },
  };
}
