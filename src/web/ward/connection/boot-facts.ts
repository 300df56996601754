import type { Me } from '../../../contract/api/access.ts';
import type { WardFacts } from '../../../contract/api/ward.ts';

/** What a display stands on before it hears a word from the broker: its ward, and who it is seen by. */
export interface BootFacts {
  readonly facts: WardFacts;
  readonly me: Pick<Me, 'kind' | 'name' | 'role'> & { readonly displayId: string | null };
  /** When the server said so; null: just now. Anything else is a copy this browser kept. */
  readonly keptAt: number | null;
}

const KEY = 'bonewatch.ground.';

interface Kept {
  readonly facts: WardFacts;
  readonly me: BootFacts['me'];
  /** How far this computer's clock was behind the server's. */
  readonly behindMs: number;
}

/** Keeps what the server said, for a start without it. */
export function storeBootFacts({ facts, me }: BootFacts): void {
  const behindMs = Date.parse(facts.serverTime) - Date.now();
  try {
    localStorage.setItem(KEY + facts.ward.id, JSON.stringify({ facts, me, behindMs } satisfies Kept));
  } catch {
    // Without storage there is no start without the server.
  }
}

/** The ground as it was kept, with the time as far as this computer knows it; null where nothing was kept. */
export function readStoredBootFacts(
  ward: string,
): { readonly ground: BootFacts; readonly now: number } | null {
  const text = localStorage.getItem(KEY + ward);
  if (text === null) return null;
  try {
    const { facts, me, behindMs } = JSON.parse(text) as Kept;
    const ground = { facts, me, keptAt: Date.parse(facts.serverTime) };
    return Number.isFinite(ground.keptAt) ? { ground, now: Date.now() + behindMs } : null;
  } catch {
    return null;
  }
}

/** What a display can say for itself before it has heard anything: no ward's name, no telephone. */
export function emptyFacts(ward: string): BootFacts {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return {
    facts: {
      site: { id: '', name: '', timezone: timeZone },
      language: 'ko',
      device: '',
      ward: { id: ward, name: '', detail: '' },
      wardNames: {},
      staff: [],
      hasBadges: false,
      phone: '',
      night: null,
      websocketUrl: null,
      protocolVersion: 'auto',
      serverTime: new Date().toISOString(),
    },
    me: { kind: 'anyone', name: '', role: null, displayId: null },
    keptAt: null,
  };
}
