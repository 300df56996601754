import { ALARM_ERRORS } from '../../../contract/error-table/alarm-errors.ts';
import type { WardEffect } from '../../../contract/error-table/error-entry.ts';
import type { WardState } from './ward-state.ts';

/**
 * The problem of the machine that a ward must know while the display is connected: some alerts do not reach it, nothing
 * is analysed, a folder is lost, analysis is slower, another machine has the identity of this display, or the page itself is a copy of an
 * earlier day. `code` is the reason from the error table.
 */
export interface MachineLane {
  readonly kind: 'undelivered' | 'stopped' | 'partly' | 'slow' | 'duplicate' | 'copy';
  readonly code: string | null;
}

const EFFECTS: ReadonlyMap<string, WardEffect> = new Map(
  Object.entries(ALARM_ERRORS).map(([code, { alarm }]) => [code, alarm.wardEffect]),
);

/** The problem with the worst consequence; null if there is none. */
export function laneOf(state: WardState): MachineLane | null {
  const { device, duplicateOf, copyMadeAt } = state;
  const withEffect = (effect: WardEffect): string | undefined =>
    device.degraded.find((code) => effectOf(code) === effect);
  if (device.undeliveredWards.includes(state.ward)) return { kind: 'undelivered', code: null };
  const stopping = withEffect('stopped');
  if (stopping !== undefined) return { kind: 'stopped', code: stopping };
  const partly = withEffect('partly');
  if (partly !== undefined) return { kind: isBlind(device.health) ? 'stopped' : 'partly', code: partly };
  const slow = withEffect('slow');
  if (slow !== undefined) return { kind: 'slow', code: slow };
  if (duplicateOf !== null) return { kind: 'duplicate', code: null };
  return copyMadeAt === null ? null : { kind: 'copy', code: null };
}

/** An unknown code, from a newer device, counts as a slower analysis. */
function effectOf(code: string): WardEffect {
  return EFFECTS.get(code) ?? 'slow';
}

/** Whether no export folder is reachable; if the device does not report how many it has, all count as unreachable. */
function isBlind(health: WardState['device']['health']): boolean {
  const inboxes = health?.inboxes ?? null;
  return inboxes === null || inboxes.count <= 1 || inboxes.unreachable >= inboxes.count;
}
