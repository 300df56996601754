import type { Me } from '../../../contract/api/access.ts';
import type { WardFacts } from '../../../contract/api/ward.ts';
import { requestJson, ServerRefusal } from '../../shared/server-request.ts';
import { readWardFacts } from './boot-facts.ts';
import type { BootFacts } from './boot-facts.ts';

const ANSWER_WITHIN_MS = 3_000;

/** The server's reply, and the time of the reply by the server's clock. */
export interface BootFactsReply {
  readonly bootFacts: BootFacts;
  readonly serverTime: number;
}

/**
 * The server answers that it has no such ward, or none for this display: it was renamed or removed, or the address is
 * wrong.
 */
export interface UnknownWard {
  /** Another ward takes over from it, and its page is at the same address. */
  readonly hasMoved: boolean;
}

/** Fetches the facts of this ward's display; null if the server does not answer in time, or with facts that no display can use. */
export async function fetchBootFacts(ward: string): Promise<BootFactsReply | UnknownWard | null> {
  const asked = performance.now();
  try {
    const question = { isBackground: true, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) };
    const [sent, me] = await Promise.all([
      requestJson<WardFacts>(`/api/ward/${encodeURIComponent(ward)}`, question),
      requestJson<Me>('/api/me', question),
    ]);
    const facts = readWardFacts(sent, ward);
    if (facts === null) return null;
    const serverTime = Date.parse(facts.serverTime) + (performance.now() - asked) / 2;
    const { kind, name, role, displayId } = me;
    return { bootFacts: { facts, me: { kind, name, role, displayId }, copyMadeAt: null }, serverTime };
  } catch (error) {
    return error instanceof ServerRefusal ? unknownWardOf(error) : null;
  }
}

function unknownWardOf({ status, reason }: ServerRefusal): UnknownWard | null {
  return status === 404 || status === 403 ? { hasMoved: reason === 'moved' } : null;
}

/** Whether a display must reload, since its connection was made with facts that have changed. */
export function hasChangedFacts({ facts: a, me }: BootFacts, { facts: b, me: now }: BootFacts): boolean {
  return (
    a.site.id !== b.site.id ||
    a.device !== b.device ||
    a.websocketUrl !== b.websocketUrl ||
    a.protocolVersion !== b.protocolVersion ||
    me.displayId !== now.displayId ||
    me.kind !== now.kind ||
    me.name !== now.name
  );
}
