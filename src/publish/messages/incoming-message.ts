/** One MQTT publication as the broker handed it over. */
export interface IncomingMessage {
  readonly topic: string;
  /** As received: unchecked, possibly not UTF-8 and of any size. */
  readonly payload: Uint8Array;
  /** Kept by the broker from before the subscription, not published just now. */
  readonly isRetained: boolean;
}
