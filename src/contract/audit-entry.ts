/** Something a person or the daemon did that must stay traceable. Nothing in it names a patient. */
export interface AuditEntry {
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly kind: string;
  readonly actor: string;
  readonly subject: string;
  readonly detail: Readonly<Record<string, string | number | boolean | null>>;
}

export interface FoundAuditEntry extends AuditEntry {
  readonly seq: number;
}
