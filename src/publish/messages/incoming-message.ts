/** One MQTT publication as the broker delivered it. */
export interface IncomingMessage {
  readonly topic: string;
  /** As received: unchecked, possibly not UTF-8 and of any size. */
  readonly payload: Uint8Array;
  /** Retained by the broker from before the subscription. */
  readonly isRetained: boolean;
}
