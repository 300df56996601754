/** An action of a person or the daemon that must stay traceable. Contains no patient data. */
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
