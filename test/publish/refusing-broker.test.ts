import { describe, expect, it } from 'vitest';
import { deliverOutbox } from '../../src/publish/deliver-outbox.ts';
import { startScriptedBroker } from '../support/scripted-broker.ts';
import { aBroker, aMessage, silent, untilConnected, untilDisconnected } from './a-broker.ts';
import { anOutbox } from './an-outbox.ts';
import { eventually } from './listener.ts';

describe('a broker that refuses', () => {
  it.each([
    [151, 'BROKER_QUOTA'],
    [135, 'BROKER_FORBIDDEN'],
    [131, 'BROKER_REFUSED'],
  ])('a message with reason %i is reported as %s, and the connection stays', async (reason, code) => {
    await using scripted = await startScriptedBroker({
      onPublish: (topic) => (topic.endsWith('/event') ? reason : 0),
    });
    await using broker = await aBroker(scripted.url);
    await untilConnected(broker);

    await expect(broker.publish(aMessage())).rejects.toMatchObject({ code });
    expect(broker.status?.state).toBe('connected');
  });

  it('a subscription is reported, also when it is granted later', async () => {
    await using scripted = await startScriptedBroker({ onSubscribe: () => 135 });
    const answers: string[] = [];
    await using broker = await aBroker(scripted.url, {
      onAnswer: (topic, refusal) => void answers.push(`${topic} ${refusal?.code ?? 'yes'}`),
    });
    const subscription = broker.subscribe('a/+', () => undefined);

    await expect(subscription.granted).rejects.toMatchObject({ code: 'BROKER_FORBIDDEN' });
    await eventually(() => answers.includes('a/+ BROKER_FORBIDDEN'));
  });

  it('the whole device because another took its session is reported as such', async () => {
    await using scripted = await startScriptedBroker({ disconnectOnceOnline: 142 });
    await using broker = await aBroker(scripted.url);

    expect(await untilDisconnected(broker)).toMatchObject({ error: { code: 'BROKER_SESSION_TAKEN' } });
  });

  it('a wrong password is reported as such, and the connection succeeds automatically later', async () => {
    await using scripted = await startScriptedBroker({ onConnect: 134 });
    await using broker = await aBroker(scripted.url);

    expect(await untilDisconnected(broker)).toMatchObject({ error: { code: 'BROKER_LOGIN_REFUSED' } });
    scripted.follow({});
    await untilConnected(broker);
  });

  it('a message that is too large by disconnecting loses nothing and does not get it repeatedly', async () => {
    await using scripted = await startScriptedBroker({ disconnectOnPublish: 149 });
    await using broker = await aBroker(scripted.url);
    const outbox = anOutbox();
    const refused: string[] = [];
    outbox.add(aMessage({ payload: 'x'.repeat(5_000), orderKey: 'large' }), aMessage({ orderKey: 'small' }));
    await using delivery = deliverOutbox({
      outbox,
      broker,
      onRefused: ({ orderKey }, { code }) => void refused.push(`${orderKey} ${code}`),
      log: silent,
    });

    await eventually(() => refused.length > 0);
    scripted.follow({});
    await eventually(() => outbox.rows.length === 1);

    expect(refused[0]).toBe('large BROKER_MESSAGE_TOO_LARGE');
    expect(outbox.rows.map(({ orderKey }) => orderKey)).toEqual(['large']);
    expect(delivery).toBeDefined();
  });
});
