import { beforeEach, describe, expect, it } from 'vitest';
import { createBrokerAlarms, type BrokerAlarms } from '../../../src/daemon/alarms/broker-alarms.ts';
import { BonewatchError, type ErrorCode } from '../../../src/contract/errors.ts';
import type { BrokerStatus } from '../../../src/publish/broker/connect-broker.ts';
import type { AuditEntry } from '../../../src/contract/audit-entry.ts';

const connected: BrokerStatus = { state: 'connected', protocolVersion: 5 };
const lost = (code: ErrorCode) => ({
  state: 'disconnected' as const,
  error: new BonewatchError(code, `because ${code}`),
  silentMs: 0,
});
const row = (seq: number, ward = 'w3') => ({
  seq,
  topic: `bonewatch/v1/jeonju/ward/${ward}/alert/01K${seq}`,
  payload: '{}',
  qos: 1 as const,
  retain: true,
  target: 'mqtt' as const,
  ward,
  alertId: `01K${seq}`,
  rev: 1,
  writtenAt: null,
  orderKey: null,
});
let elapsedMs: number;
let active: Map<ErrorCode, string>;
let audited: AuditEntry[];
let alarms: BrokerAlarms;

beforeEach(() => {
  elapsedMs = 0;
  active = new Map();
  audited = [];
  alarms = createBrokerAlarms({
    alarms: recording,
    audit: { append: (entry) => void audited.push(entry) },
    clock: { now: () => Date.UTC(2026, 2, 1) + elapsedMs },
    elapsed: () => elapsedMs,
  });
});

const recording = {
  raise: (code: ErrorCode, subject: string) => void active.set(code, subject),
  clear: (code: ErrorCode) => void active.delete(code),
};

function after(ms: number) {
  elapsedMs += ms;
  alarms.tick();
}

describe('a broker that is away', () => {
  it('an unreachable broker raises an alarm after five seconds, and is audited when it is back', () => {
    alarms.onStatus(lost('BROKER_UNREACHABLE'));
    after(4_000);
    expect([...active.keys()]).toEqual([]);

    after(1_000);
    expect([...active.keys()]).toEqual(['BROKER_UNREACHABLE']);
    expect(audited).toEqual([]);

    alarms.onStatus(connected);
    expect([...active.keys()]).toEqual([]);
    expect(audited).toMatchObject([
      {
        kind: 'broker-trouble',
        subject: 'BROKER_UNREACHABLE',
        at: '2026-03-01T00:00:05.000Z',
        detail: { since: '2026-03-01T00:00:05.000Z' },
      },
    ]);
  });

  it('a broker that is only being restarted raises no alarm', () => {
    alarms.onStatus(lost('BROKER_UNREACHABLE'));
    after(4_000);
    alarms.onStatus(connected);
    after(120_000);

    expect([...active.keys(), ...audited]).toEqual([]);
  });
});

describe('a broker that does not answer', () => {
  it('raises the alarm at once when the connection ended because the broker had been silent', () => {
    alarms.onStatus({ ...lost('BROKER_UNREACHABLE'), silentMs: 8_100 });

    expect([...active.keys()]).toEqual(['BROKER_UNREACHABLE']);
  });

  it('raises the alarm when the first connection is not answered within eight seconds', () => {
    after(7_000);
    expect([...active.keys()]).toEqual([]);

    after(1_000);
    expect([...active.keys()]).toEqual(['BROKER_UNREACHABLE']);
    alarms.onStatus(connected);
    expect([...active.keys()]).toEqual([]);
  });
});

describe('a broker that does not let the device in', () => {
  it.each(['BROKER_LOGIN_REFUSED', 'BROKER_UNTRUSTED', 'BROKER_REFUSED', 'BROKER_QUOTA'] as const)(
    'a broker that rejects the device raises %s at once, until it accepts it',
    (code) => {
      alarms.onStatus(lost(code));
      expect([...active]).toEqual([[code, `because ${code}`]]);

      alarms.onStatus(connected);
      expect([...active]).toEqual([]);
    },
  );

  it('a session taken by another program stays an alarm until the connection is stable for a minute', () => {
    for (let round = 0; round < 5; round += 1) {
      alarms.onStatus(lost('BROKER_SESSION_TAKEN'));
      after(2_000);
      alarms.onStatus(connected);
      after(3_000);
      expect([...active.keys()]).toEqual(['BROKER_SESSION_TAKEN']);
    }
    after(60_000);

    expect([...active.keys()]).toEqual([]);
    expect(audited).toHaveLength(1);
  });
});

describe('a message that the broker refuses', () => {
  it.each(['BROKER_FORBIDDEN', 'BROKER_QUOTA', 'BROKER_MESSAGE_TOO_LARGE', 'BROKER_REFUSED'] as const)(
    'a refused message raises %s, which names the ward and no alert, until the last such message is delivered',
    (code) => {
      alarms.onStatus(connected);
      alarms.onRefused(row(1), new BonewatchError(code, 'no'));
      alarms.onRefused(row(2), new BonewatchError(code, 'no'));
      expect([...active]).toEqual([[code, 'bonewatch/v1/jeonju/ward/w3/alert/+']]);

      alarms.onDelivered(row(1));
      expect(active.size).toBe(1);
      alarms.onDelivered(row(2));
      expect(active.size).toBe(0);
      expect(audited).toMatchObject([{ subject: code }]);
    },
  );

  it('a ward counts as undelivered while the broker refuses a message to it, and not for other topics', () => {
    const refusal = new BonewatchError('BROKER_FORBIDDEN', 'no');
    alarms.onAnswer('bonewatch/v1/jeonju/console-1/image', refusal);
    alarms.onRefused(row(1, 'w5'), refusal);
    alarms.onRefused(row(2, 'w3'), refusal);
    expect(alarms.undeliveredWards()).toEqual(['w3', 'w5']);

    alarms.onDelivered(row(1, 'w5'));
    expect(alarms.undeliveredWards()).toEqual(['w3']);
  });

  it('a refused subscription raises an alarm until the broker grants it', () => {
    const filter = 'bonewatch/v1/jeonju/display/+/received';
    alarms.onAnswer(filter, new BonewatchError('BROKER_FORBIDDEN', 'no'));
    expect([...active]).toEqual([['BROKER_FORBIDDEN', filter]]);

    alarms.onAnswer(filter, null);
    expect(active.size).toBe(0);
  });

  it('an alarm about a refused message stays active while the store cannot be written', () => {
    let isBroken = true;
    const fragile = createBrokerAlarms({
      alarms: recording,
      audit: {
        append() {
          if (isBroken) throw new BonewatchError('STORE_FAILED', 'disk full');
        },
      },
      clock: { now: () => 0 },
      elapsed: () => 0,
    });
    fragile.onRefused(row(1), new BonewatchError('BROKER_QUOTA', 'no'));
    fragile.onStatus(connected);

    fragile.onDelivered(row(1));
    expect([...active.keys()]).toEqual(['BROKER_QUOTA']);
    isBroken = false;
    fragile.tick();
    expect([...active.keys()]).toEqual([]);
  });
});
