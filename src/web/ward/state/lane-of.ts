import type { WardState } from './ward-state.ts';

/**
 * What a ward must know of the machine while alerts still come: it is slower, does not see one of its folders, analyses
 * nothing, or the page itself is a copy of an earlier day. `code` is the reason from the error table.
 */
export interface MachineLane {
  readonly kind: 'slow' | 'partly' | 'stopped' | 'copy';
  readonly code: string | null;
}

/** Nothing a nurse would notice or could act on: the radiography room and the administrator are told elsewhere. */
const SILENT: readonly string[] = ['DISK_LOW', 'STORE_REPLACED', 'BOARD_OVER_CURRENT', 'MEMORY_LOW'];
const STOPPING: readonly string[] = ['DISK_FULL', 'STORE_FAILED', 'ANALYSIS_STOPPED'];

/** The gravest of them; null when everything is as it should be. */
export function laneOf(state: WardState): MachineLane | null {
  const { device, keptAt } = state;
  const codes = device.degraded;
  const stopping = codes.find((code) => STOPPING.includes(code));
  if (stopping !== undefined) return { kind: 'stopped', code: stopping };
  if (codes.includes('INBOX_UNREACHABLE')) {
    return { kind: isBlind(device.health) ? 'stopped' : 'partly', code: 'INBOX_UNREACHABLE' };
  }
  const slow = codes.find((code) => !SILENT.includes(code));
  if (slow !== undefined) return { kind: 'slow', code: slow };
  return keptAt === null ? null : { kind: 'copy', code: null };
}

/** Whether no export folder can be seen; a device that does not say how many it has is taken at its worst. */
function isBlind(health: WardState['device']['health']): boolean {
  const inboxes = health?.inboxes ?? null;
  return inboxes === null || inboxes.count <= 1 || inboxes.unreachable >= inboxes.count;
}
