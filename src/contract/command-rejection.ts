/** Why a command about an alert is not possible in the present state of the alert. */
export type CommandRejection =
  /** There is no such alert on the ward; another device may have it. */
  | 'unknown-alert'
  | 'already-closed'
  /** Only an acknowledged alert can be closed. */
  | 'not-acknowledged'
  /** The alert has news that the person had not seen. */
  | 'outdated';

/** The answer to a rejected command, in the alert that it was about. */
export interface RejectedCommand {
  /** Of the command, so that the display that sent it knows its own. */
  readonly nonce: string;
  readonly display: string;
  readonly reason: Exclude<CommandRejection, 'unknown-alert'>;
  /** RFC 3339, UTC. */
  readonly at: string;
}
