import { buildTopic } from '../../../contract/topics.ts';
import type { WardFacts } from '../../../contract/api/ward.ts';
import { BrokerRefusal } from '../../shared/mqtt/broker-refusal.ts';
import type { BrokerClient } from '../../shared/mqtt/connect-broker.ts';
import type { Refusal } from '../state/ward-state.ts';
import type { DisplayId } from './display-id.ts';
import { randomWord } from './random-word.ts';

const NOT_AUTHORIZED = 135;

export interface AlertCommand {
  readonly id: string;
  readonly by: string;
  /** The revision on the screen; a newer one rejects the command. */
  readonly rev: number | null;
}

interface SendDeps {
  readonly facts: WardFacts;
  readonly display: DisplayId;
  readonly broker: BrokerClient;
  /** Alert id → nonce of the last command about it. */
  readonly sentNonces: Map<string, string>;
}

/** Sends a person's command. Resolves to the reason if the broker refuses; null: it was sent. */
export async function sendCommand(
  action: 'acknowledge' | 'unacknowledge',
  { id, by, rev }: AlertCommand,
  { facts, display: { current }, broker, sentNonces }: SendDeps,
): Promise<Refusal | null> {
  if (!broker.isConnected()) return 'not-recorded';
  const topic = buildTopic({
    kind: 'alert-command',
    site: facts.site.id,
    ward: facts.ward.id,
    alertId: id,
  });
  const nonce = randomWord();
  sentNonces.set(id, nonce);
  const payload = JSON.stringify({ action, by, display: current().id, rev, nonce });
  try {
    await broker.publish({ topic, payload, isRetained: false });
    return null;
  } catch (error) {
    const isForbidden = error instanceof BrokerRefusal && error.reason === NOT_AUTHORIZED;
    return isForbidden ? 'not-allowed' : 'not-recorded';
  }
}
