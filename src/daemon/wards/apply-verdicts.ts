import { randomUUID } from 'node:crypto';
import type { CommandSender } from '../../contract/command-sender.ts';
import type { WithdrawReason } from '../../contract/alert.ts';
import { handleAlertCommand, type AlertCommandDeps } from './handle-alert-command.ts';
import { createRecentNonces } from '../../alerts/recent-nonces.ts';
import type { Verdict } from '../../contract/api/images.ts';

/** How long a verdict can be undone; it takes effect after that. */
export const UNDO_MS = 10_000;

const WITHDRAW_REASONS: Readonly<Record<string, WithdrawReason>> = {
  vessel: 'no-fracture',
  overlap: 'no-fracture',
  'old-fracture': 'old-fracture',
  hardware: 'artefact',
};

/**
 * Applies verdicts that can no longer be undone: if a person has disagreed with every finding of every image of a study,
 * its alerts are withdrawn in the name of that account. One confirmed finding retains the alert. Resumes after a crash. Returns how
 * many alerts were withdrawn.
 */
export function applyVerdicts(options: AlertCommandDeps): number {
  const { store, clock } = options;
  const now = clock.now();
  let withdrawn = 0;
  for (const verdict of store.verdicts.pending(now - UNDO_MS)) {
    store.atomically(() => {
      if (verdict.kind === 'disagree' && isRefuted(verdict, options)) withdrawn += withdraw(verdict, options);
      store.verdicts.markApplied(verdict.id, now);
    });
  }
  return withdrawn;
}

function isRefuted({ studyKey }: Verdict, { store }: AlertCommandDeps): boolean {
  if (studyKey === null) return false;
  const images = store.results.ofStudy(studyKey).filter(({ result }) => result.findings.length > 0);
  return images.every(({ arrivalId, result }) => {
    const standing = store.verdicts.standing(arrivalId);
    if (standing.some(({ kind }) => kind === 'missed')) return false;
    const refuted = new Set(standing.filter(({ kind }) => kind === 'disagree').map(({ finding }) => finding));
    return result.findings.every((_finding, index) => refuted.has(index));
  });
}

function withdraw({ studyKey, by, reason }: Verdict, options: AlertCommandDeps): number {
  const open = options.store.alerts.forStudy(studyKey ?? '').filter(({ state }) => state !== 'closed');
  let withdrawn = 0;
  for (const alert of open) {
    const command = {
      ...({ action: 'withdraw', by, rev: null, display: null } as const),
      sender: senderOf(by, options),
      reason: WITHDRAW_REASONS[reason ?? ''] ?? 'other',
      ward: alert.place.ward,
      alertId: alert.id,
      nonce: randomUUID(),
    };
    if (handleAlertCommand(options, command, createRecentNonces()) === null) withdrawn += 1;
  }
  return withdrawn;
}

/** The account that gave the verdict; without users the console is open to this machine, which may not end an alert. */
function senderOf(by: string, { store }: AlertCommandDeps): CommandSender {
  return store.users.find(by) === undefined ? { kind: 'this-machine' } : { kind: 'person', name: by };
}
