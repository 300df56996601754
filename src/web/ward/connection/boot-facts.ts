import type { Me } from '../../../contract/api/access.ts';
import type { WardFacts } from '../../../contract/api/ward.ts';

/** The facts that a display needs before it can connect to the broker: its ward, and the account it runs under. */
export interface BootFacts {
  readonly facts: WardFacts;
  readonly me: Pick<Me, 'kind' | 'name' | 'role'> & { readonly displayId: string | null };
  /** When the server sent them, if they are a copy stored by this browser; null: they are current. */
  readonly copyMadeAt: number | null;
}

/** The key of version 0.1.0, so that an upgraded display finds its facts. */
const KEY = 'bonewatch.ground.';

/** The shape is that of version 0.1.0, too. */
interface StoredFacts {
  readonly facts: WardFacts;
  readonly me: BootFacts['me'];
  /** How far this computer's clock was behind the server's. */
  readonly behindMs: number;
}

/** Stores the server's facts for a start while the server is down. */
export function storeBootFacts({ facts, me }: BootFacts): void {
  const behindMs = Date.parse(facts.serverTime) - Date.now();
  try {
    localStorage.setItem(KEY + facts.ward.id, JSON.stringify({ facts, me, behindMs } satisfies StoredFacts));
  } catch {
    // Without storage the display cannot start while the server is down.
  }
}

/** The stored facts, with this computer's estimate of the server's time; null if none are stored. */
export function readStoredBootFacts(
  ward: string,
): { readonly bootFacts: BootFacts; readonly now: number } | null {
  const text = localStorage.getItem(KEY + ward);
  if (text === null) return null;
  try {
    const { facts: stored, me, behindMs } = JSON.parse(text) as StoredFacts;
    const facts = readWardFacts(stored, ward);
    if (facts === null) return null;
    return { bootFacts: { facts, me, copyMadeAt: Date.parse(facts.serverTime) }, now: Date.now() + behindMs };
  } catch {
    return null;
  }
}

/**
 * The facts that a server sent, perhaps one of another version, completed where they lack something; null if the display
 * could not be drawn with them.
 */
export function readWardFacts(sent: WardFacts, ward: string): WardFacts | null {
  const { facts: empty } = emptyFacts(ward);
  const facts = { ...empty, ...sent };
  const { site, ward: own, night } = facts;
  const texts: readonly unknown[] = [
    ...[facts.device, facts.phone, site.id, site.name, site.timezone, own.id, own.name, own.detail],
    ...[...facts.staff, ...Object.values(facts.wardNames)],
    ...(night === null ? [] : [night.from, night.until]),
  ];
  const areTexts = texts.every((text) => typeof text === 'string');
  return areTexts && Number.isFinite(Date.parse(facts.serverTime)) ? facts : null;
}

/** The facts before the server has answered: no ward name, no telephone. */
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
    copyMadeAt: null,
  };
}
