/** Why a command about an alert is not possible in the present state of the alert. */
export type CommandRejection =
  /** The ward has no such alert; another device may have it. */
  | 'unknown-alert'
  | 'already-closed'
  /** Only an acknowledged alert can be closed. */
  | 'not-acknowledged'
  /** It ends the alert, and its sender did not sign in. */
  | 'sign-in-required'
  /** The alert has new information that the person had not seen. */
  | 'outdated';

/** The response to a rejected command, published in its alert. */
export interface RejectedCommand {
  /** Of the command, so that its display recognises it. */
  readonly nonce: string;
  readonly display: string;
  readonly reason: Exclude<CommandRejection, 'unknown-alert'>;
  /** RFC 3339, UTC. */
  readonly at: string;
}
