import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isBonewatchError } from '../../../src/contract/errors.ts';
import {
  readCommand,
  readDisplayAvailability,
  readReceipt,
} from '../../../src/publish/displays/read-display-message.ts';
import { createCommandSignature } from '../../../src/publish/displays/command-signature.ts';
import { trackDisplays } from '../../../src/publish/displays/track-displays.ts';

const SET = 'bonewatch/v1/jeonju/ward/w3/alert/01K0000000000000000000AAAA/set';
const tap = { action: 'acknowledge', by: 'Kim', display: 'w3-door', nonce: 'n1' };

const signature = createCommandSignature();

function incoming(topic: string, body: unknown, isRetained = false) {
  return { topic, payload: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)), isRetained };
}

describe('readCommand', () => {
  it('understands a tap on the ward display', () => {
    expect(readCommand(incoming(SET, { ...tap, later: 'field' }), signature)).toEqual({
      ward: 'w3',
      alertId: '01K0000000000000000000AAAA',
      ...tap,
      rev: null,
      sender: { kind: 'unverified' },
    });
  });

  it('understands which revision the person saw, and why an alert is withdrawn', () => {
    const withdraw = { ...tap, action: 'withdraw', reason: 'old-fracture', rev: 3 };

    expect(readCommand(incoming(SET, withdraw), signature)).toMatchObject({ reason: 'old-fracture', rev: 3 });
  });

  it('a name is trimmed and loses control and direction characters', () => {
    expect(readCommand(incoming(SET, { ...tap, by: ' 김\u0000영자\u202E\n' }), signature)).toMatchObject({
      by: '김영자',
    });
  });

  it('the sender is the one that was signed, and unverified if anything was changed or invented', () => {
    const sent = { ...tap, sender: { kind: 'display', name: 'wall' } };
    const signed = { ...sent, signature: signature.sign(SET, sent) };
    const senderOf = (topic: string, body: unknown) => readCommand(incoming(topic, body), signature).sender;

    expect(senderOf(SET, signed)).toEqual({ kind: 'display', name: 'wall' });
    for (const [topic, body] of [
      [SET, sent],
      [SET, { ...signed, by: 'Lee' }],
      [SET, { ...signed, action: 'close' }],
      [SET, { ...signed, nonce: 'n2' }],
      [SET, { ...signed, sender: { kind: 'person', name: 'Lee' } }],
      [SET, { ...signed, signature: createCommandSignature().sign(SET, sent) }],
      [SET.replace('w3', 'w4'), signed],
    ] as const)
      expect(senderOf(topic, body)).toEqual({ kind: 'unverified' });
  });

  it.each([
    ['no JSON', incoming(SET, 'acknowledge')],
    ['no UTF-8', { topic: SET, payload: Buffer.from([0xff, 0xfe]), isRetained: false }],
    ['an unknown action', incoming(SET, { ...tap, action: 'delete' })],
    ['a withdrawal without a reason', incoming(SET, { ...tap, action: 'withdraw' })],
    ['a reason in free text', incoming(SET, { ...tap, action: 'withdraw', reason: 'Mrs Kim' })],
    ['no name', incoming(SET, { ...tap, by: ' \u0007 ' })],
    ['an endless name', incoming(SET, { ...tap, by: 'x'.repeat(61) })],
    ['4 kB of anything', incoming(SET, { ...tap, note: 'x'.repeat(4_096) })],
    ['a strange ward', incoming(SET.replace('w3', 'W 3'), tap)],
    ['a retained command', incoming(SET, tap, true)],
  ])('refuses %s by name', (_, message) => {
    expect(() => readCommand(message, signature)).toThrow(
      expect.objectContaining({ code: 'MESSAGE_INVALID' }),
    );
  });

  it('survives any payload', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((json) => Buffer.from(json)),
        ),
        (topic, payload) => {
          for (const read of [readCommand, readDisplayAvailability, readReceipt])
            try {
              read({ topic, payload, isRetained: false }, signature);
            } catch (error) {
              expect(isBonewatchError(error, 'MESSAGE_INVALID')).toBe(true);
            }
        },
      ),
    );
  });
});

describe('readReceipt and readDisplayAvailability', () => {
  it('knows which display has which revision of an alert', () => {
    const topic = 'bonewatch/v1/jeonju/display/w3-door/received';

    expect(readReceipt(incoming(topic, { alert: '01K', rev: 2 }))).toEqual({
      display: 'w3-door',
      alertId: '01K',
      rev: 2,
    });
  });

  it('knows which wards a display shows, and that it is gone when its topic is cleared', () => {
    const topic = 'bonewatch/v1/jeonju/display/w3-door/availability';
    const online = { state: 'online', wards: ['w3'], session: 's1', ts: '2026-03-01T00:00:00Z' };

    expect(readDisplayAvailability(incoming(topic, online))).toEqual({
      display: 'w3-door',
      availability: online,
    });
    expect(readDisplayAvailability(incoming(topic, ''))).toEqual({ display: 'w3-door', availability: null });
  });
});

describe('trackDisplays', () => {
  const word = (state: 'online' | 'offline', session: string) => ({ state, wards: ['w3'], session, ts: '' });

  it('knows whether any display shows the alerts of a ward', () => {
    const displays = trackDisplays();
    displays.take('door', word('online', 's1'));
    displays.take('desk', word('online', 's2'));

    expect(displays.watching('w3')).toEqual(['desk', 'door']);
    displays.take('door', word('offline', 's1'));
    displays.take('desk', null);
    expect(displays.watching('w3')).toEqual([]);
    expect(displays.watching('w4')).toEqual([]);
  });

  it('does not take a reloaded display for dead because the will of its earlier page comes late', () => {
    const displays = trackDisplays();
    displays.take('door', word('online', 's2'));

    displays.take('door', word('offline', 's1'));

    expect(displays.watching('w3')).toEqual(['door']);
  });

  it('names a pairing that two machines use while both are online, if one of them belongs to it', () => {
    const displays = trackDisplays();
    const copy = { ...word('online', 's2'), duplicateOf: 'wall' };
    displays.take('wall.1a', copy);
    expect(displays.duplicated()).toEqual([]);

    displays.take('wall', word('online', 's1'));
    displays.take('wall.2b', { ...copy, session: 's3' });
    displays.take('desk', { ...copy, duplicateOf: 'wall' });
    displays.take('desk.1a', { ...copy, duplicateOf: 'wall' });
    expect(displays.duplicated()).toEqual(['wall']);

    displays.take('wall', word('offline', 's1'));
    expect(displays.duplicated()).toEqual([]);
  });

  it('clears its displays when the broker is lost, and does not grow without limit', () => {
    const displays = trackDisplays();
    for (let index = 0; index < 600; index++) displays.take(`display-${index}`, word('online', 's'));

    expect(displays.watching('w3')).toHaveLength(500);
    displays.clear();
    expect(displays.watching('w3')).toEqual([]);
  });
});
