import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AnalysisResult } from '../../src/contract/analysis-result.ts';
import type { Alert } from '../../src/contract/alert.ts';
import { createRecentNonces } from '../../src/alerts/recent-nonces.ts';
import { handleAlertCommand, loadRecentNonces } from '../../src/daemon/wards/handle-alert-command.ts';
import { applyAlertTimeouts, type AlertTimeoutDeps } from '../../src/daemon/wards/apply-alert-timeouts.ts';
import { concludeImage, type ConcludeDeps } from '../../src/daemon/conclude-image.ts';
import { configSchema } from '../../src/config/schema.ts';
import type { RadiographHeader } from '../../src/contract/radiograph.ts';
import { openStore, type Store } from '../../src/store/open-store.ts';

const config = configSchema.parse({
  inboxes: [{ path: '/inbox' }],
  wards: [
    { id: 'w3', name: '3' },
    { id: 'hip', name: 'hip', match: { bodyParts: ['hip'] } },
  ],
});
const clock = { at: Date.parse('2026-11-22T05:00:00Z'), now: () => clock.at };
const origin = { site: 'jeonju', device: 'console-1', privacyFields: [] as const };
let folder: string;
let store: Store;
let options: ConcludeDeps;
let ids = 0;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bonewatch-conclude-'));
  store = openStore(join(folder, 'store', 'bonewatch.db'), { clock });
  options = {
    store,
    config,
    origin: { ...origin, privacyFields: [] },
    clock,
    newId: () => `alert-${(ids += 1)}`,
  };
});
afterEach(() => {
  store[Symbol.dispose]();
  rmSync(folder, { recursive: true });
});

describe('an answered image', () => {
  it('the first positive view of a study raises an alert on its ward, and the next view updates it', () => {
    conclude({ study: '1.2', sop: '1.2.1', outcome: 'fracture-suspected', confidence: 0.6 });
    conclude({ study: '1.2', sop: '1.2.2', outcome: 'no-fracture-detected' });
    conclude({ study: '1.2', sop: '1.2.3', outcome: 'fracture-detected', confidence: 0.95 });

    expect(store.alerts.open()).toMatchObject([
      {
        rev: 3,
        outcome: 'fracture-detected',
        priority: 'high',
        confidence: 0.95,
        images: { count: 3, withFindings: 2 },
        place: { ward: 'w3' },
      },
    ]);
    expect(topics()).toContain(`bonewatch/v1/jeonju/ward/w3/alert/${store.alerts.open()[0]!.id}`);
  });

  it('a finding in a picture of which hardly anything can be seen marks the alert, also after further views', () => {
    conclude({ study: '1.2', sop: '1.2.1', outcome: 'no-fracture-detected', isPictureUncertain: true });
    conclude({ study: '1.2', sop: '1.2.2', outcome: 'fracture-suspected', confidence: 0.6 });
    expect(store.alerts.open()[0]).not.toHaveProperty('isPictureUncertain');

    const outcome = 'fracture-suspected';
    conclude({ study: '1.2', sop: '1.2.3', outcome, confidence: 0.7, isPictureUncertain: true });
    expect(store.alerts.open()).toMatchObject([{ isPictureUncertain: true }]);

    conclude({ study: '1.2', sop: '1.2.4', outcome: 'fracture-detected', confidence: 0.95 });
    expect(store.alerts.open()).toMatchObject([{ isPictureUncertain: true, outcome: 'fracture-detected' }]);
    const published = store.outbox.pending(100).findLast(({ topic }) => topic.includes('/alert/'));
    expect(JSON.parse(String(published?.payload))).toMatchObject({ isPictureUncertain: true });
  });

  it('an image is routed to the ward of its body part', () => {
    conclude({ study: '1.3', sop: '1.3.1', outcome: 'fracture-suspected', confidence: 0.6, bodyPart: 'hip' });

    expect(store.alerts.open().map(({ place }) => place.ward)).toEqual(['hip']);
  });

  it('an image without a finding raises no alert, but its result is published', () => {
    conclude({ study: '1.4', sop: '1.4.1', outcome: 'no-fracture-detected' });

    expect(store.alerts.open()).toEqual([]);
    expect(topics()).toEqual(['bonewatch/v1/jeonju/console-1/image']);
  });

  it('neither the file name, which may contain the name of a patient, nor the bed is published', () => {
    conclude({ study: '1.5', sop: '1.5.1', outcome: 'fracture-suspected', confidence: 0.6 });

    const payloads = store.outbox.pending(100).map(({ payload }) => payload);
    expect(payloads.join()).not.toContain('kim-minji');
    expect(payloads.join()).not.toContain('302');
  });

  it('an image counts once, however often it was exported', () => {
    conclude({ study: '1.6', sop: '1.6.1', outcome: 'fracture-suspected', confidence: 0.6 });
    conclude({ study: '1.6', sop: '1.6.1', outcome: 'fracture-suspected', confidence: 0.7 });

    expect(store.alerts.open()[0]?.images).toEqual({ count: 1, withFindings: 1 });
  });
});

const sender = { kind: 'person', name: '김서연' } as const;

describe('an acknowledgement', () => {
  it('an acknowledgement is shown in the alert with name and time, once, and can be undone', () => {
    conclude({ study: '1.2', sop: '1.2.1', outcome: 'fracture-suspected', confidence: 0.6 });
    const nonces = createRecentNonces();
    const [alert] = store.alerts.open() as [Alert];
    const tap = { sender, ward: 'w3', alertId: alert.id, by: '김서연', display: 'd1', rev: null };

    handleAlertCommand(options, { ...tap, action: 'acknowledge', nonce: 'a' }, nonces);
    handleAlertCommand(options, { ...tap, action: 'acknowledge', nonce: 'a' }, nonces);
    expect(store.alerts.get(alert.id)).toMatchObject({
      state: 'acknowledged',
      rev: 2,
      acknowledgedBy: { name: '김서연', display: 'd1' },
    });

    handleAlertCommand(options, { ...tap, action: 'unacknowledge', nonce: 'b' }, nonces);
    expect(store.alerts.get(alert.id)).toMatchObject({ state: 'open', rev: 3, acknowledgedBy: null });
    expect(store.audit.verify()).toEqual({ rows: 3, brokenAt: null });
  });

  it('an acknowledged alert leaves the display after half an hour, and is cleared at the broker', () => {
    conclude({ study: '1.2', sop: '1.2.1', outcome: 'fracture-suspected', confidence: 0.6 });
    const [alert] = store.alerts.open() as [Alert];
    const tap = { sender, ward: 'w3', alertId: alert.id, by: '김서연', display: 'd1', rev: null };
    handleAlertCommand(options, { ...tap, action: 'acknowledge', nonce: 'a' }, createRecentNonces());

    expect(applyTimeouts(options, new Set())).toBe(0);
    clock.at += 30 * 60_000;
    expect(applyTimeouts(options, new Set())).toBe(1);

    const cleared = store.outbox.pending(100).filter(({ payload }) => payload === '');
    expect(cleared.map(({ topic }) => topic)).toEqual([`bonewatch/v1/jeonju/ward/w3/alert/${alert.id}`]);
  });

  it('an acknowledgement that a display repeats after a restart is not applied twice', () => {
    conclude({ study: '1.2', sop: '1.2.1', outcome: 'fracture-suspected', confidence: 0.6 });
    const [alert] = store.alerts.open() as [Alert];
    const tap = { sender, ward: 'w3', alertId: alert.id, by: '김서연', display: 'd1', rev: null };
    const nonces = createRecentNonces();
    handleAlertCommand(options, { ...tap, action: 'acknowledge', nonce: 'a' }, nonces);
    handleAlertCommand(options, { ...tap, action: 'unacknowledge', nonce: 'b' }, nonces);

    handleAlertCommand(options, { ...tap, action: 'acknowledge', nonce: 'a' }, loadRecentNonces(store));

    expect(store.alerts.get(alert.id)).toMatchObject({ state: 'open', rev: 3 });
  });

  it('an acknowledgement of an unknown alert is rejected', () => {
    const tap = {
      sender,
      ward: 'w3',
      alertId: 'unknown',
      action: 'acknowledge',
      by: 'x',
      display: null,
      rev: null,
      nonce: 'n',
    } as const;

    expect(handleAlertCommand(options, tap, createRecentNonces())).toBe('unknown-alert');
  });
});

describe('a command that is rejected', () => {
  const tap = { sender, ward: 'w3', by: '김서연', display: 'd1', action: 'acknowledge' } as const;

  it('a rejected command is answered in the alert on the ward of its display, without a new revision', () => {
    conclude({ study: '1.2', sop: '1.2.1', outcome: 'fracture-suspected', confidence: 0.6 });
    conclude({ study: '1.2', sop: '1.2.2', outcome: 'fracture-detected', confidence: 0.9 });
    const [alert] = store.alerts.open() as [Alert];
    const sent = store.outbox.pendingCount();

    const early = { ...tap, alertId: alert.id, rev: 1, nonce: 'early' };
    expect(handleAlertCommand(options, early, createRecentNonces())).toBe('outdated');

    const answers = store.outbox.pending(100).slice(sent);
    const topic = `bonewatch/v1/jeonju/ward/w3/alert/${alert.id}`;
    expect(answers).toMatchObject([{ topic, retain: true, ward: 'w3', alertId: alert.id, rev: alert.rev }]);
    const answer = JSON.parse(answers[0]?.payload ?? '') as Alert;
    expect(answer).toMatchObject({ state: 'open', rev: alert.rev });
    expect(answer.rejected).toEqual({
      display: 'd1',
      nonce: 'early',
      reason: 'outdated',
      at: new Date(clock.at).toISOString(),
    });
    expect(store.alerts.get(alert.id)).toEqual(alert);
  });

  it('a rejected command gets no answer if no display sent it, or the ward no longer shows the alert', () => {
    conclude({ study: '1.2', sop: '1.2.1', outcome: 'fracture-suspected', confidence: 0.6 });
    const [alert] = store.alerts.open() as [Alert];
    const about = { ...tap, alertId: alert.id, rev: null };
    const nonces = createRecentNonces();
    const sent = store.outbox.pendingCount();
    const close = { ...about, action: 'close', display: null, nonce: 'a' } as const;
    expect(handleAlertCommand(options, close, nonces)).toBe('not-acknowledged');
    expect(store.outbox.pendingCount()).toBe(sent);

    handleAlertCommand(options, { ...about, nonce: 'b' }, nonces);
    handleAlertCommand(options, { ...about, action: 'close', nonce: 'c' }, nonces);
    const closed = store.outbox.pendingCount();
    expect(handleAlertCommand(options, { ...about, nonce: 'd' }, nonces)).toBe('already-closed');
    expect(store.outbox.pendingCount()).toBe(closed);
  });
});

describe('an alert that time acts on', () => {
  it('an unacknowledged alert is escalated to further wards, acknowledged there, and every step is audited', () => {
    const escalation = { ...config.alerts.escalation, wards: ['hip'] };
    const busy = { ...options, config: { ...config, alerts: { ...config.alerts, escalation } } };
    conclude({ study: '1.2', sop: '1.2.1', outcome: 'fracture-suspected', confidence: 0.6 });
    const [alert] = store.alerts.open() as [Alert];

    clock.at += 5 * 60_000;
    expect(applyTimeouts(busy, new Set())).toBe(1);
    expect(applyTimeouts(busy, new Set())).toBe(0);
    const tap = { sender, ward: 'hip', alertId: alert.id, by: 'Lee', display: 'd2', rev: 2, nonce: 'a' };
    expect(handleAlertCommand(options, { ...tap, action: 'acknowledge' }, createRecentNonces())).toBeNull();

    expect(store.alerts.get(alert.id)).toMatchObject({ state: 'acknowledged', wards: ['w3', 'hip'] });
    expect(store.audit.latest(10).map(({ kind }) => kind)).toEqual([
      'alert-raised',
      'alert-escalated',
      'alert-acknowledged',
    ]);
    expect(topics().filter((topic) => topic.includes('/ward/hip/'))).toHaveLength(4);
  });

  it('an escalated alert is one row on the other ward, also if a later view is routed to that ward', () => {
    const escalation = { ...config.alerts.escalation, wards: ['hip'] };
    const busy = { ...options, config: { ...config, alerts: { ...config.alerts, escalation } } };
    conclude({ study: '1.2', sop: '1.2.1', outcome: 'fracture-suspected', confidence: 0.6 });
    clock.at += 5 * 60_000;
    applyTimeouts(busy, new Set());

    conclude({ study: '1.2', sop: '1.2.2', outcome: 'fracture-suspected', confidence: 0.7, bodyPart: 'hip' });

    expect(store.alerts.shown()).toMatchObject([
      { place: { ward: 'w3' }, wards: ['w3', 'hip'], priority: 'high', images: { count: 2 } },
    ]);
  });

  it('a later view raises an alert on its ward if the escalated one has left it', () => {
    const escalation = { ...config.alerts.escalation, wards: ['hip'] };
    const busy = { ...options, config: { ...config, alerts: { ...config.alerts, escalation } } };
    conclude({ study: '1.2', sop: '1.2.1', outcome: 'fracture-suspected', confidence: 0.6 });
    clock.at += 5 * 60_000;
    applyTimeouts(busy, new Set());
    const [alert] = store.alerts.open() as [Alert];
    const tap = { sender, ward: 'w3', alertId: alert.id, by: 'Kim', display: null, rev: null };
    handleAlertCommand(options, { ...tap, action: 'acknowledge', nonce: 'a' }, createRecentNonces());
    handleAlertCommand(options, { ...tap, action: 'close', nonce: 'b' }, createRecentNonces());

    conclude({ study: '1.2', sop: '1.2.2', outcome: 'fracture-suspected', confidence: 0.7, bodyPart: 'hip' });

    expect(store.alerts.shown().map(({ wards }) => wards)).toEqual([['w3'], ['hip']]);
  });

  it('an alert beyond the rate limit of its ward is shown without a tone, and sounds once the limit allows it', () => {
    for (let study = 0; study < 8; study += 1)
      conclude({ study: `2.${study}`, sop: `2.${study}.1`, outcome: 'fracture-suspected', confidence: 0.6 });
    const quiet = () => store.alerts.open().filter(({ isQuiet }) => isQuiet).length;

    expect([store.alerts.open().length, quiet()]).toEqual([8, 2]);
    conclude({ study: '2.9', sop: '2.9.1', outcome: 'fracture-detected', confidence: 0.95 });
    expect(quiet()).toBe(2);

    const patient = { ...config.alerts, escalation: { ...config.alerts.escalation, afterMinutes: 0 } };
    clock.at += 10 * 60_000;
    expect(applyTimeouts({ ...options, config: { ...config, alerts: patient } }, new Set())).toBe(2);
    expect(quiet()).toBe(0);
  });

  it('a withdrawn alert stays on the ward for a while, with name and reason, and is then cleared', () => {
    conclude({ study: '1.2', sop: '1.2.1', outcome: 'fracture-suspected', confidence: 0.6 });
    const [alert] = store.alerts.open() as [Alert];
    const command = {
      sender,
      ward: 'w3',
      alertId: alert.id,
      by: 'Dr Han',
      display: null,
      rev: null,
      nonce: 'a',
    };

    handleAlertCommand(
      options,
      { ...command, action: 'withdraw', reason: 'old-fracture' },
      createRecentNonces(),
    );
    expect(store.alerts.open()).toEqual([]);
    expect(store.alerts.shown()).toMatchObject([{ state: 'closed', withdrawn: { by: 'Dr Han' } }]);
    clock.at += 30 * 60_000;
    expect(applyTimeouts(options, new Set())).toBe(1);

    expect(store.alerts.shown()).toEqual([]);
    expect(store.audit.latest(2)).toMatchObject([
      { kind: 'alert-withdrawn', actor: '김서연', detail: { name: 'Dr Han', reason: 'old-fracture' } },
      { kind: 'alert-cleared' },
    ]);
    conclude({ study: '1.2', sop: '1.2.2', outcome: 'fracture-detected', confidence: 0.95 });
    expect(store.alerts.open()).toMatchObject([
      { id: alert.id, withdrawn: null, outcome: 'fracture-detected' },
    ]);
  });
});

interface View {
  readonly study: string;
  readonly sop: string;
  readonly outcome: NonNullable<AnalysisResult['outcome']>;
  readonly confidence?: number;
  readonly bodyPart?: 'hip' | 'wrist';
  readonly isPictureUncertain?: boolean;
}

let files = 0;

function conclude(view: View): void {
  files += 1;
  const path = `kim-minji-${files}.dcm`;
  const [row] = store.ledger.discover('/inbox', [{ path, sizeBytes: 1, mtimeMs: 1 }], clock.at);
  if (!row) throw new Error('no row');
  const file = {
    id: row.id,
    inbox: '/inbox',
    path,
    sha256: String(files),
    mtimeMs: 1,
    attempts: 1,
    discoveredAt: clock.at,
  };
  concludeImage(options, file, {
    analyzed: { result: aResult(path, view), header: aHeader(view) },
    retryAt: null,
  });
}

function aHeader({ study, sop, bodyPart = 'wrist' }: View): RadiographHeader {
  return {
    format: 'dicom',
    kind: 'radiograph',
    modality: 'DX',
    bodyPartExamined: bodyPart.toUpperCase(),
    bodyPart,
    laterality: 'L',
    viewPosition: 'PA',
    photometricInterpretation: 'MONOCHROME2',
    transferSyntaxUid: '1.2.840.10008.1.2.1',
    sopInstanceUid: sop,
    studyInstanceUid: study,
    stationName: null,
    department: null,
    currentPatientLocation: 'W3^302^2',
    patientAgeYears: 81,
    hasBurnedInText: false,
    acquiredAt: null,
    warnings: [],
  };
}

function aResult(path: string, view: View): AnalysisResult {
  const { sop, study, outcome, confidence = 0, bodyPart = 'wrist', isPictureUncertain = false } = view;
  const box = { x: 1, y: 1, width: 1, height: 1 };
  return {
    schema: 'bonewatch.result/1',
    file: `/inbox/${path}`,
    sha256: sop,
    status: 'analysed',
    reason: null,
    image: {
      width: 100,
      height: 100,
      modality: 'DX',
      bodyPart: bodyPart.toUpperCase(),
      bodyRegion: bodyPart,
      laterality: 'L',
      viewPosition: 'PA',
      photometricInterpretation: 'MONOCHROME2',
      transferSyntaxUid: '1.2.840.10008.1.2.1',
      sopInstanceUid: sop,
      studyInstanceUid: study,
      acquiredAt: null,
    },
    outcome,
    score: confidence,
    findings:
      outcome === 'no-fracture-detected' ? [] : [{ label: 'fracture', confidence, box, polygon: null }],
    models: [],
    executionProvider: 'cpu',
    degraded: false,
    isPictureUncertain,
    warnings: [],
    timingsMs: null,
    notForDiagnosis: true,
  };
}

function topics(): string[] {
  return store.outbox.pending(100).map(({ topic }) => topic);
}

/** With a clock that never jumps. */
function applyTimeouts(deps: Omit<AlertTimeoutDeps, 'elapsedTimes'>, unwatched: ReadonlySet<string>): number {
  const elapsedTimes = { since: (time: string) => deps.clock.now() - Date.parse(time) };
  return applyAlertTimeouts({ ...deps, elapsedTimes }, unwatched);
}
