import { userInfo } from 'node:os';
import type { Audit } from '../../../store/audit/audit.ts';
import type { AuditEntry } from '../../../contract/audit-entry.ts';

/** Audits a change made at the command line, with the account of the machine. */
export function auditFromTerminal(
  audit: Pick<Audit, 'append'>,
  deed: Pick<AuditEntry, 'kind' | 'subject' | 'detail'>,
): void {
  audit.append({ at: new Date().toISOString(), actor: terminalUser(), ...deed });
}

/** The user at the terminal, as the audit names them. */
export function terminalUser(): string {
  return `terminal (${userInfo().username})`;
}
