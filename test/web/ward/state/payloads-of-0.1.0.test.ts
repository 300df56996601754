import { expect, it } from 'vitest';
import { parseTopic, type TopicKind } from '../../../../src/contract/topics.ts';
import {
  readAlert,
  readAvailability,
  readFaults,
  readHealth,
} from '../../../../src/web/ward/state/read-payload.ts';
import { retainedOf010 } from '../../../support/store-of-0.1.0.ts';

/** The messages of one kind that release 0.1.0 left at a broker. */
function payloadsOf(kind: TopicKind): readonly string[] {
  return Object.entries(retainedOf010).flatMap(([topic, payload]) =>
    parseTopic(topic)?.kind === kind ? payload : [],
  );
}

it('a ward display shows every alert that release 0.1.0 retained, with every field of 0.1.0', () => {
  const payloads = payloadsOf('alert');

  expect(payloads.length).toBeGreaterThan(5);
  for (const payload of payloads) {
    expect(readAlert(payload)).toMatchObject(JSON.parse(payload) as object);
  }
});

it('a ward display reads availability, health and degradation of a device that runs release 0.1.0', () => {
  const [availability = ''] = payloadsOf('availability');
  const [health = ''] = payloadsOf('health');
  const [info = ''] = payloadsOf('info');
  const sent = JSON.parse(health) as { ts: string; lastImage: { at: string }; imagesToday: string[] };

  expect(readAvailability(availability)).toMatchObject({ state: 'online' });
  expect(readHealth(health)).toEqual({
    ...{ ts: sent.ts, lastImageAt: sent.lastImage.at, imagesToday: sent.imagesToday },
    degraded: ['EXECUTION_PROVIDER_UNAVAILABLE'],
    undeliveredWards: null,
    inboxes: { count: 1, unreachable: 0 },
  });
  expect(readFaults(info).degraded).toEqual(['EXECUTION_PROVIDER_UNAVAILABLE']);
});

it('a ward display ignores fields that it does not know, so that an older page shows alerts of a newer device', () => {
  const [payload = ''] = payloadsOf('alert');
  const newer = { ...(JSON.parse(payload) as object), schema: 'bonewatch.alert/1', laterField: { a: [1] } };

  const { id, rev, state, priority } = JSON.parse(payload) as Record<string, unknown>;
  expect(readAlert(JSON.stringify(newer))).toMatchObject({ id, rev, state, priority });
});
