import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildTopic, parseTopic, type Topic } from '../../src/contract/topics.ts';

const id = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,39}$/);
const device = fc.oneof(id, fc.constantFrom('ward', 'display', 'technical', 'alert'));
const ward = device;
const code = fc.stringMatching(/^[A-Z][A-Z0-9_]{0,40}$/);
const alertId = fc.stringMatching(/^[0-9A-Za-z-]{1,64}$/);
const display = fc.stringMatching(/^[\w.-]{1,64}$/);

const topics: fc.Arbitrary<Topic> = fc.oneof(
  ...(['availability', 'info', 'health', 'image'] as const).map((kind) =>
    fc.record({ kind: fc.constant(kind), site: id, device }),
  ),
  fc.record({ kind: fc.constant('technical' as const), site: id, device, code }),
  ...(['alert', 'alert-command'] as const).map((kind) =>
    fc.record({ kind: fc.constant(kind), site: id, ward, alertId }),
  ),
  fc.record({ kind: fc.constant('event' as const), site: id, ward }),
  ...(['display-availability', 'receipt'] as const).map((kind) =>
    fc.record({ kind: fc.constant(kind), site: id, display }),
  ),
);

describe('the topics of the contract', () => {
  it('parseTopic reads back every kind of topic as it was built, also for a device called `ward`', () => {
    fc.assert(
      fc.property(topics, (topic) => {
        expect(parseTopic(buildTopic(topic))).toEqual({ ...topic });
      }),
      { numRuns: 2_000 },
    );
  });

  it('parseTopic accepts only topics that buildTopic builds identically', () => {
    const level = fc.oneof(
      fc.constantFrom(
        'bonewatch',
        'v1',
        'ward',
        'display',
        'alert',
        'set',
        'event',
        'technical',
        'image',
        '',
      ),
      fc.string({ maxLength: 8 }),
    );
    const foreign = fc.oneof(
      fc.string(),
      fc.array(level, { maxLength: 8 }).map((levels) => levels.join('/')),
      fc.array(level, { maxLength: 6 }).map((levels) => ['bonewatch/v1', ...levels].join('/')),
    );
    fc.assert(
      fc.property(foreign, (topic) => {
        const parsed = parseTopic(topic);
        if (parsed !== null) expect(buildTopic(parsed)).toBe(topic);
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    ['another program', 'zigbee2mqtt/bridge/state'],
    ['another version', 'bonewatch/v2/jeonju/console-1/info'],
    ['a filter', 'bonewatch/v1/jeonju/ward/+/alert/+'],
    ['a level more', 'bonewatch/v1/jeonju/ward/w3/alert/01K/set/now'],
    ['a level less', 'bonewatch/v1/jeonju/info'],
    ['an empty id', 'bonewatch/v1/jeonju/ward/w3/alert/'],
    ['an id with characters that no id has', 'bonewatch/v1/jeonju/ward/Ward 3/event'],
    ['a system topic', '$SYS/broker/version'],
  ])('are not read from a topic of %s', (_kind, topic) => {
    expect(parseTopic(topic)).toBeNull();
  });
});
