import { userInfo } from 'node:os';
import type { Audit } from '../../../store/audit/audit.ts';
import type { AuditEntry } from '../../../contract/audit-entry.ts';

/** Writes down what was changed at the command line, and under which account of the machine. */
export function auditFromTerminal(
  audit: Pick<Audit, 'append'>,
  deed: Pick<AuditEntry, 'kind' | 'subject' | 'detail'>,
): void {
  audit.append({ at: new Date().toISOString(), actor: terminalUser(), ...deed });
}

/** Who sits at the terminal, as the audit names them. */
export function terminalUser(): string {
  return `terminal (${userInfo().username})`;
}
