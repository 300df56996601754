import { describe, expect, it } from 'vitest';
import { BonewatchError } from '../../../src/contract/errors.ts';
import { brokerError, isProtocolVersionRefusal } from '../../../src/publish/broker/broker-error.ts';
import { backOffMs } from '../../../src/publish/broker/back-off.ts';
import { chooseProtocolVersion } from '../../../src/publish/broker/choose-protocol-version.ts';
import { topicMatches } from '../../../src/publish/broker/topic-matches.ts';

describe('brokerError', () => {
  it.each([
    [{ code: 'ECONNREFUSED' }, 'BROKER_UNREACHABLE'],
    [{ code: 'ENOTFOUND' }, 'BROKER_UNREACHABLE'],
    [{ code: 136 }, 'BROKER_UNREACHABLE'],
    [new Error('connack timeout'), 'BROKER_UNREACHABLE'],
    [{ code: 5 }, 'BROKER_LOGIN_REFUSED'],
    [{ code: 134 }, 'BROKER_LOGIN_REFUSED'],
    [{ code: 135 }, 'BROKER_LOGIN_REFUSED'],
    [{ code: 144 }, 'BROKER_REFUSED'],
    [{ code: 142 }, 'BROKER_SESSION_TAKEN'],
    [{ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, 'BROKER_UNTRUSTED'],
    [{ code: 'ERR_TLS_CERT_ALTNAME_INVALID' }, 'BROKER_UNTRUSTED'],
  ])('maps %j to its error code', (cause, code) => {
    expect(brokerError(cause)).toMatchObject({ code, cause });
  });

  it.each([
    [{ code: 135 }, 'BROKER_FORBIDDEN'],
    [{ packet: { granted: [135] } }, 'BROKER_FORBIDDEN'],
    [{ packet: { granted: [128] } }, 'BROKER_FORBIDDEN'],
    [{ code: 149 }, 'BROKER_MESSAGE_TOO_LARGE'],
    [{ code: 151 }, 'BROKER_QUOTA'],
    [{ code: 142 }, 'BROKER_SESSION_TAKEN'],
    [{ code: 131 }, 'BROKER_REFUSED'],
  ])('maps %j about a topic to its error code', (cause, code) => {
    expect(brokerError(cause, 'topic')).toMatchObject({ code, cause });
  });

  it('returns an error that already has a code unchanged', () => {
    const error = new BonewatchError('BROKER_REFUSED', 'too large');

    expect(brokerError(error)).toBe(error);
  });
});

describe('chooseProtocolVersion', () => {
  const refusal = brokerError({ code: 132 });

  it('goes down to 3.1.1 once, and up again when the broker has been replaced', () => {
    const choice = chooseProtocolVersion('auto');

    expect([choice.version, choice.reconsider(refusal), choice.version]).toEqual([5, true, 4]);
    expect([choice.reconsider(refusal), choice.version]).toEqual([false, 5]);
  });

  it('a configured version stays, and a wrong password does not change the version', () => {
    expect(chooseProtocolVersion(5).reconsider(refusal)).toBe(false);
    expect(isProtocolVersionRefusal(brokerError({ code: 134 }))).toBe(false);
  });
});

describe('backOffMs', () => {
  it('doubles up to its limit and leaves half of it to chance', () => {
    const limits = { firstMs: 200, maxMs: 5_000 };

    expect([0, 1, 2, 10, 1_000].map((failures) => backOffMs(failures, 1, limits))).toEqual([
      200, 400, 800, 5_000, 5_000,
    ]);
    expect(backOffMs(0, 0, limits)).toBe(100);
  });
});

describe('topicMatches', () => {
  it.each([
    ['a/+/c', 'a/b/c', true],
    ['a/+/c', 'a/b/c/d', false],
    ['a/#', 'a/b/c', true],
    ['a/#', 'a', true],
    ['a/+', 'a', false],
    ['a/b', 'a/b', true],
    ['a/b', 'a/c', false],
  ])('knows whether %s asks for %s', (filter, topic, isMatch) => {
    expect(topicMatches(filter, topic)).toBe(isMatch);
  });
});
