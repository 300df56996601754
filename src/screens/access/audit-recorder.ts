import type { Audit } from '../../store/audit/audit.ts';
import type { AuditEntry } from '../../contract/audit-entry.ts';
import type { Principal } from './principal.ts';
import { nameOf } from './principal.ts';

/** Writes down, for good, what somebody looked at or changed. No patient's name, no file name. */
export type RecordAudit = (principal: Principal, deed: Deed) => void;

interface Deed {
  /** Such as `image-viewed`. */
  readonly kind: string;
  /** The id of what it was done to. */
  readonly subject: string;
  readonly detail?: AuditEntry['detail'];
}

/** Traces into the audit of the store. */
export function auditRecorder(audit: Pick<Audit, 'append'>, now: () => Date): RecordAudit {
  return (principal, { kind, subject, detail = {} }) =>
    audit.append({ at: now().toISOString(), kind, actor: nameOf(principal), subject, detail });
}
