import type { WithdrawReason } from './alert.ts';

/** Every reason to take an alert back, in the order in which they are offered. */
export const WITHDRAW_REASONS = [
  'no-fracture',
  'old-fracture',
  'artefact',
  'wrong-image',
  'other',
] as const satisfies readonly WithdrawReason[];
