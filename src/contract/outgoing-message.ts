/** One MQTT publication. */
export interface OutgoingMessage {
  readonly topic: string;
  /** JSON, or empty to clear a retained topic. */
  readonly payload: string;
  readonly qos: 0 | 1;
  readonly retain: boolean;
}

/** A message that the outbox stores until its target has confirmed it, with the facts that its readers need. */
export interface OutboxMessage extends OutgoingMessage {
  readonly target: 'mqtt';
  /** The ward whose topic it goes to; null: it is about no alert. */
  readonly ward: string | null;
  /** The alert whose state or event it is; null: it is about no alert. */
  readonly alertId: string | null;
  /** The revision of that alert; null where it is about none, or only clears its topic. */
  readonly rev: number | null;
  /** When the last byte of the image's file was written, milliseconds since 1970; null: it is no image's result. */
  readonly writtenAt: number | null;
  /** Messages with the same key are delivered in the order in which they were written; null: in any order. */
  readonly orderKey: string | null;
}
