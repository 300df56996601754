import { connectAsync } from 'mqtt';
import { describe, expect, it } from 'vitest';
import {
  mosquittoAcl,
  mosquittoConf,
  mosquittoUsers,
} from '../../../../src/cli/commands/config/mosquitto-config.ts';
import { configSchema } from '../../../../src/config/schema.ts';
import { mosquittoAvailable, startMosquitto } from '../../../support/mosquitto.ts';

const config = configSchema.parse({
  inboxes: [{ path: '/srv/xray' }],
  wards: [
    { id: 'w3', name: '3병동' },
    { id: 'w4', name: '4병동' },
  ],
});
const base = 'bonewatch/v1/hospital';
const acl = mosquittoAcl(config).split('\n');

describe('config mosquitto', () => {
  it('the configuration of Mosquitto has a user for the daemon and one for each ward', () => {
    expect(mosquittoUsers(config)).toEqual(['bonewatch', 'ward-w3', 'ward-w4']);
  });

  it('the configuration of Mosquitto opens no port to other machines without TLS and a password', () => {
    const [, local = '', ...others] = mosquittoConf().split(/^listener /m);

    expect(local).toMatch(/^1883 127\.0\.0\.1\n/);
    for (const listener of others) expect(listener).toMatch(/allow_anonymous false[^]*certfile/);
    expect(mosquittoConf()).toContain('listener 8884\nprotocol websockets\n');
  });

  it('the configuration of Mosquitto admits no client without a name and a password, not even of this machine', () => {
    const [, ...listeners] = mosquittoConf().split(/^listener /m);

    for (const listener of listeners) expect(listener).toMatch(/allow_anonymous false[^]*password_file/);
    expect(acl.slice(0, 3).filter((line) => !line.startsWith('#'))).toEqual(['user bonewatch']);
  });
});

describe.skipIf(!mosquittoAvailable('rights at the real broker'))('rights at the real broker', () => {
  it('the ACL lets a ward receive and acknowledge its own alerts, and nothing else', async () => {
    const user = { name: 'ward-w3', password: 'three' };
    await using broker = await startMosquitto({ user, acl });
    const client = await connectAsync(broker.url, {
      username: user.name,
      password: user.password,
      protocolVersion: 5,
    });
    const publish = (topic: string) =>
      client.publishAsync(topic, '{}', { qos: 1 }).then(
        () => 'accepted',
        () => 'refused',
      );

    // Mosquitto 2.0 grants a filter that is wider than the rights, and then delivers only the permitted topics.
    const received: string[] = [];
    client.on('message', (topic) => received.push(topic));
    await client
      .subscribeAsync([`${base}/ward/+/alert/+`, `${base}/console-1/info`], { qos: 1 })
      .catch(() => undefined);
    await client.subscribeAsync(`${base}/ward/w3/alert/+`, { qos: 1 });

    expect(await publish(`${base}/ward/w3/alert/01K/set`)).toBe('accepted');
    expect(await publish(`${base}/display/tv/received`)).toBe('accepted');
    expect(await publish(`${base}/ward/w4/alert/01K/set`)).toBe('refused');
    expect(await publish(`${base}/ward/w3/alert/01K`)).toBe('refused');
    expect(await publish(`${base}/console-1/info`)).toBe('refused');
    expect(received).toEqual([]);
    await client.endAsync();
  });

  it('the ACL lets the daemon publish and receive all its topics', async () => {
    const user = { name: 'bonewatch', password: 'daemon' };
    await using broker = await startMosquitto({ user, acl });
    const client = await connectAsync(broker.url, {
      username: user.name,
      password: user.password,
      protocolVersion: 5,
    });

    for (const topic of [
      'console-1/info',
      'console-1/technical/DISK_LOW',
      'ward/w4/alert/01K',
      'ward/w4/event',
    ])
      await client.publishAsync(`${base}/${topic}`, '{}', { qos: 1 });
    const filters = [
      `${base}/ward/+/alert/+/set`,
      `${base}/display/+/availability`,
      `${base}/display/+/received`,
    ];
    const granted = await client.subscribeAsync(filters, { qos: 1 });

    expect(granted.map(({ qos }) => qos)).toEqual([1, 1, 1]);
    await client.endAsync();
  });
});
