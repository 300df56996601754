/** A packet from the broker to a client that subscribes with QoS 1 at most, reduced to the fields a display reads. */
export type Packet =
  | {
      readonly kind: 'connack';
      /** 0: accepted. */
      readonly reason: number;
      /** How many publications may be unacknowledged at a time. */
      readonly receiveMaximum: number;
      /** The broker's keep-alive; null: the requested one applies. */
      readonly keepaliveS: number | null;
    }
  | {
      readonly kind: 'publish';
      readonly topic: string;
      readonly payload: string;
      readonly isRetained: boolean;
      /** Null with QoS 0, which is not acknowledged. */
      readonly id: number | null;
    }
  | { readonly kind: 'puback'; readonly id: number; readonly reason: number }
  | { readonly kind: 'suback'; readonly id: number; readonly reasons: readonly number[] }
  | { readonly kind: 'pingresp' }
  | { readonly kind: 'disconnect'; readonly reason: number };

/** MQTT 5, or MQTT 3.1.1, whose version number in the packet is 4. */
export type ProtocolVersion = 5 | 4;
