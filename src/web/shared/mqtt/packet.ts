/** What a broker sends to a client that subscribes with QoS 1 at most; the part of each packet a display reads. */
export type Packet =
  | {
      readonly kind: 'connack';
      /** 0: let in. */
      readonly reason: number;
      /** How many publications may wait for their answer at a time. */
      readonly receiveMaximum: number;
      /** The broker's own keep-alive, where it wants another one than it was asked for. */
      readonly keepaliveS: number | null;
    }
  | {
      readonly kind: 'publish';
      readonly topic: string;
      readonly payload: string;
      readonly isRetained: boolean;
      /** Null with QoS 0, which wants no answer. */
      readonly id: number | null;
    }
  | { readonly kind: 'puback'; readonly id: number; readonly reason: number }
  | { readonly kind: 'suback'; readonly id: number; readonly reasons: readonly number[] }
  | { readonly kind: 'pingresp' }
  | { readonly kind: 'disconnect'; readonly reason: number };

/** MQTT 5, or 3.1.1, whose number on the wire is 4. */
export type ProtocolVersion = 5 | 4;
