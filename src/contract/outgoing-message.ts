/** One MQTT publication, ready to be sent or kept in the outbox. */
export interface OutgoingMessage {
  readonly topic: string;
  /** JSON, or empty to clear a retained topic. */
  readonly payload: string;
  readonly qos: 0 | 1;
  readonly retain: boolean;
  /** Messages with the same key reach the broker in the order they were made; null: order does not matter. */
  readonly orderKey: string | null;
}
