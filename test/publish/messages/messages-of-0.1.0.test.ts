import { Buffer } from 'node:buffer';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { ErrorCode } from '../../../src/contract/errors.ts';
import { parseTopic } from '../../../src/contract/topics.ts';
import { retainedAlert } from '../../../src/publish/messages/alert-messages.ts';
import { availabilityMessage } from '../../../src/publish/messages/availability-message.ts';
import { infoMessage } from '../../../src/publish/messages/info-message.ts';
import { technicalMessage } from '../../../src/publish/messages/technical-message.ts';
import { readRetainedAlert } from '../../../src/publish/read-retained-alert.ts';
import { aFolder, aStore } from '../../store/a-store.ts';
import { retainedOf010, writeStoreOf010 } from '../../support/store-of-0.1.0.ts';

const retained = Object.entries(retainedOf010).flatMap(([topic, payload]) => {
  const parsed = parseTopic(topic);
  return parsed === null ? [] : [{ topic: parsed, name: topic, payload }];
});

it('every retained topic of release 0.1.0 is a topic of the contract', () => {
  expect(retained).toHaveLength(Object.keys(retainedOf010).length);
});

it('a retained alert of release 0.1.0 is read without loss', () => {
  const alerts = retained.filter(({ topic }) => topic.kind === 'alert');

  expect(alerts.length).toBeGreaterThan(5);
  for (const { payload } of alerts) {
    const alert = readRetainedAlert(Buffer.from(payload));
    expect({ schema: 'bonewatch.alert/1', ...alert }).toEqual(JSON.parse(payload));
  }
});

it('an alert that release 0.1.0 stored is published with every field that 0.1.0 published, under the same topic', () => {
  const path = join(aFolder(), 'bonewatch.db');
  writeStoreOf010(path);
  const store = aStore({ path });
  const origin = { site: 'jeonju', device: 'console-1', privacyFields: [] };
  const unchanged = retained.filter(
    ({ topic, payload }) =>
      topic.kind === 'alert' &&
      store.alerts.get(topic.alertId)?.rev === (JSON.parse(payload) as { rev: number }).rev,
  );

  expect(unchanged.length).toBeGreaterThan(5);
  for (const { topic, name, payload } of unchanged) {
    const alert = topic.kind === 'alert' ? store.alerts.get(topic.alertId) : undefined;
    if (alert === undefined) throw new Error(name);
    const message = retainedAlert(origin, alert).find((one) => one.topic === name);
    expect(JSON.parse(message?.payload ?? '')).toMatchObject(JSON.parse(payload) as object);
  }
});

it('what a device publishes about itself has every field that release 0.1.0 published', () => {
  const published = new Map(
    [
      availabilityMessage('jeonju', 'console-1', { state: 'online', session: 's', ts: 't' }),
      infoMessage('jeonju', 'console-1', {
        ...{ rev: 1, versions: {}, models: [], executionProvider: null, engineBuild: null, degraded: [] },
        ...{ undeliveredWards: [], auditCount: 3, auditHead: 'a'.repeat(64), ts: 't' },
      }),
      ...retained.flatMap(({ topic }) =>
        topic.kind === 'technical'
          ? technicalMessage('jeonju', 'console-1', topic.code as ErrorCode, {
              ...{ rev: 1, since: 't', subject: 's' },
            })
          : [],
      ),
    ].map(({ topic, payload }) => [topic, payload]),
  );

  const ofDevice = retained.filter(({ topic }) => ['availability', 'info', 'technical'].includes(topic.kind));
  expect(ofDevice).toHaveLength(published.size);
  for (const { name, payload } of ofDevice)
    expect(fieldsOf(published.get(name) ?? '')).toEqual(expect.arrayContaining(fieldsOf(payload)));
});

function fieldsOf(payload: string): string[] {
  return Object.keys(JSON.parse(payload) as object);
}
