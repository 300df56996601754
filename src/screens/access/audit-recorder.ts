import type { Audit } from '../../store/audit/audit.ts';
import type { AuditEntry } from '../../contract/audit-entry.ts';
import type { Principal } from './principal.ts';
import { nameOf } from './principal.ts';

/** Writes into the audit log what a principal viewed or changed. No patient's name, no file name. */
export type RecordAudit = (principal: Principal, action: AuditedAction) => void;

interface AuditedAction {
  /** Such as `image-viewed`. */
  readonly kind: string;
  /** The id of the image, alert, display or user. */
  readonly subject: string;
  readonly detail?: AuditEntry['detail'];
}

/** Records into the audit log of the store. */
export function auditRecorder(audit: Pick<Audit, 'append'>, now: () => Date): RecordAudit {
  return (principal, { kind, subject, detail = {} }) =>
    audit.append({ at: now().toISOString(), kind, actor: nameOf(principal), subject, detail });
}
