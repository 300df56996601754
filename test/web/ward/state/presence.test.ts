import { describe, expect, it } from 'vitest';
import { createPresence } from '../../../../src/web/ward/connection/presence.ts';
import type { Presence } from '../../../../src/web/ward/connection/presence.ts';
import { emptyFacts } from '../../../../src/web/ward/connection/boot-facts.ts';

const facts = { ...emptyFacts('w3').facts, site: { id: 'jeonju', name: '', timezone: 'Asia/Seoul' } };

/** A display at a clock that the test sets. */
function aDisplay(duplicateOf: string | null = null): Presence & { clock: number; isShown: boolean } {
  const display = { clock: 1_000, isShown: true };
  const presence = createPresence({
    facts,
    identity: { id: 'wall', duplicateOf },
    isShown: () => display.isShown,
    now: () => display.clock,
  });
  return Object.assign(display, presence);
}

const other = (state: string, at: number): string =>
  JSON.stringify({ state, wards: ['w3'], session: 'other', ts: new Date(at).toISOString() });

function payloadOf(presence: Presence): Record<string, unknown> {
  return JSON.parse(presence.message('online').payload) as Record<string, unknown>;
}

describe('the presence of a display', () => {
  it('names its ward only while the page can be seen', () => {
    const display = aDisplay();
    expect(payloadOf(display)).toMatchObject({ state: 'online', wards: ['w3'], visible: true });

    display.isShown = false;

    expect(payloadOf(display)).toMatchObject({ state: 'online', wards: [], visible: false });
  });

  it('names the pairing that another machine uses too', () => {
    expect(payloadOf(aDisplay('wall'))).toMatchObject({ duplicateOf: 'wall' });
    expect(payloadOf(aDisplay())).not.toHaveProperty('duplicateOf');
  });

  it('recognises its own messages, also those of its earlier connections', () => {
    const display = aDisplay();
    const first = display.message('offline').payload;
    expect(display.classify({ payload: first, isRetained: false })).toBe('own');

    display.renew();

    expect(display.classify({ payload: first, isRetained: false })).toBe('late');
    expect(display.classify({ payload: display.message('online').payload, isRetained: true })).toBe('own');
  });

  it('takes what an earlier page has left for no other client', () => {
    const display = aDisplay();

    expect(display.classify({ payload: other('offline', 900), isRetained: true })).toBe('late');
    expect(display.classify({ payload: other('online', 5_000), isRetained: true })).toBe('late');
    expect(display.classify({ payload: other('offline', 5_000), isRetained: false })).toBe('late');
  });

  it('notices another client that had the id while this one was disconnected', () => {
    const display = aDisplay();
    display.classify({ payload: display.message('online').payload, isRetained: false });
    display.renew();

    expect(display.classify({ payload: other('offline', 1_500), isRetained: true })).toBe('other');
    expect(display.classify({ payload: other('online', 1_500), isRetained: false })).toBe('other');
  });

  it('takes an old message that a restarted broker has again for no other client', () => {
    const display = aDisplay();
    display.classify({ payload: display.message('online').payload, isRetained: false });
    display.renew();

    expect(display.classify({ payload: other('online', 900), isRetained: true })).toBe('late');
    expect(display.classify({ payload: 'nonsense', isRetained: true })).toBe('late');
  });
});
