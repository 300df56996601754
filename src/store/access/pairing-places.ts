import { machineOf } from '../../network/machine-of.ts';

/** A pairing that waits for its confirmation. */
export interface WaitingPairing {
  readonly code: string;
  /** Address of the machine that requested it. */
  readonly address: string;
}

export const MAX_WAITING = 60;
export const MAX_WAITING_PER_MACHINE = 8;

/**
 * The pairing that a new one of this address replaces; null: there is a free place. A machine with its share of places
 * replaces its own oldest; where all are taken, the oldest of the machine with the most gives way, so that no machine can
 * keep the others from pairing. `waiting`: oldest first.
 */
export function pairingToReplace(waiting: readonly WaitingPairing[], address: string): WaitingPairing | null {
  const byMachine = Map.groupBy(waiting, (pairing) => machineOf(pairing.address));
  const own = byMachine.get(machineOf(address)) ?? [];
  if (own.length >= MAX_WAITING_PER_MACHINE) return own[0] ?? null;
  if (waiting.length < MAX_WAITING) return null;
  const most = [...byMachine.values()].reduce(
    (longest, one) => (one.length > longest.length ? one : longest),
    [],
  );
  return most[0] ?? null;
}
